-- +goose Up
-- How many requests a minute a key may make: of all servers together.
ALTER TABLE api_key ADD quota integer NOT NULL DEFAULT 600 CHECK (quota BETWEEN 1 AND 60000);

-- What was let in with a key in a minute. Each server adds what it has let in, about once a second; an hour later nobody asks.
CREATE TABLE key_minute (
  tenant_id bigint NOT NULL,
  key_id    bigint NOT NULL,
  minute    timestamptz NOT NULL,
  requests  integer NOT NULL DEFAULT 0,
  refused   boolean NOT NULL DEFAULT false, -- and that something was not let in is written in the ledger
  PRIMARY KEY (tenant_id, key_id, minute),
  FOREIGN KEY (tenant_id, key_id) REFERENCES api_key
);
CREATE INDEX key_minute_age ON key_minute (minute);
CALL isolate('key_minute', across => true);
GRANT SELECT, INSERT, UPDATE ON key_minute TO posthaste_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON key_minute TO posthaste_across;
