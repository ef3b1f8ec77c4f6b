INSERT INTO customers VALUES
    (1, 'Zoe', 'north'), (2, 'Yan', 'north'), (3, 'Xi', 'north'), (4, 'Will', 'north'), (5, 'Vera', 'south');
INSERT INTO invoices VALUES
    (1, 1, 70.00, true), (2, 2, 30.00, true), (3, 2, 40.00, true), (4, 3, 60.00, true),
    (5, 4, 60.00, true), (6, 5, 1.00, true);
