-- name: InsertCampaign :exec
INSERT INTO campaign (tenant_id, id, name, template_id, sender_id, created_by, created_at)
VALUES (@tenant_id, @id, @name, @template_id, @sender_id, sqlc.narg('created_by'), @now);

-- name: Campaign :one
SELECT * FROM campaign WHERE tenant_id = @tenant_id AND id = @id;

-- name: CampaignForUpdate :one
SELECT * FROM campaign WHERE tenant_id = @tenant_id AND id = @id FOR UPDATE;

-- name: Campaigns :many
-- Newest first, below the cursor.
SELECT * FROM campaign
WHERE tenant_id = @tenant_id AND id < @before AND (cardinality(@states::text[]) = 0 OR state = ANY(@states::text[]))
ORDER BY id DESC LIMIT @count;

-- name: CampaignsByID :many
SELECT * FROM campaign WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]);

-- name: SetCampaignState :exec
UPDATE campaign SET state = @state, state_reason = @reason,
  run_at = COALESCE(sqlc.narg('run_at'), run_at),
  started_at = COALESCE(started_at, sqlc.narg('started_at')),
  finished_at = COALESCE(sqlc.narg('finished_at'), finished_at)
WHERE tenant_id = @tenant_id AND id = @id;

-- name: CountAudience :exec
UPDATE campaign SET accepted = accepted + @accepted, refused = refused + @refused WHERE tenant_id = @tenant_id AND id = @id;

-- name: AddRefusals :exec
INSERT INTO campaign_refusal AS r (tenant_id, campaign_id, code, count, lines)
VALUES (@tenant_id, @campaign_id, @code, @count, @lines)
ON CONFLICT (tenant_id, campaign_id, code) DO UPDATE
SET count = r.count + EXCLUDED.count, lines = (r.lines || EXCLUDED.lines)[1:100];

-- name: CampaignRefusals :many
SELECT code, count, lines FROM campaign_refusal WHERE tenant_id = @tenant_id AND campaign_id = @campaign_id ORDER BY count DESC, code;

-- name: ReleaseChunks :exec
-- Starts, pauses or resumes a campaign's waiting chunks. Chunks with calls under way end by themselves.
UPDATE chunk SET run_at = @run_at, deadline = GREATEST(deadline, @deadline)
WHERE tenant_id = @tenant_id AND campaign_id = @campaign_id;

-- name: HoldChunks :exec
UPDATE chunk SET run_at = 'infinity' WHERE tenant_id = @tenant_id AND campaign_id = @campaign_id AND intent = settled;

-- name: ExtendPayloads :exec
UPDATE payload p SET delete_by = @delete_by
WHERE p.tenant_id = @tenant_id AND p.delete_by < @delete_by
  AND p.id IN (SELECT c.payload_id FROM chunk c WHERE c.tenant_id = @tenant_id AND c.campaign_id = @campaign_id);

-- name: CampaignQueued :one
SELECT COALESCE(sum(cardinality(message_ids) - settled), 0)::bigint AS queued
FROM chunk WHERE tenant_id = @tenant_id AND campaign_id = @campaign_id;

-- name: CampaignStates :many
-- What the newest attempts say, counted by their bits: few distinct values, whatever the audience.
SELECT s.bits, count(*)::bigint AS messages
FROM message m
JOIN LATERAL (
  SELECT bits FROM message_state t
  WHERE t.tenant_id = @tenant_id AND t.id = m.id AND t.week = m.state_week
  ORDER BY t.attempt DESC LIMIT 1
) s ON true
WHERE m.tenant_id = @tenant_id AND m.campaign_id = @campaign_id
GROUP BY s.bits;
