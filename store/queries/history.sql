-- name: InsertPastCampaigns :exec
INSERT INTO campaign (tenant_id, id, name, template_id, sender_id, state, accepted, refused, run_at, created_at, started_at, finished_at)
SELECT @tenant_id, c.id, c.name, c.template_id, c.sender_id, 'DONE', c.accepted, c.refused, c.started_at, c.started_at, c.started_at, c.ended_at
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@names::text[]) AS name, unnest(@template_ids::bigint[]) AS template_id,
             unnest(@sender_ids::bigint[]) AS sender_id, unnest(@accepteds::integer[]) AS accepted, unnest(@refuseds::integer[]) AS refused,
             unnest(@started_ats::timestamptz[]) AS started_at, unnest(@ended_ats::timestamptz[]) AS ended_at) AS c;

-- name: InsertPastMessages :exec
INSERT INTO message (tenant_id, id, week, state_week, expires_on, sender_id, channel, category, subject, country, template_id, campaign_id, planned_at)
SELECT @tenant_id, m.id, m.week, m.state_week, m.expires_on, m.sender_id, m.channel, m.category, m.subject, m.country,
       NULLIF(m.template_id, 0), NULLIF(m.campaign_id, 0), m.planned_at
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@weeks::smallint[]) AS week, unnest(@state_weeks::smallint[]) AS state_week,
             unnest(@expires_ons::date[]) AS expires_on, unnest(@sender_ids::bigint[]) AS sender_id, unnest(@channels::text[]) AS channel,
             unnest(@categories::text[]) AS category, unnest(@subjects::bigint[]) AS subject, unnest(@countries::text[]) AS country,
             unnest(@template_ids::bigint[]) AS template_id, unnest(@campaign_ids::bigint[]) AS campaign_id,
             unnest(@planned_ats::timestamptz[]) AS planned_at) AS m;

-- name: InsertPastStates :exec
INSERT INTO message_state (tenant_id, id, attempt, week, bits, code, bucket, sent_at, delivered_at, read_at, failed_at)
SELECT @tenant_id, s.id, s.attempt, s.week, s.bits, s.code, s.bucket,
       NULLIF(s.sent_at, 'epoch'), NULLIF(s.delivered_at, 'epoch'), NULLIF(s.read_at, 'epoch'), NULLIF(s.failed_at, 'epoch')
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@attempts::smallint[]) AS attempt, unnest(@weeks::smallint[]) AS week,
             unnest(@bits::integer[]) AS bits, unnest(@codes::integer[]) AS code, unnest(@buckets::integer[]) AS bucket,
             unnest(@sent_ats::timestamptz[]) AS sent_at, unnest(@delivered_ats::timestamptz[]) AS delivered_at,
             unnest(@read_ats::timestamptz[]) AS read_at, unnest(@failed_ats::timestamptz[]) AS failed_at) AS s;

-- name: KeepPastResults :exec
UPDATE campaign c SET sent = n.sent, delivered = n.delivered, read = n.read, failed = n.failed, unknown = n.unknown,
  suppressed = n.suppressed, counted_at = @now
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@sents::integer[]) AS sent, unnest(@delivereds::integer[]) AS delivered,
             unnest(@reads::integer[]) AS read, unnest(@faileds::integer[]) AS failed, unnest(@unknowns::integer[]) AS unknown,
             unnest(@suppresseds::integer[]) AS suppressed) AS n
WHERE c.tenant_id = @tenant_id AND c.id = n.id;
