-- name: Tenant :one
SELECT * FROM tenant WHERE id = @tenant_id;

-- name: CreateTenant :one
-- No row when the tenant exists.
INSERT INTO tenant (id, name, brand, zone, country, locale, currency, address_mode, content_mode, message_days, media_days, summary_days, created_at)
VALUES (@tenant_id, @name, @brand, @zone, @country, @locale, @currency, @address_mode, @content_mode, @message_days, @media_days, @summary_days, @created_at)
ON CONFLICT DO NOTHING
RETURNING *;

-- name: SetTenantState :one
-- From one state to the other; no row when it was not in the first.
UPDATE tenant SET state = @state, suspended_at = @suspended_at WHERE id = @tenant_id AND state = @from_state RETURNING *;
