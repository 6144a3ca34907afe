-- name: JudgeConsents :many
-- For each word: the entry that says the same already, and whether the person's newest word on all its purposes is no.
SELECT a.position::integer AS position, COALESCE(alike.id, 0)::bigint AS event_id,
       ((SELECT count(*) FROM consent_state s
         WHERE s.tenant_id = @tenant_id AND s.subject = a.subject AND s.channel = a.channel
           AND (a.purpose = 'ALL' OR s.purpose = a.purpose) AND NOT s.granted) = CASE a.purpose WHEN 'ALL' THEN 3 ELSE 1 END)::boolean AS denied
FROM (SELECT generate_subscripts(@subjects::bigint[], 1) - 1 AS position, unnest(@subjects::bigint[]) AS subject,
             unnest(@channels::text[]) AS channel, unnest(@purposes::text[]) AS purpose, unnest(@granteds::boolean[]) AS granted,
             unnest(@sources::text[]) AS source, unnest(@wordings::text[]) AS wording,
             unnest(@moments::timestamptz[]) AS occurred_at, unnest(@undateds::boolean[]) AS undated) AS a
LEFT JOIN LATERAL (
  SELECT e.id FROM consent_event e
  WHERE e.tenant_id = @tenant_id AND e.subject = a.subject AND e.channel = a.channel AND e.purpose = a.purpose
    AND e.granted = a.granted AND e.source = a.source AND e.wording_version = a.wording AND e.undated = a.undated
    AND (a.undated OR e.occurred_at = a.occurred_at)
  ORDER BY e.id LIMIT 1
) AS alike ON true;

-- name: InsertConsentEvents :exec
INSERT INTO consent_event (tenant_id, id, seq, subject, address_key, channel, purpose, granted, source, wording_version,
                           language, occurred_at, undated, recorded_at, user_id, key_id)
SELECT @tenant_id, a.id, @seq, a.subject, a.address_key, a.channel, a.purpose, a.granted, a.source, a.wording,
       a.language, a.occurred_at, a.undated, @recorded_at, sqlc.narg('user_id')::bigint, sqlc.narg('key_id')::bigint
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@subjects::bigint[]) AS subject, unnest(@address_keys::bytea[]) AS address_key,
             unnest(@channels::text[]) AS channel, unnest(@purposes::text[]) AS purpose, unnest(@granteds::boolean[]) AS granted,
             unnest(@sources::text[]) AS source, unnest(@wordings::text[]) AS wording, unnest(@languages::text[]) AS language,
             unnest(@moments::timestamptz[]) AS occurred_at, unnest(@undateds::boolean[]) AS undated) AS a;

-- name: SettleConsentStates :exec
-- Computed from every word of these people, so the order in which words arrive cannot matter.
INSERT INTO consent_state AS s (tenant_id, subject, channel, purpose, granted, event_id, at)
SELECT DISTINCT ON (e.subject, e.channel, p.purpose) e.tenant_id, e.subject, e.channel, p.purpose, e.granted, e.id, e.occurred_at
FROM consent_event e
JOIN (VALUES ('MARKETING'), ('UTILITY'), ('AUTHENTICATION')) AS p (purpose) ON e.purpose = 'ALL' OR e.purpose = p.purpose
WHERE e.tenant_id = @tenant_id AND e.subject = ANY(@subjects::bigint[])
ORDER BY e.subject, e.channel, p.purpose, e.undated, e.occurred_at DESC, e.granted, e.id DESC
ON CONFLICT (tenant_id, subject, channel, purpose) DO UPDATE
SET granted = EXCLUDED.granted, event_id = EXCLUDED.event_id, at = EXCLUDED.at
WHERE s.event_id <> EXCLUDED.event_id;

-- name: SettleSuppressions :exec
-- Suppressed is who said no to all and has not said yes to anything since.
WITH said AS (
  SELECT e.subject, e.channel, e.id, e.purpose, e.granted, e.source, e.occurred_at, e.undated FROM consent_event e
  WHERE e.tenant_id = @tenant_id AND e.subject = ANY(@subjects::bigint[])
), no AS (
  SELECT DISTINCT ON (n.subject, n.channel) n.subject, n.channel, n.id, n.source, n.occurred_at FROM said n
  WHERE n.purpose = 'ALL' AND NOT n.granted
  ORDER BY n.subject, n.channel, n.occurred_at DESC, n.id DESC
), holds AS (
  SELECT no.subject, no.channel, no.id, no.source, no.occurred_at FROM no
  WHERE NOT EXISTS (SELECT FROM said y WHERE y.subject = no.subject AND y.channel = no.channel AND y.granted
                      AND NOT y.undated AND y.occurred_at > no.occurred_at)
), lifted AS (
  DELETE FROM suppression x
  WHERE x.tenant_id = @tenant_id AND x.subject = ANY(@subjects::bigint[]) AND x.reason <> 'BRAND'
    AND NOT EXISTS (SELECT FROM holds h WHERE h.subject = x.subject AND h.channel = x.channel)
)
INSERT INTO suppression AS x (tenant_id, subject, channel, reason, event_id, at)
SELECT @tenant_id, h.subject, h.channel,
       CASE h.source WHEN 'KEYWORD' THEN 'KEYWORD' WHEN 'PLATFORM' THEN 'PROVIDER' WHEN 'PROVIDER' THEN 'PROVIDER' ELSE 'PERSON' END,
       h.id, h.occurred_at
FROM holds h ORDER BY h.subject, h.channel
ON CONFLICT (tenant_id, subject, channel) DO UPDATE
SET reason = EXCLUDED.reason, event_id = EXCLUDED.event_id, at = EXCLUDED.at
WHERE x.reason <> 'BRAND' AND x.event_id <> EXCLUDED.event_id;

-- name: TakenConsents :many
-- Which of these purposes stand at no by a word of the given sources, with a yes before those words.
SELECT a.position::integer AS position
FROM (SELECT generate_subscripts(@subjects::bigint[], 1) - 1 AS position, unnest(@subjects::bigint[]) AS subject,
             unnest(@channels::text[]) AS channel, unnest(@purposes::text[]) AS purpose) AS a
JOIN consent_state s ON s.tenant_id = @tenant_id AND s.subject = a.subject AND s.channel = a.channel AND s.purpose = a.purpose AND NOT s.granted
JOIN consent_event n ON n.tenant_id = @tenant_id AND n.id = s.event_id AND n.source = ANY(@taken_by::text[])
WHERE (SELECT e.granted FROM consent_event e
       WHERE e.tenant_id = @tenant_id AND e.subject = a.subject AND e.channel = a.channel
         AND (e.purpose = 'ALL' OR e.purpose = a.purpose)
         AND (e.granted OR NOT e.source = ANY(@taken_by::text[]))
       ORDER BY e.undated, e.occurred_at DESC, e.granted, e.id DESC LIMIT 1);

-- name: ConsentStatesAt :many
-- What the person's words that were recorded before a moment amount to, by the rule of SettleConsentStates.
SELECT DISTINCT ON (e.channel, p.purpose) e.channel, p.purpose::text AS purpose, e.granted, e.id AS event_id, e.undated, e.occurred_at
FROM consent_event e
JOIN (VALUES ('MARKETING'), ('UTILITY'), ('AUTHENTICATION')) AS p (purpose) ON e.purpose = 'ALL' OR e.purpose = p.purpose
WHERE e.tenant_id = @tenant_id AND e.subject = @subject AND e.recorded_at < @before
ORDER BY e.channel, p.purpose, e.undated, e.occurred_at DESC, e.granted, e.id DESC;

-- name: SuppressionsAt :many
-- By the rule of SettleSuppressions; the brand's own blocks rest on no word and have their own time.
SELECT no.channel FROM (
  SELECT DISTINCT ON (n.channel) n.channel, n.occurred_at FROM consent_event n
  WHERE n.tenant_id = @tenant_id AND n.subject = @subject AND n.recorded_at < @before AND n.purpose = 'ALL' AND NOT n.granted
  ORDER BY n.channel, n.occurred_at DESC
) AS no
WHERE NOT EXISTS (SELECT FROM consent_event y
                  WHERE y.tenant_id = @tenant_id AND y.subject = @subject AND y.recorded_at < @before AND y.channel = no.channel
                    AND y.granted AND NOT y.undated AND y.occurred_at > no.occurred_at)
UNION
SELECT x.channel FROM suppression x
WHERE x.tenant_id = @tenant_id AND x.subject = @subject AND x.reason = 'BRAND' AND x.at < @before
ORDER BY channel;

-- name: ConsentEventsAt :many
-- The newest, and those that decide, however old.
SELECT id, channel, purpose, granted, source, wording_version, language, occurred_at, undated, recorded_at, seq,
       (SELECT count(*) FROM consent_event a WHERE a.tenant_id = @tenant_id AND a.subject = @subject AND a.recorded_at < @before)::bigint AS held
FROM consent_event
WHERE tenant_id = @tenant_id AND subject = @subject AND recorded_at < @before
  AND (id = ANY(@deciding::bigint[]) OR id IN (
    SELECT n.id FROM consent_event n WHERE n.tenant_id = @tenant_id AND n.subject = @subject AND n.recorded_at < @before
    ORDER BY n.id DESC LIMIT 200))
ORDER BY id DESC;

-- name: ConsentEventsOfLink :many
SELECT * FROM consent_event WHERE tenant_id = @tenant_id AND seq = @seq ORDER BY id;
