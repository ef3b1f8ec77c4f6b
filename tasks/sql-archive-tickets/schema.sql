CREATE TABLE tickets (
    id integer PRIMARY KEY,
    parent_id integer REFERENCES tickets (id),
    subject text NOT NULL,
    closed_on date
);
CREATE TABLE comments (
    ticket_id integer NOT NULL REFERENCES tickets (id),
    body text NOT NULL
);
CREATE TABLE ticket_archive (
    id integer PRIMARY KEY,
    subject text NOT NULL,
    closed_on date NOT NULL,
    comments integer NOT NULL
);
