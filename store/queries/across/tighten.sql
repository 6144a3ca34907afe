-- name: DropPlainWebhooks :execrows
-- Bodies that could not be read hold addresses and texts that nobody can take out.
DELETE FROM webhook_raw w WHERE w.tenant_id = @tenant_id AND w.day IS NULL;

-- name: OutboxHolds :one
-- Whether events made before then have yet to reach ClickHouse.
SELECT EXISTS (SELECT FROM outbox o WHERE o.tenant_id = @tenant_id AND o.at < @before)::boolean AS holds;

-- name: DropDeadEvents :execrows
DELETE FROM export_dead d WHERE d.tenant_id = @tenant_id AND d.at < @before;

-- name: TermCuts :many
SELECT * FROM term_cut ORDER BY tenant_id, class, before;

-- name: ForgetCutMessages :execrows
-- Planned before the day, and made before the term was shortened.
DELETE FROM message d WHERE d.tenant_id = @tenant_id AND (d.id, d.week) IN (
  SELECT m.id, m.week FROM message m
  WHERE m.tenant_id = @tenant_id AND m.id < @below AND m.week >= @this_week AND m.planned_at < @planned_before LIMIT @most);

-- name: ForgetCutInbound :execrows
DELETE FROM inbound d WHERE d.tenant_id = @tenant_id AND (d.id, d.week) IN (
  SELECT i.id, i.week FROM inbound i
  WHERE i.tenant_id = @tenant_id AND i.id < @below AND i.week >= @this_week AND i.occurred_at < @planned_before LIMIT @most);

-- name: ForgetCutWebhooks :execrows
DELETE FROM webhook_raw w WHERE w.tenant_id = @tenant_id AND w.id < @below AND w.received_at < @planned_before;

-- name: DropOldCuts :execrows
DELETE FROM term_cut WHERE until < @today;
