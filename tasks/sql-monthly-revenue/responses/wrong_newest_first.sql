SELECT substr(o.ordered_on, 1, 7) AS month,
       SUM((SELECT SUM(quantity * unit_price) FROM order_lines WHERE order_id = o.id)
           - COALESCE((SELECT SUM(amount) FROM refunds WHERE order_id = o.id), 0)) AS revenue
FROM orders AS o
WHERE o.status = 'paid'
GROUP BY month
ORDER BY month DESC;
