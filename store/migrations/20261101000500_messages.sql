-- +goose Up
CREATE TABLE campaign (
  tenant_id    bigint NOT NULL REFERENCES tenant,
  id           bigint NOT NULL,
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  template_id  bigint NOT NULL,
  sender_id    bigint NOT NULL,
  state        text NOT NULL DEFAULT 'DRAFT' CHECK (state IN ('DRAFT', 'IMPORTING', 'READY', 'RUNNING', 'PAUSED', 'DONE', 'STOPPED')),
  state_reason text NOT NULL DEFAULT '',
  accepted     integer NOT NULL DEFAULT 0, -- rows that became messages
  refused      integer NOT NULL DEFAULT 0, -- rows that did not
  run_at       timestamptz,
  created_by   bigint,
  created_at   timestamptz NOT NULL,
  started_at   timestamptz,
  finished_at  timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, template_id) REFERENCES template,
  FOREIGN KEY (tenant_id, sender_id) REFERENCES sender
);
CREATE INDEX campaign_running ON campaign (tenant_id, id) WHERE state = 'RUNNING';
-- Refused rows by reason, with a few line numbers to look up in the file; never the row itself.
CREATE TABLE campaign_refusal (
  tenant_id   bigint NOT NULL,
  campaign_id bigint NOT NULL,
  code        text NOT NULL,
  count       integer NOT NULL,
  lines       integer[] NOT NULL DEFAULT '{}', -- the first 100
  PRIMARY KEY (tenant_id, campaign_id, code),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaign
);
CALL isolate('campaign', across => true);
CALL isolate('campaign_refusal');
GRANT SELECT, INSERT, UPDATE ON campaign TO posthaste_app;
GRANT SELECT, UPDATE ON campaign TO posthaste_across;
GRANT SELECT, INSERT, UPDATE, DELETE ON campaign_refusal TO posthaste_app;

-- The facts of a message; never updated. week is the expiry week (Mondays since 2024-01-01) and the partition: the id
-- shown outside carries it. address_sealed and content_sealed are set in plain mode only.
CREATE TABLE message (
  tenant_id      bigint NOT NULL,
  id             bigint NOT NULL,
  week           smallint NOT NULL,
  state_week     smallint NOT NULL, -- partition of its message_state rows, at least 45 days after the planned send
  expires_on     date NOT NULL,     -- last planned send day + the tenant's term, stamped once
  sender_id      bigint NOT NULL,
  channel        text NOT NULL,
  category       text NOT NULL,
  subject        bigint NOT NULL,
  country        char(2) NOT NULL,  -- of the address; 'ZZ' unknown
  template_id    bigint,
  campaign_id    bigint,
  key_id         bigint,            -- the API key that sent it
  planned_at     timestamptz NOT NULL,
  address_sealed bytea,
  content_sealed bytea,
  PRIMARY KEY (tenant_id, id, week)
) PARTITION BY RANGE (week);
CREATE INDEX message_campaign ON message (tenant_id, campaign_id, id) WHERE campaign_id IS NOT NULL;
-- A campaign reaches a person once: looked up by people while its audience is read.
CREATE INDEX message_campaign_person ON message (tenant_id, campaign_id, subject) WHERE campaign_id IS NOT NULL;
CREATE INDEX message_subject ON message (tenant_id, subject, id);
CALL isolate('message', across => true);
GRANT SELECT, INSERT ON message TO posthaste_app;
GRANT SELECT, DELETE ON message TO posthaste_across;

-- What became of one attempt. Bits are messaging.State; each is set once and each new bit is one event. Only narrow HOT
-- updates happen here: nothing that changes later is indexed.
CREATE TABLE message_state (
  tenant_id       bigint NOT NULL,
  id              bigint NOT NULL,
  attempt         smallint NOT NULL,
  week            smallint NOT NULL,  -- message.state_week
  bits            integer NOT NULL,
  code            integer NOT NULL DEFAULT 0, -- the provider's error, or our refusal's number
  bucket          integer NOT NULL,   -- 15-minute slot of the send, since 1970
  provider_hash   bigint,             -- keyed 64-bit hash of the provider's message id
  provider_sealed bytea,              -- the value itself; sealed with the address's life
  sent_at         timestamptz,
  delivered_at    timestamptz,
  read_at         timestamptz,
  failed_at       timestamptz,
  pricing         text NOT NULL DEFAULT '', -- type/category as told by the webhook
  PRIMARY KEY (tenant_id, id, attempt, week)
) PARTITION BY RANGE (week);
CREATE INDEX message_state_provider ON message_state (tenant_id, provider_hash) WHERE provider_hash IS NOT NULL;
CALL isolate('message_state', across => true);
GRANT SELECT, INSERT, UPDATE ON message_state TO posthaste_app;
GRANT SELECT, DELETE ON message_state TO posthaste_across;

-- Addresses and variables of a chunk's recipients, sealed under the day's key; deleted when no attempt can follow.
CREATE TABLE payload (
  tenant_id  bigint NOT NULL,
  id         bigint NOT NULL,
  day        date NOT NULL,
  delete_by  timestamptz NOT NULL, -- hard limit: 72 h after the last planned attempt
  sealed     bytea NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX payload_day ON payload (tenant_id, day);
CALL isolate('payload', across => true);
GRANT SELECT, INSERT, UPDATE, DELETE ON payload TO posthaste_app;
GRANT SELECT, DELETE ON payload TO posthaste_across;

-- Work to send: at most 200 recipients of one sender, in order. Timers are chunks with a later run_at; a held campaign's
-- chunks have run_at 'infinity'. Recipients from intent on have certainly not been called; of those below, marks tells
-- whose outcome is recorded (bit i for recipient i) and settled counts them; the rest may be under way. An unset mark is
-- the one right to decide what follows an attempt: whoever sets it may queue the next one.
CREATE TABLE chunk (
  tenant_id    bigint NOT NULL,
  id           bigint NOT NULL,
  portfolio_id bigint NOT NULL,
  sender_id    bigint NOT NULL,
  campaign_id  bigint,
  template_id  bigint,
  channel      text NOT NULL,
  category     text NOT NULL,
  priority     smallint NOT NULL,      -- 0 authentication, 1 utility and service, 2 marketing
  run_at       timestamptz NOT NULL,
  deadline     timestamptz NOT NULL,   -- not sent after this
  attempt      smallint NOT NULL DEFAULT 1,
  payload_id   bigint NOT NULL,
  positions    smallint[] NOT NULL,    -- of its recipients in the payload
  message_ids  bigint[] NOT NULL,
  subjects     bigint[] NOT NULL,
  week         smallint NOT NULL,
  state_week   smallint NOT NULL,
  epoch        bigint NOT NULL DEFAULT 0, -- of the owner that wrote intent
  intent       smallint NOT NULL DEFAULT 0,
  marks        bit(200) NOT NULL DEFAULT 0::bit(200),
  settled      smallint NOT NULL GENERATED ALWAYS AS (bit_count(marks)::smallint) STORED,
  PRIMARY KEY (tenant_id, id),
  CHECK (cardinality(message_ids) BETWEEN 1 AND 200 AND cardinality(positions) = cardinality(message_ids) AND cardinality(subjects) = cardinality(message_ids)),
  CHECK (0 <= settled AND settled <= intent AND intent <= cardinality(message_ids))
) WITH (fillfactor = 60);
-- By sender and campaign: what waits costs the others nothing.
CREATE INDEX chunk_due ON chunk (portfolio_id, sender_id, priority, COALESCE(campaign_id, 0), run_at, id);
CREATE INDEX chunk_campaign ON chunk (tenant_id, campaign_id) WHERE campaign_id IS NOT NULL;
CREATE INDEX chunk_payload ON chunk (tenant_id, payload_id);
CALL isolate('chunk', across => true);
GRANT SELECT, INSERT, UPDATE, DELETE ON chunk TO posthaste_app;
GRANT SELECT ON chunk TO posthaste_across;

-- Attempts whose outcome is unknown: they wait for a webhook that carries our id. waited counts only time in which the
-- receiver was up and heard later events of the same sender.
CREATE TABLE unsettled (
  tenant_id    bigint NOT NULL,
  id           bigint NOT NULL,
  attempt      smallint NOT NULL,
  week         smallint NOT NULL,
  state_week   smallint NOT NULL,
  portfolio_id bigint NOT NULL,
  sender_id    bigint NOT NULL,
  campaign_id  bigint,
  template_id  bigint,
  channel      text NOT NULL,
  category     text NOT NULL,
  subject      bigint NOT NULL,
  payload_id   bigint NOT NULL,
  position     smallint NOT NULL,
  bucket       integer NOT NULL,
  deadline     timestamptz NOT NULL,
  since        timestamptz NOT NULL,
  waited       interval NOT NULL DEFAULT '0',
  checked_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id, attempt)
);
CREATE INDEX unsettled_portfolio ON unsettled (portfolio_id, checked_at);
CREATE INDEX unsettled_payload ON unsettled (tenant_id, payload_id);
CREATE INDEX unsettled_campaign ON unsettled (tenant_id, campaign_id) WHERE campaign_id IS NOT NULL;
CALL isolate('unsettled', across => true);
GRANT SELECT, INSERT, UPDATE, DELETE ON unsettled TO posthaste_app;
GRANT SELECT ON unsettled TO posthaste_across;

-- Send calls by the caller's key, for 48 hours: same key and same input give the same answer, other input CONFLICT.
CREATE TABLE idempotency (
  tenant_id   bigint NOT NULL,
  key_hash    bytea NOT NULL,
  fingerprint bytea NOT NULL, -- HMAC of the canonical input
  answer      bytea NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key_hash)
);
CALL isolate('idempotency', across => true);
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency TO posthaste_app;
GRANT SELECT, DELETE ON idempotency TO posthaste_across;

-- What people wrote. seen deduplicates the provider's repeats; content is kept in plain mode only.
CREATE TABLE inbound_seen (
  tenant_id     bigint NOT NULL,
  provider_hash bigint NOT NULL,
  at            timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, provider_hash)
);
CREATE INDEX inbound_seen_at ON inbound_seen (at);
CREATE TABLE inbound (
  tenant_id      bigint NOT NULL,
  id             bigint NOT NULL,
  week           smallint NOT NULL,
  expires_on     date NOT NULL,
  sender_id      bigint NOT NULL,
  subject        bigint NOT NULL,
  kind           text NOT NULL,        -- text, button, image …
  keyword        text NOT NULL DEFAULT '', -- STOP or START when the whole message was one
  message_id     bigint,               -- the message it answers
  occurred_at    timestamptz NOT NULL,
  address_sealed bytea,
  content_sealed bytea,
  PRIMARY KEY (tenant_id, id, week)
) PARTITION BY RANGE (week);
CREATE INDEX inbound_subject ON inbound (tenant_id, subject, id);
CALL isolate('inbound_seen', across => true);
CALL isolate('inbound', across => true);
GRANT SELECT, INSERT ON inbound_seen, inbound TO posthaste_app;
GRANT SELECT, DELETE ON inbound_seen, inbound TO posthaste_across;

-- Webhook bodies that could not be understood (whole or in part), sealed, for replay.
CREATE TABLE webhook_raw (
  tenant_id   bigint NOT NULL,
  id          bigint NOT NULL,
  app_id      bigint NOT NULL,
  received_at timestamptz NOT NULL,
  expires_on  date NOT NULL,
  reason      text NOT NULL,
  sealed      bytea NOT NULL,
  replayed_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate('webhook_raw', across => true);
GRANT SELECT, INSERT, UPDATE ON webhook_raw TO posthaste_app;
GRANT SELECT, DELETE ON webhook_raw TO posthaste_across;

-- Weekly partitions. They are made standalone and then attached, so the parent is never locked for long; the owner alone
-- may touch them by name.
-- +goose StatementBegin
CREATE PROCEDURE make_weeks(first integer, last integer) LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  part   text;
  options text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['message', 'message_state', 'inbound'] LOOP
    options := CASE parent WHEN 'message_state'
      THEN 'fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_limit = 2000' ELSE 'fillfactor = 100' END;
    FOR w IN first .. last LOOP
      part := format('%s_w%s', parent, lpad(w::text, 4, '0'));
      CONTINUE WHEN to_regclass(part) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES) WITH (%s)', part, parent, options);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, part, w, w + 1);
    END LOOP;
  END LOOP;
END $$;
-- +goose StatementEnd
