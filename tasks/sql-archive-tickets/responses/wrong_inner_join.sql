INSERT INTO ticket_archive
SELECT t.id, t.subject, t.closed_on, COUNT(*)
FROM tickets t JOIN comments c ON c.ticket_id = t.id
WHERE t.closed_on < '2024-01-01'
  AND NOT EXISTS (SELECT 1 FROM tickets k WHERE k.parent_id = t.id
                  AND (k.closed_on IS NULL OR k.closed_on >= '2024-01-01'))
GROUP BY t.id, t.subject, t.closed_on;
DELETE FROM comments WHERE ticket_id IN (SELECT id FROM ticket_archive);
DELETE FROM tickets WHERE id IN (SELECT id FROM ticket_archive);
