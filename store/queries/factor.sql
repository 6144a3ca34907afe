-- name: FactorsOf :one
SELECT EXISTS (SELECT FROM totp_factor f WHERE f.tenant_id = @tenant_id AND f.user_id = @user_id AND f.state = 'ACTIVE')::boolean AS totp,
       (SELECT count(*) FROM passkey p WHERE p.tenant_id = @tenant_id AND p.user_id = @user_id)::integer AS passkeys,
       (SELECT count(*) FROM recovery_code c WHERE c.tenant_id = @tenant_id AND c.user_id = @user_id)::integer AS recovery_codes;

-- name: FactorCoverage :many
SELECT u.id,
       EXISTS (SELECT FROM totp_factor f WHERE f.tenant_id = @tenant_id AND f.user_id = u.id AND f.state = 'ACTIVE')::boolean AS totp,
       (SELECT count(*) FROM passkey p WHERE p.tenant_id = @tenant_id AND p.user_id = u.id)::integer AS passkeys,
       (SELECT count(*) FROM recovery_code c WHERE c.tenant_id = @tenant_id AND c.user_id = u.id)::integer AS recovery_codes
FROM app_user u WHERE u.tenant_id = @tenant_id AND u.state = 'ACTIVE' ORDER BY u.name, u.id;

-- name: DropTotp :exec
DELETE FROM totp_factor WHERE tenant_id = @tenant_id AND user_id = @user_id;

-- name: DropPasskeys :exec
DELETE FROM passkey WHERE tenant_id = @tenant_id AND user_id = @user_id;

-- name: Passkeys :many
SELECT * FROM passkey WHERE tenant_id = @tenant_id AND user_id = @user_id ORDER BY id;

-- name: InsertPasskey :execrows
INSERT INTO passkey (tenant_id, user_id, id, credential, record, name, created_at)
VALUES (@tenant_id, @user_id, @id, @credential, @record, @name, @now)
ON CONFLICT (tenant_id, credential) DO NOTHING;

-- name: UsePasskey :execrows
UPDATE passkey SET record = @record, last_used_at = @now WHERE tenant_id = @tenant_id AND user_id = @user_id AND credential = @credential;

-- name: RenamePasskey :execrows
UPDATE passkey SET name = @name WHERE tenant_id = @tenant_id AND user_id = @user_id AND id = @id;

-- name: RemovePasskey :execrows
DELETE FROM passkey WHERE tenant_id = @tenant_id AND user_id = @user_id AND id = @id;

-- name: PutChallenge :exec
INSERT INTO passkey_challenge (tenant_id, id, user_id, purpose, session, expires_at)
VALUES (@tenant_id, @id, @user_id, @purpose, @session, @expires_at);

-- name: DropStaleChallenges :exec
DELETE FROM passkey_challenge WHERE tenant_id = @tenant_id AND user_id = @user_id AND expires_at <= @now;

-- name: DropChallenges :exec
DELETE FROM passkey_challenge WHERE tenant_id = @tenant_id AND user_id = @user_id;

-- name: TakeChallenge :one
DELETE FROM passkey_challenge
WHERE tenant_id = @tenant_id AND id = @id AND user_id = @user_id AND purpose = @purpose AND expires_at > @now
RETURNING session;

-- name: SetUserRole :execrows
UPDATE app_user SET role = @role WHERE tenant_id = @tenant_id AND id = @id;

-- name: LockUser :one
SELECT state, password_changed_at FROM app_user WHERE tenant_id = @tenant_id AND id = @id FOR NO KEY UPDATE;
