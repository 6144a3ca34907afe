-- +goose Up
-- The tenant's app at Meta: its secret signs webhooks. The webhook's address carries the app's id; the tenant comes from
-- there and from nowhere else.
CREATE TABLE provider_app (
  tenant_id         bigint NOT NULL REFERENCES tenant,
  id                bigint NOT NULL,
  meta_app_id       text NOT NULL,
  secret_sealed     bytea NOT NULL,
  old_secret_sealed bytea,          -- during rotation
  verify_token_hash bytea NOT NULL,
  created_at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX provider_app_id ON provider_app (id);
CREATE UNIQUE INDEX provider_app_meta ON provider_app (tenant_id, meta_app_id);
CALL isolate('provider_app', across => true);
GRANT SELECT, INSERT, UPDATE ON provider_app TO posthaste_app;
GRANT SELECT ON provider_app TO posthaste_across;

-- Meta's business portfolio: the owner of the 24-hour limit, which all its senders share.
CREATE TABLE portfolio (
  tenant_id     bigint NOT NULL REFERENCES tenant,
  id            bigint NOT NULL,
  meta_id       text NOT NULL,
  name          text NOT NULL,
  daily_limit   integer NOT NULL DEFAULT 250, -- unique recipients in a rolling 24 h outside a service window; -1 = unlimited
  reserve       integer NOT NULL DEFAULT 0,   -- kept free for authentication and utility
  token_sealed  bytea,                        -- the system user's token
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, meta_id)
);
CREATE UNIQUE INDEX portfolio_id ON portfolio (id);
CREATE TABLE waba (
  tenant_id       bigint NOT NULL,
  id              bigint NOT NULL,
  portfolio_id    bigint NOT NULL,
  provider_app_id bigint NOT NULL,
  meta_id         text NOT NULL,
  name            text NOT NULL,
  created_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, meta_id),
  FOREIGN KEY (tenant_id, portfolio_id) REFERENCES portfolio,
  FOREIGN KEY (tenant_id, provider_app_id) REFERENCES provider_app
);
CREATE TABLE sender (
  tenant_id       bigint NOT NULL,
  id              bigint NOT NULL,
  portfolio_id    bigint NOT NULL,  -- for SMS and e-mail: the account, a portfolio row of its own
  waba_id         bigint,
  channel         text NOT NULL CHECK (channel IN ('WHATSAPP', 'SMS', 'EMAIL')),
  provider_id     text NOT NULL,    -- WhatsApp: phone-number id
  display         text NOT NULL,    -- the brand's own number as people see it; no personal datum
  verified_name   text NOT NULL DEFAULT '',
  state           text NOT NULL DEFAULT 'ACTIVE' CHECK (state IN ('ACTIVE', 'STOPPED')),
  stop_reason     text NOT NULL DEFAULT '',
  stop_code       integer NOT NULL DEFAULT 0,
  quality         text NOT NULL DEFAULT 'UNKNOWN',
  messages_second smallint NOT NULL DEFAULT 80, -- in + out
  created_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, channel, provider_id),
  FOREIGN KEY (tenant_id, portfolio_id) REFERENCES portfolio,
  FOREIGN KEY (tenant_id, waba_id) REFERENCES waba
);
-- When the receiver last heard of a sender; decides how long an unknown outcome may wait for evidence.
CREATE TABLE sender_heard (
  tenant_id bigint NOT NULL,
  sender_id bigint NOT NULL,
  event_at  timestamptz NOT NULL, -- the newest provider time in a status
  heard_at  timestamptz NOT NULL, -- ours
  inbound   bigint NOT NULL DEFAULT 0, -- messages received, ever: their rate is part of the sender's throughput
  PRIMARY KEY (tenant_id, sender_id)
);
CREATE TABLE template (
  tenant_id       bigint NOT NULL,
  id              bigint NOT NULL,
  waba_id         bigint NOT NULL,
  meta_id         text,             -- set once submitted
  name            text NOT NULL CHECK (name ~ '^[a-z0-9_]+$' AND length(name) <= 512),
  language        text NOT NULL,
  category        text NOT NULL CHECK (category IN ('MARKETING', 'UTILITY', 'AUTHENTICATION')),
  asked_category  text NOT NULL CHECK (asked_category IN ('MARKETING', 'UTILITY', 'AUTHENTICATION')), -- Meta may change it silently
  parameter_format text NOT NULL DEFAULT 'POSITIONAL' CHECK (parameter_format IN ('POSITIONAL', 'NAMED')),
  components      jsonb NOT NULL,
  state           text NOT NULL DEFAULT 'DRAFT' CHECK (state IN ('DRAFT','SUBMITTING','PENDING','APPROVED','REJECTED','PAUSED','DISABLED','FLAGGED','IN_APPEAL','LIMIT_EXCEEDED','PENDING_DELETION','DELETED','ARCHIVED')),
  state_reason    text NOT NULL DEFAULT '',
  state_at        timestamptz NOT NULL,
  quality         text NOT NULL DEFAULT 'UNKNOWN',
  revision        integer NOT NULL DEFAULT 1,
  created_by      bigint,
  created_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, waba_id) REFERENCES waba
);
CREATE UNIQUE INDEX template_name ON template (tenant_id, waba_id, name, language) WHERE state <> 'DELETED';
CREATE INDEX template_meta ON template (tenant_id, meta_id);
CALL isolate('portfolio', across => true);
CALL isolate('waba');
CALL isolate('sender', across => true);
CALL isolate('sender_heard');
CALL isolate('template');
GRANT SELECT, INSERT, UPDATE ON portfolio, waba, sender, sender_heard, template TO posthaste_app;
GRANT SELECT ON portfolio, sender TO posthaste_across;

-- Who sends for a portfolio. The row changes only when ownership moves; epoch grows by one each time and fences claims.
CREATE TABLE portfolio_owner (
  portfolio_id bigint PRIMARY KEY,
  tenant_id    bigint NOT NULL,
  process_id   bigint NOT NULL,
  epoch        bigint NOT NULL,
  taken_at     timestamptz NOT NULL,
  clear_at     timestamptz NOT NULL -- inherited intents count as in flight until then
);
CALL isolate('portfolio_owner', across => true);
GRANT SELECT, UPDATE ON portfolio_owner TO posthaste_app; -- UPDATE: FOR SHARE needs it
GRANT SELECT, INSERT, UPDATE, DELETE ON portfolio_owner TO posthaste_across;

-- The durable twin of the rolling 24-hour window that the owner keeps in memory.
CREATE TABLE limit_window (
  tenant_id    bigint NOT NULL,
  portfolio_id bigint NOT NULL,
  subject      bigint NOT NULL,
  last_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, portfolio_id, subject)
) WITH (fillfactor = 70);
CALL isolate('limit_window', across => true);
GRANT SELECT, INSERT, UPDATE, DELETE ON limit_window TO posthaste_app;
GRANT SELECT, DELETE ON limit_window TO posthaste_across;

-- Until when a person's last inbound message lets us answer in free text.
CREATE TABLE service_window (
  tenant_id  bigint NOT NULL,
  sender_id  bigint NOT NULL,
  subject    bigint NOT NULL,
  open_until timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, sender_id, subject)
) WITH (fillfactor = 70);
CALL isolate('service_window', across => true);
GRANT SELECT, INSERT, UPDATE, DELETE ON service_window TO posthaste_app;
GRANT SELECT, DELETE ON service_window TO posthaste_across;
