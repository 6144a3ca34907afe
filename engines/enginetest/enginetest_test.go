package enginetest_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/jackc/pgx/v5"

	"posthaste/engines/enginetest"
)

func TestPostgresDatabasesAreApart(t *testing.T) {
	t.Parallel()
	for range 2 {
		conn := connect(t, enginetest.Postgres(t))
		if _, err := conn.Exec(t.Context(), "CREATE TABLE mine (n int)"); err != nil {
			t.Error(err) // a second time in the same database
		}
	}
}

func TestPostgresTemplateIsBuiltOnce(t *testing.T) {
	t.Parallel()
	var built atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			url := enginetest.PostgresTemplate(t, "of_this_test", func(ctx context.Context, url string) error {
				built.Add(1)
				conn, err := pgx.Connect(ctx, url)
				if err != nil {
					return err
				}
				defer conn.Close(ctx)
				_, err = conn.Exec(ctx, "CREATE TABLE filled AS SELECT 7 AS n")
				return err
			})
			conn := connect(t, url)
			var n int
			if err := conn.QueryRow(t.Context(), "SELECT n FROM filled").Scan(&n); err != nil || n != 7 {
				t.Errorf("a copy holds %d: %v", n, err)
			}
			if _, err := conn.Exec(t.Context(), "DELETE FROM filled"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := built.Load(); n > 1 { // none when another run on the same server built it
		t.Errorf("built %d times", n)
	}
}

func TestClickHouseDatabasesAreApart(t *testing.T) {
	t.Parallel()
	for range 2 {
		conn, err := clickhouse.Open(enginetest.ClickHouse(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Exec(t.Context(), "CREATE TABLE mine (n UInt8) ENGINE = MergeTree ORDER BY n"); err != nil {
			t.Error(err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	opts, err := clickhouse.ParseDSN(enginetest.ClickHouseURL(t))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := clickhouse.Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return conn
}
