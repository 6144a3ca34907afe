-- name: FinishCampaigns :many
-- A running campaign of which nothing waits and nothing is in doubt is done. A chunk and what follows from it change in
-- one transaction, so there is no moment between two attempts in which nothing is there.
UPDATE campaign c SET state = 'DONE', finished_at = @now
WHERE c.state = 'RUNNING'
  AND NOT EXISTS (SELECT FROM chunk k WHERE k.tenant_id = c.tenant_id AND k.campaign_id = c.id)
  AND NOT EXISTS (SELECT FROM unsettled u WHERE u.tenant_id = c.tenant_id AND u.campaign_id = c.id)
RETURNING c.tenant_id, c.id;

-- name: CampaignsToCount :many
-- Campaigns that are over and may have come to more since they were counted: an hour after the last count at the earliest, and
-- the longer they have been over the later.
SELECT tenant_id, id, finished_at FROM campaign
WHERE finished_at IS NOT NULL AND NOT settled
  AND (counted_at IS NULL OR counted_at + GREATEST(interval '1 hour', (counted_at - finished_at) / 4) <= @now::timestamptz)
ORDER BY counted_at NULLS FIRST, id LIMIT @count;
