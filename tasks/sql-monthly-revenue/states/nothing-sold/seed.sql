INSERT INTO orders VALUES (1, '2024-06-01', 'open'), (2, '2024-06-02', 'cancelled');
INSERT INTO order_lines VALUES (1, 1, 10.0), (2, 1, 10.0);
INSERT INTO refunds VALUES (2, '2024-06-03', 10.0);
