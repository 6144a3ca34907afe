-- name: FindUser :one
-- Whoever belongs to a tenant that is being deleted is nobody any more; so too below.
SELECT u.tenant_id, u.id, u.name, u.role, u.state, u.password_hash, u.password_changed_at, u.created_at, u.last_sign_in_at,
       EXISTS (SELECT FROM totp_factor f WHERE f.tenant_id = u.tenant_id AND f.user_id = u.id AND f.state = 'ACTIVE')::boolean AS second_factor,
       t.state AS tenant_state, t.brand, t.bootstrap_address, t.idle_minutes, t.session_hours, t.session_count
FROM app_user u JOIN tenant t ON t.id = u.tenant_id
WHERE u.email_key = ANY(@email_keys::bytea[]) AND t.state <> 'DELETING';

-- name: AllowEntriesOf :many
-- AllowEntries, before a transaction of the tenant can be begun.
SELECT r.id AS revision_id, r.state, r.trial_until, r.created_by, r.created_at, e.cidr, COALESCE(e.label, '')::text AS label,
       COALESCE(e.enabled, false)::boolean AS enabled, e.expires_at
FROM allow_revision r
LEFT JOIN allow_entry e ON e.tenant_id = r.tenant_id AND e.revision_id = r.id
WHERE r.tenant_id = @tenant_id AND r.state IN ('ACTIVE', 'TRIAL')
ORDER BY r.id, e.id;

-- name: FindKey :one
SELECT k.tenant_id, k.id, k.key_hash, k.test, k.scopes, k.cidrs, k.quota, k.created_by, k.expires_at, k.revoked_at,
       u.role, u.state AS user_state, t.state AS tenant_state, t.bootstrap_address, v.last_seen AS seen_here, COALESCE(m.requests, 0)::integer AS requests
FROM api_key k JOIN app_user u ON u.tenant_id = k.tenant_id AND u.id = k.created_by JOIN tenant t ON t.id = k.tenant_id
LEFT JOIN visit v ON v.tenant_id = k.tenant_id AND v.user_id = 0 AND v.key_id = k.id AND v.address = @address::inet
LEFT JOIN key_minute m ON m.tenant_id = k.tenant_id AND m.key_id = k.id AND m.minute = @minute::timestamptz
WHERE k.key_hash = ANY(@hashes::bytea[]) AND t.state <> 'DELETING';

-- name: AddKeyRequests :many
-- What a server has let in since it last told, and what all servers have by now. Keys that are gone are left out. All
-- servers go through the keys in one order, so that none waits for another in a circle.
INSERT INTO key_minute AS m (tenant_id, key_id, minute, requests)
SELECT k.tenant_id, k.id, n.minute, n.requests
FROM (SELECT unnest(@tenants::bigint[]) AS tenant_id, unnest(@keys::bigint[]) AS key_id, unnest(@minutes::timestamptz[]) AS minute,
             unnest(@requests::integer[]) AS requests) AS n
JOIN api_key k ON k.tenant_id = n.tenant_id AND k.id = n.key_id
ORDER BY k.tenant_id, k.id, n.minute
ON CONFLICT (tenant_id, key_id, minute) DO UPDATE SET requests = m.requests + EXCLUDED.requests
RETURNING tenant_id, key_id, minute, requests;

-- name: FindInvite :one
SELECT i.tenant_id, i.id, i.email_key, i.email_sealed, i.role, i.expires_at, i.used_at, i.withdrawn_at, t.brand, t.state AS tenant_state,
       (i.created_by IS NULL OR EXISTS (SELECT FROM app_user u WHERE u.tenant_id = i.tenant_id AND u.id = i.created_by AND u.state = 'ACTIVE'))::boolean AS inviter_active
FROM invite i JOIN tenant t ON t.id = i.tenant_id
WHERE i.token_hash = ANY(@hashes::bytea[]) AND t.state <> 'DELETING';

-- name: LockTry :one
-- One row per counter; the row lock puts parallel guesses in a row.
INSERT INTO auth_failure (subject_key, failures, last_at) VALUES (@subject_key, 0, @now)
ON CONFLICT (subject_key) DO UPDATE SET failures = auth_failure.failures
RETURNING failures, last_at;

-- name: SetTry :exec
UPDATE auth_failure SET failures = @failures, last_at = @last_at, forget_at = sqlc.narg('forget_at') WHERE subject_key = @subject_key;

-- name: TellLockout :execrows
-- True once for each run of failures: for the first that finds the count at its limit.
UPDATE auth_failure SET told = true WHERE subject_key = @subject_key AND failures >= @free AND NOT told;

-- name: ClearTries :exec
DELETE FROM auth_failure WHERE subject_key = ANY(@subject_keys::bytea[]);

-- name: SigningKeys :many
SELECT kid, wrapped, public, created_at FROM signing_key ORDER BY created_at;

-- name: LockSigningKeys :exec
SELECT pg_advisory_xact_lock(7202);

-- name: InsertSigningKey :exec
INSERT INTO signing_key (kid, wrapped, public, created_at) VALUES (@kid, @wrapped, @public, @created_at);

-- name: DeleteSigningKeys :exec
DELETE FROM signing_key WHERE kid = ANY(@kids::text[]);

-- name: SessionTenant :one
SELECT tenant_id FROM session WHERE id = @id;
