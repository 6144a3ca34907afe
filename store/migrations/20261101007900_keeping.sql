-- +goose Up
-- Who is behind an address, where a tenant keeps nothing of it: not the keyed hash, but the hash of that under the key of
-- a day. Such a row finds the person while a message is under way or a 24-hour window is open; with the day's key, the
-- row's bytes on any disk, log or backup lead to nobody, not even with the tenant's keys.
CREATE TABLE passing_identity (
  tenant_id bigint NOT NULL REFERENCES tenant,
  day       date NOT NULL,
  kind      smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),
  key       bytea NOT NULL CHECK (length(key) = 32),
  subject   bigint NOT NULL,
  PRIMARY KEY (tenant_id, day, kind, key)
);
CALL isolate('passing_identity', across => true);
GRANT SELECT, INSERT ON passing_identity TO posthaste_app;
GRANT SELECT, DELETE ON passing_identity TO posthaste_across;

-- What a message said, as the first 128 bits of a keyed hash, where the tenant keeps the hash and not the text.
ALTER TABLE message ADD content_hash bytea CHECK (length(content_hash) = 16);
ALTER TABLE inbound ADD content_hash bytea CHECK (length(content_hash) = 16);

-- A stricter setting is carried out on what is there; a tenant has one such job at a time.
ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN ('CAMPAIGN_AUDIENCE', 'CONSENT_IMPORT', 'TIGHTEN'));
CREATE UNIQUE INDEX job_tighten ON job (tenant_id) WHERE kind = 'TIGHTEN' AND state IN ('WAITING', 'RUNNING');
-- What a shortened term means for what was there when it was shortened: it goes as if it had always had that term. Rows
-- made later carry the term themselves.
CREATE TABLE term_cut (
  tenant_id bigint NOT NULL REFERENCES tenant,
  class     text NOT NULL CHECK (class IN ('MESSAGE', 'SUMMARY')),
  before    timestamptz NOT NULL, -- made before then
  days      smallint NOT NULL,
  until     date NOT NULL,        -- by then the old term is over too
  PRIMARY KEY (tenant_id, class, before)
);
CALL isolate('term_cut', across => true);
GRANT SELECT, INSERT ON term_cut TO posthaste_app;
GRANT SELECT, DELETE ON term_cut TO posthaste_across;

GRANT UPDATE ON message, inbound TO posthaste_app;
GRANT DELETE ON identity TO posthaste_app;
-- Events that were given up name people too.
GRANT DELETE ON export_dead TO posthaste_across;
