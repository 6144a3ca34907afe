-- name: NoteRootKey :execrows
INSERT INTO root_key (id, primary_since) VALUES (@id, @now) ON CONFLICT DO NOTHING;

-- name: RootKeySince :one
SELECT primary_since FROM root_key WHERE id = @id;

-- name: TenantsWithKeys :many
SELECT tenant_id FROM tenant_key WHERE purpose = 'TENANT' AND tenant_id > @after ORDER BY tenant_id LIMIT @count;

-- name: RewrapSigningKey :exec
UPDATE signing_key SET wrapped = @renewed WHERE kid = @kid AND wrapped = @wrapped;

-- name: RootKeyUse :many
-- What is sealed, peppered or hashed, by the id of the key that did it; empty where a row does not say. The id of what sealed a
-- value follows its first byte.
SELECT 'tenant keys'::text AS what, encode(substr(wrapped, 2, 4), 'hex')::text AS under, count(*)::bigint AS count
FROM tenant_key WHERE purpose = 'TENANT' GROUP BY under
UNION ALL
SELECT 'signing keys', encode(substr(wrapped, 2, 4), 'hex'), count(*) FROM signing_key GROUP BY 2
UNION ALL
SELECT 'passwords', COALESCE(substring(password_hash FROM 'keyid=([0-9a-f]{8})'), ''), count(*) FROM app_user WHERE state = 'ACTIVE' GROUP BY 2
UNION ALL
SELECT 'API keys', COALESCE(digest_key, ''), count(*) FROM api_key WHERE revoked_at IS NULL AND expires_at > @now GROUP BY 2
UNION ALL
SELECT 'recovery codes', COALESCE(digest_key, ''), count(DISTINCT (tenant_id, user_id)) FROM recovery_code GROUP BY 2;
