UPDATE transfers SET state = 'refused'
WHERE state = 'pending'
  AND quantity > COALESCE((SELECT quantity FROM stock
                           WHERE place = from_place AND item = transfers.item), 0);
UPDATE stock SET quantity = quantity - (SELECT t.quantity FROM transfers t
    WHERE t.state = 'pending' AND t.from_place = stock.place AND t.item = stock.item)
WHERE EXISTS (SELECT 1 FROM transfers t
    WHERE t.state = 'pending' AND t.from_place = stock.place AND t.item = stock.item);
UPDATE stock SET quantity = quantity + (SELECT t.quantity FROM transfers t
    WHERE t.state = 'pending' AND t.to_place = stock.place AND t.item = stock.item)
WHERE EXISTS (SELECT 1 FROM transfers t
    WHERE t.state = 'pending' AND t.to_place = stock.place AND t.item = stock.item);
UPDATE transfers SET state = 'done' WHERE state = 'pending';
