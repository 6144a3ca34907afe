-- name: DayKey :one
SELECT wrapped FROM tenant_key WHERE tenant_id = @tenant_id AND purpose = 'DAY' AND day = @day;

-- name: CreateDayKey :exec
-- The first of several creators wins; the others read its row.
INSERT INTO tenant_key (tenant_id, purpose, day, wrapped, created_at)
VALUES (@tenant_id, 'DAY', @day, @wrapped, @created_at)
ON CONFLICT DO NOTHING;

-- name: CreateTenantKeys :exec
INSERT INTO tenant_key (tenant_id, purpose, wrapped, created_at)
VALUES (@tenant_id, 'TENANT', @wrapped, @created_at);
