-- Decide first, then move.
CREATE TEMP TABLE good AS
SELECT t.id, t.item, t.from_place, t.to_place, t.quantity
FROM transfers AS t
JOIN stock AS s ON s.place = t.from_place AND s.item = t.item
WHERE t.state = 'pending' AND s.quantity >= t.quantity;

INSERT OR IGNORE INTO stock SELECT to_place, item, 0 FROM good;
UPDATE stock SET quantity = quantity
    + COALESCE((SELECT quantity FROM good WHERE to_place = place AND item = stock.item), 0)
    - COALESCE((SELECT quantity FROM good WHERE from_place = place AND item = stock.item), 0);
UPDATE transfers SET state = CASE WHEN id IN (SELECT id FROM good) THEN 'done' ELSE 'refused' END
WHERE state = 'pending';
