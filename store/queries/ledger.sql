-- name: CreateLedger :exec
INSERT INTO ledger_head (tenant_id, seq, hash) VALUES (@tenant_id, 0, @hash);

-- name: LockLedger :one
SELECT seq, hash FROM ledger_head WHERE tenant_id = @tenant_id FOR UPDATE;

-- name: LedgerHead :one
SELECT seq, hash FROM ledger_head WHERE tenant_id = @tenant_id;

-- name: AppendLink :exec
WITH head AS (
  UPDATE ledger_head SET seq = @seq, hash = @hash WHERE tenant_id = @tenant_id
)
INSERT INTO ledger_link (tenant_id, seq, kind, at, rows, prev, hash)
VALUES (@tenant_id, @seq, @kind, @at, @rows, @prev, @hash);
