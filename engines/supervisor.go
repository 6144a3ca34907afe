package engines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Clock is the time that a Supervisor goes by.
type Clock interface {
	Now() time.Time
	After(time.Duration) <-chan time.Time
}

// SystemClock is the real time.
type SystemClock struct{}

func (SystemClock) Now() time.Time                         { return time.Now() }
func (SystemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Child is a program that a Supervisor keeps running.
type Child struct {
	Name        string
	Command     func() *exec.Cmd                // gives a fresh command for each start
	Ready       func(ctx context.Context) error // returns when it serves; nil means at once
	ReadyWithin time.Duration                   // bound on the first start; 0 is a minute
	StopSignal  os.Signal                       // nil is SIGTERM
	Grace       time.Duration                   // from the signal to the kill; 0 is ten seconds
	Hopeless    []int                           // exit codes by which it says that starting it again is no use: its configuration is wrong
}

// Restarting says how a Supervisor treats children that die. A zero field takes its value from DefaultRestarting.
type Restarting struct {
	First, Most time.Duration // the back-off begins at First and doubles up to Most
	Quick       time.Duration // a life shorter than this counts as a quick death
	// Deaths is how many quick deaths in a row are a failure of a child that never was ready. One that was is started
	// again for as long as it takes, since whatever is in its way may pass; from so many deaths on that is logged as an
	// error each time.
	Deaths int
}

// DefaultRestarting gives a child that never was ready about ten seconds before the whole is given up.
var DefaultRestarting = Restarting{First: 100 * time.Millisecond, Most: 10 * time.Second, Quick: 10 * time.Second, Deaths: 8}

// ChildFailure is a child that says it is hopeless, does not come up, or never became ready.
type ChildFailure struct {
	Name   string
	Deaths int    // quick ones in a row
	Said   string // its last line of output
	Err    error  // how it ended
}

func (e *ChildFailure) Error() string {
	said := e.Said
	if said == "" {
		said = "nothing"
	}
	return fmt.Sprintf("%s does not stay alive (%d quick deaths, the last: %v); it said: %s", e.Name, e.Deaths, e.Err, said)
}

func (e *ChildFailure) Unwrap() error { return e.Err }

// Supervisor runs named children, restarts those that die and stops all in the reverse order of their starts.
type Supervisor struct {
	out     io.Writer
	log     *slog.Logger
	clock   Clock
	restart Restarting

	writing  sync.Mutex // whole lines reach out
	mu       sync.Mutex
	children []*running
	stopping chan struct{}
	stopOnce sync.Once
	failed   chan struct{}
	failOnce sync.Once
	failure  error // the first; valid after failed
}

// running is a child with its present process.
type running struct {
	Child
	mu       sync.Mutex
	process  *process
	starts   int
	said     *tail
	out      *lines
	finished chan struct{} // closed when it will not be started again
	proven   atomic.Bool   // it was ready once; where nobody can tell, it lived for longer than a quick death
}

// NewSupervisor makes a supervisor without children. Their output goes to out line by line, each tagged with its
// child's name; what the supervisor does itself goes to log.
func NewSupervisor(out io.Writer, log *slog.Logger, clock Clock, restart Restarting) *Supervisor {
	d := DefaultRestarting
	for _, f := range []struct{ value, standard *time.Duration }{
		{&restart.First, &d.First}, {&restart.Most, &d.Most}, {&restart.Quick, &d.Quick}} {
		if *f.value <= 0 {
			*f.value = *f.standard
		}
	}
	if restart.Deaths <= 0 {
		restart.Deaths = d.Deaths
	}
	return &Supervisor{out: out, log: log, clock: clock, restart: restart,
		stopping: make(chan struct{}), failed: make(chan struct{})}
}

// Start starts a child and returns once it is ready. It is then kept running until Stop. The error is a *ChildFailure
// when the child could not be brought up.
func (s *Supervisor) Start(ctx context.Context, c Child) error {
	if c.Grace <= 0 {
		c.Grace = defaultGrace
	}
	if c.ReadyWithin <= 0 {
		c.ReadyWithin = startWithin
	}
	if c.StopSignal == nil {
		c.StopSignal = syscall.SIGTERM
	}
	r := &running{Child: c, finished: make(chan struct{}), said: &tail{}}
	s.mu.Lock()
	select {
	case <-s.stopping:
		s.mu.Unlock()
		return errors.New("the supervisor is stopping")
	default:
	}
	if s.find(c.Name) != nil {
		s.mu.Unlock()
		return fmt.Errorf("a child called %s runs already", c.Name)
	}
	s.children = append(s.children, r)
	s.mu.Unlock()
	if err := s.launch(r); err != nil {
		close(r.finished)
		return fmt.Errorf("start %s: %w", c.Name, err)
	}
	go s.keep(r)
	return s.awaitReady(ctx, r)
}

func (s *Supervisor) awaitReady(ctx context.Context, r *running) error {
	if r.Ready == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ready := make(chan error, 1)
	go func() { ready <- r.Ready(ctx) }()
	select {
	case err := <-ready:
		if err != nil {
			return fmt.Errorf("%s is not ready: %w", r.Name, err)
		}
		r.proven.Store(true)
		return nil
	case <-r.finished:
		select {
		case <-s.failed:
			return s.failure
		default:
			return fmt.Errorf("%s was stopped before it was ready", r.Name)
		}
	case <-s.clock.After(r.ReadyWithin):
		return &ChildFailure{Name: r.Name, Said: r.said.lastLine(), Err: errors.New("not ready in time")}
	}
}

// launch starts the child's process once.
func (s *Supervisor) launch(r *running) error {
	cmd := r.Command()
	out := &lines{s: s, tag: r.Name, said: r.said}
	cmd.Stdout = out
	cmd.Stderr = out // the same value: os/exec then uses one pipe, so lines keep their order
	r.mu.Lock()
	defer r.mu.Unlock()
	p, err := startProcess(cmd)
	if err != nil {
		return err
	}
	r.process, r.out = p, out
	r.starts++
	s.log.Info("child started", "child", r.Name, "pid", p.pid(), "start", r.starts)
	return nil
}

// keep restarts the child whenever it dies, until Stop or until there is no hope for it.
func (s *Supervisor) keep(r *running) {
	defer close(r.finished)
	deaths := 0
	for {
		born := s.clock.Now()
		p := r.current()
		<-p.done
		r.out.end()
		if s.isStopping() {
			return
		}
		if s.clock.Now().Sub(born) < s.restart.Quick {
			deaths++
		} else {
			deaths = 1
			if r.Ready == nil {
				r.proven.Store(true)
			}
		}
		s.log.Warn("child died", "child", r.Name, "pid", p.pid(), "error", errText(p.err), "quickDeaths", deaths)
		for {
			if s.hopeless(r, p, deaths) {
				s.fail(&ChildFailure{Name: r.Name, Deaths: deaths, Said: r.said.lastLine(), Err: p.err})
				return
			}
			if deaths >= s.restart.Deaths {
				s.log.Error("child keeps dying; it is started again all the same", "child", r.Name, "quickDeaths", deaths,
					"said", r.said.lastLine(), "wait", s.backoff(deaths))
			}
			select {
			case <-s.clock.After(s.backoff(deaths)):
			case <-s.stopping:
				return
			}
			err := s.launchUnlessStopping(r)
			if err == nil {
				break
			}
			if errors.Is(err, errStopping) {
				return
			}
			deaths++
			s.log.Error("child does not start", "child", r.Name, "error", err)
		}
	}
}

// hopeless tells whether the child's end is everybody's: it says so itself by its exit code, or has never come up.
func (s *Supervisor) hopeless(r *running, p *process, deaths int) bool {
	if exit, ok := errors.AsType[*exec.ExitError](p.err); ok && slices.Contains(r.Hopeless, exit.ExitCode()) {
		return true
	}
	return deaths >= s.restart.Deaths && !r.proven.Load()
}

func (s *Supervisor) backoff(deaths int) time.Duration {
	d := s.restart.First
	for range deaths - 1 {
		if d *= 2; d >= s.restart.Most {
			return s.restart.Most
		}
	}
	return d
}

var errStopping = errors.New("stopping")

// launchUnlessStopping holds the lock that Stop takes, so that no child is born after Stop has looked.
func (s *Supervisor) launchUnlessStopping(r *running) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isStopping() {
		return errStopping
	}
	return s.launch(r)
}

func (s *Supervisor) isStopping() bool {
	select {
	case <-s.stopping:
		return true
	default:
		return false
	}
}

func (s *Supervisor) fail(err error) {
	s.failOnce.Do(func() {
		s.failure = err
		close(s.failed)
	})
}

// Wait returns nil when Stop was called, a *ChildFailure when there is no hope for a child, or ctx's error.
func (s *Supervisor) Wait(ctx context.Context) error {
	select {
	case <-s.failed:
		return s.failure
	case <-s.stopping:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stop ends all children, the last started first: each gets its signal, its grace, then the kill. When ctx ends the
// rest is killed at once. It returns when none is left.
func (s *Supervisor) Stop(ctx context.Context) {
	s.mu.Lock()
	s.stopOnce.Do(func() { close(s.stopping) })
	children := slices.Clone(s.children)
	s.mu.Unlock()
	for _, r := range slices.Backward(children) {
		if p := r.current(); p != nil {
			over := make(chan time.Time)
			release := context.AfterFunc(ctx, func() { close(over) })
			grace := s.clock.After(r.Grace)
			go func() {
				select {
				case <-grace:
					p.kill()
				case <-p.done:
				}
			}()
			p.stop(r.StopSignal, over)
			release()
			s.log.Info("child stopped", "child", r.Name, "error", errText(p.err))
		}
		<-r.finished
	}
}

// Pid is the number of the child's present process, 0 when no such child was started. A process that has died keeps
// its number here until the next one starts.
func (s *Supervisor) Pid(name string) int {
	if p := s.process(name); p != nil {
		return p.pid()
	}
	return 0
}

// Starts counts how often the child was started.
func (s *Supervisor) Starts(name string) int {
	s.mu.Lock()
	r := s.find(name)
	s.mu.Unlock()
	if r == nil {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.starts
}

func (s *Supervisor) process(name string) *process {
	s.mu.Lock()
	r := s.find(name)
	s.mu.Unlock()
	if r == nil {
		return nil
	}
	return r.current()
}

func (s *Supervisor) find(name string) *running {
	for _, r := range s.children {
		if r.Name == name {
			return r
		}
	}
	return nil
}

func (r *running) current() *process {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.process
}

func errText(err error) string {
	if err == nil {
		return "ended by itself"
	}
	return err.Error()
}
