INSERT INTO stock VALUES ('north', 'bolt', 10), ('south', 'nut', 4);
INSERT INTO transfers VALUES
    (1, 'bolt', 'north', 'east', 4, 'pending'), (2, 'nut', 'south', 'north', 4, 'pending');
