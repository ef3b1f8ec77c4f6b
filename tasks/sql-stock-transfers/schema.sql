CREATE TABLE stock (
    place TEXT NOT NULL,
    item TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (place, item)
);
CREATE TABLE transfers (
    id INTEGER PRIMARY KEY,
    item TEXT NOT NULL,
    from_place TEXT NOT NULL,
    to_place TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    state TEXT NOT NULL
);
