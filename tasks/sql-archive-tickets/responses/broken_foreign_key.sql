INSERT INTO ticket_archive
SELECT id, subject, closed_on, (SELECT COUNT(*) FROM comments WHERE ticket_id = tickets.id)
FROM tickets WHERE closed_on < '2024-01-01';
DELETE FROM tickets WHERE closed_on < '2024-01-01';
