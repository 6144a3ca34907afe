-- +goose Up
-- Database administrators with a name: a login role for a while, which reads the masked views of the schema dba and
-- nothing else. posthaste_dba is the group they belong to; it cannot sign in.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('posthaste.roles'));
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'posthaste_dba') THEN
    CREATE ROLE posthaste_dba NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
END $$;
-- +goose StatementEnd

-- Who was let in, and until when. Only the owner of the tables reads and writes it; each row is audited in every tenant's
-- ledger, since the views show all tenants.
CREATE TABLE dba_grant (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,30}$'),
  role       text NOT NULL,
  granted_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at   timestamptz
);
CREATE UNIQUE INDEX dba_grant_open ON dba_grant (name) WHERE ended_at IS NULL;

CREATE SCHEMA dba;
GRANT USAGE ON SCHEMA dba TO posthaste_dba;

-- The views run as the owner of the tables, past row-level security. They leave out whatever is sealed, every keyed hash,
-- and what would lead back to a person outside: a person is a number.
CREATE VIEW dba.message WITH (security_barrier) AS
SELECT m.tenant_id, m.id, s.attempt, m.sender_id, m.channel, m.category, m.subject AS person, m.country, m.template_id, m.campaign_id,
       m.planned_at, m.expires_on, s.bits, s.code, s.sent_at, s.delivered_at, s.read_at, s.failed_at, s.pricing
FROM message m
LEFT JOIN message_state s ON s.tenant_id = m.tenant_id AND s.id = m.id AND s.week = m.state_week;

CREATE VIEW dba.contact WITH (security_barrier) AS
SELECT tenant_id, subject AS person, CASE kind WHEN 1 THEN 'PHONE' WHEN 2 THEN 'USER_ID' ELSE 'EMAIL' END AS address_kind
FROM identity;

CREATE VIEW dba.consent WITH (security_barrier) AS
SELECT tenant_id, id, subject AS person, channel, purpose, granted, source, wording_version, language, occurred_at, recorded_at
FROM consent_event;

CREATE VIEW dba.suppression WITH (security_barrier) AS
SELECT tenant_id, subject AS person, channel, reason, at
FROM suppression;

GRANT SELECT ON dba.message, dba.contact, dba.consent, dba.suppression TO posthaste_dba;
