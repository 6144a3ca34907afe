-- name: CreateTemplate :exec
INSERT INTO template (tenant_id, id, waba_id, name, language, category, asked_category, parameter_format, components, state_at, created_by, created_at)
VALUES (@tenant_id, @id, @waba_id, @name, @language, @category, @category, @parameter_format, @components, @created_at, sqlc.narg('created_by'), @created_at);

-- name: Template :one
SELECT * FROM template WHERE tenant_id = @tenant_id AND id = @id AND state <> 'DELETED';

-- name: LockTemplate :one
SELECT * FROM template WHERE tenant_id = @tenant_id AND id = @id AND state <> 'DELETED' FOR UPDATE;

-- name: TemplatesByID :many
-- Deleted ones too: a message still names its template.
SELECT * FROM template WHERE tenant_id = @tenant_id AND id = ANY(@ids::bigint[]);

-- name: Templates :many
-- Newest first, below the cursor. The part of a name is looked for by position, so no character of it is special.
SELECT * FROM template
WHERE tenant_id = @tenant_id AND id < @before AND state <> 'DELETED'
  AND (cardinality(@states::text[]) = 0 OR state = ANY(@states::text[]))
  AND (cardinality(@categories::text[]) = 0 OR category = ANY(@categories::text[]))
  AND (@name_part::text = '' OR strpos(name, @name_part::text) > 0)
ORDER BY id DESC LIMIT @count;

-- name: SaveTemplate :exec
UPDATE template SET waba_id = @waba_id, meta_id = NULLIF(@meta_id::text, ''), name = @name, language = @language, category = @category,
  asked_category = @asked_category, parameter_format = @parameter_format, components = @components, state = @state,
  state_reason = @state_reason, state_at = @state_at, quality = @quality, revision = @revision
WHERE tenant_id = @tenant_id AND id = @id;

-- name: LockTemplateByMetaID :one
SELECT t.* FROM template t WHERE t.tenant_id = @tenant_id AND t.meta_id = @meta_id::text AND t.state <> 'DELETED' FOR UPDATE;

-- name: LockTemplateByName :one
-- A report can overtake the answer that brings the platform's id: then the account, name and language tell which it is.
SELECT t.* FROM template t
JOIN waba w ON w.tenant_id = @tenant_id AND w.id = t.waba_id
WHERE t.tenant_id = @tenant_id AND w.meta_id = @waba_meta_id AND t.name = @name AND t.language = @language AND t.state <> 'DELETED'
FOR UPDATE OF t;

-- name: LostSubmissions :many
-- Submissions whose answer never came.
SELECT id FROM template WHERE tenant_id = @tenant_id AND state = 'SUBMITTING' AND state_at < @before ORDER BY id LIMIT 100;

-- name: ReviewAccount :one
SELECT w.meta_id, p.id AS portfolio_id, p.token_sealed FROM waba w
JOIN portfolio p ON p.tenant_id = @tenant_id AND p.id = w.portfolio_id
WHERE w.tenant_id = @tenant_id AND w.id = @waba_id;
