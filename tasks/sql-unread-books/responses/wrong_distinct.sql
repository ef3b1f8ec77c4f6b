SELECT DISTINCT title, year FROM books
EXCEPT
SELECT b.title, b.year FROM books b JOIN loans l ON l.book_id = b.id;
