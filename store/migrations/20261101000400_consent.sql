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
  occurred_at     timestamptz NOT NULL, -- when the person said it; of an undated one, when it was recorded
  undated         boolean NOT NULL DEFAULT false, -- the moment is not known: older than any dated word
  recorded_at     timestamptz NOT NULL,
  user_id         bigint,
  key_id          bigint,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX consent_event_subject ON consent_event (tenant_id, subject, id);
CREATE INDEX consent_event_seq ON consent_event (tenant_id, seq);

-- What holds now: one row per (subject, channel, purpose), always the newest word of consent_event; a word for ALL counts
-- for every purpose. Of two words of one moment the no counts.
CREATE TABLE consent_state (
  tenant_id bigint NOT NULL,
  subject   bigint NOT NULL,
  channel   text NOT NULL,
  purpose   text NOT NULL,
  granted   boolean NOT NULL,
  event_id  bigint NOT NULL,
  at        timestamptz NOT NULL, -- occurred_at of that event
  PRIMARY KEY (tenant_id, subject, channel, purpose)
) WITH (fillfactor = 80);

-- Never to be written to on this channel, whatever consent says: the person's newest word for ALL is a no (STOP, or a
-- wish told to the brand) and no yes on this channel is newer. BRAND is the brand's own block and knows no consent.
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

-- The gate reads consent and writes its intent in one transaction, under the shared form of this lock. A change of consent
-- takes the exclusive form until its commit. So an opt-out is committed either before the gate reads, and is honoured, or
-- after the intent; never between.
-- +goose StatementBegin
CREATE FUNCTION consent_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7202, hashint8(app_tenant()));
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER consent_fence AFTER INSERT OR UPDATE OR DELETE ON consent_state FOR EACH STATEMENT EXECUTE FUNCTION consent_fence();
CREATE TRIGGER consent_fence AFTER INSERT OR UPDATE OR DELETE ON suppression FOR EACH STATEMENT EXECUTE FUNCTION consent_fence();
