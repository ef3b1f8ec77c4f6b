SELECT region, rank, name, total
FROM (
    SELECT c.region, c.name, SUM(i.total) AS total,
           DENSE_RANK() OVER (PARTITION BY c.region ORDER BY SUM(i.total) DESC) AS rank
    FROM customers AS c
    JOIN invoices AS i ON i.customer_id = c.id
    WHERE i.paid
    GROUP BY c.id, c.region, c.name
) AS ranked
WHERE rank <= 2
ORDER BY region, rank, name;
