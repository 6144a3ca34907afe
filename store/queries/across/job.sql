-- name: FailStalledJobs :execrows
-- A job whose runner has given no sign of life died with its process; a ticket that nobody used is over.
UPDATE job SET state = 'FAILED', finished_at = @now, ticket_hash = NULL,
  error = CASE state WHEN 'RUNNING' THEN 'The work broke off. What was read before is kept; upload the file again.'
               ELSE 'No file was uploaded in time.' END
WHERE kind NOT IN ('TIGHTEN', 'RESEAL') -- which are taken up where they were left
  AND (state = 'RUNNING' AND beat_at < @silent_since OR state = 'WAITING' AND ticket_until < @now);

-- name: OpenWork :many
SELECT j.tenant_id, j.id, j.detail, j.state, j.created_at, j.done, COALESCE(j.total, 0)::bigint AS total
FROM job j JOIN tenant t ON t.id = j.tenant_id AND t.state <> 'DELETING'
WHERE j.kind = @kind AND j.state IN ('WAITING', 'RUNNING') ORDER BY j.id;
