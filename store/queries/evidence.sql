-- name: EvidenceUsers :many
-- People as they were before a moment, which the audit trail tells: what is there now may have come since, and what was there
-- then may be gone. A reset takes every factor and code; codes is how many recovery codes are drawn at a time.
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
), factor_act AS (
  SELECT CASE WHEN a.action IN ('user.created', 'factor.reset') THEN a.target ELSE a.user_id END AS person, a.action, a.seq,
         COALESCE((a.detail->>'codes')::bigint, @codes::bigint) AS drawn
  FROM audit_event a
  WHERE a.tenant_id = @tenant_id AND a.at < @before
    AND (a.action IN ('factor.enrolled', 'factor.replaced', 'factor.reset', 'factor.passkey_added', 'factor.passkey_removed',
                      'factor.recovery_codes_renewed', 'factor.recovery_code_used')
         OR a.action = 'user.created' AND a.detail->>'codes' IS NOT NULL)
), since_reset AS (
  SELECT f.person, f.action, f.drawn, f.seq, f.seq > COALESCE(f.reset, 0) AS counts,
         max(f.seq) FILTER (WHERE f.action IN ('factor.enrolled', 'factor.recovery_codes_renewed', 'user.created')) OVER (PARTITION BY f.person) AS codes_at
  FROM (SELECT g.person, g.action, g.drawn, g.seq, max(g.seq) FILTER (WHERE g.action = 'factor.reset') OVER (PARTITION BY g.person) AS reset FROM factor_act g) AS f
), factor AS (
  SELECT s.person, bool_or(s.action IN ('factor.enrolled', 'factor.replaced', 'user.created')) AS totp,
         count(*) FILTER (WHERE s.action = 'factor.passkey_added') - count(*) FILTER (WHERE s.action = 'factor.passkey_removed') AS passkeys,
         COALESCE(max(s.drawn) FILTER (WHERE s.seq = s.codes_at)
           - count(*) FILTER (WHERE s.action = 'factor.recovery_code_used' AND s.seq > s.codes_at), 0) AS recovery_codes
  FROM since_reset s WHERE s.counts GROUP BY s.person
)
SELECT u.id, u.email_sealed, u.name, COALESCE(r.role, u.role)::text AS role, COALESCE(s.action = 'user.disabled', false)::boolean AS disabled,
       u.created_at, COALESCE(i.at, 'epoch')::timestamptz AS last_sign_in_at,
       COALESCE(f.totp, false)::boolean AS totp, COALESCE(f.passkeys, 0)::bigint AS passkeys, COALESCE(f.recovery_codes, 0)::bigint AS recovery_codes
FROM app_user u
LEFT JOIN signed_in i ON i.user_id = u.id LEFT JOIN role_after r ON r.target = u.id LEFT JOIN state_before s ON s.target = u.id
LEFT JOIN factor f ON f.person = u.id
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
