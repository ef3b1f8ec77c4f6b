CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    ordered_on TEXT NOT NULL,
    status TEXT NOT NULL
);
CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    quantity INTEGER NOT NULL,
    unit_price REAL NOT NULL
);
CREATE TABLE refunds (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    refunded_on TEXT NOT NULL,
    amount REAL NOT NULL
);
