-- name: SetMarks :many
-- before tells which marks were set already: those outcomes are someone else's.
UPDATE chunk c SET marks = c.marks | v.marks::bit(200)
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@marks::text[]) AS marks) AS v
WHERE c.tenant_id = @tenant_id AND c.id = v.id
RETURNING c.id, old.marks::text AS before;

-- name: DropDoneChunks :many
DELETE FROM chunk WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]) AND settled = size
RETURNING payload_id;

-- name: LockPayloads :exec
-- Two that end the last work on a payload at the same time must not each leave it to the other.
SELECT FROM payload WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]) ORDER BY id FOR UPDATE;

-- name: DropIdlePayloads :exec
DELETE FROM payload p WHERE p.tenant_id = @tenant_id AND p.id = ANY(@ids::bigint[])
  AND NOT EXISTS (SELECT FROM chunk c WHERE c.tenant_id = @tenant_id AND c.payload_id = p.id)
  AND NOT EXISTS (SELECT FROM unsettled u WHERE u.tenant_id = @tenant_id AND u.payload_id = p.id);

-- name: MessageFacts :many
SELECT m.id, m.state_week, m.expires_on, m.sender_id, m.channel, m.category, m.subject, m.country,
       COALESCE(m.template_id, 0)::bigint AS template_id, COALESCE(m.campaign_id, 0)::bigint AS campaign_id
FROM message m
WHERE m.tenant_id = @tenant_id AND m.week = ANY(@weeks::smallint[]) AND m.id = ANY(@ids::bigint[]) AND m.expires_on > @today;

-- name: EventTenant :one
SELECT zone, summary_days, address_mode FROM tenant WHERE id = @tenant_id;

-- name: RecordStates :many
-- Rows come in the order of (id, attempt), so two writers never wait for each other in a circle. A row that learns
-- nothing is not written and not returned. Times and code are the least of what was told, so the order has no say.
INSERT INTO message_state AS s (tenant_id, id, attempt, week, bits, code, bucket, provider_hash, provider_sealed,
                                sent_at, delivered_at, read_at, failed_at, pricing)
SELECT @tenant_id, e.id, e.attempt, e.week, e.bits, e.code, e.bucket, NULLIF(e.provider_hash, 0), e.provider_sealed,
       NULLIF(e.sent_at, 'epoch'), NULLIF(e.delivered_at, 'epoch'), NULLIF(e.read_at, 'epoch'), NULLIF(e.failed_at, 'epoch'), e.pricing
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@attempts::smallint[]) AS attempt, unnest(@weeks::smallint[]) AS week,
             unnest(@bits::integer[]) AS bits, unnest(@codes::integer[]) AS code, unnest(@buckets::integer[]) AS bucket,
             unnest(@provider_hashes::bigint[]) AS provider_hash, unnest(@provider_sealed::bytea[]) AS provider_sealed,
             unnest(@sent_at::timestamptz[]) AS sent_at, unnest(@delivered_at::timestamptz[]) AS delivered_at,
             unnest(@read_at::timestamptz[]) AS read_at, unnest(@failed_at::timestamptz[]) AS failed_at,
             unnest(@pricing::text[]) AS pricing) AS e
ORDER BY e.id, e.attempt
ON CONFLICT (tenant_id, id, attempt, week) DO UPDATE SET
  bits = s.bits | EXCLUDED.bits,
  code = CASE WHEN s.code = 0 THEN EXCLUDED.code WHEN EXCLUDED.code = 0 THEN s.code ELSE LEAST(s.code, EXCLUDED.code) END,
  provider_hash = COALESCE(s.provider_hash, EXCLUDED.provider_hash),
  provider_sealed = COALESCE(s.provider_sealed, EXCLUDED.provider_sealed),
  sent_at = LEAST(s.sent_at, EXCLUDED.sent_at), delivered_at = LEAST(s.delivered_at, EXCLUDED.delivered_at),
  read_at = LEAST(s.read_at, EXCLUDED.read_at), failed_at = LEAST(s.failed_at, EXCLUDED.failed_at),
  pricing = GREATEST(s.pricing, EXCLUDED.pricing)
WHERE (s.bits | EXCLUDED.bits, LEAST(s.sent_at, EXCLUDED.sent_at), LEAST(s.delivered_at, EXCLUDED.delivered_at),
       LEAST(s.read_at, EXCLUDED.read_at), LEAST(s.failed_at, EXCLUDED.failed_at), GREATEST(s.pricing, EXCLUDED.pricing),
       COALESCE(s.provider_hash, EXCLUDED.provider_hash))
      IS DISTINCT FROM (s.bits, s.sent_at, s.delivered_at, s.read_at, s.failed_at, s.pricing, s.provider_hash)
   OR (EXCLUDED.code <> 0 AND (s.code = 0 OR EXCLUDED.code < s.code))
RETURNING s.id, s.attempt, COALESCE(old.bits, 0)::integer AS before, s.bits AS after, s.bucket,
  COALESCE(s.sent_at, 'epoch')::timestamptz AS sent, COALESCE(s.delivered_at, 'epoch')::timestamptz AS delivered;

-- name: InsertChunks :exec
-- What follows earlier attempts: copies of their chunks with fewer recipients. The lists are ragged, hence one array of
-- all recipients and where each chunk's begin and end (1-based, inclusive).
INSERT INTO chunk (tenant_id, id, portfolio_id, sender_id, campaign_id, template_id, channel, category, priority, run_at,
                   deadline, attempt, payload_id, positions, message_ids, subjects, week, state_week)
SELECT @tenant_id, c.id, @portfolio_id, c.sender_id, NULLIF(c.campaign_id, 0), NULLIF(c.template_id, 0), c.channel, c.category, c.priority,
       c.run_at, c.deadline, c.attempt, c.payload_id, (@positions::smallint[])[c.first:c.last], (@message_ids::bigint[])[c.first:c.last],
       (@subjects::bigint[])[c.first:c.last], c.week, c.state_week
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@sender_ids::bigint[]) AS sender_id, unnest(@campaign_ids::bigint[]) AS campaign_id,
             unnest(@template_ids::bigint[]) AS template_id, unnest(@channels::text[]) AS channel, unnest(@categories::text[]) AS category,
             unnest(@priorities::smallint[]) AS priority, unnest(@run_at::timestamptz[]) AS run_at,
             unnest(@deadlines::timestamptz[]) AS deadline, unnest(@attempts::smallint[]) AS attempt,
             unnest(@payload_ids::bigint[]) AS payload_id, unnest(@weeks::smallint[]) AS week,
             unnest(@state_weeks::smallint[]) AS state_week, unnest(@firsts::integer[]) AS first, unnest(@lasts::integer[]) AS last) AS c;

-- name: InsertUnsettled :exec
INSERT INTO unsettled (tenant_id, id, attempt, week, state_week, portfolio_id, sender_id, campaign_id, template_id, channel,
                       category, subject, payload_id, position, bucket, deadline, since, checked_at)
SELECT @tenant_id, u.id, u.attempt, u.week, u.state_week, @portfolio_id, u.sender_id, NULLIF(u.campaign_id, 0), NULLIF(u.template_id, 0),
       u.channel, u.category, u.subject, u.payload_id, u.position, u.bucket, u.deadline, u.since, @now::timestamptz
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@attempts::smallint[]) AS attempt, unnest(@weeks::smallint[]) AS week,
             unnest(@state_weeks::smallint[]) AS state_week, unnest(@sender_ids::bigint[]) AS sender_id,
             unnest(@campaign_ids::bigint[]) AS campaign_id, unnest(@template_ids::bigint[]) AS template_id,
             unnest(@channels::text[]) AS channel, unnest(@categories::text[]) AS category, unnest(@subjects::bigint[]) AS subject,
             unnest(@payload_ids::bigint[]) AS payload_id, unnest(@positions::smallint[]) AS position,
             unnest(@buckets::integer[]) AS bucket, unnest(@deadlines::timestamptz[]) AS deadline,
             unnest(@since::timestamptz[]) AS since) AS u
ON CONFLICT (tenant_id, id, attempt) DO NOTHING;

-- name: TakeUnsettled :many
DELETE FROM unsettled WHERE tenant_id = @tenant_id
  AND (id, attempt) IN (SELECT unnest(@ids::bigint[]), unnest(@attempts::smallint[]))
RETURNING id, attempt, week, state_week, portfolio_id, sender_id, campaign_id, template_id, channel, category, subject,
  payload_id, position, bucket, deadline, since, waited;

-- name: AgeUnsettled :many
-- The wait counts a tick only if a receiver was alive all through it and has told of something later of the same sender.
UPDATE unsettled u SET checked_at = t.tick_at, waited = u.waited + CASE WHEN t.up AND EXISTS (
    SELECT FROM sender_heard h WHERE h.tenant_id = u.tenant_id AND h.sender_id = u.sender_id AND h.event_at > u.since)
  THEN GREATEST(LEAST(t.tick_at - u.checked_at, t.most), '0') ELSE '0' END
FROM (SELECT @now::timestamptz AS tick_at, @receiver_up::boolean AS up, @most::interval AS most) AS t
WHERE u.tenant_id = @tenant_id AND u.portfolio_id = @portfolio_id
RETURNING u.id, u.attempt, u.category, u.deadline, u.waited, u.state_week;

-- name: ReceiverUp :one
-- Was one receiver alive from then until now?
SELECT EXISTS (SELECT FROM process WHERE kind = 'serve' AND started_at <= clock_timestamp() - @tick::interval
               AND lease_until > clock_timestamp())::boolean AS up;

-- name: LockStates :many
SELECT id, attempt, bits FROM message_state
WHERE tenant_id = @tenant_id AND week = ANY(@weeks::smallint[])
  AND (id, attempt) IN (SELECT unnest(@ids::bigint[]), unnest(@attempts::smallint[]))
ORDER BY id, attempt FOR UPDATE;

-- name: StopSenders :many
-- One sender, or all of the portfolio where none is named. Only those that were active are told of.
UPDATE sender SET state = 'STOPPED', stop_reason = @reason, stop_code = @code
WHERE tenant_id = @tenant_id AND state = 'ACTIVE'
  AND (@portfolio_id::bigint = 0 OR portfolio_id = @portfolio_id::bigint) AND (@sender_id::bigint = 0 OR id = @sender_id::bigint)
  AND (@portfolio_id::bigint <> 0 OR @sender_id::bigint <> 0)
RETURNING id;

-- name: PauseTemplate :exec
UPDATE template SET state = 'PAUSED', state_reason = @reason, state_at = @now
WHERE tenant_id = @tenant_id AND id = @id AND state = 'APPROVED';

-- name: AddAliases :exec
INSERT INTO identity (tenant_id, kind, key, subject)
SELECT @tenant_id, a.kind, a.key, a.subject
FROM (SELECT unnest(@kinds::smallint[]) AS kind, unnest(@keys::bytea[]) AS key, unnest(@subjects::bigint[]) AS subject) AS a
ORDER BY a.kind, a.key
ON CONFLICT DO NOTHING;

-- name: InsertOutbox :exec
INSERT INTO outbox (tenant_id, events, block) VALUES (@tenant_id, @events, @block);
