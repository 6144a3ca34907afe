-- +goose Up
-- What a tenant decides about sessions, and for which acts it wants a second person.
ALTER TABLE tenant
  ALTER COLUMN idle_minutes SET DEFAULT 30,
  DROP CONSTRAINT tenant_idle_minutes_check,
  ADD CONSTRAINT tenant_idle_minutes_check CHECK (idle_minutes BETWEEN 5 AND 120),
  ADD COLUMN session_count  smallint NOT NULL DEFAULT 5 CHECK (session_count BETWEEN 1 AND 20),
  ADD COLUMN approve_above  integer  NOT NULL DEFAULT 0 CHECK (approve_above >= 0), -- a campaign to more people waits for a second person; 0: none does
  ADD COLUMN approve_acts   text[]   NOT NULL DEFAULT '{}',                         -- acts of auth.Action that do
  ADD COLUMN approval_hours smallint NOT NULL DEFAULT 72 CHECK (approval_hours BETWEEN 1 AND 336);

-- An act that waits for, or had, its second person. What is to be done is never updated: what was seen is what happens.
CREATE TABLE approval (
  tenant_id  bigint NOT NULL REFERENCES tenant,
  id         bigint NOT NULL,
  action     text NOT NULL,
  subject    bigint NOT NULL,                 -- the row to be acted on; 0: the tenant itself
  payload    bytea NOT NULL,                  -- canonical JSON of exactly what is to be done
  digest     bytea NOT NULL,                  -- SHA-256 of action, subject and payload
  changes    jsonb NOT NULL,                  -- what would be before and after, for the checker; no person's datum
  maker      bigint NOT NULL,
  state      text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'APPROVED', 'REJECTED', 'EXPIRED', 'WITHDRAWN')),
  checker    bigint,
  reason     text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  decided_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, maker) REFERENCES app_user,
  FOREIGN KEY (tenant_id, checker) REFERENCES app_user,
  CHECK (checker <> maker)
);
CREATE UNIQUE INDEX approval_pending ON approval (tenant_id, action, subject) WHERE state = 'PENDING';
CALL isolate('approval');
GRANT SELECT, INSERT ON approval TO posthaste_app;
GRANT UPDATE (state, checker, reason, decided_at) ON approval TO posthaste_app;
