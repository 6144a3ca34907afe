-- name: Tenants :many
-- For operators: the platform itself is no tenant of theirs.
SELECT * FROM tenant WHERE id <> 1 ORDER BY name, id;
