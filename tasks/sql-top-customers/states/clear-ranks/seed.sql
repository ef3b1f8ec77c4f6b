INSERT INTO customers VALUES
    (1, 'Ada', 'east'), (2, 'Bo', 'east'), (3, 'Cleo', 'east'), (4, 'Dan', 'west'), (5, 'Eve', 'west');
INSERT INTO invoices VALUES
    (1, 1, 100.00, true), (2, 1, 50.50, true), (3, 2, 90.00, true), (4, 3, 80.00, true),
    (5, 4, 10.00, true), (6, 5, 20.00, true), (7, 3, 500.00, false);
