INSERT INTO orders VALUES
    (1, '2024-03-02', 'paid'), (2, '2024-03-30', 'paid'), (3, '2024-04-01', 'paid'),
    (4, '2024-04-17', 'cancelled'), (5, '2024-05-05', 'open');
INSERT INTO order_lines VALUES
    (1, 2, 9.5), (2, 1, 120.0), (3, 3, 4.25), (4, 10, 80.0), (5, 1, 15.0);
