-- name: LiveNumbers :one
-- Accepted counts by the ids' time inside the partitions that messages planned for now can be in.
SELECT
  (SELECT count(*) FROM (SELECT FROM message m WHERE m.tenant_id = @tenant_id AND m.id >= @since
    AND m.week BETWEEN @first_week AND @last_week LIMIT 1000000) AS recent)::bigint AS accepted,
  (SELECT coalesce(sum(c.size - c.settled), 0) FROM chunk c WHERE c.tenant_id = @tenant_id)::bigint AS queued,
  (SELECT count(*) FROM unsettled u WHERE u.tenant_id = @tenant_id)::bigint AS unsettled,
  (SELECT through_at FROM export_mark)::timestamptz AS through_at;

-- name: ExportMark :one
SELECT through_at FROM export_mark;

-- name: SenderNames :many
SELECT id, display AS name FROM sender WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]);

-- name: TemplateNames :many
SELECT id, name FROM template WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]);

-- name: CampaignNames :many
SELECT id, name FROM campaign WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]);
