-- name: UserAccess :one
-- What every request of a session is judged by.
SELECT s.id AS session_id, s.refresh_n, s.rotated_at, s.client_hash, s.address, s.agent, s.factors, s.password_at, s.second_at,
       s.proof_address, s.created_at, s.last_used_at, s.expires_at, (s.ended_at IS NOT NULL)::boolean AS ended,
       u.id AS user_id, u.email_sealed, u.name, u.role, u.state AS user_state, u.created_at AS user_created_at, u.last_sign_in_at,
       t.state AS tenant_state, t.brand, t.bootstrap_address, t.idle_minutes, t.session_hours, t.session_count
FROM session s
JOIN app_user u ON u.tenant_id = @tenant_id AND u.id = s.user_id
JOIN tenant t ON t.id = @tenant_id
WHERE s.tenant_id = @tenant_id AND s.id = @session_id;

-- name: AccountByID :one
SELECT u.tenant_id, u.id, u.email_sealed, u.name, u.role, u.state, u.password_hash, u.password_changed_at, u.created_at, u.last_sign_in_at,
       EXISTS (SELECT FROM totp_factor f WHERE f.tenant_id = @tenant_id AND f.user_id = u.id AND f.state = 'ACTIVE')::boolean AS second_factor,
       t.state AS tenant_state, t.brand, t.bootstrap_address, t.idle_minutes, t.session_hours, t.session_count
FROM app_user u JOIN tenant t ON t.id = u.tenant_id
WHERE u.tenant_id = @tenant_id AND u.id = @id;

-- name: AllowEntries :many
-- The lists in force and on trial.
SELECT r.id AS revision_id, r.state, r.trial_until, r.created_by, r.created_at, e.cidr, COALESCE(e.label, '')::text AS label,
       COALESCE(e.enabled, false)::boolean AS enabled, e.expires_at
FROM allow_revision r
LEFT JOIN allow_entry e ON e.tenant_id = r.tenant_id AND e.revision_id = r.id
WHERE r.tenant_id = @tenant_id AND r.state IN ('ACTIVE', 'TRIAL')
ORDER BY r.id, e.id;

-- name: LockTenantAccess :exec
-- Changes of the allow-list, and of who may act at all, come one after the other. Rows that refer to the tenant can still
-- be inserted meanwhile.
SELECT id FROM tenant WHERE id = @tenant_id FOR NO KEY UPDATE;

-- name: InsertAllowRevision :exec
INSERT INTO allow_revision (tenant_id, id, state, trial_until, created_by, created_at)
VALUES (@tenant_id, @id, @state, sqlc.narg('trial_until'), sqlc.narg('created_by'), @now);

-- name: InsertAllowEntries :exec
INSERT INTO allow_entry (tenant_id, revision_id, id, cidr, label, enabled, expires_at)
SELECT @tenant_id, @revision_id, e.id, e.cidr::cidr, e.label, e.enabled, NULLIF(e.expires_at, 'epoch')
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@cidrs::text[]) AS cidr, unnest(@labels::text[]) AS label,
             unnest(@enableds::boolean[]) AS enabled, unnest(@expiries::timestamptz[]) AS expires_at) e;

-- name: EndTrials :execrows
UPDATE allow_revision SET state = 'ROLLED_BACK' WHERE tenant_id = @tenant_id AND state = 'TRIAL';

-- name: RetireAllowList :exec
UPDATE allow_revision SET state = 'PAST' WHERE tenant_id = @tenant_id AND state = 'ACTIVE';

-- name: ActivateTrial :execrows
UPDATE allow_revision SET state = 'ACTIVE', confirmed_at = @now, trial_until = NULL WHERE tenant_id = @tenant_id AND state = 'TRIAL' AND trial_until > @now;

-- name: SetBootstrapAddress :exec
UPDATE tenant SET bootstrap_address = @address WHERE id = @tenant_id AND bootstrap_address IS NULL;

-- name: InsertBlocked :exec
INSERT INTO blocked_attempt (tenant_id, id, at, address, credential, user_id, key_id)
VALUES (@tenant_id, @id, @at, @address, @credential, sqlc.narg('user_id'), sqlc.narg('key_id'));

-- name: BlockedAttempts :many
SELECT id, at, address, credential, COALESCE(user_id, 0)::bigint AS user_id, COALESCE(key_id, 0)::bigint AS key_id FROM blocked_attempt
WHERE tenant_id = @tenant_id ORDER BY id DESC LIMIT @count;

-- name: RecentVisitors :many
-- When each person and each key that is still good was last seen, per address.
SELECT v.user_id, v.key_id, v.address, v.last_seen FROM visit v
WHERE v.tenant_id = @tenant_id AND v.last_seen > @since
  AND NOT EXISTS (SELECT FROM api_key k WHERE k.tenant_id = @tenant_id AND k.id = v.key_id AND (k.revoked_at IS NOT NULL OR k.expires_at <= @now))
ORDER BY v.last_seen DESC;

-- name: NoteVisit :exec
INSERT INTO visit AS v (tenant_id, user_id, key_id, address, last_seen) VALUES (@tenant_id, @user_id, @key_id, @address, @now)
ON CONFLICT (tenant_id, user_id, key_id, address) DO UPDATE SET last_seen = greatest(v.last_seen, EXCLUDED.last_seen);

-- name: NoteSessionVisit :exec
INSERT INTO visit AS v (tenant_id, user_id, address, last_seen)
SELECT @tenant_id, s.user_id, @address::inet, @now::timestamptz FROM session s WHERE s.tenant_id = @tenant_id AND s.id = @session_id
ON CONFLICT (tenant_id, user_id, key_id, address) DO UPDATE SET last_seen = greatest(v.last_seen, EXCLUDED.last_seen);

-- name: InsertUser :exec
INSERT INTO app_user (tenant_id, id, email_key, email_sealed, name, role, password_hash, password_changed_at, created_at)
VALUES (@tenant_id, @id, @email_key, @email_sealed, @name, @role, @password_hash, @now, @now);

-- name: Users :many
SELECT u.id, u.email_sealed, u.name, u.role, u.state, u.created_at, u.last_sign_in_at,
       EXISTS (SELECT FROM totp_factor f WHERE f.tenant_id = @tenant_id AND f.user_id = u.id AND f.state = 'ACTIVE')::boolean AS second_factor
FROM app_user u WHERE u.tenant_id = @tenant_id AND (cardinality(@ids::bigint[]) = 0 OR u.id = ANY(@ids::bigint[])) ORDER BY u.name, u.id;

-- name: SetUserState :execrows
UPDATE app_user SET state = @state WHERE tenant_id = @tenant_id AND id = @id;

-- name: CountOwners :one
-- Who can give others access: owners, and operators in the platform's tenant.
SELECT count(*)::integer AS owners FROM app_user WHERE tenant_id = @tenant_id AND role IN ('OWNER', 'OPERATOR') AND state = 'ACTIVE' AND id <> @but;

-- name: SetPasswordHash :exec
-- The same password in another form: never over one that was chosen meanwhile.
UPDATE app_user SET password_hash = @password_hash WHERE tenant_id = @tenant_id AND id = @id AND password_hash = @old::text;

-- name: ChangePassword :exec
-- What was begun with the old password is over from this moment on.
UPDATE app_user SET password_hash = @password_hash, password_changed_at = @now WHERE tenant_id = @tenant_id AND id = @id;

-- name: InsertPasswordReset :exec
INSERT INTO password_reset (tenant_id, id, user_id, token_hash, created_at, expires_at)
VALUES (@tenant_id, @id, @user_id, @token_hash, @now, @expires_at);

-- name: ClosePasswordResets :exec
UPDATE password_reset SET used_at = @now WHERE tenant_id = @tenant_id AND user_id = @user_id AND used_at IS NULL;

-- name: UsePasswordReset :execrows
UPDATE password_reset SET used_at = @now WHERE tenant_id = @tenant_id AND id = @id AND used_at IS NULL AND expires_at > @now;

-- name: KnowsAddress :one
-- Whether the user is new, or has had a session from the network before.
SELECT (NOT EXISTS (SELECT FROM session s WHERE s.tenant_id = @tenant_id AND s.user_id = @user_id)
     OR EXISTS (SELECT FROM session s WHERE s.tenant_id = @tenant_id AND s.user_id = @user_id AND s.address <<= @network::cidr))::boolean AS known;

-- name: Recipients :many
-- Who is told of an event: the persons it is about, and those who watch over the tenant.
SELECT u.id, u.email_sealed, u.name, u.role FROM app_user u
WHERE u.tenant_id = @tenant_id AND (u.id = ANY(@persons::bigint[]) OR u.state = 'ACTIVE' AND u.role = ANY(@roles::text[])) ORDER BY u.id;

-- name: NoteSignIn :exec
UPDATE app_user SET last_sign_in_at = @now WHERE tenant_id = @tenant_id AND id = @id;

-- name: TotpFactor :one
SELECT id, secret_sealed, last_step FROM totp_factor WHERE tenant_id = @tenant_id AND user_id = @user_id AND state = @state;

-- name: ReplacePendingTotp :exec
INSERT INTO totp_factor (tenant_id, user_id, id, secret_sealed, state, created_at)
VALUES (@tenant_id, @user_id, @id, @secret_sealed, 'PENDING', @now);

-- name: DropPendingTotp :exec
DELETE FROM totp_factor WHERE tenant_id = @tenant_id AND user_id = @user_id AND state = 'PENDING';

-- name: DropActiveTotp :exec
DELETE FROM totp_factor WHERE tenant_id = @tenant_id AND user_id = @user_id AND state = 'ACTIVE';

-- name: ConfirmTotp :execrows
-- The code that confirms is spent by the same statement.
UPDATE totp_factor SET state = 'ACTIVE', confirmed_at = @now, last_step = @step
WHERE tenant_id = @tenant_id AND user_id = @user_id AND id = @id AND state = 'PENDING' AND last_step < @step;

-- name: ConsumeStep :execrows
UPDATE totp_factor SET last_step = @step WHERE tenant_id = @tenant_id AND user_id = @user_id AND state = 'ACTIVE' AND last_step < @step;

-- name: DropRecoveryCodes :exec
DELETE FROM recovery_code WHERE tenant_id = @tenant_id AND user_id = @user_id;

-- name: InsertRecoveryCodes :exec
INSERT INTO recovery_code (tenant_id, user_id, code_hash, digest_key) SELECT @tenant_id, @user_id, unnest(@hashes::bytea[]), @digest_key::text;

-- name: UseRecoveryCode :execrows
DELETE FROM recovery_code WHERE tenant_id = @tenant_id AND user_id = @user_id AND code_hash = ANY(@hashes::bytea[]);

-- name: InsertSession :exec
INSERT INTO session (tenant_id, id, user_id, rotated_at, client_hash, address, agent, factors, password_at, second_at, proof_address,
                     created_at, last_used_at, expires_at)
VALUES (@tenant_id, @id, @user_id, @now, @client_hash, @address, @agent, @factors, @now, @now, @address, @now, @now, @expires_at);

-- name: RotateRefresh :execrows
UPDATE session SET refresh_n = refresh_n + 1, rotated_at = @now, client_hash = @client_hash, address = @address, last_used_at = @now
WHERE tenant_id = @tenant_id AND id = @id AND refresh_n = @presented AND ended_at IS NULL;

-- name: TouchSession :exec
UPDATE session SET last_used_at = @now, address = @address WHERE tenant_id = @tenant_id AND id = @id AND last_used_at < @before;

-- name: FreshSecond :execrows
-- A session that began with another factor has shown this one now.
UPDATE session SET second_at = @now, proof_address = @address,
  factors = CASE WHEN @factor::text = ANY(factors) THEN factors ELSE factors || @factor::text END
WHERE tenant_id = @tenant_id AND id = @id AND ended_at IS NULL;

-- name: EndSessions :execrows
UPDATE session SET ended_at = @now, end_reason = @reason
WHERE tenant_id = @tenant_id AND user_id = @user_id AND ended_at IS NULL
  AND (sqlc.narg('only')::bigint IS NULL OR id = sqlc.narg('only')::bigint) AND (sqlc.narg('but')::bigint IS NULL OR id <> sqlc.narg('but')::bigint);

-- name: LiveSessions :many
SELECT id, user_id, address, agent, factors, created_at, last_used_at, expires_at FROM session
WHERE tenant_id = @tenant_id AND user_id = @user_id AND ended_at IS NULL AND expires_at > @now AND last_used_at > @idle_since ORDER BY last_used_at DESC;

-- name: InsertApiKey :exec
INSERT INTO api_key (tenant_id, id, name, prefix, key_hash, digest_key, test, scopes, cidrs, quota, created_by, created_at, expires_at)
VALUES (@tenant_id, @id, @name, @prefix, @key_hash, @digest_key::text, @test, @scopes, @cidrs, @quota, @created_by, @now, @expires_at);

-- name: RenewApiKeyHash :exec
UPDATE api_key SET key_hash = @key_hash, digest_key = @digest_key::text WHERE tenant_id = @tenant_id AND id = @id;

-- name: ApiKeys :many
SELECT k.id, k.name, k.prefix, k.test, k.scopes, k.cidrs, k.quota, k.created_by, k.created_at, k.expires_at, k.last_used_at, k.revoked_at,
       COALESCE(m.requests, 0)::integer AS last_minute
FROM api_key k LEFT JOIN key_minute m ON m.tenant_id = @tenant_id AND m.key_id = k.id AND m.minute = @last_minute::timestamptz
WHERE k.tenant_id = @tenant_id ORDER BY k.id DESC;

-- name: KeyAccess :one
-- FindKey, of a key that came in before.
SELECT k.tenant_id, k.id, k.key_hash, k.test, k.scopes, k.cidrs, k.quota, k.created_by, k.expires_at, k.revoked_at,
       u.role, u.state AS user_state, t.state AS tenant_state, t.bootstrap_address, NULL::timestamptz AS seen_here, 0::integer AS requests
FROM api_key k JOIN app_user u ON u.tenant_id = @tenant_id AND u.id = k.created_by JOIN tenant t ON t.id = @tenant_id
WHERE k.tenant_id = @tenant_id AND k.id = @id;

-- name: RevokeApiKey :one
UPDATE api_key k SET revoked_at = COALESCE(k.revoked_at, @now) WHERE k.tenant_id = @tenant_id AND k.id = @id
RETURNING k.id, k.name, k.prefix, k.test, k.scopes, k.cidrs, k.quota, k.created_by, k.created_at, k.expires_at, k.last_used_at, k.revoked_at,
  COALESCE((SELECT m.requests FROM key_minute m WHERE m.tenant_id = @tenant_id AND m.key_id = k.id AND m.minute = @last_minute::timestamptz), 0)::integer AS last_minute;

-- name: EndApiKey :one
-- The key as it was before.
WITH old AS (
  SELECT * FROM api_key o WHERE o.tenant_id = @tenant_id AND o.id = @id AND o.revoked_at IS NULL AND o.expires_at > @now FOR UPDATE
), ended AS (
  UPDATE api_key e SET expires_at = LEAST(e.expires_at, @at::timestamptz) FROM old WHERE e.tenant_id = @tenant_id AND e.id = old.id
)
SELECT k.id, k.name, k.prefix, k.test, k.scopes, k.cidrs, k.quota, k.created_by, k.created_at, k.expires_at, k.last_used_at, k.revoked_at,
  0::integer AS last_minute
FROM old k;

-- name: SetApiKeyQuota :one
UPDATE api_key k SET quota = @quota WHERE k.tenant_id = @tenant_id AND k.id = @id AND k.revoked_at IS NULL AND k.expires_at > @now
RETURNING k.id, k.name, k.prefix, k.test, k.scopes, k.cidrs, k.quota, k.created_by, k.created_at, k.expires_at, k.last_used_at, k.revoked_at,
  COALESCE((SELECT m.requests FROM key_minute m WHERE m.tenant_id = @tenant_id AND m.key_id = k.id AND m.minute = @last_minute::timestamptz), 0)::integer AS last_minute;

-- name: TellKeyLimited :execrows
-- Whether this is the first word of the key's used-up minute.
INSERT INTO key_minute AS m (tenant_id, key_id, minute, refused) VALUES (@tenant_id, @key_id, @minute, true)
ON CONFLICT (tenant_id, key_id, minute) DO UPDATE SET refused = true WHERE NOT m.refused;

-- name: TouchApiKey :exec
UPDATE api_key SET last_used_at = greatest(last_used_at, @now) WHERE tenant_id = @tenant_id AND id = @id;

-- name: InsertInvite :exec
INSERT INTO invite (tenant_id, id, token_hash, email_key, email_sealed, role, created_by, created_at, expires_at)
VALUES (@tenant_id, @id, @token_hash, @email_key, @email_sealed, @role, sqlc.narg('created_by'), @now, @expires_at);

-- name: UseInvite :execrows
-- One made in the moment in which its inviter was disabled is good for nothing either.
UPDATE invite i SET used_at = @now
WHERE i.tenant_id = @tenant_id AND i.id = @id AND i.used_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > @now
  AND (i.created_by IS NULL OR EXISTS (SELECT FROM app_user u WHERE u.tenant_id = @tenant_id AND u.id = i.created_by AND u.state = 'ACTIVE'))
  AND EXISTS (SELECT FROM tenant t WHERE t.id = @tenant_id AND t.state = 'ACTIVE');

-- name: WithdrawInvitesBy :many
-- Those that the person handed out, but for roles that the person may still give.
UPDATE invite SET withdrawn_at = @now
WHERE tenant_id = @tenant_id AND created_by = @created_by::bigint AND role <> ALL(@but::text[]) AND used_at IS NULL AND withdrawn_at IS NULL
RETURNING id;

-- name: WithdrawInvitesOf :exec
-- A person has one open invite: a new one takes the place of the others.
UPDATE invite SET withdrawn_at = @now WHERE tenant_id = @tenant_id AND email_key = @email_key AND used_at IS NULL AND withdrawn_at IS NULL;

-- name: WithdrawInvite :execrows
UPDATE invite SET withdrawn_at = @now WHERE tenant_id = @tenant_id AND id = @id AND used_at IS NULL AND withdrawn_at IS NULL;

-- name: RenewInvite :one
-- With the new token the old one is gone.
UPDATE invite SET token_hash = @token_hash, expires_at = @expires_at
WHERE tenant_id = @tenant_id AND id = @id AND used_at IS NULL AND withdrawn_at IS NULL
RETURNING email_sealed, role;

-- name: OpenInvites :many
-- Those that were neither accepted nor withdrawn, expired ones among them: they can be sent anew.
SELECT id, email_sealed, role, created_by, created_at, expires_at FROM invite
WHERE tenant_id = @tenant_id AND used_at IS NULL AND withdrawn_at IS NULL ORDER BY id DESC;

-- name: InsertAuditEvents :exec
INSERT INTO audit_event (tenant_id, id, seq, at, action, user_id, key_id, address, target, detail)
SELECT @tenant_id, e.id, @seq, @at, e.action, NULLIF(e.user_id, 0), NULLIF(e.key_id, 0), NULLIF(e.address, '')::inet, NULLIF(e.target, 0),
       e.detail::jsonb
FROM (SELECT unnest(@ids::bigint[]) AS id, unnest(@actions::text[]) AS action, unnest(@users::bigint[]) AS user_id,
             unnest(@keys::bigint[]) AS key_id, unnest(@addresses::text[]) AS address, unnest(@targets::bigint[]) AS target,
             unnest(@details::text[]) AS detail) e;

-- name: AuditEvents :many
SELECT * FROM audit_event
WHERE tenant_id = @tenant_id AND id < @before AND (@action::text = '' OR action = @action::text) ORDER BY id DESC LIMIT @count;

-- name: LedgerLinks :many
SELECT seq, kind, rows, prev, hash FROM ledger_link WHERE tenant_id = @tenant_id AND seq > @after ORDER BY seq LIMIT @count;

-- name: AuditEventsOfLinks :many
SELECT * FROM audit_event WHERE tenant_id = @tenant_id AND seq BETWEEN @first AND @last ORDER BY seq, id;

-- name: ConsentEventsOfLinks :many
SELECT * FROM consent_event WHERE tenant_id = @tenant_id AND seq BETWEEN @first AND @last ORDER BY seq, id;

-- name: EventsOutsideLedger :one
-- Entries that no link can cover.
SELECT ((SELECT count(*) FROM audit_event a WHERE a.tenant_id = @tenant_id AND (a.seq < 1 OR a.seq > @last))
      + (SELECT count(*) FROM consent_event c WHERE c.tenant_id = @tenant_id AND (c.seq < 1 OR c.seq > @last)))::bigint AS events;

-- name: EndSurplusSessions :execrows
-- Ends the user's live sessions but the most recently used ones.
UPDATE session u SET ended_at = @now, end_reason = @reason
WHERE u.tenant_id = @tenant_id AND u.ended_at IS NULL AND u.id IN (
  SELECT s.id FROM session s WHERE s.tenant_id = @tenant_id AND s.user_id = @user_id AND s.ended_at IS NULL
    AND s.expires_at > @now AND s.last_used_at > @idle_since
  ORDER BY s.last_used_at DESC, s.id DESC OFFSET @keep FOR UPDATE);
