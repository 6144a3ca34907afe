-- name: SealedMessage :one
SELECT address_sealed, content_sealed FROM message WHERE tenant_id = @tenant_id AND id = @id AND week = @week AND expires_on > @today;
