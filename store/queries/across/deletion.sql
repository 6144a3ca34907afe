-- name: DeletingTenants :many
SELECT id, deleting_at FROM tenant WHERE state = 'DELETING' ORDER BY deleting_at, id;
