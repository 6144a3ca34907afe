-- name: HoldExport :one
-- Takes or renews the right to export. No row: another process holds it.
UPDATE export_mark SET holder = @holder, held_until = clock_timestamp() + @hold::interval
WHERE holder = @holder OR held_until < clock_timestamp()
RETURNING (SELECT incarnation FROM installation);

-- name: ReleaseExport :exec
UPDATE export_mark SET held_until = '-infinity' WHERE holder = @holder;

-- name: OldestOpenBatch :one
SELECT no, events, hash, refusals, code, extract(epoch FROM clock_timestamp() - frozen_at)::float8 AS age FROM export_batch
WHERE state = 'FROZEN' AND no > @after::bigint ORDER BY no LIMIT 1;

-- name: BatchBlocks :many
SELECT id, tenant_id, events, block FROM outbox WHERE batch = @no::bigint ORDER BY id;

-- name: FreeBlocks :many
-- The oldest free blocks, as many as hold the wanted number of events, and at least one. Rows that another transaction
-- holds are left for the next batch.
SELECT id, tenant_id, events, block FROM (
  SELECT id, tenant_id, events, block, sum(events) OVER (ORDER BY id) - events AS before FROM (
    SELECT * FROM outbox WHERE outbox.batch IS NULL ORDER BY id LIMIT @blocks FOR UPDATE SKIP LOCKED
  ) AS locked
) AS counted
WHERE before < @events::bigint ORDER BY id;

-- name: FreezeBatch :one
INSERT INTO export_batch (parent, state, events, hash, refusals, code)
VALUES (sqlc.narg(parent), 'FROZEN', @events, @hash, @refusals, @code) RETURNING no;

-- name: PutInBatch :exec
UPDATE outbox SET batch = @no::bigint WHERE id = ANY(@ids::bigint[]);

-- name: CloseBatch :execrows
UPDATE export_batch SET state = @state, finished_at = clock_timestamp() WHERE no = @no AND state = 'FROZEN';

-- name: DropBatchBlocks :exec
DELETE FROM outbox WHERE batch = @no::bigint;

-- name: RefuseBatch :one
-- Counts refusals that are alike; a different one begins anew.
UPDATE export_batch SET refusals = CASE WHEN code = @code THEN refusals + 1 ELSE 1 END, code = @code, last_error = @reason
WHERE no = @no AND state = 'FROZEN' RETURNING refusals;

-- name: HalveBlock :exec
-- One block becomes one of the two halves' blocks.
INSERT INTO outbox (tenant_id, batch, events, at, block)
SELECT o.tenant_id, @no::bigint, @events, o.at, @block FROM outbox o WHERE o.id = @id;

-- name: DropBlock :exec
DELETE FROM outbox WHERE id = @id;

-- name: BuryBatch :exec
INSERT INTO export_dead (tenant_id, batch, reason, events, block)
SELECT tenant_id, @no::bigint, @reason, events, block FROM outbox WHERE batch = @no::bigint;

-- name: MoveExportMark :exec
-- The mark goes on to the oldest block that waits; where none does, everything up to now is counted.
UPDATE export_mark SET
  through_at = greatest(through_at, coalesce((SELECT o.at FROM outbox o ORDER BY o.id LIMIT 1), clock_timestamp())),
  batch = greatest(export_mark.batch, @no::bigint);

-- name: PruneExportBatches :exec
DELETE FROM export_batch WHERE state <> 'FROZEN' AND finished_at < clock_timestamp() - interval '8 days';

-- name: ExportHealth :one
SELECT (SELECT count(*) FROM export_dead)::bigint AS dead, extract(epoch FROM clock_timestamp() - through_at)::float8 AS lag FROM export_mark;
