package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"posthaste/analytics/clickhouse"
	"posthaste/engines"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
)

// box is an installation for one measurement: engines as in production, the program's own processes, all ended by close.
type box struct {
	options  Options
	dir      string
	keyFile  []byte
	ring     *privacy.Keyring
	children *engines.Supervisor

	postgresURL   string // as owner
	clickhouseURL string
	db            *store.Store
	owner         *pgxpool.Pool // past row-level security
	keys          *store.Keys
	ids           *messaging.IDs
}

const (
	postgresName   = "postgres"
	clickhouseName = "clickhouse"
)

// newBox starts PostgreSQL, and ClickHouse if asked for, migrates them and opens the store.
func newBox(ctx context.Context, o Options, withClickHouse bool) (b *box, err error) {
	dir, err := os.MkdirTemp("", "posthaste-bench-")
	if err != nil {
		return nil, err
	}
	// #nosec G302 -- PostgreSQL's user passes through, and reads nothing
	if err := os.Chmod(dir, 0o711); err != nil {
		return nil, err
	}
	b = &box{options: o, dir: dir, clickhouseURL: "http://127.0.0.1:9/default"} // without one: nobody is there, nobody asks
	b.children = engines.NewSupervisor(o.Words, slog.New(slog.NewTextHandler(o.Words, nil)), engines.SystemClock{}, engines.DefaultRestarting)
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	if b.keyFile, err = privacy.NewKeyFile(rand.Reader, time.Now()); err != nil {
		return b, err
	}
	if b.ring, err = privacy.ParseKeyring(b.keyFile); err != nil {
		return b, err
	}
	if err = b.startPostgres(ctx); err != nil {
		return b, err
	}
	if withClickHouse {
		if err = b.startClickHouse(ctx); err != nil {
			return b, err
		}
	}
	return b, b.open(ctx)
}

func (b *box) startPostgres(ctx context.Context) error {
	pg, err := engines.PreparePostgres(ctx, engines.PostgresOptions{DataDir: filepath.Join(b.dir, postgresName), Engines: b.options.Engines})
	if err != nil {
		return err
	}
	b.postgresURL = pg.URL()
	return b.children.Start(ctx, engines.Child{
		Name: postgresName, Command: pg.Command, Ready: pg.Ready, StopSignal: pg.StopSignal(), Grace: 30 * time.Second,
	})
}

func (b *box) startClickHouse(ctx context.Context) error {
	address, err := freeAddress()
	if err != nil {
		return err
	}
	password, file := rand.Text(), filepath.Join(b.dir, "clickhouse.password")
	if err := os.WriteFile(file, []byte(password), 0o600); err != nil {
		return err
	}
	b.clickhouseURL = (&url.URL{Scheme: "http", User: url.UserPassword("default", password), Host: address, Path: "/default"}).String()
	err = b.start(ctx, clickhouseName, func(ctx context.Context) error { return engines.PingClickHouse(ctx, address) },
		"engines", "clickhouse", "--directory", filepath.Join(b.dir, clickhouseName), "--address", address, "--password-file", file)
	if err != nil {
		return err
	}
	return clickhouse.Migrate(ctx, clickhouse.Options{URL: b.clickhouseURL})
}

func (b *box) open(ctx context.Context) error {
	options := store.Options{URL: b.postgresURL}.Under(b.ring)
	if err := store.Migrate(ctx, options, time.Now()); err != nil {
		return err
	}
	var err error
	if b.db, err = store.Open(ctx, options); err != nil {
		return err
	}
	if b.owner, err = pgxpool.New(ctx, b.postgresURL); err != nil {
		return err
	}
	self, err := b.db.Join(ctx, store.ToolProcess, "bench", 24*time.Hour)
	if err != nil {
		return err
	}
	b.ids = self.IDs(time.Now)
	b.keys = store.NewKeys(b.db, b.ring, rand.Reader, time.Now)
	return nil
}

// close ends all processes and removes what they wrote.
func (b *box) close() error {
	if b.owner != nil {
		b.owner.Close()
	}
	if b.db != nil {
		b.db.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	b.children.Stop(ctx)
	return os.RemoveAll(b.dir)
}

// start runs the program with a command of its own.
func (b *box) start(ctx context.Context, name string, ready func(context.Context) error, args ...string) error {
	return b.children.Start(ctx, engines.Child{Name: name, Ready: ready, Grace: 30 * time.Second, Command: func() *exec.Cmd {
		command := exec.Command(b.options.Program, args...) // #nosec G204 -- this very program
		command.Env = append(os.Environ(), "POSTHASTE_POSTGRES_URL="+b.postgresURL, "POSTHASTE_CLICKHOUSE_URL="+b.clickhouseURL,
			"POSTHASTE_KEYS="+string(b.keyFile), "POSTHASTE_DATA="+b.dir, "POSTHASTE_ENGINES="+b.options.Engines, "POSTHASTE_LOG=warn")
		return command
	}})
}

// serve starts a server and gives the address of its API and of its host listener.
func (b *box) serve(ctx context.Context) (api, host string, err error) {
	if api, err = freeAddress(); err != nil {
		return "", "", err
	}
	if host, err = freeAddress(); err != nil {
		return "", "", err
	}
	return api, host, b.start(ctx, "serve", answers("http://"+host+"/readyz"), "serve", "--listen", api, "--host-listen", host)
}

// dispatch starts a dispatcher that sends to the address.
func (b *box) dispatch(ctx context.Context, whatsappURL string) (host string, err error) {
	if host, err = freeAddress(); err != nil {
		return "", err
	}
	return host, b.start(ctx, "dispatch", answers("http://"+host+"/readyz"), "dispatch", "--host-listen", host, "--whatsapp-url", whatsappURL)
}

// timed gives the CPU time that the named processes, with all below them, used while fn ran.
func (b *box) timed(fn func() error, names ...string) (time.Duration, error) {
	before, err := b.cpu(names)
	if err != nil {
		return 0, err
	}
	if err := fn(); err != nil {
		return 0, err
	}
	after, err := b.cpu(names)
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for i, name := range names {
		used := after[i] - before[i]
		sum += used
		b.options.say("  %s used %s", name, used)
	}
	return sum, nil
}

func (b *box) cpu(names []string) ([]time.Duration, error) {
	used := make([]time.Duration, len(names))
	for i, name := range names {
		pid := b.children.Pid(name)
		if pid == 0 {
			return nil, fmt.Errorf("bench: %s does not run", name)
		}
		var err error
		if used[i], err = cpuOf(pid); err != nil {
			return nil, err
		}
	}
	return used, nil
}

// profile takes a CPU profile of a process while fn runs, if profiles are wanted.
func (b *box) profile(ctx context.Context, name, host string, seconds int, fn func() error) error {
	if b.options.Profiles == "" {
		return fn()
	}
	written := make(chan error, 1)
	go func() { written <- b.fetchProfile(ctx, name, host, seconds) }()
	err := fn()
	if failed := <-written; failed != nil {
		b.options.say("no profile of %s: %v", name, failed)
	}
	return err
}

func (b *box) fetchProfile(ctx context.Context, name, host string, seconds int) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", host, seconds), nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("HTTP %d", response.StatusCode)
	}
	if err := os.MkdirAll(b.options.Profiles, 0o750); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(b.options.Profiles, name+".pprof")) // #nosec G304 -- an argument on the host, and names of our own
	if err != nil {
		return err
	}
	_, err = io.Copy(file, response.Body)
	return errors.Join(err, file.Close())
}

// freeAddress is a loopback address that nobody listens on now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// answers asks until the address says 200.
func answers(url string) func(context.Context) error {
	return func(ctx context.Context) error {
		return until(ctx, func() (bool, error) {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
			if err != nil {
				return false, err
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				return false, nil
			}
			return response.StatusCode == http.StatusOK, response.Body.Close()
		})
	}
}

// until asks every few milliseconds until it is so.
func until(ctx context.Context, so func() (bool, error)) error {
	every := time.NewTicker(10 * time.Millisecond)
	defer every.Stop()
	for {
		if yes, err := so(); yes || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-every.C:
		}
	}
}
