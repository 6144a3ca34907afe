-- name: RoutedSenders :many
-- The senders whose reports come by this app.
SELECT s.id, s.provider_id FROM sender s
JOIN waba w ON w.tenant_id = @tenant_id AND w.id = s.waba_id
WHERE s.tenant_id = @tenant_id AND w.provider_app_id = @app_id AND s.channel = 'WHATSAPP';

-- name: RoutedTenant :one
SELECT country, message_days, address_mode, content_mode FROM tenant WHERE id = @tenant_id;

-- name: KeepRaw :exec
INSERT INTO webhook_raw (tenant_id, id, app_id, received_at, expires_on, reason, sealed, day, delete_by)
VALUES (@tenant_id, @id, @app_id, @received_at, @expires_on, @reason, @sealed, sqlc.narg('day'), sqlc.narg('delete_by'));

-- name: SetDailyLimit :exec
-- The limit is the portfolio's, whichever of its accounts told it.
UPDATE portfolio p SET daily_limit = @daily_limit
WHERE p.tenant_id = @tenant_id AND p.id = (SELECT w.portfolio_id FROM waba w WHERE w.tenant_id = @tenant_id AND w.meta_id = @account);
