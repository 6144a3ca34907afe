-- name: LockOwner :one
-- Held until the transaction ends, so that ownership cannot move between the check and the claim.
SELECT epoch FROM portfolio_owner
WHERE tenant_id = @tenant_id AND portfolio_id = @portfolio_id AND process_id = @process_id AND epoch = @epoch
FOR SHARE;

-- name: StepTenant :one
SELECT t.state, p.daily_limit, p.reserve, p.token_sealed
FROM tenant t JOIN portfolio p ON p.tenant_id = t.id
WHERE t.id = @tenant_id AND p.tenant_id = @tenant_id AND p.id = @portfolio_id;

-- name: LockChunks :many
SELECT id, intent FROM chunk WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]) ORDER BY id FOR UPDATE;

-- name: ReloadChunks :many
SELECT tenant_id, id, portfolio_id, sender_id, campaign_id, template_id, channel, category, priority, LEAST(run_at, deadline)::timestamptz AS run_at,
       deadline, attempt, payload_id, positions, message_ids, subjects, week, state_week, epoch, intent, marks
FROM chunk WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]);

-- name: FenceConsent :exec
-- The shared form of consent_fence's lock: who changes consent waits until the intent is committed.
SELECT pg_advisory_xact_lock_shared(7202, hashint8(@tenant_id));

-- name: GateSenders :many
SELECT s.id, s.provider_id, s.state, s.messages_second,
  COALESCE((SELECT h.inbound FROM sender_heard h WHERE h.tenant_id = @tenant_id AND h.sender_id = s.id), 0)::bigint AS inbound
FROM sender s WHERE s.tenant_id = @tenant_id AND s.id = ANY(@ids::bigint[]);

-- name: GateTemplates :many
SELECT id, state FROM template WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]);

-- name: GateCampaigns :many
SELECT id, state FROM campaign WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]);

-- name: GateStandings :many
-- One row per recipient, in any order. A category without a purpose (service) has an empty one and so no consent.
SELECT r.position::integer AS position, (c.subject IS NOT NULL)::boolean AS asked, COALESCE(c.granted, false)::boolean AS granted,
       (x.subject IS NOT NULL)::boolean AS suppressed, COALESCE(w.open_until, 'epoch')::timestamptz AS open_until
FROM (SELECT unnest(@positions::integer[]) AS position, unnest(@subjects::bigint[]) AS subject, unnest(@senders::bigint[]) AS sender,
             unnest(@channels::text[]) AS channel, unnest(@purposes::text[]) AS purpose) AS r
LEFT JOIN consent_state c ON c.tenant_id = @tenant_id AND c.subject = r.subject AND c.channel = r.channel AND c.purpose = r.purpose
LEFT JOIN suppression x ON x.tenant_id = @tenant_id AND x.subject = r.subject AND x.channel = r.channel
LEFT JOIN service_window w ON w.tenant_id = @tenant_id AND w.sender_id = r.sender AND w.subject = r.subject;

-- name: BitsOf :many
-- What is known of attempts, without a lock.
SELECT s.id, s.attempt, s.bits
FROM message_state s
WHERE s.tenant_id = @tenant_id AND s.week = ANY(@weeks::smallint[])
  AND (s.id, s.attempt) IN (SELECT unnest(@ids::bigint[]), unnest(@attempts::smallint[]));

-- name: WriteIntents :exec
UPDATE chunk c SET intent = v.intent, epoch = @epoch, run_at = COALESCE(NULLIF(v.run_at, 'epoch'), c.run_at)
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@intents::smallint[]) AS intent, unnest(@run_at::timestamptz[]) AS run_at) AS v
WHERE c.tenant_id = @tenant_id AND c.id = v.id;

-- name: EnterWindow :exec
INSERT INTO limit_window (tenant_id, portfolio_id, at, subjects) VALUES (@tenant_id, @portfolio_id, @at, @subjects);

-- name: LimitWindow :many
SELECT at, subjects FROM limit_window
WHERE tenant_id = @tenant_id AND portfolio_id = @portfolio_id AND at > @since
ORDER BY at, id;

-- name: OpenChunks :many
-- Chunks of the portfolio with calls that may be under way.
SELECT tenant_id, id, portfolio_id, sender_id, campaign_id, template_id, channel, category, priority, LEAST(run_at, deadline)::timestamptz AS run_at,
       deadline, attempt, payload_id, positions, message_ids, subjects, week, state_week, epoch, intent, marks
FROM chunk WHERE tenant_id = @tenant_id AND portfolio_id = @portfolio_id AND intent > settled;

-- name: Payloads :many
SELECT id, day, sealed FROM payload WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]);
