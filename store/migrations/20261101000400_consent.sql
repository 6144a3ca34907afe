-- +goose Up
-- A person under all their addresses: keyed hash of a phone, user id or e-mail → subject.
CREATE TABLE identity (
  tenant_id bigint NOT NULL REFERENCES tenant,
  kind      smallint NOT NULL CHECK (kind BETWEEN 1 AND 3), -- 1 phone, 2 bsuid, 3 e-mail
  key       bytea NOT NULL CHECK (length(key) = 32),
  subject   bigint NOT NULL,
  PRIMARY KEY (tenant_id, kind, key)
);
CREATE INDEX identity_subject ON identity (tenant_id, subject);

-- What was said, for ever: append-only, covered by the ledger. No address is in it, only the subject and the keyed hash.
CREATE TABLE consent_event (
  tenant_id       bigint NOT NULL,
  id              bigint NOT NULL,
  seq             bigint NOT NULL,  -- the ledger link
  subject         bigint NOT NULL,
  address_key     bytea NOT NULL,   -- the keyed hash that was given, so proof needs only the tenant's key
  channel         text NOT NULL CHECK (channel IN ('WHATSAPP', 'SMS', 'EMAIL')),
  purpose         text NOT NULL CHECK (purpose IN ('MARKETING', 'UTILITY', 'AUTHENTICATION', 'ALL')),
  granted         boolean NOT NULL,
  source          text NOT NULL CHECK (source IN ('WEBSITE','APP','EMAIL','SMS','STORE','QR','KEYWORD','BUTTON','PLATFORM','PROVIDER','API','IMPORT','PORTAL','LINK')),
  wording_version text NOT NULL DEFAULT '',
  language        text NOT NULL DEFAULT '',
  occurred_at     timestamptz NOT NULL,
  recorded_at     timestamptz NOT NULL,
  user_id         bigint,
  key_id          bigint,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX consent_event_subject ON consent_event (tenant_id, subject, id);
CREATE INDEX consent_event_seq ON consent_event (tenant_id, seq);

-- What holds now: one row per (subject, channel, purpose); a withdrawal for ALL writes every purpose.
CREATE TABLE consent_state (
  tenant_id bigint NOT NULL,
  subject   bigint NOT NULL,
  channel   text NOT NULL,
  purpose   text NOT NULL,
  granted   boolean NOT NULL,
  event_id  bigint NOT NULL,
  at        timestamptz NOT NULL, -- occurred_at of that event: an older one never overrides a newer
  PRIMARY KEY (tenant_id, subject, channel, purpose)
) WITH (fillfactor = 80);

-- Never to be written to on this channel, whatever consent says (STOP, or a person who asked the brand).
CREATE TABLE suppression (
  tenant_id bigint NOT NULL,
  subject   bigint NOT NULL,
  channel   text NOT NULL,
  reason    text NOT NULL CHECK (reason IN ('KEYWORD', 'PERSON', 'PROVIDER', 'BRAND')),
  event_id  bigint NOT NULL,
  at        timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, subject, channel)
);
CALL isolate('identity');
CALL isolate('consent_event');
CALL isolate('consent_state');
CALL isolate('suppression');
GRANT SELECT, INSERT ON identity, consent_event TO posthaste_app;
GRANT SELECT, INSERT, UPDATE ON consent_state TO posthaste_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON suppression TO posthaste_app;
