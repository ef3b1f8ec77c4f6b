CREATE TEMPORARY TABLE leaving AS
SELECT id FROM tickets AS t
WHERE closed_on < '2024-01-01'
  AND NOT EXISTS (
      SELECT FROM tickets AS child
      WHERE child.parent_id = t.id
        AND (child.closed_on IS NULL OR child.closed_on >= '2024-01-01'));

INSERT INTO ticket_archive
SELECT id, subject, closed_on, (SELECT COUNT(*) FROM comments WHERE ticket_id = tickets.id)
FROM tickets WHERE id IN (SELECT id FROM leaving);

DELETE FROM comments WHERE ticket_id IN (SELECT id FROM leaving);
DELETE FROM tickets WHERE id IN (SELECT id FROM leaving);
