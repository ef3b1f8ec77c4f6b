SELECT title, year FROM books
WHERE NOT EXISTS (SELECT 1 FROM loans WHERE book_id = books.id);
