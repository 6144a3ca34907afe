-- +goose Up
-- What waited too long for a second person is written down by itself, so that whoever asked hears of it.
CREATE POLICY across ON approval TO posthaste_across USING (true);
GRANT SELECT (tenant_id, state, expires_at) ON approval TO posthaste_across;
