INSERT INTO orders VALUES
    (1, '2023-12-30', 'paid'), (2, '2024-01-02', 'paid'), (3, '2024-01-20', 'paid');
INSERT INTO order_lines VALUES
    (1, 1, 50.0), (1, 2, 20.0), (2, 1, 30.0), (3, 4, 2.5), (3, 1, 2.5);
INSERT INTO refunds VALUES
    (1, '2024-01-05', 20.0), (1, '2024-02-01', 10.0), (3, '2024-01-21', 12.5);
