-- name: CreatePortfolio :exec
INSERT INTO portfolio (tenant_id, id, meta_id, name, daily_limit, reserve, token_sealed, created_at)
VALUES (@tenant_id, @id, @meta_id, @name, @daily_limit, @reserve, @token_sealed, @created_at);

-- name: Portfolios :many
SELECT id, meta_id, name, daily_limit, reserve, (token_sealed IS NOT NULL)::boolean AS token_set, created_at
FROM portfolio WHERE tenant_id = @tenant_id ORDER BY name, id;

-- name: PortfolioUses :many
SELECT portfolio_id, count(*)::integer AS used, min(last_at)::timestamptz AS oldest,
       count(*) FILTER (WHERE last_at > @hour_ago::timestamptz)::integer AS last_hour
FROM (SELECT w.portfolio_id, max(w.at) AS last_at FROM limit_window w, unnest(w.subjects) AS person
      WHERE w.tenant_id = @tenant_id AND w.portfolio_id = ANY(@portfolios::bigint[]) AND w.at > @since::timestamptz
      GROUP BY w.portfolio_id, person) AS people
GROUP BY portfolio_id;

-- name: AppByMetaID :one
SELECT id FROM provider_app WHERE tenant_id = @tenant_id AND meta_app_id = @meta_app_id;

-- name: PutApp :one
-- A second account of the same app brings its secret again: the one before stays valid for a while, as in ReplaceAppSecret.
-- True when there was one, which a new row has no date for.
INSERT INTO provider_app AS a (tenant_id, id, meta_app_id, secret_sealed, verify_token_hash, created_at)
VALUES (@tenant_id, @id, @meta_app_id, @secret_sealed, @verify_token_hash, @created_at)
ON CONFLICT (tenant_id, id) DO UPDATE
SET old_secret_sealed = a.secret_sealed, old_secret_until = @old_until, secret_sealed = EXCLUDED.secret_sealed, verify_token_hash = EXCLUDED.verify_token_hash
RETURNING (a.old_secret_until IS NOT NULL)::boolean AS replaced;

-- name: CreateWaba :exec
INSERT INTO waba (tenant_id, id, portfolio_id, provider_app_id, meta_id, name, created_at)
VALUES (@tenant_id, @id, @portfolio_id, @provider_app_id, @meta_id, @name, @created_at);

-- name: Wabas :many
SELECT * FROM waba WHERE tenant_id = @tenant_id ORDER BY name, id;

-- name: Waba :one
SELECT * FROM waba WHERE tenant_id = @tenant_id AND id = @id;

-- name: CreateSender :exec
INSERT INTO sender (tenant_id, id, portfolio_id, waba_id, channel, provider_id, display, verified_name, messages_second, created_at)
VALUES (@tenant_id, @id, @portfolio_id, sqlc.narg('waba_id'), @channel, @provider_id, @display, @verified_name, @messages_second, @created_at);

-- name: Senders :many
-- All of a channel, or of every channel when it is empty.
SELECT sqlc.embed(s), w.provider_app_id FROM sender s
LEFT JOIN waba w ON w.tenant_id = @tenant_id AND w.id = s.waba_id
WHERE s.tenant_id = @tenant_id AND (@channel::text = '' OR s.channel = @channel::text)
ORDER BY s.display, s.id;

-- name: SendersByID :many
SELECT sqlc.embed(s), w.provider_app_id FROM sender s
LEFT JOIN waba w ON w.tenant_id = @tenant_id AND w.id = s.waba_id
WHERE s.tenant_id = @tenant_id AND s.id = ANY(@ids::bigint[]);

-- name: ResumeSender :execrows
UPDATE sender SET state = 'ACTIVE', stop_reason = '', stop_code = 0
WHERE tenant_id = @tenant_id AND id = @id AND state = 'STOPPED';

-- name: QueuedOfSenders :many
-- What is due or will be; chunks of campaigns that are held have no time.
SELECT sender_id, sum(size - settled)::bigint AS queued FROM chunk
WHERE tenant_id = @tenant_id AND sender_id = ANY(@senders::bigint[]) AND run_at < 'infinity'
GROUP BY sender_id;

-- name: ReplaceToken :execrows
UPDATE portfolio SET token_sealed = @token_sealed WHERE tenant_id = @tenant_id AND id = @id;

-- name: ReplaceAppSecret :execrows
-- The one before stays valid for what is signed meanwhile.
UPDATE provider_app AS a SET old_secret_sealed = a.secret_sealed, old_secret_until = @old_until, secret_sealed = @secret_sealed WHERE a.tenant_id = @tenant_id AND a.id = @id;
