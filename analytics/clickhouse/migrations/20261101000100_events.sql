-- Every new fact about every attempt. Rows come once (the outbox numbers its batches and the store deduplicates them);
-- the engine's key is a second net. expires decides the partition, so forgetting is dropping.
CREATE TABLE {{.Local "events"}} {{.OnCluster}} (
  tenant_id    UInt64 CODEC(Delta, ZSTD(1)),
  message_id   UInt64 CODEC(Delta, ZSTD(1)),
  channel      Enum8('WHATSAPP' = 1, 'SMS' = 2, 'EMAIL' = 3),
  attempt      UInt8,
  status       Enum8('TARGETED' = 1, 'SUPPRESSED' = 2, 'ATTEMPTED' = 3, 'SENT' = 4, 'DELIVERED' = 5, 'READ' = 6, 'FAILED' = 7,
                     'UNKNOWN' = 8, 'UNSETTLED' = 9, 'POSSIBLE_DUPLICATE' = 10, 'REPLIED' = 11, 'CLICKED' = 12, 'OPTED_OUT' = 13,
                     'CANCELLED' = 14, 'RETRIED' = 15),
  category     Enum8('MARKETING' = 1, 'UTILITY' = 2, 'AUTHENTICATION' = 3, 'SERVICE' = 4),
  sender_id    UInt64 CODEC(ZSTD(1)),
  template_id  UInt64 CODEC(ZSTD(1)),
  campaign_id  UInt64 CODEC(ZSTD(1)),
  country      LowCardinality(String),
  code         Int32 CODEC(ZSTD(1)),
  button       LowCardinality(String),
  bucket       UInt32 CODEC(Delta, ZSTD(1)),
  report_day   Date CODEC(Delta, ZSTD(1)),
  at           DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  recipient    UInt64 CODEC(ZSTD(1)),
  price_micros Int64 CODEC(ZSTD(1)),
  currency     LowCardinality(String),
  latency_ms   UInt32 CODEC(ZSTD(1)),
  expires      Date CODEC(Delta, ZSTD(1)),
  kpi_expires  Date CODEC(Delta, ZSTD(1)),
  batch        UInt64 CODEC(Delta, ZSTD(1)),
  INDEX batches batch TYPE minmax GRANULARITY 4,
  CONSTRAINT has_tenant CHECK tenant_id > 0 AND message_id > 0,
  CONSTRAINT lives_a_day CHECK expires > report_day AND kpi_expires > report_day
) ENGINE = {{.Engine "ReplacingMergeTree"}}
PARTITION BY toMonday(expires)
PRIMARY KEY (tenant_id, message_id) ORDER BY (tenant_id, message_id, channel, attempt, status)
SETTINGS {{.TableSettings}};
{{.Distributed "events"}}
