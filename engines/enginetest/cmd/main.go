// Command cmd runs the engines for tests. `cmd -- go test ./...` starts both, runs the command with their addresses in
// its environment and passes its exit code on. `cmd hold postgres|clickhouse DIR`, used by package enginetest, runs one
// until standard input closes and removes DIR then.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"posthaste/engines"
	"posthaste/engines/enginetest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := 2
	switch args := os.Args[1:]; {
	case len(args) == 3 && args[0] == "hold":
		code = hold(ctx, args[1], args[2])
	case len(args) > 1 && args[0] == "--":
		code = run(ctx, args[1:])
	default:
		fmt.Fprintln(os.Stderr, "usage: enginetest -- COMMAND ...")
	}
	os.Exit(code)
}

// run starts both engines for one command.
func run(ctx context.Context, command []string) int {
	dir, err := os.MkdirTemp("", "posthaste-test-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(dir)
	postgres, stopPostgres, err := start(ctx, "postgres", dir)
	if err != nil {
		return fail(err)
	}
	defer stopPostgres()
	clickhouse, stopClickHouse, err := start(ctx, "clickhouse", dir)
	if err != nil {
		return fail(err)
	}
	defer stopClickHouse()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Env = append(os.Environ(), enginetest.PostgresVariable+"="+postgres, enginetest.ClickHouseVariable+"="+clickhouse)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return exit.ExitCode()
	}
	return fail(err)
}

// hold runs one engine for a test program.
func hold(ctx context.Context, engine, dir string) int {
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	url, stop, err := start(ctx, engine, dir)
	held := enginetest.Held{URL: url}
	if err != nil {
		held.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(held); err != nil || held.Error != "" {
		return 1
	}
	<-ctx.Done()
	stop()
	return 0
}

func start(ctx context.Context, engine, dir string) (url string, stop func(), err error) {
	if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL does not run as root and must get in
		return "", nil, err
	}
	switch engine {
	case "postgres":
		return startPostgres(ctx, filepath.Join(dir, "postgres"))
	case "clickhouse":
		return startClickHouse(ctx, filepath.Join(dir, "clickhouse"))
	}
	return "", nil, fmt.Errorf("no engine is called %q", engine)
}

func startPostgres(ctx context.Context, dir string) (string, func(), error) {
	p, err := engines.StartPostgres(ctx, engines.PostgresOptions{DataDir: dir, Tuning: engines.Disposable})
	if err != nil {
		return "", nil, err
	}
	return p.URL(), func() {
		end, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = p.Stop(end) // its data is thrown away
	}, nil
}

func startClickHouse(ctx context.Context, dir string) (string, func(), error) {
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ready := make(chan net.Addr, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- engines.ServeClickHouse(serving, engines.ClickHouseOptions{
			DataDir: dir, Listen: "127.0.0.1:0", Tuning: engines.Disposable, Connections: 16, Grace: time.Second,
			Ready: func(a net.Addr) { ready <- a },
		})
	}()
	select {
	case a := <-ready:
		return "http://default@" + a.String(), func() { cancel(); <-ended }, nil
	case err := <-ended:
		cancel()
		return "", nil, err
	}
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 2
}
