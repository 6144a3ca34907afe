-- Summaries. A row carries the day on which it is gone; the partition is the month of the send and the month of that
-- day, so a partition goes as a whole and no TTL is needed. Money is keyed by its currency. Each event belongs to the slot
-- and the day of its *send*, so a rate never passes 100 %. failed_late are failures reported after the provider had
-- taken the message.

-- Each insert is counted once, by everything that any summary is keyed by; the summaries are made of these few rows and
-- not of the events. It keeps nothing.
CREATE TABLE {{.Local "counted"}} {{.OnCluster}} (
  tenant_id           UInt64,
  bucket              UInt32,
  report_day          Date,
  channel             Enum8('WHATSAPP' = 1, 'SMS' = 2, 'EMAIL' = 3),
  category            Enum8('MARKETING' = 1, 'UTILITY' = 2, 'AUTHENTICATION' = 3, 'SERVICE' = 4),
  sender_id           UInt64,
  template_id         UInt64,
  campaign_id         UInt64,
  country             LowCardinality(String),
  code                Int32,
  button              LowCardinality(String),
  currency            LowCardinality(String),
  kpi_expires         Date,
  targeted            UInt64,
  suppressed          UInt64,
  attempted           UInt64,
  retried             UInt64,
  sent                UInt64,
  delivered           UInt64,
  read                UInt64,
  failed              UInt64,
  failed_late         UInt64,
  unsettled           UInt64,
  possible_duplicates UInt64,
  replies             UInt64,
  clicks              UInt64,
  opt_outs            UInt64,
  price_micros        Int64
) ENGINE = Null;

CREATE MATERIALIZED VIEW {{.Local "counted_from_events"}} {{.OnCluster}} TO {{.Local "counted"}} AS SELECT
  tenant_id, bucket, report_day, channel, category, sender_id, template_id, campaign_id, country, code, button, currency, kpi_expires,
  countIf(status = 'TARGETED') AS targeted,
  countIf(status IN ('SUPPRESSED', 'CANCELLED')) AS suppressed,
  countIf(status = 'ATTEMPTED') AS attempted,
  countIf(status = 'RETRIED') AS retried,
  countIf(status = 'SENT') AS sent,
  countIf(status = 'DELIVERED') AS delivered,
  countIf(status = 'READ') AS read,
  countIf(status = 'FAILED') AS failed,
  countIf(status = 'FAILED' AND latency_ms > 0) AS failed_late,
  countIf(status = 'UNSETTLED') AS unsettled,
  countIf(status = 'POSSIBLE_DUPLICATE') AS possible_duplicates,
  countIf(status = 'REPLIED') AS replies,
  countIf(status = 'CLICKED') AS clicks,
  countIf(status = 'OPTED_OUT') AS opt_outs,
  sum(e.price_micros) AS price_micros
FROM {{.Local "events"}} AS e
GROUP BY tenant_id, bucket, report_day, channel, category, sender_id, template_id, campaign_id, country, code, button, currency, kpi_expires;

-- Additive numbers by 15-minute slot of the send: any time zone can be put together from them.
CREATE TABLE {{.Local "kpi_15m"}} {{.OnCluster}} (
  tenant_id           UInt64,
  bucket              UInt32 CODEC(Delta, ZSTD(1)),
  channel             Enum8('WHATSAPP' = 1, 'SMS' = 2, 'EMAIL' = 3),
  category            Enum8('MARKETING' = 1, 'UTILITY' = 2, 'AUTHENTICATION' = 3, 'SERVICE' = 4),
  sender_id           UInt64,
  currency            LowCardinality(String),
  kpi_expires         Date CODEC(Delta, ZSTD(1)),
  targeted            UInt64 CODEC(ZSTD(1)),
  suppressed          UInt64 CODEC(ZSTD(1)),
  attempted           UInt64 CODEC(ZSTD(1)),
  retried             UInt64 CODEC(ZSTD(1)),
  sent                UInt64 CODEC(ZSTD(1)),
  delivered           UInt64 CODEC(ZSTD(1)),
  read                UInt64 CODEC(ZSTD(1)),
  failed              UInt64 CODEC(ZSTD(1)),
  failed_late         UInt64 CODEC(ZSTD(1)),
  unsettled           UInt64 CODEC(ZSTD(1)),
  possible_duplicates UInt64 CODEC(ZSTD(1)),
  replies             UInt64 CODEC(ZSTD(1)),
  clicks              UInt64 CODEC(ZSTD(1)),
  opt_outs            UInt64 CODEC(ZSTD(1)),
  price_micros        Int64 CODEC(ZSTD(1))
) ENGINE = {{.Engine "SummingMergeTree" "targeted" "suppressed" "attempted" "retried" "sent" "delivered" "read" "failed" "failed_late" "unsettled" "possible_duplicates" "replies" "clicks" "opt_outs" "price_micros"}}
PARTITION BY (toYYYYMM(toDate(intDiv(bucket, 96))), toYYYYMM(kpi_expires))
ORDER BY (tenant_id, bucket, channel, category, sender_id, currency, kpi_expires)
SETTINGS {{.TableSettings}};
{{.Distributed "kpi_15m"}}
CREATE MATERIALIZED VIEW {{.Local "kpi_15m_from_counted"}} {{.OnCluster}} TO {{.Local "kpi_15m"}} AS SELECT
  tenant_id, bucket, channel, category, sender_id, currency, kpi_expires,
  sum(c.targeted) AS targeted, sum(c.suppressed) AS suppressed, sum(c.attempted) AS attempted, sum(c.retried) AS retried,
  sum(c.sent) AS sent, sum(c.delivered) AS delivered, sum(c.read) AS read, sum(c.failed) AS failed,
  sum(c.failed_late) AS failed_late, sum(c.unsettled) AS unsettled, sum(c.possible_duplicates) AS possible_duplicates, sum(c.replies) AS replies,
  sum(c.clicks) AS clicks, sum(c.opt_outs) AS opt_outs, sum(c.price_micros) AS price_micros
FROM {{.Local "counted"}} AS c
GROUP BY tenant_id, bucket, channel, category, sender_id, currency, kpi_expires;

-- Additive numbers by the send's day in the tenant's own zone.
CREATE TABLE {{.Local "kpi_day"}} {{.OnCluster}} (
  tenant_id           UInt64,
  report_day          Date CODEC(Delta, ZSTD(1)),
  channel             Enum8('WHATSAPP' = 1, 'SMS' = 2, 'EMAIL' = 3),
  category            Enum8('MARKETING' = 1, 'UTILITY' = 2, 'AUTHENTICATION' = 3, 'SERVICE' = 4),
  sender_id           UInt64,
  currency            LowCardinality(String),
  kpi_expires         Date CODEC(Delta, ZSTD(1)),
  targeted            UInt64 CODEC(ZSTD(1)),
  suppressed          UInt64 CODEC(ZSTD(1)),
  attempted           UInt64 CODEC(ZSTD(1)),
  retried             UInt64 CODEC(ZSTD(1)),
  sent                UInt64 CODEC(ZSTD(1)),
  delivered           UInt64 CODEC(ZSTD(1)),
  read                UInt64 CODEC(ZSTD(1)),
  failed              UInt64 CODEC(ZSTD(1)),
  failed_late         UInt64 CODEC(ZSTD(1)),
  unsettled           UInt64 CODEC(ZSTD(1)),
  possible_duplicates UInt64 CODEC(ZSTD(1)),
  replies             UInt64 CODEC(ZSTD(1)),
  clicks              UInt64 CODEC(ZSTD(1)),
  opt_outs            UInt64 CODEC(ZSTD(1)),
  price_micros        Int64 CODEC(ZSTD(1))
) ENGINE = {{.Engine "SummingMergeTree" "targeted" "suppressed" "attempted" "retried" "sent" "delivered" "read" "failed" "failed_late" "unsettled" "possible_duplicates" "replies" "clicks" "opt_outs" "price_micros"}}
PARTITION BY (toYYYYMM(report_day), toYYYYMM(kpi_expires))
ORDER BY (tenant_id, report_day, channel, category, sender_id, currency, kpi_expires)
SETTINGS {{.TableSettings}};
{{.Distributed "kpi_day"}}
CREATE MATERIALIZED VIEW {{.Local "kpi_day_from_counted"}} {{.OnCluster}} TO {{.Local "kpi_day"}} AS SELECT
  tenant_id, report_day, channel, category, sender_id, currency, kpi_expires,
  sum(c.targeted) AS targeted, sum(c.suppressed) AS suppressed, sum(c.attempted) AS attempted, sum(c.retried) AS retried,
  sum(c.sent) AS sent, sum(c.delivered) AS delivered, sum(c.read) AS read, sum(c.failed) AS failed,
  sum(c.failed_late) AS failed_late, sum(c.unsettled) AS unsettled, sum(c.possible_duplicates) AS possible_duplicates, sum(c.replies) AS replies,
  sum(c.clicks) AS clicks, sum(c.opt_outs) AS opt_outs, sum(c.price_micros) AS price_micros
FROM {{.Local "counted"}} AS c
GROUP BY tenant_id, report_day, channel, category, sender_id, currency, kpi_expires;

-- By template, and by the button that was tapped.
CREATE TABLE {{.Local "kpi_day_template_button"}} {{.OnCluster}} (
  tenant_id           UInt64,
  report_day          Date CODEC(Delta, ZSTD(1)),
  channel             Enum8('WHATSAPP' = 1, 'SMS' = 2, 'EMAIL' = 3),
  category            Enum8('MARKETING' = 1, 'UTILITY' = 2, 'AUTHENTICATION' = 3, 'SERVICE' = 4),
  sender_id           UInt64,
  template_id         UInt64,
  button              LowCardinality(String),
  currency            LowCardinality(String),
  kpi_expires         Date CODEC(Delta, ZSTD(1)),
  targeted            UInt64 CODEC(ZSTD(1)),
  suppressed          UInt64 CODEC(ZSTD(1)),
  attempted           UInt64 CODEC(ZSTD(1)),
  retried             UInt64 CODEC(ZSTD(1)),
  sent                UInt64 CODEC(ZSTD(1)),
  delivered           UInt64 CODEC(ZSTD(1)),
  read                UInt64 CODEC(ZSTD(1)),
  failed              UInt64 CODEC(ZSTD(1)),
  failed_late         UInt64 CODEC(ZSTD(1)),
  unsettled           UInt64 CODEC(ZSTD(1)),
  possible_duplicates UInt64 CODEC(ZSTD(1)),
  replies             UInt64 CODEC(ZSTD(1)),
  clicks              UInt64 CODEC(ZSTD(1)),
  opt_outs            UInt64 CODEC(ZSTD(1)),
  price_micros        Int64 CODEC(ZSTD(1))
) ENGINE = {{.Engine "SummingMergeTree" "targeted" "suppressed" "attempted" "retried" "sent" "delivered" "read" "failed" "failed_late" "unsettled" "possible_duplicates" "replies" "clicks" "opt_outs" "price_micros"}}
PARTITION BY (toYYYYMM(report_day), toYYYYMM(kpi_expires))
ORDER BY (tenant_id, report_day, channel, category, sender_id, template_id, button, currency, kpi_expires)
SETTINGS {{.TableSettings}};
{{.Distributed "kpi_day_template_button"}}
CREATE MATERIALIZED VIEW {{.Local "kpi_day_template_button_from_counted"}} {{.OnCluster}} TO {{.Local "kpi_day_template_button"}} AS SELECT
  tenant_id, report_day, channel, category, sender_id, template_id, button, currency, kpi_expires,
  sum(c.targeted) AS targeted, sum(c.suppressed) AS suppressed, sum(c.attempted) AS attempted, sum(c.retried) AS retried,
  sum(c.sent) AS sent, sum(c.delivered) AS delivered, sum(c.read) AS read, sum(c.failed) AS failed,
  sum(c.failed_late) AS failed_late, sum(c.unsettled) AS unsettled, sum(c.possible_duplicates) AS possible_duplicates, sum(c.replies) AS replies,
  sum(c.clicks) AS clicks, sum(c.opt_outs) AS opt_outs, sum(c.price_micros) AS price_micros
FROM {{.Local "counted"}} AS c
GROUP BY tenant_id, report_day, channel, category, sender_id, template_id, button, currency, kpi_expires;

-- By campaign; a campaign has one template.
CREATE TABLE {{.Local "kpi_day_campaign"}} {{.OnCluster}} (
  tenant_id           UInt64,
  report_day          Date CODEC(Delta, ZSTD(1)),
  channel             Enum8('WHATSAPP' = 1, 'SMS' = 2, 'EMAIL' = 3),
  category            Enum8('MARKETING' = 1, 'UTILITY' = 2, 'AUTHENTICATION' = 3, 'SERVICE' = 4),
  sender_id           UInt64,
  campaign_id         UInt64,
  template_id         UInt64,
  currency            LowCardinality(String),
  kpi_expires         Date CODEC(Delta, ZSTD(1)),
  targeted            UInt64 CODEC(ZSTD(1)),
  suppressed          UInt64 CODEC(ZSTD(1)),
  attempted           UInt64 CODEC(ZSTD(1)),
  retried             UInt64 CODEC(ZSTD(1)),
  sent                UInt64 CODEC(ZSTD(1)),
  delivered           UInt64 CODEC(ZSTD(1)),
  read                UInt64 CODEC(ZSTD(1)),
  failed              UInt64 CODEC(ZSTD(1)),
  failed_late         UInt64 CODEC(ZSTD(1)),
  unsettled           UInt64 CODEC(ZSTD(1)),
  possible_duplicates UInt64 CODEC(ZSTD(1)),
  replies             UInt64 CODEC(ZSTD(1)),
  clicks              UInt64 CODEC(ZSTD(1)),
  opt_outs            UInt64 CODEC(ZSTD(1)),
  price_micros        Int64 CODEC(ZSTD(1))
) ENGINE = {{.Engine "SummingMergeTree" "targeted" "suppressed" "attempted" "retried" "sent" "delivered" "read" "failed" "failed_late" "unsettled" "possible_duplicates" "replies" "clicks" "opt_outs" "price_micros"}}
PARTITION BY (toYYYYMM(report_day), toYYYYMM(kpi_expires))
ORDER BY (tenant_id, report_day, channel, category, sender_id, campaign_id, template_id, currency, kpi_expires)
SETTINGS {{.TableSettings}};
{{.Distributed "kpi_day_campaign"}}
CREATE MATERIALIZED VIEW {{.Local "kpi_day_campaign_from_counted"}} {{.OnCluster}} TO {{.Local "kpi_day_campaign"}} AS SELECT
  tenant_id, report_day, channel, category, sender_id, campaign_id, template_id, currency, kpi_expires,
  sum(c.targeted) AS targeted, sum(c.suppressed) AS suppressed, sum(c.attempted) AS attempted, sum(c.retried) AS retried,
  sum(c.sent) AS sent, sum(c.delivered) AS delivered, sum(c.read) AS read, sum(c.failed) AS failed,
  sum(c.failed_late) AS failed_late, sum(c.unsettled) AS unsettled, sum(c.possible_duplicates) AS possible_duplicates, sum(c.replies) AS replies,
  sum(c.clicks) AS clicks, sum(c.opt_outs) AS opt_outs, sum(c.price_micros) AS price_micros
FROM {{.Local "counted"}} AS c
GROUP BY tenant_id, report_day, channel, category, sender_id, campaign_id, template_id, currency, kpi_expires;

-- By country of the address.
CREATE TABLE {{.Local "kpi_day_country"}} {{.OnCluster}} (
  tenant_id           UInt64,
  report_day          Date CODEC(Delta, ZSTD(1)),
  channel             Enum8('WHATSAPP' = 1, 'SMS' = 2, 'EMAIL' = 3),
  category            Enum8('MARKETING' = 1, 'UTILITY' = 2, 'AUTHENTICATION' = 3, 'SERVICE' = 4),
  sender_id           UInt64,
  country             LowCardinality(String),
  currency            LowCardinality(String),
  kpi_expires         Date CODEC(Delta, ZSTD(1)),
  targeted            UInt64 CODEC(ZSTD(1)),
  suppressed          UInt64 CODEC(ZSTD(1)),
  attempted           UInt64 CODEC(ZSTD(1)),
  retried             UInt64 CODEC(ZSTD(1)),
  sent                UInt64 CODEC(ZSTD(1)),
  delivered           UInt64 CODEC(ZSTD(1)),
  read                UInt64 CODEC(ZSTD(1)),
  failed              UInt64 CODEC(ZSTD(1)),
  failed_late         UInt64 CODEC(ZSTD(1)),
  unsettled           UInt64 CODEC(ZSTD(1)),
  possible_duplicates UInt64 CODEC(ZSTD(1)),
  replies             UInt64 CODEC(ZSTD(1)),
  clicks              UInt64 CODEC(ZSTD(1)),
  opt_outs            UInt64 CODEC(ZSTD(1)),
  price_micros        Int64 CODEC(ZSTD(1))
) ENGINE = {{.Engine "SummingMergeTree" "targeted" "suppressed" "attempted" "retried" "sent" "delivered" "read" "failed" "failed_late" "unsettled" "possible_duplicates" "replies" "clicks" "opt_outs" "price_micros"}}
PARTITION BY (toYYYYMM(report_day), toYYYYMM(kpi_expires))
ORDER BY (tenant_id, report_day, channel, category, sender_id, country, currency, kpi_expires)
SETTINGS {{.TableSettings}};
{{.Distributed "kpi_day_country"}}
CREATE MATERIALIZED VIEW {{.Local "kpi_day_country_from_counted"}} {{.OnCluster}} TO {{.Local "kpi_day_country"}} AS SELECT
  tenant_id, report_day, channel, category, sender_id, country, currency, kpi_expires,
  sum(c.targeted) AS targeted, sum(c.suppressed) AS suppressed, sum(c.attempted) AS attempted, sum(c.retried) AS retried,
  sum(c.sent) AS sent, sum(c.delivered) AS delivered, sum(c.read) AS read, sum(c.failed) AS failed,
  sum(c.failed_late) AS failed_late, sum(c.unsettled) AS unsettled, sum(c.possible_duplicates) AS possible_duplicates, sum(c.replies) AS replies,
  sum(c.clicks) AS clicks, sum(c.opt_outs) AS opt_outs, sum(c.price_micros) AS price_micros
FROM {{.Local "counted"}} AS c
GROUP BY tenant_id, report_day, channel, category, sender_id, country, currency, kpi_expires;

-- By the code of a failure or refusal; facts without one are not here.
CREATE TABLE {{.Local "kpi_day_error"}} {{.OnCluster}} (
  tenant_id           UInt64,
  report_day          Date CODEC(Delta, ZSTD(1)),
  channel             Enum8('WHATSAPP' = 1, 'SMS' = 2, 'EMAIL' = 3),
  category            Enum8('MARKETING' = 1, 'UTILITY' = 2, 'AUTHENTICATION' = 3, 'SERVICE' = 4),
  sender_id           UInt64,
  code                Int32,
  currency            LowCardinality(String),
  kpi_expires         Date CODEC(Delta, ZSTD(1)),
  targeted            UInt64 CODEC(ZSTD(1)),
  suppressed          UInt64 CODEC(ZSTD(1)),
  attempted           UInt64 CODEC(ZSTD(1)),
  retried             UInt64 CODEC(ZSTD(1)),
  sent                UInt64 CODEC(ZSTD(1)),
  delivered           UInt64 CODEC(ZSTD(1)),
  read                UInt64 CODEC(ZSTD(1)),
  failed              UInt64 CODEC(ZSTD(1)),
  failed_late         UInt64 CODEC(ZSTD(1)),
  unsettled           UInt64 CODEC(ZSTD(1)),
  possible_duplicates UInt64 CODEC(ZSTD(1)),
  replies             UInt64 CODEC(ZSTD(1)),
  clicks              UInt64 CODEC(ZSTD(1)),
  opt_outs            UInt64 CODEC(ZSTD(1)),
  price_micros        Int64 CODEC(ZSTD(1))
) ENGINE = {{.Engine "SummingMergeTree" "targeted" "suppressed" "attempted" "retried" "sent" "delivered" "read" "failed" "failed_late" "unsettled" "possible_duplicates" "replies" "clicks" "opt_outs" "price_micros"}}
PARTITION BY (toYYYYMM(report_day), toYYYYMM(kpi_expires))
ORDER BY (tenant_id, report_day, channel, category, sender_id, code, currency, kpi_expires)
SETTINGS {{.TableSettings}};
{{.Distributed "kpi_day_error"}}
CREATE MATERIALIZED VIEW {{.Local "kpi_day_error_from_counted"}} {{.OnCluster}} TO {{.Local "kpi_day_error"}} AS SELECT
  tenant_id, report_day, channel, category, sender_id, code, currency, kpi_expires,
  sum(c.targeted) AS targeted, sum(c.suppressed) AS suppressed, sum(c.attempted) AS attempted, sum(c.retried) AS retried,
  sum(c.sent) AS sent, sum(c.delivered) AS delivered, sum(c.read) AS read, sum(c.failed) AS failed,
  sum(c.failed_late) AS failed_late, sum(c.unsettled) AS unsettled, sum(c.possible_duplicates) AS possible_duplicates, sum(c.replies) AS replies,
  sum(c.clicks) AS clicks, sum(c.opt_outs) AS opt_outs, sum(c.price_micros) AS price_micros
FROM {{.Local "counted"}} AS c
WHERE code != 0
GROUP BY tenant_id, report_day, channel, category, sender_id, code, currency, kpi_expires;

-- Distinct people and latencies: states that are merged, never summed. A recipient of 0 stands for nobody.
CREATE TABLE {{.Local "kpi_day_people"}} {{.OnCluster}} (
  tenant_id           UInt64,
  report_day          Date CODEC(Delta, ZSTD(1)),
  channel             Enum8('WHATSAPP' = 1, 'SMS' = 2, 'EMAIL' = 3),
  category            Enum8('MARKETING' = 1, 'UTILITY' = 2, 'AUTHENTICATION' = 3, 'SERVICE' = 4),
  sender_id           UInt64,
  kpi_expires         Date CODEC(Delta, ZSTD(1)),
  recipients          AggregateFunction(uniqCombined64(12), UInt64),
  deliver_ms          AggregateFunction(quantilesTDigest(0.5, 0.95), UInt32),
  read_ms             AggregateFunction(quantilesTDigest(0.5, 0.95), UInt32)
) ENGINE = {{.Engine "AggregatingMergeTree"}}
PARTITION BY (toYYYYMM(report_day), toYYYYMM(kpi_expires))
ORDER BY (tenant_id, report_day, channel, category, sender_id, kpi_expires)
SETTINGS {{.TableSettings}};
{{.Distributed "kpi_day_people"}}
CREATE MATERIALIZED VIEW {{.Local "kpi_day_people_from_events"}} {{.OnCluster}} TO {{.Local "kpi_day_people"}} AS SELECT
  tenant_id, report_day, channel, category, sender_id, kpi_expires,
  uniqCombined64IfState(12)(recipient, status = 'SENT' AND recipient != 0) AS recipients,
  quantilesTDigestIfState(0.5, 0.95)(latency_ms, status = 'DELIVERED') AS deliver_ms,
  quantilesTDigestIfState(0.5, 0.95)(latency_ms, status = 'READ') AS read_ms
FROM {{.Local "events"}}
WHERE status IN ('SENT', 'DELIVERED', 'READ')
GROUP BY tenant_id, report_day, channel, category, sender_id, kpi_expires;

-- The same by campaign and template.
CREATE TABLE {{.Local "kpi_day_campaign_people"}} {{.OnCluster}} (
  tenant_id           UInt64,
  report_day          Date CODEC(Delta, ZSTD(1)),
  channel             Enum8('WHATSAPP' = 1, 'SMS' = 2, 'EMAIL' = 3),
  category            Enum8('MARKETING' = 1, 'UTILITY' = 2, 'AUTHENTICATION' = 3, 'SERVICE' = 4),
  sender_id           UInt64,
  campaign_id         UInt64,
  template_id         UInt64,
  kpi_expires         Date CODEC(Delta, ZSTD(1)),
  recipients          AggregateFunction(uniqCombined64(12), UInt64),
  deliver_ms          AggregateFunction(quantilesTDigest(0.5, 0.95), UInt32),
  read_ms             AggregateFunction(quantilesTDigest(0.5, 0.95), UInt32)
) ENGINE = {{.Engine "AggregatingMergeTree"}}
PARTITION BY (toYYYYMM(report_day), toYYYYMM(kpi_expires))
ORDER BY (tenant_id, report_day, channel, category, sender_id, campaign_id, template_id, kpi_expires)
SETTINGS {{.TableSettings}};
{{.Distributed "kpi_day_campaign_people"}}
CREATE MATERIALIZED VIEW {{.Local "kpi_day_campaign_people_from_events"}} {{.OnCluster}} TO {{.Local "kpi_day_campaign_people"}} AS SELECT
  tenant_id, report_day, channel, category, sender_id, campaign_id, template_id, kpi_expires,
  uniqCombined64IfState(12)(recipient, status = 'SENT' AND recipient != 0) AS recipients,
  quantilesTDigestIfState(0.5, 0.95)(latency_ms, status = 'DELIVERED') AS deliver_ms,
  quantilesTDigestIfState(0.5, 0.95)(latency_ms, status = 'READ') AS read_ms
FROM {{.Local "events"}}
WHERE status IN ('SENT', 'DELIVERED', 'READ')
GROUP BY tenant_id, report_day, channel, category, sender_id, campaign_id, template_id, kpi_expires;
