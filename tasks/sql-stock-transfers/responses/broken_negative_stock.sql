UPDATE stock SET quantity = quantity - (SELECT t.quantity FROM transfers t
    WHERE t.from_place = stock.place AND t.item = stock.item AND t.state = 'pending');
UPDATE transfers SET state = 'done' WHERE state = 'pending';
