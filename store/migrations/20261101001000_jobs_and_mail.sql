-- +goose Up
-- River's tables live in a schema of their own, made and kept by River's migrations (see jobs). This role runs jobs: it
-- reaches that schema and nothing else.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('posthaste.roles'));
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'posthaste_jobs') THEN
    CREATE ROLE posthaste_jobs LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
END $$;
-- +goose StatementEnd
CREATE SCHEMA IF NOT EXISTS river;

-- A link that lets a person set a new password, once and soon. It never touches the second factor.
CREATE TABLE password_reset (
  tenant_id  bigint NOT NULL,
  id         bigint NOT NULL,
  user_id    bigint NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user
);
CREATE INDEX password_reset_open ON password_reset (tenant_id, user_id) WHERE used_at IS NULL;
CALL isolate('password_reset', across => true);
GRANT SELECT, INSERT, UPDATE ON password_reset TO posthaste_app;
GRANT SELECT, DELETE ON password_reset TO posthaste_across;

-- A withdrawn invite cannot be accepted; sending one anew gives it another token.
ALTER TABLE invite ADD COLUMN withdrawn_at timestamptz;
CREATE INDEX invite_open ON invite (tenant_id, email_key) WHERE used_at IS NULL AND withdrawn_at IS NULL;
GRANT DELETE ON invite TO posthaste_across;

-- When a count of tries may be forgotten without changing any verdict; NULL for those that only success or a reset clears.
ALTER TABLE auth_failure ADD COLUMN forget_at timestamptz;
ALTER TABLE auth_failure ADD COLUMN told boolean NOT NULL DEFAULT false; -- that it has begun to make its owner wait
CREATE INDEX auth_failure_forget ON auth_failure (forget_at) WHERE forget_at IS NOT NULL;

-- Upkeep forgets what is old in every tenant.
CREATE POLICY across ON blocked_attempt TO posthaste_across USING (true);
GRANT SELECT (tenant_id, id, at), DELETE ON blocked_attempt TO posthaste_across;
CREATE INDEX session_expiry ON session (expires_at);
