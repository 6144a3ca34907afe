-- name: RoutedApp :one
-- The tenant of a webhook comes from here and from nowhere else.
SELECT tenant_id, id, secret_sealed, old_secret_sealed, old_secret_until, verify_token_hash FROM provider_app WHERE id = @id;
