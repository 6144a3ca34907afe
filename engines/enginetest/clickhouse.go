package enginetest

import (
	"context"
	"net/url"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// ClickHouse gives clickhouse-go's options for a fresh, empty database. It is dropped when the test ends, and kept
// when the test failed.
func ClickHouse(t testing.TB) *clickhouse.Options {
	t.Helper()
	admin := ClickHouseServer(t)
	name := databaseName(t)
	if err := clickHouseOnce(t.Context(), admin, "CREATE DATABASE "+name); err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the ClickHouse database %s is kept", name)
			return
		}
		if err := clickHouseOnce(context.Background(), admin, "DROP DATABASE IF EXISTS "+name+" SYNC"); err != nil {
			t.Errorf("drop the ClickHouse database %s: %v", name, err)
		}
	})
	own := *admin
	own.Auth.Database = name
	return &own
}

// ClickHouseURL gives a fresh database like ClickHouse, as http://user:password@host:port/database.
func ClickHouseURL(t testing.TB) string {
	t.Helper()
	o := ClickHouse(t)
	u := url.URL{Scheme: "http", Host: o.Addr[0], Path: "/" + o.Auth.Database, User: url.UserPassword(o.Auth.Username, o.Auth.Password)}
	return u.String()
}

// ClickHouseServer gives the options of the server's database "default".
func ClickHouseServer(t testing.TB) *clickhouse.Options {
	t.Helper()
	u, err := url.Parse(server(t, ClickHouseVariable, ownClickHouse))
	if err != nil {
		t.Fatalf("%s: %v", ClickHouseVariable, err)
	}
	password, _ := u.User.Password()
	user := u.User.Username()
	if user == "" {
		user = "default"
	}
	return &clickhouse.Options{
		Protocol: clickhouse.HTTP,
		Addr:     []string{u.Host},
		Auth:     clickhouse.Auth{Database: "default", Username: user, Password: password},
	}
}

func clickHouseOnce(ctx context.Context, o *clickhouse.Options, sql string) error {
	conn, err := clickhouse.Open(o)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Exec(ctx, sql)
}
