SELECT DATE_TRUNC('month', o.ordered_on) AS month, SUM(l.quantity * l.unit_price) AS revenue
FROM orders AS o
JOIN order_lines AS l ON l.order_id = o.id
WHERE o.status = 'paid'
GROUP BY 1
ORDER BY 1;
