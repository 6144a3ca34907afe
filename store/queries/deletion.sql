-- name: BeginDeletion :one
-- Only from SUSPENDED, and only for who knows the name.
UPDATE tenant SET state = 'DELETING', deleting_at = @now WHERE id = @tenant_id AND state = 'SUSPENDED' AND name = @name RETURNING *;

-- name: DestroyKeys :exec
DELETE FROM tenant_key WHERE tenant_id = @tenant_id;

-- name: DropAllSessions :exec
DELETE FROM session WHERE tenant_id = @tenant_id;

-- name: DropAllTOTP :exec
DELETE FROM totp_factor WHERE tenant_id = @tenant_id;

-- name: DropAllPasskeys :exec
DELETE FROM passkey WHERE tenant_id = @tenant_id;

-- name: DropAllRecoveryCodes :exec
DELETE FROM recovery_code WHERE tenant_id = @tenant_id;

-- name: DisableUsers :exec
UPDATE app_user SET state = 'DISABLED', password_hash = '' WHERE tenant_id = @tenant_id;

-- name: RevokeKeys :exec
UPDATE api_key SET revoked_at = @now WHERE tenant_id = @tenant_id AND revoked_at IS NULL;

-- name: WithdrawInvites :exec
UPDATE invite SET withdrawn_at = @now WHERE tenant_id = @tenant_id AND used_at IS NULL AND withdrawn_at IS NULL;

-- name: SpendResets :exec
UPDATE password_reset SET used_at = @now WHERE tenant_id = @tenant_id AND used_at IS NULL;

-- name: DropTokens :exec
UPDATE portfolio SET token_sealed = NULL WHERE tenant_id = @tenant_id;

-- name: DropSecrets :exec
UPDATE provider_app SET secret_sealed = '', old_secret_sealed = NULL WHERE tenant_id = @tenant_id;

-- name: DeletionsOf :many
-- What the platform's ledger keeps of a tenant's deletion; a tenant is deleted once.
SELECT e.detail FROM audit_event e WHERE e.tenant_id = @tenant_id AND e.action = 'tenant.deletion_started' AND e.target = @tenant;

-- name: ActFor :exec
-- Whose rows the transaction sees from here on.
SELECT set_config('app.tenant', @tenant::text, true);

-- name: TenantTables :many
-- This and what follows is for the owner of the tables.
SELECT tenant_tables()::text AS name;

-- name: ForgetTenantRows :one
SELECT forget_tenant_rows(@tenant_id::bigint, @tbl::text, @most::integer)::bigint AS gone;

-- name: ForgetTenant :one
SELECT forget_tenant(@tenant_id::bigint)::boolean AS gone;
