package engines

import (
	"context"
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestSupervisedPostgresComesBack kills a server under a supervisor while a session computes, whose backend outlives its
// server for hours if it is let: the new server starts all the same and keeps what was acknowledged.
func TestSupervisedPostgresComesBack(t *testing.T) {
	t.Parallel()
	p, err := PreparePostgres(t.Context(), PostgresOptions{DataDir: dataDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	s := supervisor(t, io.Discard, SystemClock{}, Restarting{First: time.Millisecond, Deaths: 20})
	if err := s.Start(t.Context(), Child{Name: "postgres", Command: p.Command, Ready: p.Ready, StopSignal: p.StopSignal()}); err != nil {
		t.Fatal(err)
	}
	execute(t, p.URL(), "CREATE TABLE kept AS SELECT 1 AS n")
	busy, err := pgx.Connect(t.Context(), p.URL())
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := busy.Exec(context.Background(), "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 1000000) b WHERE a > b")
		ended <- err
	}()
	for one[int](t, p.URL(), "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%WHERE a > b' AND pid <> pg_backend_pid()") == 0 {
	}
	first := s.Pid("postgres")
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("the session outlived its server")
	}
	_ = busy.Close(context.Background())
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := p.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, p.URL(), "SELECT n FROM kept"); n != 1 || s.Pid("postgres") == first {
		t.Errorf("n is %d, pid was %d and is %d", n, first, s.Pid("postgres"))
	}
}
