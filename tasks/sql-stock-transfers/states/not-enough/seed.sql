INSERT INTO stock VALUES ('north', 'bolt', 10), ('south', 'bolt', 1), ('north', 'nut', 3);
INSERT INTO transfers VALUES
    (1, 'bolt', 'south', 'north', 2, 'pending'), (2, 'nut', 'north', 'south', 3, 'pending'),
    (3, 'cog', 'east', 'south', 1, 'pending'), (4, 'bolt', 'north', 'south', 99, 'refused');
