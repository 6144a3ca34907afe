-- name: AudienceRunning :one
SELECT EXISTS (SELECT FROM job WHERE tenant_id = @tenant_id AND kind = 'CAMPAIGN_AUDIENCE' AND target = @campaign_id
               AND state = 'RUNNING' AND id <> @job_id)::boolean AS running;
