-- name: FindUser :one
SELECT u.tenant_id, u.id, u.email_sealed, u.name, u.role, u.state, u.password_hash, u.password_changed_at, u.created_at, u.last_sign_in_at,
       t.state AS tenant_state, t.brand, t.name AS tenant_name, t.bootstrap_address, t.idle_minutes, t.session_hours
FROM app_user u JOIN tenant t ON t.id = u.tenant_id
WHERE u.email_key = ANY(@email_keys::bytea[]);

-- name: FindKey :one
SELECT k.tenant_id, k.id, k.test, k.scopes, k.cidrs, k.created_by, k.expires_at, k.revoked_at, k.last_used_at,
       u.role, u.state AS user_state, t.state AS tenant_state, t.bootstrap_address
FROM api_key k JOIN app_user u ON u.tenant_id = k.tenant_id AND u.id = k.created_by JOIN tenant t ON t.id = k.tenant_id
WHERE k.key_hash = ANY(@hashes::bytea[]);

-- name: FindInvite :one
SELECT i.tenant_id, i.id, i.email_key, i.email_sealed, i.role, i.expires_at, i.used_at, t.brand, t.state AS tenant_state
FROM invite i JOIN tenant t ON t.id = i.tenant_id
WHERE i.token_hash = ANY(@hashes::bytea[]);

-- name: LockTry :one
-- One row per counter; the row lock puts parallel guesses in a row.
INSERT INTO auth_failure (subject_key, failures, last_at) VALUES (@subject_key, 0, @now)
ON CONFLICT (subject_key) DO UPDATE SET failures = auth_failure.failures
RETURNING failures, last_at;

-- name: SetTry :exec
UPDATE auth_failure SET failures = @failures, last_at = @last_at WHERE subject_key = @subject_key;

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
