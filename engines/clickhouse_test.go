package engines

import (
	"context"
	"fmt"
	"net"
	"os"
	osexec "os/exec"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// childVariable makes this test binary a ClickHouse for the directory it names, in place of `posthaste engines clickhouse`.
const childVariable = "ENGINES_TEST_CLICKHOUSE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		err := ServeClickHouse(ctx, ClickHouseOptions{DataDir: dir, Listen: os.Getenv(childVariable + "_LISTEN"), Grace: 2 * time.Second})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if os.Getenv(supervisorVariable) != "" {
		superviseForever()
	}
	dir, err := os.MkdirTemp("", "engine-*")
	if err != nil {
		panic(err)
	}
	sharedDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// sharedDir is where shared lies; TestMain removes it.
var sharedDir string

// child is a ClickHouse in a process of its own.
type child struct {
	*process
	address string
	said    *tail
}

func clickHouseChild(t *testing.T, dir string) *child {
	t.Helper()
	c := &child{address: freeAddress(t), said: &tail{}}
	cmd := osexec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+dir, childVariable+"_LISTEN="+c.address)
	cmd.Stdout, cmd.Stderr = c.said, c.said
	var err error
	if c.process, err = startProcess(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.kill(); <-c.done })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := PingClickHouse(ctx, c.address); err != nil {
		t.Fatalf("%v: %s", err, c.said)
	}
	return c
}

// shared is one ClickHouse for most tests of this package: each has its own database.
var shared = sync.OnceValues(func() (string, error) {
	ready := make(chan string, 1)
	failed := make(chan error, 1)
	go func() {
		failed <- ServeClickHouse(context.Background(), ClickHouseOptions{DataDir: sharedDir, Listen: "127.0.0.1:0", Tuning: Disposable,
			Ready: func(a net.Addr) { ready <- a.String() }})
	}()
	select {
	case a := <-ready:
		return a, nil
	case err := <-failed:
		return "", err
	}
})

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// client opens clickhouse-go on the shared engine, in a database of the test's own.
func client(t *testing.T, change ...func(*clickhouse.Options)) driver.Conn {
	t.Helper()
	address, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return clientAt(t, address, change...)
}

func clientAt(t *testing.T, address string, change ...func(*clickhouse.Options)) driver.Conn {
	t.Helper()
	opts := &clickhouse.Options{Protocol: clickhouse.HTTP, Addr: []string{address}, MaxOpenConns: 16, Auth: clickhouse.Auth{Database: "default"}}
	admin, err := clickhouse.Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	name := "t_" + newTag(12)
	if err := admin.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	own := *opts
	own.Auth.Database = name
	for _, f := range change {
		f(&own)
	}
	conn, err := clickhouse.Open(&own)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Exec(context.Background(), "DROP DATABASE IF EXISTS "+name+" SYNC"); err != nil {
			t.Error(err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	return conn
}

func must(t *testing.T, conn driver.Conn, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if err := conn.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func count(t *testing.T, conn driver.Conn, query string, args ...any) (n uint64) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestHello(t *testing.T) {
	t.Parallel()
	conn := client(t)
	if err := conn.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	v, err := conn.ServerVersion()
	if err != nil {
		t.Fatal(err)
	}
	if v.Version.Major != 26 || v.Timezone.String() != "UTC" {
		t.Errorf("the server says %v in %v", v.Version, v.Timezone)
	}
	must(t, conn, "CREATE TABLE x (a UInt64) ENGINE = MergeTree ORDER BY a", "INSERT INTO x VALUES (1), (2)")
	if n := count(t, conn, "SELECT count() FROM x WHERE a = {a:UInt64}", clickhouse.Named("a", 2)); n != 1 {
		t.Error(n)
	}
}
