SELECT title, year FROM books WHERE id NOT IN (SELECT book_id FROM loans);
