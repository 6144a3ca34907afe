-- name: DayKey :one
SELECT wrapped FROM tenant_key WHERE tenant_id = @tenant_id AND purpose = 'DAY' AND day = @day;

-- name: CreateDayKey :exec
-- The first of several creators wins; the others read its row.
INSERT INTO tenant_key (tenant_id, purpose, day, wrapped, created_at)
VALUES (@tenant_id, 'DAY', @day, @wrapped, @created_at)
ON CONFLICT DO NOTHING;

-- name: LockTenantKeys :one
SELECT wrapped FROM tenant_key WHERE tenant_id = @tenant_id AND purpose = 'TENANT' FOR UPDATE;

-- name: RewrapTenantKeys :exec
UPDATE tenant_key SET wrapped = @wrapped WHERE tenant_id = @tenant_id AND purpose = 'TENANT';

-- name: UserEmails :many
SELECT id, email_key, email_sealed FROM app_user WHERE tenant_id = @tenant_id ORDER BY id;

-- name: SetUserEmailKeys :exec
UPDATE app_user u SET email_key = e.email_key
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@email_keys::bytea[]) AS email_key) e
WHERE u.tenant_id = @tenant_id AND u.id = e.id;

-- name: CreateTenantKeys :exec
INSERT INTO tenant_key (tenant_id, purpose, wrapped, created_at)
VALUES (@tenant_id, 'TENANT', @wrapped, @created_at);
