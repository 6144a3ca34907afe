-- name: ForgetTries :execrows
-- Counts that decide nothing any more.
DELETE FROM auth_failure WHERE subject_key IN (
  SELECT f.subject_key FROM auth_failure f WHERE f.forget_at < @now LIMIT @most);

-- name: ForgetBlocked :execrows
DELETE FROM blocked_attempt WHERE (tenant_id, id) IN (
  SELECT b.tenant_id, b.id FROM blocked_attempt b WHERE b.at < @before LIMIT @most);

-- name: ForgetVisits :execrows
DELETE FROM visit WHERE (tenant_id, user_id, key_id, address) IN (
  SELECT v.tenant_id, v.user_id, v.key_id, v.address FROM visit v WHERE v.last_seen < @before LIMIT @most);

-- name: ForgetKeyMinutes :execrows
DELETE FROM key_minute WHERE (tenant_id, key_id, minute) IN (
  SELECT m.tenant_id, m.key_id, m.minute FROM key_minute m WHERE m.minute < @before LIMIT @most);

-- name: ForgetSessions :execrows
DELETE FROM session WHERE (tenant_id, id) IN (
  SELECT s.tenant_id, s.id FROM session s WHERE s.expires_at < @before LIMIT @most);

-- name: ForgetInvites :execrows
DELETE FROM invite WHERE (tenant_id, id) IN (
  SELECT i.tenant_id, i.id FROM invite i WHERE i.expires_at < @before LIMIT @most);

-- name: ForgetPasswordResets :execrows
DELETE FROM password_reset WHERE (tenant_id, id) IN (
  SELECT r.tenant_id, r.id FROM password_reset r WHERE r.expires_at < @before LIMIT @most);

-- name: TenantsWithTrialsOver :many
SELECT r.tenant_id FROM allow_revision r JOIN tenant t ON t.id = r.tenant_id
WHERE r.state = 'TRIAL' AND r.trial_until <= @now AND t.state <> 'DELETING';

-- name: TenantsWithApprovalsOver :many
SELECT DISTINCT a.tenant_id FROM approval a JOIN tenant t ON t.id = a.tenant_id
WHERE a.state = 'PENDING' AND a.expires_at <= @now AND t.state <> 'DELETING';

-- name: FindPasswordReset :one
SELECT r.tenant_id, r.id, r.user_id, r.expires_at, r.used_at FROM password_reset r JOIN tenant t ON t.id = r.tenant_id
WHERE r.token_hash = ANY(@hashes::bytea[]) AND t.state <> 'DELETING';
