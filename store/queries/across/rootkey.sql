-- name: NoteRootKey :execrows
INSERT INTO root_key (id, primary_since) VALUES (@id, @now) ON CONFLICT DO NOTHING;

-- name: RootKeySince :one
SELECT primary_since FROM root_key WHERE id = @id;

-- name: TenantsWithKeys :many
SELECT tenant_id FROM tenant_key WHERE purpose = 'TENANT' AND tenant_id > @after ORDER BY tenant_id LIMIT @count;

-- name: RewrapSigningKey :exec
UPDATE signing_key SET wrapped = @renewed WHERE kid = @kid AND wrapped = @wrapped;

-- name: RootKeyUse :one
-- What is sealed, peppered or hashed by other keys than the given ones. The id of what sealed a value follows its first byte.
SELECT (SELECT count(*) FROM tenant_key WHERE purpose = 'TENANT' AND substr(wrapped, 2, 4) <> @wrapping::bytea) AS tenant_keys,
       (SELECT count(*) FROM signing_key WHERE substr(wrapped, 2, 4) <> @sealing::bytea) AS signing_keys,
       (SELECT count(*) FROM app_user WHERE state = 'ACTIVE' AND substring(password_hash FROM 'keyid=([0-9a-f]{8})') IS DISTINCT FROM @pepper::text) AS passwords,
       (SELECT count(*) FROM api_key WHERE revoked_at IS NULL AND expires_at > @now AND digest_key IS DISTINCT FROM @api_keys_under::text) AS api_keys,
       (SELECT count(DISTINCT (tenant_id, user_id)) FROM recovery_code WHERE digest_key IS DISTINCT FROM @codes_under::text) AS recovery_codes;
