-- What became of a campaign's messages, kept in its own row: messages are forgotten sooner than campaigns.

-- +goose Up
ALTER TABLE campaign
  ADD COLUMN sent       integer NOT NULL DEFAULT 0,
  ADD COLUMN delivered  integer NOT NULL DEFAULT 0,
  ADD COLUMN read       integer NOT NULL DEFAULT 0,
  ADD COLUMN failed     integer NOT NULL DEFAULT 0,
  ADD COLUMN unknown    integer NOT NULL DEFAULT 0,
  ADD COLUMN suppressed integer NOT NULL DEFAULT 0,
  ADD COLUMN counted_at timestamptz, -- when the six were counted last
  ADD COLUMN settled    boolean NOT NULL DEFAULT false; -- they are final

CREATE INDEX campaign_to_count ON campaign (counted_at) WHERE finished_at IS NOT NULL AND NOT settled;

-- +goose Down
DROP INDEX campaign_to_count;
ALTER TABLE campaign DROP COLUMN sent, DROP COLUMN delivered, DROP COLUMN read, DROP COLUMN failed, DROP COLUMN unknown,
  DROP COLUMN suppressed, DROP COLUMN counted_at, DROP COLUMN settled;
