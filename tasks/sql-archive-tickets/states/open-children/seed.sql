INSERT INTO tickets VALUES
    (1, NULL, 'move office', '2023-03-01'), (2, 1, 'desks', '2023-02-01'), (3, 1, 'phones', NULL),
    (4, NULL, 'new server', '2023-06-01'), (5, 4, 'rack', '2023-05-01'), (6, 4, 'cables', '2023-05-02');
INSERT INTO comments VALUES (1, 'started'), (5, 'ok'), (5, 'done'), (3, 'waiting');
