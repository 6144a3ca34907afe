-- +goose Up
-- People. The e-mail is unique in the whole installation; it is found by its keyed hash and shown from its sealed value.
CREATE TABLE app_user (
  tenant_id           bigint NOT NULL REFERENCES tenant,
  id                  bigint NOT NULL,
  email_key           bytea NOT NULL UNIQUE,
  email_sealed        bytea NOT NULL,
  name                text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  role                text NOT NULL CHECK (role IN ('OWNER','SECURITY_ADMIN','BRAND_MANAGER','APPROVER','ANALYST','AGENT','DEVELOPER','OPERATOR')),
  state               text NOT NULL DEFAULT 'ACTIVE' CHECK (state IN ('ACTIVE', 'DISABLED')),
  password_hash       text NOT NULL,
  password_changed_at timestamptz NOT NULL,
  created_at          timestamptz NOT NULL,
  last_sign_in_at     timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate('app_user', across => true);
GRANT SELECT, INSERT, UPDATE ON app_user TO posthaste_app;
GRANT SELECT, INSERT, UPDATE ON app_user TO posthaste_across;

-- A TOTP secret. last_step is moved by one conditional update (last_step < step): a code works once.
CREATE TABLE totp_factor (
  tenant_id     bigint NOT NULL,
  user_id       bigint NOT NULL,
  id            bigint NOT NULL,
  secret_sealed bytea NOT NULL,
  state         text NOT NULL CHECK (state IN ('PENDING', 'ACTIVE')),
  last_step     bigint NOT NULL DEFAULT 0,
  created_at    timestamptz NOT NULL,
  confirmed_at  timestamptz,
  PRIMARY KEY (tenant_id, user_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user
);
CREATE UNIQUE INDEX totp_factor_pending ON totp_factor (tenant_id, user_id) WHERE state = 'PENDING';
CREATE UNIQUE INDEX totp_factor_active ON totp_factor (tenant_id, user_id) WHERE state = 'ACTIVE';
CALL isolate('totp_factor', across => true);
GRANT SELECT, INSERT, UPDATE, DELETE ON totp_factor TO posthaste_app;
GRANT SELECT (tenant_id, user_id, state) ON totp_factor TO posthaste_across; -- whether there is one, never the secret

CREATE TABLE recovery_code (
  tenant_id bigint NOT NULL,
  user_id   bigint NOT NULL,
  code_hash bytea NOT NULL,
  PRIMARY KEY (tenant_id, user_id, code_hash),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user
);
CALL isolate('recovery_code');
GRANT SELECT, INSERT, DELETE ON recovery_code TO posthaste_app; -- used up by DELETE … RETURNING

-- Failed tries, counted in a transaction of their own and keyed by user id (or by a keyed hash of the claimed e-mail's
-- unknown user), so that a roll-back or another spelling cannot reset them.
CREATE TABLE auth_failure (
  subject_key bytea PRIMARY KEY, -- keyed hash of (what is tried, user id | claimed e-mail | client address)
  failures    integer NOT NULL,
  last_at     timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON auth_failure TO posthaste_across;

-- A session is one refresh family. Nothing secret of it is kept: refresh token n is made again from (server key, session,
-- n), so a lost reply can be answered a second time.
CREATE TABLE session (
  tenant_id    bigint NOT NULL,
  id           bigint NOT NULL,
  user_id      bigint NOT NULL,
  refresh_n    integer NOT NULL DEFAULT 0,
  rotated_at   timestamptz NOT NULL,
  client_hash  bytea NOT NULL,       -- keyed hash of address and user agent: who may ask a second time
  address      inet NOT NULL,        -- of the last use
  agent        text NOT NULL DEFAULT '',
  factors      text[] NOT NULL,      -- pwd, otp, hwk, recovery
  password_at  timestamptz NOT NULL, -- freshness per factor
  second_at    timestamptz,
  proof_address inet NOT NULL,        -- where the newest proof came from: freshness is good only there
  created_at   timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL, -- the absolute limit
  ended_at     timestamptz,
  end_reason   text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user
);
CREATE UNIQUE INDEX session_id ON session (id);
CREATE INDEX session_of_user ON session (tenant_id, user_id) WHERE ended_at IS NULL;
CALL isolate('session', across => true);
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO posthaste_app;
GRANT SELECT, UPDATE, DELETE ON session TO posthaste_across;

CREATE TABLE api_key (
  tenant_id    bigint NOT NULL REFERENCES tenant,
  id           bigint NOT NULL,
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  prefix       text NOT NULL,           -- ph_live_ab12: what lists show
  key_hash     bytea NOT NULL UNIQUE,
  test         boolean NOT NULL DEFAULT false,
  scopes       text[] NOT NULL,
  cidrs        cidr[] NOT NULL DEFAULT '{}', -- narrows the tenant's list; empty narrows nothing
  created_by   bigint NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at   timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate('api_key', across => true);
GRANT SELECT, INSERT, UPDATE ON api_key TO posthaste_app;
GRANT SELECT, UPDATE ON api_key TO posthaste_across;

-- The allow-list is changed as a whole: a new revision is on TRIAL until it is confirmed from an address it allows, or
-- rolls back by itself at trial_until. At most one revision is ACTIVE and at most one on TRIAL.
CREATE TABLE allow_revision (
  tenant_id    bigint NOT NULL REFERENCES tenant,
  id           bigint NOT NULL,
  state        text NOT NULL CHECK (state IN ('TRIAL', 'ACTIVE', 'PAST', 'ROLLED_BACK')),
  trial_until  timestamptz,
  created_by   bigint,
  created_at   timestamptz NOT NULL,
  confirmed_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX allow_revision_active ON allow_revision (tenant_id) WHERE state = 'ACTIVE';
CREATE UNIQUE INDEX allow_revision_trial ON allow_revision (tenant_id) WHERE state = 'TRIAL';
CREATE TABLE allow_entry (
  tenant_id   bigint NOT NULL,
  revision_id bigint NOT NULL,
  id          bigint NOT NULL,
  cidr        cidr NOT NULL,
  label       text NOT NULL DEFAULT '',
  enabled     boolean NOT NULL DEFAULT true,
  expires_at  timestamptz,
  PRIMARY KEY (tenant_id, revision_id, id),
  FOREIGN KEY (tenant_id, revision_id) REFERENCES allow_revision
);
CREATE TABLE blocked_attempt (
  tenant_id  bigint NOT NULL,
  id         bigint NOT NULL,
  at         timestamptz NOT NULL,
  address    inet NOT NULL,
  credential text NOT NULL, -- SESSION, KEY, SIGN_IN
  user_id    bigint,
  key_id     bigint,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate('allow_revision', across => true);
CALL isolate('allow_entry', across => true);
CALL isolate('blocked_attempt');
GRANT SELECT, INSERT, UPDATE ON allow_revision TO posthaste_app;
GRANT SELECT, INSERT ON allow_entry TO posthaste_app;
GRANT SELECT, UPDATE ON allow_revision TO posthaste_across;
GRANT SELECT ON allow_entry TO posthaste_across;
GRANT SELECT, INSERT, DELETE ON blocked_attempt TO posthaste_app;

CREATE TABLE invite (
  tenant_id    bigint NOT NULL REFERENCES tenant,
  id           bigint NOT NULL,
  token_hash   bytea NOT NULL UNIQUE,
  email_key    bytea NOT NULL,
  email_sealed bytea NOT NULL,
  role         text NOT NULL,
  created_by   bigint,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  used_at      timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate('invite', across => true);
GRANT SELECT, INSERT, UPDATE ON invite TO posthaste_app;
GRANT SELECT, INSERT, UPDATE ON invite TO posthaste_across;

-- Keys that sign access tokens, sealed under the root key. Their age decides what each may do: the newest is published
-- before it signs, and the older ones go on verifying until their tokens are over.
CREATE TABLE signing_key (
  kid        text PRIMARY KEY,
  wrapped    bytea NOT NULL,
  public     bytea NOT NULL,
  created_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON signing_key TO posthaste_across;
