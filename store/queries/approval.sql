-- name: InsertApproval :execrows
-- No row when the same act on the same subject waits already.
INSERT INTO approval (tenant_id, id, action, subject, payload, digest, changes, maker, created_at, expires_at)
VALUES (@tenant_id, @id, @action, @subject, @payload, @digest, @changes, @maker, @now, @expires_at)
ON CONFLICT (tenant_id, action, subject) WHERE state = 'PENDING' DO NOTHING;

-- name: ExpireApprovals :many
UPDATE approval SET state = 'EXPIRED' WHERE tenant_id = @tenant_id AND state = 'PENDING' AND expires_at <= @now
RETURNING *;

-- name: LockApproval :one
SELECT * FROM approval WHERE tenant_id = @tenant_id AND id = @id FOR UPDATE;

-- name: DecideApproval :execrows
UPDATE approval SET state = @state, checker = sqlc.narg('checker'), reason = @reason, decided_at = @now
WHERE tenant_id = @tenant_id AND id = @id AND state = 'PENDING';

-- name: Approval :one
SELECT * FROM approval WHERE tenant_id = @tenant_id AND id = @id;

-- name: Approvals :many
-- Newest first. A pending one whose time is over counts as expired, whether that is written down yet or not. maker 0: everybody's.
SELECT * FROM approval
WHERE tenant_id = @tenant_id AND id < @before AND (@maker::bigint = 0 OR maker = @maker::bigint)
  AND (@state::text = '' OR @state::text = CASE WHEN state = 'PENDING' AND expires_at <= @now THEN 'EXPIRED' ELSE state END)
ORDER BY id DESC LIMIT @count;

-- name: SecurityPolicy :one
SELECT idle_minutes, session_hours, session_count, approve_above, approve_acts, approval_hours FROM tenant WHERE id = @tenant_id;

-- name: SetSecurityPolicy :exec
UPDATE tenant SET idle_minutes = @idle_minutes, session_hours = @session_hours, session_count = @session_count,
  approve_above = @approve_above, approve_acts = @approve_acts, approval_hours = @approval_hours
WHERE id = @tenant_id;

-- name: RolesOfActive :many
-- Who is there to be a second person.
SELECT role FROM app_user WHERE tenant_id = @tenant_id AND state = 'ACTIVE';

-- name: RoleOf :one
SELECT role, state FROM app_user WHERE tenant_id = @tenant_id AND id = @id;
