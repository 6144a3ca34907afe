-- +goose Up
-- Roles: the migrating user owns every table. posthaste_app is what requests and the gate run as: row-level security
-- holds it to one tenant. posthaste_across runs the few statements of store/queries/across: it sees every tenant's rows
-- of the tables granted to it, and of no others.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('posthaste.roles'));
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'posthaste_app') THEN
    CREATE ROLE posthaste_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'posthaste_across') THEN
    CREATE ROLE posthaste_across LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
END $$;
-- +goose StatementEnd

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO posthaste_app, posthaste_across;

-- The tenant of the current transaction. After a transaction the setting is '' and not NULL, hence NULLIF: no tenant, no rows.
-- +goose StatementBegin
CREATE FUNCTION app_tenant() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('app.tenant', true), '')::bigint;
-- +goose StatementEnd

-- Puts a table under row-level security, also for its owner. 'across' adds the policy of the second role; the grants are
-- given beside each table, so that they can be read there.
-- +goose StatementBegin
CREATE PROCEDURE isolate(tbl regclass, across boolean DEFAULT false, key text DEFAULT 'tenant_id') LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tbl);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tbl);
  EXECUTE format('CREATE POLICY one_tenant ON %s TO posthaste_app USING (%I = app_tenant())', tbl, key);
  EXECUTE format('CREATE POLICY maintenance ON %s TO CURRENT_USER USING (true)', tbl);
  IF across THEN
    EXECUTE format('CREATE POLICY across ON %s TO posthaste_across USING (true)', tbl);
  END IF;
END $$;
-- +goose StatementEnd

-- One row: this installation. incarnation is renewed by restore and promotion, since a reused deduplication token would
-- silently swallow new rows in ClickHouse.
CREATE TABLE installation (
  singleton        boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  incarnation bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
  created_at  timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installation DEFAULT VALUES;
GRANT SELECT ON installation TO posthaste_app, posthaste_across;

-- A live process of ours: its lease and the node number of its ids. A node is free again ten minutes after its lease.
CREATE TABLE process (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  node        smallint NOT NULL UNIQUE CHECK (node BETWEEN 1 AND 1023),
  kind        text NOT NULL CHECK (kind IN ('serve', 'dispatch', 'tool')),
  version     text NOT NULL,
  started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  lease_until timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON process TO posthaste_across;
GRANT SELECT ON process TO posthaste_app;

CREATE TABLE tenant (
  id                bigint PRIMARY KEY,
  name              text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  brand             text NOT NULL CHECK (length(brand) BETWEEN 1 AND 100), -- the display name
  zone              text NOT NULL DEFAULT 'UTC',                            -- IANA; decides report_day
  country           char(2) NOT NULL DEFAULT 'IN',                          -- reads phone numbers given without "+"
  locale            text NOT NULL DEFAULT 'en',
  currency          char(3) NOT NULL DEFAULT 'USD',
  state             text NOT NULL DEFAULT 'ACTIVE' CHECK (state IN ('ACTIVE', 'SUSPENDED', 'DELETING')),
  address_mode      text NOT NULL DEFAULT 'HASHED' CHECK (address_mode IN ('PLAIN', 'HASHED', 'NONE')),
  content_mode      text NOT NULL DEFAULT 'HASHED' CHECK (content_mode IN ('PLAIN', 'HASHED', 'NONE')),
  message_days      smallint NOT NULL DEFAULT 180 CHECK (message_days IN (1, 7, 30, 90, 180, 365, 730)),
  media_days        smallint NOT NULL DEFAULT 7 CHECK (media_days IN (1, 7, 30, 90)),
  summary_days      smallint NOT NULL DEFAULT 365 CHECK (summary_days IN (30, 90, 180, 365, 730)),
  idle_minutes      smallint NOT NULL DEFAULT 15 CHECK (idle_minutes BETWEEN 5 AND 60),
  session_hours     smallint NOT NULL DEFAULT 12 CHECK (session_hours BETWEEN 1 AND 24),
  bootstrap_address inet, -- the inviting address: the only one allowed until an allow-list is saved
  created_at        timestamptz NOT NULL,
  suspended_at      timestamptz
);
CALL isolate('tenant', across => true, key => 'id');
GRANT SELECT, INSERT, UPDATE ON tenant TO posthaste_app; -- INSERT: a tenant is born in a transaction of its own
GRANT SELECT, UPDATE ON tenant TO posthaste_across;

-- A tenant's keys, wrapped by the installation's root key: one TENANT row that holds them all, and a DAY row for each day
-- of planned sends, wrapped by the tenant's data key. Deleting a row is the erasure of all that it sealed: a day's when
-- the day's payloads are final, the tenant's with the tenant.
CREATE TABLE tenant_key (
  tenant_id  bigint NOT NULL REFERENCES tenant,
  purpose    text NOT NULL CHECK (purpose IN ('TENANT', 'DAY')),
  day        date NOT NULL DEFAULT '-infinity',
  wrapped    bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, purpose, day),
  CHECK ((purpose = 'DAY') = isfinite(day))
);
CALL isolate('tenant_key', across => true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_key TO posthaste_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_key TO posthaste_across;

-- The ledger: one link per transaction that audits or records consent. The head is locked while a link is made, so the
-- sequence has no gap; the hash covers the previous one and every row the transaction wrote.
CREATE TABLE ledger_head (
  tenant_id bigint PRIMARY KEY REFERENCES tenant,
  seq       bigint NOT NULL,
  hash      bytea NOT NULL
);
CREATE TABLE ledger_link (
  tenant_id bigint NOT NULL,
  seq       bigint NOT NULL,
  kind      text NOT NULL CHECK (kind IN ('AUDIT', 'CONSENT')),
  at        timestamptz NOT NULL,
  rows      integer NOT NULL,
  prev      bytea NOT NULL,
  hash      bytea NOT NULL,
  PRIMARY KEY (tenant_id, seq)
);
CREATE TABLE audit_event (
  tenant_id bigint NOT NULL,
  id        bigint NOT NULL,
  seq       bigint NOT NULL,
  at        timestamptz NOT NULL,
  action    text NOT NULL,           -- noun.verb, from the fixed list of messaging/audit.go
  user_id   bigint,                  -- who; NULL for a key, the host's shell or a provider's event
  key_id    bigint,
  address   inet,                    -- the client's
  target    bigint,                  -- the row acted on
  detail    jsonb NOT NULL DEFAULT '{}', -- allow-listed fields only
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_event_seq ON audit_event (tenant_id, seq);
CALL isolate('ledger_head', across => true);
CALL isolate('ledger_link');
CALL isolate('audit_event');
GRANT SELECT, INSERT, UPDATE ON ledger_head TO posthaste_app;
GRANT SELECT ON ledger_head TO posthaste_across;
GRANT SELECT, INSERT ON ledger_link, audit_event TO posthaste_app; -- append-only: no UPDATE, no DELETE for anyone but the owner
