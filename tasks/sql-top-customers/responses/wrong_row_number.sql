SELECT region, rank, name, total
FROM (
    SELECT c.region, c.name, SUM(i.total) AS total,
           ROW_NUMBER() OVER (PARTITION BY c.region ORDER BY SUM(i.total) DESC, c.name) AS rank
    FROM customers AS c
    JOIN invoices AS i ON i.customer_id = c.id
    WHERE i.paid
    GROUP BY c.id, c.region, c.name
) AS ranked
WHERE rank <= 2
ORDER BY region, rank, name;
