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
SELECT @tenant_id, @campaign_id, n.code, n.count, (@lines::integer[])[n.first:n.last]
FROM (SELECT unnest(@codes::text[]) AS code, unnest(@counts::integer[]) AS count, unnest(@firsts::integer[]) AS first,
             unnest(@lasts::integer[]) AS last) AS n
ORDER BY n.code
ON CONFLICT (tenant_id, campaign_id, code) DO UPDATE
SET count = r.count + EXCLUDED.count, lines = (r.lines || EXCLUDED.lines)[1:100];

-- name: CampaignRefusals :many
SELECT code, count, lines FROM campaign_refusal WHERE tenant_id = @tenant_id AND campaign_id = @campaign_id ORDER BY count DESC, code;

-- name: ReleaseChunks :exec
-- Makes what waits for its campaign due. What waits for another reason, a second attempt, keeps its time.
UPDATE chunk SET run_at = @run_at, deadline = GREATEST(deadline, @deadline)
WHERE tenant_id = @tenant_id AND campaign_id = @campaign_id AND run_at = 'infinity';

-- name: CancelChunks :exec
-- Makes everything of the campaign due before all else: the gate cancels it.
UPDATE chunk SET run_at = LEAST(run_at, @run_at), deadline = GREATEST(deadline, @deadline)
WHERE tenant_id = @tenant_id AND campaign_id = @campaign_id;

-- name: HoldChunks :exec
-- Keeps from being due what nobody has begun to call. The rest of a chunk with calls under way is held by the gate.
UPDATE chunk SET run_at = 'infinity' WHERE tenant_id = @tenant_id AND campaign_id = @campaign_id AND intent = settled;

-- name: ExtendPayloads :exec
UPDATE payload p SET delete_by = @delete_by
WHERE p.tenant_id = @tenant_id AND p.delete_by < @delete_by
  AND p.id IN (SELECT c.payload_id FROM chunk c WHERE c.tenant_id = @tenant_id AND c.campaign_id = @campaign_id);

-- name: CampaignQueued :one
SELECT COALESCE(sum(size - settled), 0)::bigint AS queued
FROM chunk WHERE tenant_id = @tenant_id AND campaign_id = @campaign_id;

-- name: CampaignSpan :one
-- The partitions in which the states of a campaign's messages lie, by its first and last message.
SELECT COALESCE((SELECT f.state_week FROM message f WHERE f.tenant_id = @tenant_id AND f.campaign_id = @campaign_id ORDER BY f.id LIMIT 1), 0)::smallint AS first,
       COALESCE((SELECT l.state_week FROM message l WHERE l.tenant_id = @tenant_id AND l.campaign_id = @campaign_id ORDER BY l.id DESC LIMIT 1), 0)::smallint AS last;

-- name: CampaignStates :many
-- What the newest attempts say, counted by their bits: few distinct values, whatever the audience. An attempt with the
-- bit 4096 (Retried) has a later one, which counts. recent is how many of them were sent since then.
SELECT s.bits, count(*)::bigint AS messages, count(*) FILTER (WHERE s.sent_at > @since)::bigint AS recent
FROM message m
JOIN message_state s ON s.tenant_id = @tenant_id AND s.id = m.id AND s.week = m.state_week
WHERE m.tenant_id = @tenant_id AND m.campaign_id = @campaign_id AND s.week BETWEEN @first_week AND @last_week
  AND s.bits & 4096 = 0
GROUP BY s.bits;

-- name: KeepResults :exec
UPDATE campaign SET sent = @sent, delivered = @delivered, read = @read, failed = @failed, unknown = @unknown,
  suppressed = @suppressed, counted_at = @now, settled = @settled
WHERE tenant_id = @tenant_id AND id = @id;
