SELECT title, published FROM books WHERE id NOT IN (SELECT book_id FROM loans WHERE book_id > 0);
