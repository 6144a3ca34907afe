-- name: LockNodes :exec
SELECT pg_advisory_xact_lock(7201);

-- name: FreeNodes :exec
-- A node number may be given again only when no id of its last holder can still be made, nor any of its next one be the
-- same: see GiveBack for a holder that has told of its last one.
DELETE FROM process WHERE lease_until < clock_timestamp() - interval '10 minutes';

-- name: JoinProcess :one
INSERT INTO process (node, kind, version, lease_until)
SELECT n, @kind, @version, clock_timestamp() + @lease::interval
FROM generate_series(1, 1023) AS n
WHERE NOT EXISTS (SELECT FROM process p WHERE p.node = n)
ORDER BY n LIMIT 1
RETURNING id, node, clock_timestamp()::timestamptz AS since;

-- name: BeatProcess :one
-- The lease grows only while it is alive: a process that slept past it has lost it for good.
UPDATE process SET lease_until = clock_timestamp() + @lease::interval
WHERE id = @id AND lease_until > clock_timestamp()
RETURNING lease_until;

-- name: LeaveProcess :exec
UPDATE process SET lease_until = clock_timestamp() WHERE id = @id;

-- name: GiveNodeBack :exec
-- Free as soon as the clock here is past the last id: whoever joins then begins at that clock, so above it.
UPDATE process SET lease_until = greatest(@spent::timestamptz, clock_timestamp()) - interval '10 minutes' WHERE id = @id;
