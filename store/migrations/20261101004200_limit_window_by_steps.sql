-- +goose Up
-- The durable twin of a portfolio's rolling window is written with every step: one row for all people of the step, and
-- not one for each.
ALTER TABLE limit_window RENAME TO limit_window_person;
ALTER INDEX limit_window_pkey RENAME TO limit_window_person_pkey;
CREATE TABLE limit_window (
  tenant_id    bigint NOT NULL,
  portfolio_id bigint NOT NULL,
  at           timestamptz NOT NULL,
  id           bigint GENERATED ALWAYS AS IDENTITY,
  subjects     bigint[] NOT NULL,
  PRIMARY KEY (tenant_id, portfolio_id, at, id)
);
ALTER TABLE limit_window ALTER subjects SET STORAGE EXTERNAL; -- numbers that hardly compress
INSERT INTO limit_window (tenant_id, portfolio_id, at, subjects)
SELECT tenant_id, portfolio_id, last_at, array_agg(subject) FROM limit_window_person GROUP BY tenant_id, portfolio_id, last_at;
DROP TABLE limit_window_person;
CALL isolate('limit_window', across => true);
GRANT SELECT, INSERT ON limit_window TO posthaste_app;
GRANT SELECT, DELETE ON limit_window TO posthaste_across;
