// Package harness runs the whole program for stories and fault tests: `posthaste up` with a sandboxed WhatsApp on a
// directory and ports of its own, seen from outside only: HTTP, the sandbox's controls, processes.
package harness

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Box is a running installation.
type Box struct {
	Dir     string // its data directory
	URL     string // of the portal and the API
	program string
	process *exec.Cmd
	ended   chan struct{}
	again   func(testing.TB)
	said    *transcript

	secrets, sessions *Secrets
	heard             *overheard
	watching          *statements
}

// Where says where the parts are, as the box itself writes it down.
type Where struct {
	PostgresURL    string            `json:"postgres_url"`
	ClickHouseURL  string            `json:"clickhouse_url"`
	ServeHost      string            `json:"serve_host"`
	SandboxAPI     string            `json:"sandbox_api"`
	SandboxControl string            `json:"sandbox_control"`
	Hosts          map[string]string `json:"hosts"` // of metrics, by process
	Pids           map[string]int    `json:"pids"`
}

const startLimit = 2 * time.Minute

// Start builds the program once and starts a box with two dispatchers. It is stopped when the test ends; after a failed
// test its directory is kept and named.
func Start(t testing.TB, flags ...string) *Box {
	t.Helper()
	return StartProgram(t, "", flags...)
}

// StartProgram is Start with another binary than the one under test; empty means that one.
func StartProgram(t testing.TB, program string, flags ...string) *Box {
	t.Helper()
	if program == "" {
		program = Program(t)
	}
	dir, err := os.MkdirTemp("", "posthaste-box-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { // PostgreSQL runs as another user when we are root
		t.Fatal(err)
	}
	b := newBox(filepath.Join(dir, "data"))
	b.program = program
	b.watching = watch(b.Dir)
	b.again = func(t testing.TB) {
		t.Helper()
		b.up(t, strings.Replace(strings.TrimPrefix(b.URL, "http://"), "localhost", "127.0.0.1", 1), flags)
	}
	t.Cleanup(b.watching.end)
	b.up(t, freeAddress(t), flags)
	t.Cleanup(func() {
		b.Stop(t)
		if t.Failed() {
			t.Logf("the box's data and log are kept in %s\n%s", dir, b.said.tail(30))
			return
		}
		b.searchKept(t)
		_ = os.RemoveAll(dir)
	})
	return b
}

func (b *Box) up(t testing.TB, listen string, flags []string) {
	t.Helper()
	b.URL = "http://" + strings.Replace(listen, "127.0.0.1", "localhost", 1)
	args := append([]string{"up", "--sandbox", "--listen", listen, "--data", b.Dir, "--engines", filepath.Join(root(t), "engines", "node_modules")}, flags...)
	b.process = exec.Command(b.program, args...)
	b.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := b.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	b.process.Stderr = b.said
	if err := b.process.Start(); err != nil {
		t.Fatalf("start the box: %v", err)
	}
	ready := make(chan struct{})
	b.ended = make(chan struct{})
	go func() {
		defer close(b.ended)
		b.listen(out, ready)
		_ = b.process.Wait()
	}()
	select {
	case <-ready:
	case <-b.ended:
		t.Fatalf("the box ended before it was ready:\n%s", b.said.tail(40))
	case <-time.After(startLimit):
		t.Fatalf("the box was not ready in %s:\n%s", startLimit, b.said.tail(40))
	}
}

// listen keeps what the box says and tells when it greets.
func (b *Box) listen(out io.Reader, ready chan<- struct{}) {
	lines := bufio.NewScanner(out)
	greeted := false
	for lines.Scan() {
		_, _ = b.said.Write(append(lines.Bytes(), '\n'))
		if !greeted && strings.Contains(lines.Text(), "Ctrl-C") {
			greeted = true
			close(ready)
		}
	}
}

// Stop ends the box as Ctrl-C does and waits for it.
func (b *Box) Stop(t testing.TB) {
	t.Helper()
	select {
	case <-b.ended:
		return
	default:
	}
	_ = b.process.Process.Signal(syscall.SIGINT)
	select {
	case <-b.ended:
	case <-time.After(time.Minute):
		t.Errorf("the box did not stop within a minute:\n%s", b.said.tail(20))
		_ = syscall.Kill(-b.process.Process.Pid, syscall.SIGKILL)
		<-b.ended
	}
}

// Again starts a box that was stopped on the same data, at the same address.
func (b *Box) Again(t testing.TB) {
	t.Helper()
	b.again(t)
}

// Where reads where the parts are now; the pids change when a part is started again.
func (b *Box) Where(t testing.TB) Where {
	t.Helper()
	var content []byte
	Eventually(t, 10*time.Second, "the box says where its parts are", func() (so bool) {
		var err error
		content, err = os.ReadFile(filepath.Join(b.Dir, "run.json"))
		return err == nil
	})
	var w Where
	if err := json.Unmarshal(content, &w); err != nil {
		t.Fatalf("read where the parts are: %v", err)
	}
	return w
}

// Signal sends a signal to a part by name: postgres, clickhouse, sandbox, serve, dispatch-1, dispatch-2. It gives the pid.
// A part that has just ended by itself, as one without a lease does, gets it in its next life.
func (b *Box) Signal(t testing.TB, part string, signal syscall.Signal) (pid int) {
	t.Helper()
	Eventually(t, 30*time.Second, "part "+part+" runs", func() bool {
		if pid = b.Where(t).Pids[part]; pid == 0 {
			return false
		}
		err := syscall.Kill(pid, signal)
		if err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Fatalf("signal %s: %v", part, err)
		}
		return err == nil
	})
	return pid
}

// Reborn waits until a part runs under another pid than the given one.
func (b *Box) Reborn(t testing.TB, part string, old int) {
	t.Helper()
	Eventually(t, 30*time.Second, "part "+part+" is started again", func() bool {
		pid := b.Where(t).Pids[part]
		return pid != 0 && pid != old
	})
}

// Answers waits until the database takes questions again.
func (b *Box) Answers(t testing.TB) {
	t.Helper()
	Eventually(t, time.Minute, "Postgres answers", func() bool {
		db, err := pgx.Connect(t.Context(), b.Where(t).PostgresURL)
		if err != nil {
			return false
		}
		return db.Close(context.Background()) == nil
	})
}

// Run runs a command of the program on the box's data and gives what it printed.
func (b *Box) Run(t testing.TB, args ...string) string {
	t.Helper()
	command := exec.Command(b.program, append(args, "--data", b.Dir)...)
	var out, complaints bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaints
	if err := command.Run(); err != nil {
		t.Fatalf("posthaste %s: %v\n%s", strings.Join(args, " "), err, complaints.String())
	}
	return out.String()
}

// Refused runs a command that is to fail and gives what it complained of.
func (b *Box) Refused(t testing.TB, args ...string) string {
	t.Helper()
	command := exec.Command(b.program, append(args, "--data", b.Dir)...)
	out, err := command.CombinedOutput()
	if err == nil {
		t.Fatalf("posthaste %s was done:\n%s", strings.Join(args, " "), out)
	}
	return string(out)
}

// Eventually asks until it is so. It is for facts that another process makes true; the limit is far above what is normal.
func Eventually(t testing.TB, limit time.Duration, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatalf("not so after %s: %s", limit, what)
		case <-tick.C:
		}
	}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// transcript keeps the last lines that a box said.
type transcript struct {
	mu    sync.Mutex
	lines []string
}

func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, strings.TrimRight(string(p), "\n"))
	if len(s.lines) > 2000 {
		s.lines = s.lines[1000:]
	}
	return len(p), nil
}

func (s *transcript) tail(n int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines[max(0, len(s.lines)-n):], "\n")
}

// All is everything the box has said.
func (b *Box) All() string { return b.said.tail(1 << 20) }

func root(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		t.Fatalf("find the module: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// Program builds the program once for a run: POSTHASTE_TEST_PROGRAM names one that is built already.
func Program(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("POSTHASTE_TEST_PROGRAM"); path != "" {
		return path
	}
	path := filepath.Join(t.TempDir(), "posthaste")
	build := exec.Command("go", "build", "-o", path, "./cmd/posthaste")
	build.Dir = root(t)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return path
}

// Attach looks at an installation that somebody else has started on this host.
func Attach(url, dir string) *Box {
	b := newBox(dir)
	b.URL = url
	return b
}

func newBox(dir string) *Box {
	b := &Box{Dir: dir, said: &transcript{}, secrets: &Secrets{}, sessions: &Secrets{}}
	b.heard = &overheard{secrets: b.secrets, sessions: b.sessions}
	return b
}
