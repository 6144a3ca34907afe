package engines

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// dataDir is a directory for an engine. t.TempDir would do but for its length and its mode.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "engine-*")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func startPostgres(t *testing.T, opts PostgresOptions) *Postgres {
	t.Helper()
	p, err := StartPostgres(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func execute(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func one[T any](t *testing.T, url, sql string) (v T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPostgresKeepsWhatItAcknowledged(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	first := startPostgres(t, PostgresOptions{DataDir: dir})
	execute(t, first.URL(), "CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)")
	for setting, want := range map[string]string{"fsync": "on", "server_encoding": "UTF8", "data_checksums": "on",
		"listen_addresses": "127.0.0.1", "max_connections": "200", "wal_compression": "off", "log_error_verbosity": "terse"} {
		if got := one[string](t, first.URL(), "SHOW "+setting); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if got := one[string](t, first.URL(), "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname='postgres'"); got != "bC.UTF-8" {
		t.Errorf("locale is %q", got)
	}
	if got := one[string](t, first.URL(), "SELECT left(rolpassword, 13) FROM pg_authid WHERE rolname='postgres'"); got != "SCRAM-SHA-256" {
		t.Errorf("the password is kept as %q", got)
	}

	if err := syscall.Kill(first.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-first.Done()
	if _, err := os.Stat(filepath.Join(first.DataDir(), "postmaster.pid")); err != nil {
		t.Fatalf("the killed server left no lock, so this test proves nothing: %v", err)
	}
	second := startPostgres(t, PostgresOptions{DataDir: dir})
	if n := one[int](t, second.URL(), "SELECT count(*) FROM kept"); n != 1000 {
		t.Errorf("%d rows after the crash, want 1000", n)
	}
	if err := second.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(first.DataDir(), "postmaster.pid")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a clean stop left the lock: %v", err)
	}
}

func TestPostgresRefusesAWrongPassword(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	p := startPostgres(t, PostgresOptions{DataDir: dir, Tuning: Disposable})
	if _, err := pgx.Connect(t.Context(), strings.Replace(p.URL(), p.password, "wrong", 1)); err == nil || !strings.Contains(err.Error(), "28P01") {
		t.Errorf("a wrong password gives %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, "superuser.password"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the password's file has mode %v", info.Mode())
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "superuser.password")); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, second(StartPostgres(t.Context(), PostgresOptions{DataDir: dir})), "superuser.password")
}

func TestPostgresRemovesAForeignLock(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	first := startPostgres(t, PostgresOptions{DataDir: dir, Tuning: Disposable})
	if err := syscall.Kill(first.Pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-first.Done()
	lock := filepath.Join(first.DataDir(), "postmaster.pid")
	b, err := os.ReadFile(lock)
	if err != nil {
		t.Fatal(err)
	}
	// As after a container's restart: the number now is this very program's.
	_, rest, _ := strings.Cut(string(b), "\n")
	if err := os.WriteFile(lock, fmt.Appendf(nil, "%d\n%s", os.Getpid(), rest), 0o600); err != nil {
		t.Fatal(err)
	}
	startPostgres(t, PostgresOptions{DataDir: dir, Tuning: Disposable})
}

func TestPostgresProblems(t *testing.T) {
	t.Parallel()
	t.Run("taken port", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		port := l.Addr().(*net.TCPAddr).Port
		wantProblem(t, second(StartPostgres(t.Context(), PostgresOptions{DataDir: dataDir(t), Port: port, Tuning: Disposable})), "is taken")
	})
	t.Run("second server", func(t *testing.T) {
		t.Parallel()
		dir := dataDir(t)
		startPostgres(t, PostgresOptions{DataDir: dir, Tuning: Disposable})
		wantProblem(t, second(StartPostgres(t.Context(), PostgresOptions{DataDir: dir})), "already uses")
	})
	t.Run("no engines", func(t *testing.T) {
		t.Parallel()
		wantProblem(t, second(StartPostgres(t.Context(), PostgresOptions{DataDir: dataDir(t), Engines: t.TempDir()})), "npm ci --prefix engines")
		wantProblem(t, second(LocateClickHouse(t.TempDir())), "npm ci --prefix engines")
	})
}

func TestPostgresBelowADirectoryOthersCannotEnter(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	place := filepath.Join(dir, "data")
	for range 2 { // the second time it finds its data again
		p := startPostgres(t, PostgresOptions{DataDir: place, Tuning: Disposable})
		execute(t, p.URL(), "CREATE TABLE IF NOT EXISTS here (n int)")
		t.Cleanup(func() {
			if err := os.RemoveAll(filepath.Dir(p.DataDir())); err != nil {
				t.Error(err)
			}
		})
		if err := p.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(place, "pgdata", "PG_VERSION")); err != nil {
			t.Errorf("the data cannot be found from the place asked for: %v", err)
		}
	}
}

func TestCopiedBinariesRun(t *testing.T) {
	t.Parallel()
	native, err := LocatePostgres("")
	if err != nil {
		t.Fatal(err)
	}
	cache := dataDir(t)
	copied, err := copyOnce(native, cache)
	if err != nil {
		t.Fatal(err)
	}
	again, err := copyOnce(native, cache)
	if err != nil || again != copied {
		t.Fatalf("a second copy: %q, %v", again, err)
	}
	engines := dataDir(t)
	home := filepath.Join(engines, thisPlatform().postgres)
	if err := os.MkdirAll(filepath.Dir(home), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Dir(copied), home); err != nil {
		t.Fatal(err)
	}
	p := startPostgres(t, PostgresOptions{DataDir: dataDir(t), Engines: engines, Tuning: Disposable})
	if got := one[int](t, p.URL(), "SELECT 1"); got != 1 {
		t.Error(got)
	}
}

func TestPostgresStopIsBounded(t *testing.T) {
	t.Parallel()
	p := startPostgres(t, PostgresOptions{DataDir: dataDir(t), Tuning: Disposable})
	if err := syscall.Kill(p.Pid(), syscall.SIGSTOP); err != nil { // it cannot hear the signal
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := p.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Stop of a frozen server: %v", err)
	}
	<-p.Done()
}

func second[T any](_ T, err error) error { return err }

func wantProblem(t *testing.T, err error, says string) {
	t.Helper()
	var p *Problem
	switch {
	case !errors.As(err, &p):
		t.Errorf("got %v, want a *Problem", err)
	case !strings.Contains(p.Error(), says) || strings.Contains(p.Error(), "\n") || p.Help == "":
		t.Errorf("the problem says %q, want one sentence with %q", p.Error(), says)
	}
}
