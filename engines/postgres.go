package engines

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Tuning says what an engine's data is worth.
type Tuning int

const (
	Durable    Tuning = iota // nothing acknowledged is lost, whatever dies
	Disposable               // for test runs: the operating system's cache is trusted, more connections are allowed
)

// PostgresOptions describes an embedded PostgreSQL. Only DataDir is required.
type PostgresOptions struct {
	DataDir string    // holds the cluster in pgdata/ and the superuser's password; made when it is missing
	Engines string    // directory of the engines, see LocatePostgres
	Port    int       // on 127.0.0.1; 0 takes a free one
	Tuning  Tuning    //
	Log     io.Writer // what PostgreSQL says; nil drops it
	Random  io.Reader // source of the password; nil is crypto/rand
}

// Postgres is an embedded PostgreSQL: prepared by PreparePostgres, and run either by StartPostgres or, through
// Command, StopSignal and Ready, by a Supervisor.
type Postgres struct {
	opts     PostgresOptions
	bin      string // directory of the programs
	data     string // the cluster
	password string
	owner    *owner // nil unless we are root, which PostgreSQL refuses
	words    *tail
	process  *process
}

const (
	postgresUser  = "postgres"
	startWithin   = time.Minute // crash recovery of a busy box fits in
	probeInterval = 20 * time.Millisecond
)

// PreparePostgres finds the binaries, makes the cluster when there is none and chooses the port. It starts nothing.
func PreparePostgres(ctx context.Context, opts PostgresOptions) (*Postgres, error) {
	if opts.Log == nil {
		opts.Log = io.Discard
	}
	if opts.Random == nil {
		opts.Random = rand.Reader
	}
	native, err := LocatePostgres(opts.Engines)
	if err != nil {
		return nil, err
	}
	p := &Postgres{opts: opts, words: &tail{}}
	if p.owner, err = dropTo(opts.DataDir); err != nil {
		return nil, err
	}
	if native, err = p.owner.readable(native); err != nil {
		return nil, err
	}
	p.bin = filepath.Join(native, "bin")
	root, err := p.owner.reachable(opts.DataDir)
	if err != nil {
		return nil, err
	}
	p.data = filepath.Join(root, "pgdata")
	if err := p.initialise(ctx, root); err != nil {
		if fullDisk(err, "") {
			return nil, diskProblem(opts.DataDir, err)
		}
		return nil, err
	}
	if err := p.removeStaleLock(); err != nil {
		return nil, err
	}
	return p, p.choosePort()
}

// StartPostgres prepares and runs PostgreSQL and returns once it answers queries. The server ends with Stop, or when
// this program dies.
func StartPostgres(ctx context.Context, opts PostgresOptions) (*Postgres, error) {
	p, err := PreparePostgres(ctx, opts)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for {
		if p.process, err = startProcess(p.Command()); err != nil {
			return nil, fmt.Errorf("start PostgreSQL: %w", err)
		}
		err := p.answers(ctx, p.process.done)
		if err == nil {
			return p, nil
		}
		p.process.kill()
		<-p.process.done
		if ctx.Err() != nil || !p.passing(opts.Port == 0) {
			return nil, err
		}
		if opts.Port == 0 {
			p.opts.Port = 0
			if err := p.choosePort(); err != nil {
				return nil, err
			}
		}
		if err := pause(ctx, 5*probeInterval); err != nil {
			return nil, err
		}
	}
}

// passing tells whether the reason for a failed start goes away by itself: the backends of a killed server are still
// leaving, or another program was quicker to a port that we may choose freely.
func (p *Postgres) passing(anyPort bool) bool {
	said := p.words.String()
	return strings.Contains(said, "pre-existing shared memory block") ||
		anyPort && strings.Contains(said, "could not bind")
}

// Command gives a fresh command that runs the server in the foreground. The one before must have ended.
func (p *Postgres) Command() *exec.Cmd {
	p.killOrphans()
	args := []string{"-D", p.data}
	for _, s := range p.settings() {
		args = append(args, "-c", s)
	}
	p.words = &tail{}
	cmd := exec.Command(filepath.Join(p.bin, "postgres"), args...) // #nosec G204 -- the engine that the operator installed, with settings of our own
	cmd.Dir = p.data
	cmd.Env = []string{"TZ=UTC", "LC_ALL=C", "PATH=" + os.Getenv("PATH")}
	out := io.MultiWriter(p.words, p.opts.Log)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = p.owner.attributes()
	dieWithParentBy(cmd.SysProcAttr, syscall.SIGQUIT) // SIGKILL would leave the backends to notice by themselves
	return cmd
}

// StopSignal is the fast shutdown: sessions are ended, everything is flushed.
func (p *Postgres) StopSignal() os.Signal { return syscall.SIGINT }

// Ready returns once the server accepts a connection, or when ctx ends.
func (p *Postgres) Ready(ctx context.Context) error { return p.answers(ctx, nil) }

func (p *Postgres) answers(ctx context.Context, died <-chan struct{}) error {
	for {
		conn, err := pgx.Connect(ctx, p.URL())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-died:
			return p.diedBecause()
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", errors.Join(ctx.Err(), err))
		case <-time.After(probeInterval):
		}
	}
}

func (p *Postgres) diedBecause() error {
	said := p.words.String()
	switch {
	case fullDisk(nil, said):
		return diskProblem(p.opts.DataDir, errors.New(p.words.lastLine()))
	case strings.Contains(said, "could not bind"):
		return p.portProblem(errors.New(p.words.lastLine()))
	}
	return &Problem{What: "PostgreSQL did not start", Help: "it said: " + p.words.lastLine()}
}

// URL is the superuser's connection URL of the database "postgres".
func (p *Postgres) URL() string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(postgresUser, p.password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(p.opts.Port)),
		Path:     "/postgres",
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// DataDir is where the cluster lies, which differs from what was asked for when that place cannot be entered.
func (p *Postgres) DataDir() string { return p.data }

// Pid is the server's process number; 0 before StartPostgres.
func (p *Postgres) Pid() int {
	if p.process == nil {
		return 0
	}
	return p.process.pid()
}

// Done is closed when the server started by StartPostgres has ended, for whatever reason.
func (p *Postgres) Done() <-chan struct{} { return p.process.done }

// Stop ends the server: a fast shutdown, and a kill when ctx ends first (the next start then recovers from the log).
func (p *Postgres) Stop(ctx context.Context) error {
	over := make(chan time.Time)
	finished := context.AfterFunc(ctx, func() { close(over) })
	defer finished()
	p.process.stop(p.StopSignal(), over)
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("stop PostgreSQL: killed: %w", err)
	}
	return nil
}

func (p *Postgres) choosePort() error {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p.opts.Port)))
	if err != nil {
		return p.portProblem(err)
	}
	p.opts.Port = l.Addr().(*net.TCPAddr).Port
	return l.Close()
}

func (p *Postgres) portProblem(err error) *Problem {
	return &Problem{
		What: fmt.Sprintf("port %d, which PostgreSQL is to listen on, is taken", p.opts.Port),
		Help: "stop the program that uses it or choose another port",
		Err:  err,
	}
}

// newPassword makes 192 random bits, printable and free of characters that a URL would escape.
func newPassword(random io.Reader) (string, error) {
	b := make([]byte, 24)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("make a password: %w", err)
	}
	return hex.EncodeToString(b), nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
