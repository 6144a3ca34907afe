package enginetest

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Postgres gives the superuser's URL of a fresh, empty database. It is dropped when the test ends, and kept when the
// test failed.
func Postgres(t testing.TB) string {
	t.Helper()
	return createDatabase(t, PostgresServer(t), "")
}

// PostgresServer gives the superuser's URL of the server, for what belongs to no database, such as roles.
func PostgresServer(t testing.TB) string {
	t.Helper()
	return server(t, PostgresVariable, ownPostgres)
}

// PostgresTemplate gives the superuser's URL of a fresh copy of a database that build fills once per run of the
// server, whoever asks first; name tells one such database from another ([a-z0-9_], at most 40 characters). Migrations
// run in build cost their time once. build must close what it opens on url.
func PostgresTemplate(t testing.TB, name string, build func(ctx context.Context, url string) error) string {
	t.Helper()
	admin := PostgresServer(t)
	template := "template_" + name
	if err := buildTemplate(t.Context(), admin, template, build); err != nil {
		t.Fatalf("build the database %s: %v", template, err)
	}
	return createDatabase(t, admin, template)
}

// buildTemplate lets one of all processes build; a build that failed leaves nothing that is taken for whole.
func buildTemplate(ctx context.Context, admin, template string, build func(context.Context, string) error) error {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // which gives the lock back
	lock := fnv.New64a()
	lock.Write([]byte("enginetest " + template))
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(lock.Sum64())); err != nil {
		return err
	}
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", template).Scan(&there); err != nil || there {
		return err
	}
	rough := template + "_rough"
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + quote(rough) + " WITH (FORCE)", "CREATE DATABASE " + quote(rough)} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := build(ctx, inDatabase(admin, rough)); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+quote(rough)+" RENAME TO "+quote(template))
	return err
}

func createDatabase(t testing.TB, admin, template string) string {
	t.Helper()
	name := databaseName(t)
	sql := "CREATE DATABASE " + quote(name)
	if template != "" {
		// Copying the files costs half of writing every page to the log: the databases are small and have many tables.
		sql += " TEMPLATE " + quote(template) + " STRATEGY file_copy"
	}
	if err := once(t.Context(), admin, sql); err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the database %s is kept", name)
			return
		}
		if err := once(context.Background(), admin, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database %s: %v", name, err)
		}
	})
	return inDatabase(admin, name)
}

func once(ctx context.Context, at, sql string) error {
	conn, err := pgx.Connect(ctx, at)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql)
	return err
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

func inDatabase(admin, name string) string {
	u, err := url.Parse(admin)
	if err != nil {
		return admin // which pgx has accepted: it is not a URL but key=value words
	}
	u.Path = "/" + name
	return u.String()
}
