SELECT c.region, DENSE_RANK() OVER (PARTITION BY c.region ORDER BY SUM(i.total) DESC) AS rank,
       c.name, SUM(i.total)
FROM customers AS c
JOIN invoices AS i ON i.customer_id = c.id
WHERE i.paid AND rank <= 2
GROUP BY c.id, c.region, c.name
ORDER BY c.region, rank, c.name;
