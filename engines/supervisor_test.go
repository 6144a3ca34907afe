package engines

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// shell gives a child that runs a script.
func shell(name, script string) Child {
	return Child{Name: name, Command: func() *osexec.Cmd { return osexec.Command("sh", "-c", script) }}
}

// output collects what children say and lets a test wait for a line.
type output struct {
	mu    sync.Mutex
	text  strings.Builder
	lines chan string
}

func newOutput() *output { return &output{lines: make(chan string, 1000)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	o.lines <- string(p)
	return len(p), nil
}

func (o *output) await(t *testing.T, line string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case got := <-o.lines:
			if got == line+"\n" {
				return
			}
		case <-late:
			o.mu.Lock()
			defer o.mu.Unlock()
			t.Fatalf("no line %q in %q", line, o.text.String())
		}
	}
}

// handClock is a clock whose time passes only by what is waited for: After returns at once and is written down.
type handClock struct {
	mu    sync.Mutex
	now   time.Time
	waits []time.Duration
	slow  time.Duration // waits of at least this never end
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch := make(chan time.Time, 1)
	if c.slow > 0 && d >= c.slow {
		return ch
	}
	c.waits = append(c.waits, d)
	ch <- c.now
	return ch
}

func supervisor(t *testing.T, out io.Writer, clock Clock, r Restarting) *Supervisor {
	t.Helper()
	s := NewSupervisor(out, slog.New(slog.DiscardHandler), clock, r)
	t.Cleanup(func() { s.Stop(context.Background()) })
	return s
}

func TestSupervisorRestartsWhatDies(t *testing.T) {
	t.Parallel()
	out := newOutput()
	s := supervisor(t, out, SystemClock{}, Restarting{First: time.Millisecond})
	if err := s.Start(t.Context(), shell("one", "echo up; exec sleep 1000")); err != nil {
		t.Fatal(err)
	}
	out.await(t, "one | up")
	for i := range 3 {
		first := s.Pid("one")
		if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		out.await(t, "one | up")
		if again := s.Pid("one"); again == first || s.Starts("one") != i+2 {
			t.Errorf("after death %d: pid %d, was %d, %d starts", i+1, again, first, s.Starts("one"))
		}
	}
}

func TestSupervisorGivesUpWithGrowingBackoff(t *testing.T) {
	t.Parallel()
	clock := &handClock{slow: time.Minute}
	s := supervisor(t, io.Discard, clock, Restarting{First: 100 * time.Millisecond, Most: 500 * time.Millisecond, Quick: time.Second, Deaths: 6})
	if err := s.Start(t.Context(), shell("sick", "echo no disk >&2; exit 3")); err != nil {
		t.Fatal(err)
	}
	var failure *ChildFailure
	if err := s.Wait(t.Context()); !errors.As(err, &failure) {
		t.Fatalf("Wait gave %v", err)
	}
	if failure.Name != "sick" || failure.Deaths != 6 || failure.Said != "no disk" || failure.Err.Error() != "exit status 3" {
		t.Errorf("%+v", failure)
	}
	if got, want := fmt.Sprint(clock.waits), "[100ms 200ms 400ms 500ms 500ms]"; got != want {
		t.Errorf("waited %s, want %s", got, want)
	}
	if err := s.Wait(t.Context()); !errors.As(err, &failure) {
		t.Errorf("a second Wait gave %v", err)
	}
}

// What was ready once is started again for as long as it takes: here it dies twenty times, of which three are allowed to
// one that never was.
func TestSupervisorKeepsStartingWhatWasReadyOnce(t *testing.T) {
	t.Parallel()
	clock := &handClock{slow: time.Minute}
	s := supervisor(t, io.Discard, clock, Restarting{First: time.Millisecond, Most: 8 * time.Millisecond, Quick: time.Second, Deaths: 3})
	dir := t.TempDir()
	// Its first life lasts until it is killed.
	c := shell("moody", "cd "+dir+"; n=$(ls | wc -l); touch life$n; [ $n -lt 20 ] || touch well; [ $n -gt 0 -a $n -lt 20 ] || exec sleep 1000; exit 1")
	there := func(name string) bool { _, err := os.Stat(filepath.Join(dir, name)); return err == nil }
	await := func(name string) error {
		for until := time.Now().Add(30 * time.Second); !there(name); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(until) {
				return fmt.Errorf("no %s after %d starts", name, s.Starts("moody"))
			}
		}
		return nil
	}
	c.Ready = func(context.Context) error { return await("life0") }
	if err := s.Start(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(s.Pid("moody"), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := await("well"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.failed:
		t.Fatalf("given up: %v", s.failure)
	default:
	}
}

// A child that says its configuration is wrong is not tried again, not even if it was ready once.
func TestSupervisorBelievesAHopelessChild(t *testing.T) {
	t.Parallel()
	clock := &handClock{slow: time.Minute}
	s := supervisor(t, io.Discard, clock, Restarting{First: time.Millisecond, Deaths: 5})
	c := shell("wrong", "echo no keys >&2; exit 3")
	c.Ready, c.Hopeless = func(context.Context) error { return nil }, []int{2, 3}
	_ = s.Start(t.Context(), c) // ready or dead: whichever is seen first
	var failure *ChildFailure
	if err := s.Wait(t.Context()); !errors.As(err, &failure) || failure.Said != "no keys" || failure.Deaths != 1 || s.Starts("wrong") != 1 {
		t.Errorf("Wait gave %v after %d starts", err, s.Starts("wrong"))
	}
}

func TestSupervisorStartWaitsForReadiness(t *testing.T) {
	t.Parallel()
	s := supervisor(t, io.Discard, SystemClock{}, Restarting{First: time.Millisecond, Deaths: 3})
	file := filepath.Join(t.TempDir(), "ready")
	c := shell("slow", "touch "+file+"; exec sleep 1000")
	c.Ready = func(ctx context.Context) error {
		for !isFile(file) {
			if err := pause(ctx, time.Millisecond); err != nil {
				return err
			}
		}
		return nil
	}
	if err := s.Start(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if !isFile(file) {
		t.Error("Start returned before the child was ready")
	}
	var failure *ChildFailure
	never := shell("never", "exit 1")
	never.Ready = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	if err := s.Start(t.Context(), never); !errors.As(err, &failure) || failure.Name != "never" {
		t.Errorf("a child that dies before it is ready: %v", err)
	}
	late := shell("late", "exec sleep 1000")
	late.Ready, late.ReadyWithin = never.Ready, 20*time.Millisecond
	if err := s.Start(t.Context(), late); !errors.As(err, &failure) || failure.Name != "late" {
		t.Errorf("a child that is never ready: %v", err)
	}
	if err := s.Start(t.Context(), shell("slow", "true")); err == nil {
		t.Error("two children with one name")
	}
	missing := Child{Name: "missing", Command: func() *osexec.Cmd { return osexec.Command("/nonexistent") }}
	if err := s.Start(t.Context(), missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a program that does not exist: %v", err)
	}
}

func TestSupervisorStopsInReverseOrder(t *testing.T) {
	t.Parallel()
	out := newOutput()
	s := supervisor(t, out, SystemClock{}, Restarting{})
	for _, name := range []string{"a", "b", "c"} {
		if err := s.Start(t.Context(), shell(name, `trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done`)); err != nil {
			t.Fatal(err)
		}
		out.await(t, name+" | up")
	}
	s.Stop(t.Context())
	for _, name := range []string{"c", "b", "a"} {
		select {
		case got := <-out.lines:
			if got != name+" | bye\n" {
				t.Errorf("got %q, want the goodbye of %s", got, name)
			}
		default:
			t.Fatalf("%s did not say goodbye", name)
		}
	}
	if err := s.Wait(t.Context()); err != nil {
		t.Errorf("Wait after Stop: %v", err)
	}
	if err := s.Start(t.Context(), shell("d", "true")); err == nil {
		t.Error("a child was started after Stop")
	}
}

func TestSupervisorKillsTheDeafWithTheirGroup(t *testing.T) {
	t.Parallel()
	out := newOutput()
	s := supervisor(t, out, SystemClock{}, Restarting{})
	deaf := shell("deaf", `trap '' TERM; sleep 1000 & echo $!; wait; sleep 1000`)
	deaf.Grace = 30 * time.Millisecond
	if err := s.Start(t.Context(), deaf); err != nil {
		t.Fatal(err)
	}
	line := strings.TrimPrefix(strings.TrimSpace(<-out.lines), "deaf | ")
	grandchild, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	s.Stop(t.Context())
	awaitGone(t, grandchild)
}

func TestOutputIsTaggedByLine(t *testing.T) {
	t.Parallel()
	out := newOutput()
	s := supervisor(t, out, &handClock{slow: time.Millisecond}, Restarting{})
	if err := s.Start(t.Context(), shell("x", `printf 'on'; printf 'e\n\ntwo\nthr'; printf ee`)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"one", "", "two", "three"} {
		if got := <-out.lines; got != "x | "+want+"\n" {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestChildrenDieWithTheirSupervisor kills a program that supervises, as the out-of-memory killer would.
func TestChildrenDieWithTheirSupervisor(t *testing.T) {
	t.Parallel()
	cmd := osexec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), supervisorVariable+"=1")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "c | ")))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, 0); err != nil {
		t.Fatalf("the child does not run: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	awaitGone(t, pid)
}

// supervisorVariable makes this test binary a supervisor of one child that says its number.
const supervisorVariable = "ENGINES_TEST_SUPERVISOR"

func superviseForever() {
	s := NewSupervisor(os.Stdout, slog.New(slog.DiscardHandler), SystemClock{}, Restarting{})
	if err := s.Start(context.Background(), shell("c", "echo $$; exec sleep 1000")); err != nil {
		panic(err)
	}
	_ = s.Wait(context.Background())
}

// awaitGone waits until a process that is not ours has ended (a zombie has).
func awaitGone(t *testing.T, pid int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		if pause(t.Context(), time.Millisecond) != nil {
			break
		}
	}
	t.Errorf("process %d lives on", pid)
}
