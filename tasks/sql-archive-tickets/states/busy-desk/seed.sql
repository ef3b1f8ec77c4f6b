INSERT INTO tickets VALUES
    (1, NULL, 'printer', '2023-05-01'), (2, NULL, 'mail', '2024-02-01'),
    (3, NULL, 'screen', '2023-12-31'), (4, NULL, 'mouse', NULL), (5, NULL, 'disk', '2024-01-01');
INSERT INTO comments VALUES (1, 'on it'), (1, 'fixed'), (2, 'spam'), (4, 'lost');
INSERT INTO ticket_archive VALUES (100, 'old one', '2020-01-01', 7);
