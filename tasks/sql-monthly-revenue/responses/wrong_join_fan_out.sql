SELECT substr(o.ordered_on, 1, 7) AS month,
       SUM(l.quantity * l.unit_price) - SUM(COALESCE(r.amount, 0)) AS revenue
FROM orders AS o
JOIN order_lines AS l ON l.order_id = o.id
LEFT JOIN refunds AS r ON r.order_id = o.id
WHERE o.status = 'paid'
GROUP BY month
ORDER BY month;
