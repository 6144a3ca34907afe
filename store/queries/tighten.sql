-- name: CountMessages :one
SELECT count(*) FROM message m WHERE m.tenant_id = @tenant_id AND m.week >= @this_week;

-- name: MessagePage :many
-- What a stricter keeping looks at, in the order of ids. Contents come only where their hash is to be kept.
SELECT m.id, m.week, (CASE WHEN @contents::boolean THEN m.content_sealed END)::bytea AS content_sealed
FROM message m WHERE m.tenant_id = @tenant_id AND m.week >= @this_week AND m.id > @after ORDER BY m.id LIMIT @most;

-- name: TightenMessages :execrows
-- A row that holds nothing of what has to go is not written.
UPDATE message m SET
  address_sealed = CASE WHEN @address_value::boolean THEN m.address_sealed END,
  subject = CASE WHEN @address_hash::boolean THEN m.subject ELSE 0 END,
  content_sealed = CASE WHEN @content_value::boolean THEN m.content_sealed END,
  content_hash = CASE WHEN @content_hash::boolean THEN COALESCE(m.content_hash, NULLIF(p.hash, '')) END
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@weeks::smallint[]) AS week, unnest(@hashes::bytea[]) AS hash) AS p
WHERE m.tenant_id = @tenant_id AND m.id = p.id AND m.week = p.week
  AND (NOT @address_value::boolean AND m.address_sealed IS NOT NULL OR NOT @address_hash::boolean AND m.subject <> 0
    OR NOT @content_value::boolean AND m.content_sealed IS NOT NULL OR NOT @content_hash::boolean AND m.content_hash IS NOT NULL);

-- name: InboundPage :many
SELECT i.id, i.week, (CASE WHEN @contents::boolean THEN i.content_sealed END)::bytea AS content_sealed
FROM inbound i WHERE i.tenant_id = @tenant_id AND i.week >= @this_week AND i.id > @after ORDER BY i.id LIMIT @most;

-- name: TightenInbound :execrows
UPDATE inbound i SET
  address_sealed = CASE WHEN @address_value::boolean THEN i.address_sealed END,
  subject = CASE WHEN @address_hash::boolean THEN i.subject ELSE 0 END,
  content_sealed = CASE WHEN @content_value::boolean THEN i.content_sealed END,
  content_hash = CASE WHEN @content_hash::boolean THEN COALESCE(i.content_hash, NULLIF(p.hash, '')) END
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@weeks::smallint[]) AS week, unnest(@hashes::bytea[]) AS hash) AS p
WHERE i.tenant_id = @tenant_id AND i.id = p.id AND i.week = p.week
  AND (NOT @address_value::boolean AND i.address_sealed IS NOT NULL OR NOT @address_hash::boolean AND i.subject <> 0
    OR NOT @content_value::boolean AND i.content_sealed IS NOT NULL OR NOT @content_hash::boolean AND i.content_hash IS NOT NULL);

-- name: StatePage :many
SELECT s.id, s.attempt, s.week FROM message_state s
WHERE s.tenant_id = @tenant_id AND s.week >= @this_week AND s.id > @after ORDER BY s.id LIMIT @most;

-- name: TightenStates :execrows
-- The provider's id holds the address and lives as long; its hash leads from a reply to the message.
UPDATE message_state s SET provider_sealed = NULL, provider_hash = CASE WHEN @address_hash::boolean THEN s.provider_hash END
WHERE s.tenant_id = @tenant_id AND s.id = ANY(@ids::bigint[]) AND s.week = ANY(@weeks::smallint[])
  AND (s.provider_sealed IS NOT NULL OR NOT @address_hash::boolean AND s.provider_hash IS NOT NULL);

-- name: UnconsentedPage :many
-- Lasting identities that no consent needs, in the order of keys.
SELECT i.kind, i.key, i.subject FROM identity i
WHERE i.tenant_id = @tenant_id AND (i.kind, i.key) > (@kind::smallint, @key::bytea)
  AND NOT EXISTS (SELECT FROM consent_event e WHERE e.tenant_id = @tenant_id AND e.subject = i.subject)
ORDER BY i.kind, i.key LIMIT @most;

-- name: BusySubjects :many
-- Those of them for whom something is still under way, or a window open.
SELECT s.subject::bigint AS subject FROM unnest(@subjects::bigint[]) AS s(subject)
WHERE s.subject IN (SELECT unnest(c.subjects) FROM chunk c WHERE c.tenant_id = @tenant_id)
   OR EXISTS (SELECT FROM unsettled u WHERE u.tenant_id = @tenant_id AND u.subject = s.subject)
   OR s.subject IN (SELECT w.subject FROM service_window w WHERE w.tenant_id = @tenant_id)
   OR s.subject IN (SELECT unnest(l.subjects) FROM limit_window l WHERE l.tenant_id = @tenant_id);

-- name: LastPayloadDay :one
-- The last day for which something is planned.
SELECT COALESCE(max(p.day), @today::date)::date AS day FROM payload p WHERE p.tenant_id = @tenant_id;

-- name: DropIdentities :execrows
DELETE FROM identity WHERE tenant_id = @tenant_id
  AND (kind, key) IN (SELECT unnest(@kinds::smallint[]), unnest(@keys::bytea[]));
