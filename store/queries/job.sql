-- name: CreateJob :exec
INSERT INTO job (tenant_id, id, kind, target, state, total, detail, ticket_hash, ticket_until, created_by, created_at)
VALUES (@tenant_id, @id, @kind, sqlc.narg('target'), 'WAITING', sqlc.narg('total'), @detail, @ticket_hash, @ticket_until, sqlc.narg('created_by'), @created_at);

-- name: RedeemTicket :one
-- Of two who come at once the first one's update leaves nothing for the second.
UPDATE job SET state = 'RUNNING', ticket_hash = NULL, started_at = @now, beat_at = @now
WHERE tenant_id = @tenant_id AND ticket_hash = @ticket_hash AND ticket_until > @now AND state = 'WAITING'
  AND created_by IS NOT DISTINCT FROM sqlc.narg('created_by')
RETURNING *;

-- name: ReportJob :execrows
UPDATE job SET done = done + @done, failed = failed + @failed, beat_at = @now
WHERE tenant_id = @tenant_id AND id = @id AND state = 'RUNNING';

-- name: KeepJobFailures :exec
INSERT INTO job_failure (tenant_id, job_id, line, field, code)
SELECT @tenant_id, @job_id, f.line, f.field, f.code
FROM (SELECT unnest(@lines::integer[]) AS line, unnest(@fields::text[]) AS field, unnest(@codes::text[]) AS code) AS f
ON CONFLICT DO NOTHING;

-- name: FinishJob :exec
UPDATE job SET state = @state, error = @error, finished_at = @now, total = CASE WHEN @state = 'DONE' THEN done ELSE total END
WHERE tenant_id = @tenant_id AND id = @id AND state = 'RUNNING';

-- name: CreateWork :exec
-- Work is a job that a server does by itself, a piece at a time.
INSERT INTO job (tenant_id, id, kind, state, detail, created_by, created_at)
VALUES (@tenant_id, @id, @kind, 'WAITING', @detail, sqlc.narg('created_by'), @created_at);

-- name: StartWork :execrows
UPDATE job SET state = 'RUNNING', started_at = @now, beat_at = @now WHERE tenant_id = @tenant_id AND id = @id AND state = 'WAITING';

-- name: BeatWork :execrows
-- detail says how far it has come: it may be taken up by another process.
UPDATE job SET done = @done::bigint, total = GREATEST(@done::bigint, @total::bigint), detail = @detail, beat_at = @now WHERE tenant_id = @tenant_id AND id = @id AND state = 'RUNNING';

-- name: FinishWork :execrows
UPDATE job SET state = 'DONE', done = @done, total = @done, finished_at = @now WHERE tenant_id = @tenant_id AND id = @id AND state = 'RUNNING';

-- name: Job :one
SELECT * FROM job WHERE tenant_id = @tenant_id AND id = @id;

-- name: Jobs :many
SELECT * FROM job WHERE tenant_id = @tenant_id AND (@kind::text = '' OR kind = @kind::text) ORDER BY id DESC LIMIT @count;

-- name: JobsOfTargets :many
-- The newest job of each campaign.
SELECT DISTINCT ON (target) * FROM job
WHERE tenant_id = @tenant_id AND kind = @kind AND target = ANY(@targets::bigint[]) ORDER BY target, id DESC;

-- name: JobFailures :many
-- The first lines of each job.
SELECT job_id, line, field, code FROM (
  SELECT f.job_id, f.line, f.field, f.code, row_number() OVER (PARTITION BY f.job_id ORDER BY f.line) AS n
  FROM job_failure f WHERE f.tenant_id = @tenant_id AND f.job_id = ANY(@jobs::bigint[])
) AS numbered WHERE n <= 100 ORDER BY job_id, line;
