-- name: EvidenceUsers :many
-- People as they were before a moment: role, state and last sign-in are told by the audit trail; factors are those of now.
-- Who never signed in did so at the epoch.
WITH signed_in AS (
  SELECT a.user_id, max(a.at) AS at FROM audit_event a
  WHERE a.tenant_id = @tenant_id AND a.action = 'session.signed_in' AND a.at < @before::timestamptz GROUP BY a.user_id
), role_after AS (
  SELECT DISTINCT ON (a.target) a.target, a.detail->>'before' AS role FROM audit_event a
  WHERE a.tenant_id = @tenant_id AND a.action = 'user.role_changed' AND a.at >= @before ORDER BY a.target, a.seq, a.id
), state_before AS (
  SELECT DISTINCT ON (a.target) a.target, a.action FROM audit_event a
  WHERE a.tenant_id = @tenant_id AND a.action IN ('user.disabled', 'user.enabled') AND a.at < @before ORDER BY a.target, a.seq DESC, a.id DESC
)
SELECT u.id, u.email_sealed, u.name, COALESCE(r.role, u.role)::text AS role, COALESCE(s.action = 'user.disabled', false)::boolean AS disabled,
       u.created_at, COALESCE(i.at, 'epoch')::timestamptz AS last_sign_in_at,
       EXISTS (SELECT FROM totp_factor f WHERE f.tenant_id = @tenant_id AND f.user_id = u.id AND f.state = 'ACTIVE')::boolean AS totp,
       (SELECT count(*) FROM passkey p WHERE p.tenant_id = @tenant_id AND p.user_id = u.id)::bigint AS passkeys,
       (SELECT count(*) FROM recovery_code c WHERE c.tenant_id = @tenant_id AND c.user_id = u.id)::bigint AS recovery_codes
FROM app_user u
LEFT JOIN signed_in i ON i.user_id = u.id LEFT JOIN role_after r ON r.target = u.id LEFT JOIN state_before s ON s.target = u.id
WHERE u.tenant_id = @tenant_id AND u.created_at < @before
ORDER BY u.id;

-- name: EvidenceTenantKeys :many
-- The day of a key that is for no day is -infinity, which is no moment.
SELECT purpose, (CASE WHEN isfinite(day) THEN day ELSE 'epoch' END)::date AS day, wrapped, created_at FROM tenant_key WHERE tenant_id = @tenant_id ORDER BY purpose DESC, tenant_key.day;

-- name: EvidenceAllowLists :many
-- Every revision with its entries; one without entries has a row of its own.
SELECT r.id AS revision_id, r.state, r.created_by, r.created_at, r.confirmed_at, e.cidr, COALESCE(e.label, '')::text AS label,
       COALESCE(e.enabled, false)::boolean AS enabled, e.expires_at
FROM allow_revision r
LEFT JOIN allow_entry e ON e.tenant_id = r.tenant_id AND e.revision_id = r.id
WHERE r.tenant_id = @tenant_id AND r.created_at < @before
ORDER BY r.created_at, r.id, e.id;

-- name: EvidenceAudit :many
-- A page of the acts of a period, of one action or, if it is empty, of all.
SELECT * FROM audit_event
WHERE tenant_id = @tenant_id AND (seq, id) > (@after_seq::bigint, @after_id::bigint) AND at >= @since AND at < @before
  AND (@action::text = '' OR action = @action::text)
ORDER BY seq, id LIMIT @count;
