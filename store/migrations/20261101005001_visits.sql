-- +goose Up
-- From where a person or a key has come in, of the last 30 days: whom a changed allow-list would cut off.
CREATE TABLE visit (
  tenant_id bigint NOT NULL REFERENCES tenant,
  user_id   bigint NOT NULL DEFAULT 0,   -- 0 for a key's
  key_id    bigint NOT NULL DEFAULT 0,   -- 0 for a person's
  address   inet NOT NULL,
  last_seen timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, user_id, key_id, address),
  CHECK ((user_id = 0) <> (key_id = 0))
);
CALL isolate('visit', across => true);
GRANT SELECT, INSERT, UPDATE ON visit TO posthaste_app;
GRANT SELECT, DELETE ON visit TO posthaste_across;

INSERT INTO visit (tenant_id, user_id, address, last_seen)
SELECT tenant_id, user_id, address, max(last_used_at) FROM session WHERE last_used_at > now() - interval '30 days' GROUP BY 1, 2, 3;
