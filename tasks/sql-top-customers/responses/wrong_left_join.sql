SELECT region, rank, name, total
FROM (
    SELECT c.region, c.name, COALESCE(SUM(i.total), 0) AS total,
           DENSE_RANK() OVER (PARTITION BY c.region
                              ORDER BY COALESCE(SUM(i.total), 0) DESC) AS rank
    FROM customers AS c
    LEFT JOIN invoices AS i ON i.customer_id = c.id AND i.paid
    GROUP BY c.id, c.region, c.name
) AS ranked
WHERE rank <= 2
ORDER BY region, rank, name;
