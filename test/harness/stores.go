package harness

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/jackc/pgx/v5"
)

// Rows asks the box's Postgres as the owner of its tables, past row-level security, and gives the first column. It is for
// assertions about what was written, never for what a user would see.
func Rows[T any](t testing.TB, b *Box, sql string, args ...any) []T {
	t.Helper()
	db, err := openPostgres(t.Context(), b.Where(t))
	if err != nil {
		t.Fatalf("connect to the box's Postgres: %v", err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	rows, err := db.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatalf("ask the box's Postgres: %v", err)
	}
	values, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatalf("ask the box's Postgres: %v", err)
	}
	return values
}

// Row is the one row of Rows.
func Row[T any](t testing.TB, b *Box, sql string, args ...any) T {
	t.Helper()
	values := Rows[T](t, b, sql, args...)
	if len(values) != 1 {
		t.Fatalf("%d rows, want 1: %s", len(values), sql)
	}
	return values[0]
}

// Execute runs a statement as the owner of the tables.
func (b *Box) Execute(t testing.TB, sql string) {
	t.Helper()
	db, err := openPostgres(t.Context(), b.Where(t))
	if err != nil {
		t.Fatalf("connect to the box's Postgres: %v", err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	if _, err := db.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// Counts asks the box's ClickHouse for one row of numbers.
func (b *Box) Counts(t testing.TB, sql string) []uint64 {
	t.Helper()
	db := b.clickHouse(t)
	defer func() { _ = db.Close() }()
	rows, err := db.Query(t.Context(), sql)
	if err != nil {
		t.Fatalf("ask the box's ClickHouse: %v", err)
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		t.Fatalf("ClickHouse gave no row: %v", rows.Err())
	}
	values := make([]uint64, len(rows.Columns()))
	targets := make([]any, len(values))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		t.Fatalf("read ClickHouse's row: %v", err)
	}
	return values
}

func (b *Box) clickHouse(t testing.TB) clickhouse.Conn {
	t.Helper()
	db, err := openClickHouse(b.Where(t))
	if err != nil {
		t.Fatalf("open the box's ClickHouse: %v", err)
	}
	return db
}

func openClickHouse(w Where) (clickhouse.Conn, error) {
	u, err := url.Parse(w.ClickHouseURL)
	if err == nil && w.ClickHouseURL == "" {
		err = errNowhere
	}
	if err != nil {
		return nil, err
	}
	password, _ := u.User.Password()
	return clickhouse.Open(&clickhouse.Options{
		Protocol: clickhouse.HTTP, Addr: []string{u.Host},
		Auth: clickhouse.Auth{Database: strings.Trim(u.Path, "/"), Username: u.User.Username(), Password: password},
	})
}
