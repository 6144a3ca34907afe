-- name: MakeSubjects :exec
-- In the order of the keys, so that two calls over the same people wait for each other and never form a circle.
INSERT INTO identity (tenant_id, kind, key, subject)
SELECT @tenant_id, a.kind, a.key, a.subject
FROM (SELECT unnest(@kinds::smallint[]) AS kind, unnest(@keys::bytea[]) AS key, unnest(@subjects::bigint[]) AS subject) AS a
ORDER BY a.kind, a.key
ON CONFLICT DO NOTHING;

-- name: SubjectsOf :many
SELECT a.position::integer AS position, i.subject
FROM (SELECT generate_subscripts(@kinds::smallint[], 1) - 1 AS position, unnest(@kinds::smallint[]) AS kind, unnest(@keys::bytea[]) AS key) AS a
JOIN identity i ON i.tenant_id = @tenant_id AND i.kind = a.kind AND i.key = a.key;
