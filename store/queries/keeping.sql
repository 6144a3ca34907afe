-- name: LockedKeeping :one
SELECT address_mode, content_mode, message_days, summary_days FROM tenant WHERE id = @tenant_id FOR NO KEY UPDATE;

-- name: SetKeeping :exec
UPDATE tenant SET address_mode = @address_mode, content_mode = @content_mode, message_days = @message_days, summary_days = @summary_days
WHERE id = @tenant_id;

-- name: Tightening :one
-- Whether the last change is still being carried out.
SELECT EXISTS (SELECT FROM job j WHERE j.tenant_id = @tenant_id AND j.kind = 'TIGHTEN' AND j.state IN ('WAITING', 'RUNNING'))::boolean AS busy;

-- name: CutTerm :exec
INSERT INTO term_cut (tenant_id, class, before, days, until) VALUES (@tenant_id, @class, @before, @days, @until);
