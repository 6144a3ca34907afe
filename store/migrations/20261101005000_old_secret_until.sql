-- +goose Up
-- A replaced app secret is taken until this moment, and then no longer.
ALTER TABLE provider_app ADD old_secret_until timestamptz;
UPDATE provider_app SET old_secret_until = now() + interval '24 hours' WHERE old_secret_sealed IS NOT NULL;
