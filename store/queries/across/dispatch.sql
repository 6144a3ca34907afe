-- name: Wake :exec
SELECT pg_notify('posthaste_wake', '');

-- name: LiveDispatchers :one
SELECT count(*) FROM process WHERE kind = 'dispatch' AND lease_until > clock_timestamp();

-- name: OwnedPortfolios :many
-- Held by processes that are alive.
SELECT o.tenant_id, o.portfolio_id, o.process_id, o.epoch
FROM portfolio_owner o JOIN process p ON p.id = o.process_id AND p.lease_until > clock_timestamp() AND p.kind = 'dispatch';

-- name: WaitingPortfolios :many
-- With work, and held by nobody who is alive. What is left of a tenant that is being deleted is no work.
SELECT f.tenant_id, f.id AS portfolio_id
FROM portfolio f
LEFT JOIN portfolio_owner o ON o.portfolio_id = f.id
LEFT JOIN process p ON p.id = o.process_id AND p.lease_until > clock_timestamp()
WHERE p.id IS NULL AND NOT EXISTS (SELECT FROM tenant t WHERE t.id = f.tenant_id AND t.state = 'DELETING') AND (
  EXISTS (SELECT FROM sender s, generate_series(0, 2) AS g(priority) WHERE s.tenant_id = f.tenant_id AND s.portfolio_id = f.id AND EXISTS (
    SELECT FROM chunk c WHERE c.portfolio_id = f.id AND c.sender_id = s.id AND c.priority = g.priority AND c.run_at <= @now::timestamptz))
  OR EXISTS (SELECT FROM unsettled u WHERE u.portfolio_id = f.id))
ORDER BY f.id;

-- name: TakePortfolios :many
-- clear_in tells for how long calls of the owner before may still be under way: until its lease ends and a call times
-- out. One that gave the portfolio back (process 0) or is long gone has none.
INSERT INTO portfolio_owner AS o (portfolio_id, tenant_id, process_id, epoch, taken_at, clear_at)
SELECT f.id, f.tenant_id, @process_id, 1, clock_timestamp(), clock_timestamp()
FROM portfolio f WHERE f.id = ANY(@portfolios::bigint[])
ORDER BY f.id
ON CONFLICT (portfolio_id) DO UPDATE SET
  process_id = EXCLUDED.process_id, epoch = o.epoch + 1, taken_at = clock_timestamp(),
  clear_at = GREATEST(clock_timestamp(), o.clear_at,
    COALESCE((SELECT p.lease_until + @post_timeout::interval FROM process p WHERE p.id = o.process_id), '-infinity'))
WHERE NOT EXISTS (SELECT FROM process p WHERE p.id = o.process_id AND p.lease_until > clock_timestamp())
RETURNING o.tenant_id, o.portfolio_id, o.epoch, (o.clear_at - o.taken_at)::interval AS clear_in;

-- name: ReleasePortfolios :exec
-- Given back with nothing of this owner under way; an earlier one's calls may still be.
UPDATE portfolio_owner SET process_id = 0, clear_at = GREATEST(clear_at, clock_timestamp())
WHERE process_id = @process_id AND portfolio_id = ANY(@portfolios::bigint[]);

-- name: DueChunks :many
-- Of each sender, priority and campaign the first few chunks that are due and not held already: a large campaign does not
-- hide a small one that came later. The recursion steps through the index from one campaign to the next.
WITH RECURSIVE stream AS (
  SELECT s.portfolio_id, s.id AS sender_id, g.priority, (
    SELECT COALESCE(c.campaign_id, 0) FROM chunk c
    WHERE c.portfolio_id = s.portfolio_id AND c.sender_id = s.id AND c.priority = g.priority
    ORDER BY c.portfolio_id, c.sender_id, c.priority, COALESCE(c.campaign_id, 0) LIMIT 1) AS campaign_id
  FROM sender s CROSS JOIN generate_series(0, 2) AS g(priority)
  WHERE s.portfolio_id = ANY(@portfolios::bigint[])
    AND NOT EXISTS (SELECT FROM (SELECT unnest(@blocked_senders::bigint[]) AS sender_id, unnest(@blocked_priorities::smallint[]) AS priority) AS b
                    WHERE b.sender_id = s.id AND b.priority = g.priority)
  UNION ALL
  SELECT t.portfolio_id, t.sender_id, t.priority, (
    SELECT COALESCE(c.campaign_id, 0) FROM chunk c
    WHERE c.portfolio_id = t.portfolio_id AND c.sender_id = t.sender_id AND c.priority = t.priority AND COALESCE(c.campaign_id, 0) > t.campaign_id
    ORDER BY c.portfolio_id, c.sender_id, c.priority, COALESCE(c.campaign_id, 0) LIMIT 1)
  FROM stream t WHERE t.campaign_id IS NOT NULL
)
SELECT c.tenant_id, c.id, c.portfolio_id, c.sender_id, c.campaign_id, c.template_id, c.channel, c.category, c.priority,
       LEAST(c.run_at, c.deadline)::timestamptz AS run_at, c.deadline, c.attempt, c.payload_id,
       c.positions, c.message_ids, c.subjects, c.week, c.state_week, c.epoch, c.intent, c.marks
FROM stream t CROSS JOIN LATERAL (
  SELECT * FROM chunk d
  WHERE d.portfolio_id = t.portfolio_id AND d.sender_id = t.sender_id AND d.priority = t.priority AND COALESCE(d.campaign_id, 0) = t.campaign_id
    AND d.run_at <= @now::timestamptz AND d.id <> ALL(@held::bigint[]) AND d.intent < d.size
  ORDER BY d.portfolio_id, d.sender_id, d.priority, COALESCE(d.campaign_id, 0), d.run_at, d.id LIMIT @per::integer -- as the index: no sort
) AS c;
