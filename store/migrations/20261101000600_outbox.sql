-- +goose Up
-- Events on their way to ClickHouse: one packed columnar block per transaction and tenant.
CREATE TABLE outbox (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id bigint NOT NULL,
  batch     bigint,
  events    integer NOT NULL CHECK (events > 0),
  at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  block     bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_limit = 2000);
CREATE INDEX outbox_batch ON outbox (batch) WHERE batch IS NOT NULL;
CREATE INDEX outbox_free ON outbox (id) WHERE batch IS NULL;
CALL isolate('outbox', across => true);
GRANT INSERT ON outbox TO posthaste_app;
GRANT SELECT, UPDATE, DELETE, INSERT ON outbox TO posthaste_across;

-- A numbered batch is frozen before it is sent, so every retry sends the same rows under the same token.
CREATE TABLE export_batch (
  no          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parent      bigint,                      -- the batch it was halved from
  state       text NOT NULL CHECK (state IN ('FROZEN', 'DONE', 'SPLIT', 'DEAD')),
  events      integer NOT NULL,
  hash        bytea NOT NULL,
  refusals    smallint NOT NULL DEFAULT 0, -- alike, in a row
  code        integer NOT NULL DEFAULT 0,  -- the store's error code of those
  last_error  text NOT NULL DEFAULT '',    -- the store's code and our sentence; no row's value
  frozen_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz
);
CREATE INDEX export_batch_open ON export_batch (no) WHERE state = 'FROZEN';
GRANT SELECT, INSERT, UPDATE, DELETE ON export_batch TO posthaste_across;

CREATE TABLE export_dead (
  tenant_id bigint NOT NULL,
  id        bigint GENERATED ALWAYS AS IDENTITY,
  batch     bigint NOT NULL,
  at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  reason    text NOT NULL,
  events    integer NOT NULL,
  block     bytea NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CALL isolate('export_dead', across => true);
GRANT SELECT, INSERT, DELETE ON export_dead TO posthaste_across;

-- How far the dashboards can see: the time of the newest event that has reached ClickHouse, per installation. One process
-- exports at a time: the holder, for as long as it renews its hold.
CREATE TABLE export_mark (
  singleton  boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  through_at timestamptz NOT NULL,
  batch      bigint NOT NULL DEFAULT 0,
  holder     text NOT NULL DEFAULT '',
  held_until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);
INSERT INTO export_mark (through_at) VALUES (now());
GRANT SELECT ON export_mark TO posthaste_app;
GRANT SELECT, UPDATE ON export_mark TO posthaste_across;
