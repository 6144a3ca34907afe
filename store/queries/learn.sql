-- name: SeeInbound :many
-- Those that nobody has told of before.
INSERT INTO inbound_seen (tenant_id, provider_hash, at)
SELECT @tenant_id, s.hash, @at FROM (SELECT unnest(@hashes::bigint[]) AS hash) AS s ORDER BY s.hash
ON CONFLICT DO NOTHING
RETURNING provider_hash;

-- name: OpenWindows :exec
INSERT INTO service_window AS w (tenant_id, sender_id, subject, open_until)
SELECT @tenant_id, i.sender_id, i.subject, max(i.open_until)
FROM (SELECT unnest(@senders::bigint[]) AS sender_id, unnest(@subjects::bigint[]) AS subject, unnest(@open_until::timestamptz[]) AS open_until) AS i
GROUP BY i.sender_id, i.subject ORDER BY i.sender_id, i.subject
ON CONFLICT (tenant_id, sender_id, subject) DO UPDATE SET open_until = EXCLUDED.open_until WHERE w.open_until < EXCLUDED.open_until;

-- name: HearSenders :exec
-- A sender's row is written only for what it does not know yet: a later time of the provider, who tells whole seconds, or
-- inbound messages. Even an update that changes nothing would hold the row until the commit, and all else of the sender.
INSERT INTO sender_heard AS s (tenant_id, sender_id, event_at, heard_at, inbound)
SELECT @tenant_id, e.sender_id, e.event_at, @now, e.inbound
FROM (SELECT t.sender_id, max(t.event_at)::timestamptz AS event_at, sum(t.inbound)::bigint AS inbound
      FROM (SELECT unnest(@senders::bigint[]) AS sender_id, unnest(@event_at::timestamptz[]) AS event_at, unnest(@inbound::bigint[]) AS inbound) AS t
      GROUP BY t.sender_id) AS e
LEFT JOIN sender_heard h ON h.tenant_id = @tenant_id AND h.sender_id = e.sender_id
WHERE e.inbound > 0 OR h.sender_id IS NULL OR e.event_at > h.event_at
ORDER BY e.sender_id
ON CONFLICT (tenant_id, sender_id) DO UPDATE SET
  event_at = GREATEST(s.event_at, EXCLUDED.event_at), heard_at = EXCLUDED.heard_at, inbound = s.inbound + EXCLUDED.inbound;

-- name: SenderChannels :many
SELECT id, channel FROM sender WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]);

-- name: QuotedMessages :many
-- The messages that people quoted or tapped, by the keyed hash of the provider's id.
SELECT s.provider_hash::bigint AS hash, s.id, s.attempt, m.week, s.bucket
FROM message_state s JOIN message m ON m.tenant_id = @tenant_id AND m.id = s.id AND m.week = ANY(@weeks::smallint[])
WHERE s.tenant_id = @tenant_id AND s.week = ANY(@state_weeks::smallint[]) AND s.provider_hash = ANY(@hashes::bigint[]);

-- name: LastMessages :many
-- The newest message of each sender to each person since then that the provider has had, with its newest attempt.
SELECT r.position::integer AS position, l.id, l.attempt, l.week, l.bucket
FROM (SELECT unnest(@positions::integer[]) AS position, unnest(@senders::bigint[]) AS sender, unnest(@subjects::bigint[]) AS subject) AS r
CROSS JOIN LATERAL (
  SELECT m.id, m.week, s.attempt, s.bucket
  FROM message m JOIN message_state s ON s.tenant_id = @tenant_id AND s.id = m.id AND s.week = m.state_week AND s.week = ANY(@state_weeks::smallint[])
  WHERE m.tenant_id = @tenant_id AND m.subject = r.subject AND m.week = ANY(@weeks::smallint[]) AND m.sender_id = r.sender
    AND m.planned_at > @since AND s.bits & 2 <> 0
  ORDER BY m.id DESC, s.attempt DESC LIMIT 1
) AS l;

-- name: InsertInbound :exec
INSERT INTO inbound (tenant_id, id, week, expires_on, sender_id, subject, kind, keyword, message_id, occurred_at, address_sealed, content_sealed, content_hash)
SELECT @tenant_id, i.id, i.week, i.expires_on, i.sender_id, i.subject, i.kind, i.keyword, NULLIF(i.message_id, 0), i.occurred_at, i.address_sealed, i.content_sealed, i.content_hash
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@weeks::smallint[]) AS week, unnest(@expires_on::date[]) AS expires_on,
             unnest(@senders::bigint[]) AS sender_id, unnest(@subjects::bigint[]) AS subject, unnest(@kinds::text[]) AS kind,
             unnest(@keywords::text[]) AS keyword, unnest(@message_ids::bigint[]) AS message_id,
             unnest(@occurred_at::timestamptz[]) AS occurred_at, unnest(@addresses::bytea[]) AS address_sealed,
             unnest(@contents::bytea[]) AS content_sealed,
             unnest(@content_hashes::bytea[]) AS content_hash) AS i;

-- name: LearnTenant :one
SELECT zone, summary_days, message_days, address_mode, content_mode FROM tenant WHERE id = @tenant_id;
