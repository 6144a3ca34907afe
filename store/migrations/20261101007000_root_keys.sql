-- +goose Up
-- Since when a root key has been the primary one: what lives for days only and was made before may need the one before.
CREATE TABLE root_key (
  id            text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{8}$'),
  primary_since timestamptz NOT NULL
);
GRANT SELECT, INSERT ON root_key TO posthaste_across;

-- Under which key a digest was made. Rows from before say nothing, and count as made under an older key.
ALTER TABLE api_key ADD COLUMN digest_key text CHECK (digest_key ~ '^[0-9a-f]{8}$');
ALTER TABLE recovery_code ADD COLUMN digest_key text CHECK (digest_key ~ '^[0-9a-f]{8}$');
CREATE POLICY across ON recovery_code TO posthaste_across USING (true);
GRANT SELECT (tenant_id, user_id, digest_key) ON recovery_code TO posthaste_across; -- how many there are, never a hash
