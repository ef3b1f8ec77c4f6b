INSERT INTO stock VALUES
    ('north', 'bolt', 100), ('south', 'bolt', 20), ('north', 'nut', 5), ('south', 'nut', 50);
INSERT INTO transfers VALUES
    (1, 'bolt', 'north', 'south', 30, 'pending'), (2, 'nut', 'south', 'north', 50, 'pending'),
    (3, 'bolt', 'south', 'north', 7, 'done');
