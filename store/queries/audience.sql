-- name: InsertAudienceJob :exec
INSERT INTO job (tenant_id, id, kind, target, state, total, detail, ticket_hash, ticket_until, created_by, created_at)
VALUES (@tenant_id, @id, 'CAMPAIGN_AUDIENCE', @campaign_id, 'WAITING', sqlc.narg('total'), @detail, @ticket_hash, @ticket_until,
        sqlc.narg('created_by'), @now);

-- name: TakeTicket :one
-- Good once, in time, and for who drew it.
UPDATE job SET state = 'RUNNING', started_at = @now, beat_at = @now
WHERE tenant_id = @tenant_id AND ticket_hash = @ticket_hash AND state = 'WAITING' AND ticket_until > @now
  AND created_by IS NOT DISTINCT FROM sqlc.narg('created_by')
RETURNING id, kind, COALESCE(target, 0)::bigint AS target, detail;

-- name: AdvanceJob :execrows
-- No row: someone has ended the job, and its runner must stop.
UPDATE job SET done = done + @done, failed = failed + @failed, beat_at = @now
WHERE tenant_id = @tenant_id AND id = @id AND state = 'RUNNING';

-- name: EndJob :execrows
UPDATE job SET state = @state, error = @error, total = CASE WHEN @state = 'DONE' THEN done ELSE total END, finished_at = @now
WHERE tenant_id = @tenant_id AND id = @id AND state = 'RUNNING';

-- name: AddJobFailures :exec
-- The first 100 of a job.
INSERT INTO job_failure (tenant_id, job_id, line, field, code)
SELECT @tenant_id, @job_id, f.line, f.field, f.code
FROM (SELECT unnest(@lines::integer[]) AS line, unnest(@fields::text[]) AS field, unnest(@codes::text[]) AS code) AS f
ORDER BY f.line LIMIT GREATEST(0, 100 - (SELECT count(*) FROM job_failure p WHERE p.tenant_id = @tenant_id AND p.job_id = @job_id))
ON CONFLICT DO NOTHING;

-- name: AbandonAudiences :execrows
-- Audiences whose reader has given no sign of life.
UPDATE job SET state = 'FAILED', error = @error, finished_at = @now
WHERE tenant_id = @tenant_id AND kind = 'CAMPAIGN_AUDIENCE' AND target = @campaign_id AND state = 'RUNNING' AND beat_at < @before;

-- name: CampaignJob :one
-- The newest.
SELECT * FROM job WHERE tenant_id = @tenant_id AND kind = 'CAMPAIGN_AUDIENCE' AND target = @campaign_id ORDER BY id DESC LIMIT 1;
