-- name: TenantKeys :one
SELECT wrapped FROM tenant_key WHERE tenant_id = @tenant_id AND purpose = 'TENANT';
