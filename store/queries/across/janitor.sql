-- name: ForgetMessages :execrows
-- The expired rows of the week that is not over; whole weeks are dropped as partitions.
DELETE FROM message d WHERE d.week = @week AND (d.tenant_id, d.id) IN (
  SELECT m.tenant_id, m.id FROM message m WHERE m.week = @week AND m.expires_on <= @today LIMIT @most);

-- name: ForgetInbound :execrows
DELETE FROM inbound d WHERE d.week = @week AND (d.tenant_id, d.id) IN (
  SELECT i.tenant_id, i.id FROM inbound i WHERE i.week = @week AND i.expires_on <= @today LIMIT @most);

-- name: ForgetWebhooks :execrows
DELETE FROM webhook_raw WHERE (tenant_id, id) IN (
  SELECT w.tenant_id, w.id FROM webhook_raw w WHERE w.expires_on <= @today OR w.delete_by < @now LIMIT @most);

-- name: ForgetLimitWindows :execrows
DELETE FROM limit_window WHERE (tenant_id, portfolio_id, at, id) IN (
  SELECT l.tenant_id, l.portfolio_id, l.at, l.id FROM limit_window l WHERE l.at < @before LIMIT @most);

-- name: ForgetServiceWindows :execrows
DELETE FROM service_window WHERE (tenant_id, sender_id, subject) IN (
  SELECT s.tenant_id, s.sender_id, s.subject FROM service_window s WHERE s.open_until < @before LIMIT @most);

-- name: ForgetIdempotency :execrows
DELETE FROM idempotency WHERE (tenant_id, key_hash) IN (
  SELECT i.tenant_id, i.key_hash FROM idempotency i WHERE i.created_at < @before LIMIT @most);

-- name: ForgetInboundSeen :execrows
DELETE FROM inbound_seen WHERE (tenant_id, provider_hash) IN (
  SELECT s.tenant_id, s.provider_hash FROM inbound_seen s WHERE s.at < @before LIMIT @most);

-- name: ForgetPayloads :execrows
-- Past the hard limit, whatever still refers to them: their messages end as not sent in time.
DELETE FROM payload WHERE (tenant_id, id) IN (
  SELECT p.tenant_id, p.id FROM payload p WHERE p.delete_by < @now LIMIT @most);

-- name: ForgetPassing :execrows
-- Who was known in passing: once no message of the day can still be sent and every window that opened on it is closed.
DELETE FROM passing_identity WHERE (tenant_id, day, kind, key) IN (
  SELECT i.tenant_id, i.day, i.kind, i.key FROM passing_identity i
  WHERE i.day < @yesterday AND NOT EXISTS (SELECT FROM payload p WHERE p.tenant_id = i.tenant_id AND p.day = i.day) LIMIT @most);

-- name: DestroyDayKeys :many
-- A day's key goes once the day is over and no payload, no unread webhook and nobody known in passing is left of it: with
-- it goes all that it sealed.
DELETE FROM tenant_key k WHERE k.purpose = 'DAY' AND k.day > '-infinity' AND k.day < @today
  AND NOT EXISTS (SELECT FROM payload p WHERE p.tenant_id = k.tenant_id AND p.day = k.day)
  AND NOT EXISTS (SELECT FROM webhook_raw w WHERE w.tenant_id = k.tenant_id AND w.day = k.day)
  AND NOT EXISTS (SELECT FROM passing_identity i WHERE i.tenant_id = k.tenant_id AND i.day = k.day)
RETURNING k.tenant_id, k.day;
