-- +goose Up
-- A passkey: the public half, its counter and flags. Nothing in it lets anybody in.
CREATE TABLE passkey (
  tenant_id    bigint NOT NULL,
  user_id      bigint NOT NULL,
  id           bigint NOT NULL,
  credential   bytea NOT NULL,              -- the authenticator's id of it
  record       jsonb NOT NULL,              -- webauthn.Credential: public key, counter, flags
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  created_at   timestamptz NOT NULL,
  last_used_at timestamptz,
  PRIMARY KEY (tenant_id, user_id, id),
  UNIQUE (tenant_id, credential),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user
);
CALL isolate('passkey');
GRANT SELECT, INSERT, UPDATE, DELETE ON passkey TO posthaste_app;

-- A challenge that was given out. It is taken by DELETE … RETURNING, before the answer is looked at: it serves once.
CREATE TABLE passkey_challenge (
  tenant_id  bigint NOT NULL,
  id         bigint NOT NULL,
  user_id    bigint NOT NULL,
  purpose    text NOT NULL CHECK (purpose IN ('REGISTER', 'SIGN_IN', 'STEP_UP')),
  session    jsonb NOT NULL,                -- webauthn.SessionData
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES app_user
);
CREATE INDEX passkey_challenge_of_user ON passkey_challenge (tenant_id, user_id);
CALL isolate('passkey_challenge');
GRANT SELECT, INSERT, DELETE ON passkey_challenge TO posthaste_app;
