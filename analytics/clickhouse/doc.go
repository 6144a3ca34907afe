// Package clickhouse keeps events and their summaries in ClickHouse and answers the questions of package analytics. The
// client speaks HTTP only, so that the embedded engine and a server are one thing. Each statement has its file.
package clickhouse
