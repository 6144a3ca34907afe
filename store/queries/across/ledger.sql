-- name: LedgerEnds :many
-- Every tenant with the recorded end of its ledger, the platform among them; a tenant whose end is missing has 0.
-- One that is being deleted has none that anybody could verify.
SELECT t.id, t.name, COALESCE(h.seq, 0)::bigint AS seq, COALESCE(h.hash, '')::bytea AS hash
FROM tenant t LEFT JOIN ledger_head h ON h.tenant_id = t.id
WHERE t.state <> 'DELETING'
ORDER BY t.id;
