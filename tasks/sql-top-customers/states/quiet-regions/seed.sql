INSERT INTO customers VALUES
    (1, 'Ana', 'east'), (2, 'Ben', 'west'), (3, 'Cem', 'west'), (4, 'Dot', 'west');
INSERT INTO invoices VALUES (1, 1, 5.00, false), (2, 2, 0.00, true), (3, 3, 9.99, true);
