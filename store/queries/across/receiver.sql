-- name: RoutedApp :one
-- The tenant of a webhook comes from here and from nowhere else. One that is being deleted hears nothing any more.
SELECT a.tenant_id, a.id, a.secret_sealed, a.old_secret_sealed, a.old_secret_until, a.verify_token_hash
FROM provider_app a JOIN tenant t ON t.id = a.tenant_id WHERE a.id = @id AND t.state <> 'DELETING';
