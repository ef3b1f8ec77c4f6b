INSERT INTO books VALUES (1, 'Emma', 1815), (2, 'Dune', 1965), (3, 'Ulysses', 1922);
INSERT INTO loans VALUES (1, 2, '2024-01-03'), (2, 2, '2024-02-03');
