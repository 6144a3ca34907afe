// Command posthaste is the whole product in one binary: see posthaste --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"posthaste/engines"
)

// Exit codes.
const (
	exitFailed  = 1
	exitUsage   = 2
	exitConfig  = 3
	exitProblem = 4 // something outside is in the way: a port, a disk, an engine
)

func main() {
	collectLess()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := root().ExecuteContext(ctx)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "posthaste:", err)
	os.Exit(exitCode(err))
}

// collectLess lets garbage grow to four times of what lives. Requests leave much of it and little lives: with the usual
// one time a tenth of the server's CPU went into collecting. GOGC, where it is set, has the say.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

func exitCode(err error) int {
	if _, ok := errors.AsType[*engines.Problem](err); ok {
		return exitProblem
	}
	if _, ok := errors.AsType[*configError](err); ok {
		return exitConfig
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	return exitFailed
}
