package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/store"
)

// serverVariable names the server to use: a URL of a superuser.
const serverVariable = "POSTHASTE_TEST_POSTGRES_URL"

func server() string {
	if s := os.Getenv(serverVariable); s != "" {
		return s
	}
	return "postgres://postgres@127.0.0.1:55432/postgres?sslmode=disable"
}

// database copies the template under a fresh name and gives its owner's URL.
func database(t testing.TB, now time.Time) string {
	t.Helper()
	ctx := context.Background()
	template, err := templateOnce(now)
	if err != nil {
		t.Fatalf("make the template database: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if err := asAdmin(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY FILE_COPY"); err != nil {
		t.Fatalf("copy the template database: %v", err)
	}
	t.Cleanup(func() {
		if err := asAdmin(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return urlOf(name)
}

// templateOnce makes the template once a program; programs that share a server share it too, by its name.
var templateOnce = func() func(time.Time) (string, error) {
	var once sync.Once
	var name string
	var err error
	return func(now time.Time) (string, error) {
		once.Do(func() { name, err = makeTemplate(context.Background(), now) })
		return name, err
	}
}()

// makeTemplate migrates a database under another name and renames it when it is whole, so that a program that dies on
// the way leaves no half template behind.
func makeTemplate(ctx context.Context, now time.Time) (string, error) {
	fingerprint, err := store.Fingerprint()
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("template_%s_w%d", fingerprint, store.WeekOf(now))
	conn, err := pgx.Connect(ctx, server())
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext('posthaste.storetest'))"); err != nil {
		return "", err
	}
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil || exists {
		return name, err
	}
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name + "_new", "CREATE DATABASE " + name + "_new"} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return "", err
		}
	}
	if err := store.Migrate(ctx, optionsOf(urlOf(name+"_new")), now); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+name+"_new RENAME TO "+name)
	return name, err
}

func asAdmin(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, server())
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

func urlOf(name string) string {
	u, err := url.Parse(server())
	if err != nil {
		panic("storetest: " + serverVariable + " is no URL")
	}
	u.Path = "/" + name
	return u.String()
}
