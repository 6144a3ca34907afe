// Package engines runs the two stores inside one box: PostgreSQL and ClickHouse as pinned binaries from
// engines/package.json, and a supervisor for the processes of `posthaste up`. Nothing else in the program knows whether
// a store is embedded: it gets an ordinary PostgreSQL URL and an ordinary ClickHouse HTTP address.
package engines
