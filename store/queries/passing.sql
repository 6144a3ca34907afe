-- name: PassingDays :many
-- The days under whose keys somebody is known in passing; hardly ever more than a few.
SELECT k.day FROM tenant_key k
WHERE k.tenant_id = @tenant_id AND k.purpose = 'DAY'
  AND EXISTS (SELECT FROM passing_identity p WHERE p.tenant_id = @tenant_id AND p.day = k.day)
ORDER BY k.day;

-- name: PassingSubjects :many
SELECT a.position::integer AS position, p.subject
FROM (SELECT unnest(@positions::integer[]) AS position, unnest(@days::date[]) AS day,
             unnest(@kinds::smallint[]) AS kind, unnest(@keys::bytea[]) AS key) AS a
JOIN passing_identity p ON p.tenant_id = @tenant_id AND p.day = a.day AND p.kind = a.kind AND p.key = a.key;

-- name: InsertPassing :exec
-- In the order of the keys, so that two calls over the same people never wait in a circle.
INSERT INTO passing_identity (tenant_id, day, kind, key, subject)
SELECT @tenant_id, @day, a.kind, a.key, a.subject
FROM (SELECT unnest(@kinds::smallint[]) AS kind, unnest(@keys::bytea[]) AS key, unnest(@subjects::bigint[]) AS subject) AS a
ORDER BY a.kind, a.key
ON CONFLICT DO NOTHING;

-- name: OpenWindowsOf :many
-- The service windows of people whom no lasting identity knows; they can have no consent.
SELECT w.subject, w.open_until FROM service_window w
WHERE w.tenant_id = @tenant_id AND w.sender_id = @sender_id AND w.subject = ANY(@subjects::bigint[]);

-- name: LastingSubjects :many
SELECT DISTINCT i.subject FROM identity i WHERE i.tenant_id = @tenant_id AND i.subject = ANY(@subjects::bigint[]);
