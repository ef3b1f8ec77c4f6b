INSERT INTO books VALUES (1, 'Emma', 1815), (2, 'Emma', 1815), (3, 'Emma', NULL), (4, 'Dune', 1965);
INSERT INTO loans VALUES (1, NULL, '2023-01-03'), (2, 4, '2024-02-03');
