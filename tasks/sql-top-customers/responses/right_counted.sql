WITH sums AS (
    SELECT c.id, c.region, c.name, SUM(i.total) AS total
    FROM customers c JOIN invoices i ON i.customer_id = c.id AND i.paid
    GROUP BY c.id, c.region, c.name
), ranked AS (
    SELECT s.*, 1 + (SELECT COUNT(DISTINCT o.total) FROM sums o
                     WHERE o.region = s.region AND o.total > s.total) AS place
    FROM sums s
)
SELECT region, place, name, total FROM ranked WHERE place < 3 ORDER BY region, place, name
