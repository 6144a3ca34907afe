-- name: SendFacts :one
-- What an acceptance needs to know of tenant, sender and template, locked against nothing: the gate reads it again.
SELECT t.zone, t.country, t.state AS tenant_state, t.address_mode, t.content_mode, t.message_days, t.summary_days, t.approve_above,
       s.portfolio_id, s.channel, s.state AS sender_state, s.waba_id
FROM tenant t
JOIN sender s ON s.tenant_id = t.id
WHERE t.id = @tenant_id AND s.tenant_id = @tenant_id AND s.id = @sender_id;

-- name: Standings :many
-- One row per address that is known: the person's consent, suppression and service window. The keys are looked up as a
-- list, which reads the index and never the whole tenant.
SELECT i.kind, i.key, i.subject,
       COALESCE(c.granted, false)::boolean AS granted,
       (c.subject IS NOT NULL)::boolean AS asked,
       (x.subject IS NOT NULL)::boolean AS suppressed,
       COALESCE(w.open_until, 'epoch')::timestamptz AS open_until
FROM identity i
LEFT JOIN consent_state c ON c.tenant_id = @tenant_id AND c.subject = i.subject AND c.channel = @channel AND c.purpose = @purpose
LEFT JOIN suppression x ON x.tenant_id = @tenant_id AND x.subject = i.subject AND x.channel = @channel
LEFT JOIN service_window w ON w.tenant_id = @tenant_id AND w.sender_id = @sender_id AND w.subject = i.subject
WHERE i.tenant_id = @tenant_id AND i.kind = ANY(@kinds::smallint[]) AND i.key = ANY(@keys::bytea[]);

-- name: InCampaign :many
-- Which of these people already have a message of the campaign. A message that lives expires this week or later.
SELECT DISTINCT m.subject FROM message m
WHERE m.tenant_id = @tenant_id AND m.campaign_id = @campaign_id AND m.subject = ANY(@subjects::bigint[]) AND m.week >= @this_week;

-- name: InCampaignChunks :many
-- The same where messages name nobody: before its start all of a campaign waits in chunks.
SELECT DISTINCT s.subject::bigint AS subject FROM chunk c, unnest(c.subjects) AS s(subject)
WHERE c.tenant_id = @tenant_id AND c.campaign_id = @campaign_id AND s.subject = ANY(@subjects::bigint[]);

-- name: ClaimKey :execrows
-- A twin in flight waits here for the first one's end.
INSERT INTO idempotency (tenant_id, key_hash, fingerprint, answer, created_at)
VALUES (@tenant_id, @key_hash, @fingerprint, '', @now)
ON CONFLICT (tenant_id, key_hash) DO NOTHING;

-- name: ClaimedKey :one
SELECT fingerprint, answer FROM idempotency WHERE tenant_id = @tenant_id AND key_hash = @key_hash;

-- name: AnswerKey :exec
UPDATE idempotency SET answer = @answer WHERE tenant_id = @tenant_id AND key_hash = @key_hash;

-- name: InsertMessages :exec
INSERT INTO message (tenant_id, id, week, state_week, expires_on, sender_id, channel, category, subject, country,
                     template_id, campaign_id, key_id, planned_at, address_sealed, content_sealed, content_hash)
SELECT @tenant_id, m.id, @week, @state_week, @expires_on, @sender_id, @channel, @category, m.subject, m.country,
       sqlc.narg('template_id'), sqlc.narg('campaign_id'), sqlc.narg('key_id'), @planned_at, m.address_sealed, m.content_sealed, m.content_hash
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@subjects::bigint[]) AS subject, unnest(@countries::text[]) AS country,
             unnest(@addresses::bytea[]) AS address_sealed, unnest(@contents::bytea[]) AS content_sealed,
             unnest(@content_hashes::bytea[]) AS content_hash) AS m;

-- name: InsertPayloads :exec
INSERT INTO payload (tenant_id, id, day, delete_by, sealed)
SELECT @tenant_id, p.id, @day, @delete_by, p.sealed
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@sealeds::bytea[]) AS sealed) AS p;

-- name: InsertSendChunks :exec
-- The chunks of one send: consecutive slices of its messages. firsts and lasts are 1-based and inclusive; a recipient's
-- position in the payload is its position in the chunk.
INSERT INTO chunk (tenant_id, id, portfolio_id, sender_id, campaign_id, template_id, channel, category, priority, run_at,
                   deadline, payload_id, positions, message_ids, subjects, week, state_week)
SELECT @tenant_id, c.id, @portfolio_id, @sender_id, sqlc.narg('campaign_id'), sqlc.narg('template_id'), @channel, @category, @priority,
       CASE WHEN @held::boolean THEN 'infinity'::timestamptz ELSE @run_at::timestamptz END, @deadline, c.payload_id,
       ARRAY(SELECT generate_series(0, c.last - c.first)::smallint), (@message_ids::bigint[])[c.first:c.last],
       (@subjects::bigint[])[c.first:c.last], @week, @state_week
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@payload_ids::bigint[]) AS payload_id, unnest(@firsts::integer[]) AS first,
             unnest(@lasts::integer[]) AS last) AS c;
