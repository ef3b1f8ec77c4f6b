BEGIN;

UPDATE transfers SET state = 'refused'
WHERE state = 'pending'
  AND quantity > COALESCE((SELECT quantity FROM stock
                           WHERE place = from_place AND item = transfers.item), 0);

INSERT INTO stock (place, item, quantity)
SELECT to_place, item, quantity FROM transfers WHERE state = 'pending'
ON CONFLICT (place, item) DO UPDATE SET quantity = quantity + excluded.quantity;

UPDATE stock SET quantity = stock.quantity - t.quantity
FROM transfers AS t
WHERE t.state = 'pending' AND t.from_place = stock.place AND t.item = stock.item;

UPDATE transfers SET state = 'done' WHERE state = 'pending';

COMMIT;
