WITH sold AS (
    SELECT order_id, SUM(quantity * unit_price) AS amount FROM order_lines GROUP BY order_id
), returned AS (
    SELECT order_id, SUM(amount) AS amount FROM refunds GROUP BY order_id
)
SELECT substr(o.ordered_on, 1, 7) AS month,
       SUM(COALESCE(s.amount, 0) - COALESCE(r.amount, 0)) AS revenue
FROM orders AS o
LEFT JOIN sold AS s ON s.order_id = o.id
LEFT JOIN returned AS r ON r.order_id = o.id
WHERE o.status = 'paid'
GROUP BY month
ORDER BY month;
