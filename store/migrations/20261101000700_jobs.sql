-- +goose Up
-- What people started and watch: one row behind every progress bar.
CREATE TABLE job (
  tenant_id   bigint NOT NULL REFERENCES tenant,
  id          bigint NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('CAMPAIGN_AUDIENCE', 'CONSENT_IMPORT')),
  target      bigint,             -- the campaign
  state       text NOT NULL CHECK (state IN ('WAITING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
  done        bigint NOT NULL DEFAULT 0,
  total       bigint,             -- NULL: not known yet
  failed      bigint NOT NULL DEFAULT 0,
  error       text NOT NULL DEFAULT '',
  detail      jsonb NOT NULL DEFAULT '{}', -- column mapping, attestation: no row of the file
  ticket_hash bytea UNIQUE,       -- opens the upload once
  ticket_until timestamptz,
  created_by  bigint,
  created_at  timestamptz NOT NULL,
  started_at  timestamptz,
  beat_at     timestamptz,        -- the runner's sign of life
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX job_target ON job (tenant_id, target, id) WHERE target IS NOT NULL;
-- Rows of a file that were not taken: the line and a code, never the row.
CREATE TABLE job_failure (
  tenant_id bigint NOT NULL,
  job_id    bigint NOT NULL,
  line      integer NOT NULL,
  field     text NOT NULL DEFAULT '',
  code      text NOT NULL,
  PRIMARY KEY (tenant_id, job_id, line),
  FOREIGN KEY (tenant_id, job_id) REFERENCES job
);
CALL isolate('job', across => true);
CALL isolate('job_failure');
GRANT SELECT, INSERT, UPDATE ON job TO posthaste_app;
GRANT SELECT, UPDATE ON job TO posthaste_across;
GRANT SELECT, INSERT ON job_failure TO posthaste_app;
