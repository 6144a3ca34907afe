-- +goose Up
-- A tenant's data key is rotated: what the older one has sealed is sealed anew. A tenant has one such job at a time.
ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN ('CAMPAIGN_AUDIENCE', 'CONSENT_IMPORT', 'TIGHTEN', 'RESEAL'));
CREATE UNIQUE INDEX job_reseal ON job (tenant_id) WHERE kind = 'RESEAL' AND state IN ('WAITING', 'RUNNING');
