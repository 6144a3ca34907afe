-- name: FailStalledJobs :execrows
-- A job whose runner has given no sign of life died with its process; a ticket that nobody used is over.
UPDATE job SET state = 'FAILED', finished_at = @now, ticket_hash = NULL,
  error = CASE state WHEN 'RUNNING' THEN 'The work broke off. What was read before is kept; upload the file again.'
               ELSE 'No file was uploaded in time.' END
WHERE kind <> 'TIGHTEN' -- which is taken up where it was left
  AND (state = 'RUNNING' AND beat_at < @silent_since OR state = 'WAITING' AND ticket_until < @now);
