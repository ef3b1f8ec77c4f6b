INSERT INTO books VALUES (7, 'Heidi', 1881);
