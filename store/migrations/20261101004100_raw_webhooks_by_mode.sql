-- +goose Up
-- Where a tenant does not keep addresses and texts in plain, a webhook that could not be read is kept like a payload:
-- under the key of its day, and for three days.
ALTER TABLE webhook_raw ADD day date, ADD delete_by timestamptz, ADD CHECK ((day IS NULL) = (delete_by IS NULL));
CREATE INDEX webhook_raw_day ON webhook_raw (tenant_id, day) WHERE day IS NOT NULL;
