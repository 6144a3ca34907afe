package main

import (
	"context"
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

	"github.com/spf13/cobra"

	"posthaste/engines"
	"posthaste/server"
)

func upCommand() *cobra.Command {
	var demo, sandbox bool
	var dispatchers int
	cmd := &cobra.Command{
		Use: "up", Short: "Start everything on this machine: engines, migrations, server, dispatchers", Args: cobra.NoArgs,
		Long: `Starts PostgreSQL and ClickHouse from the pinned packages (unless --postgres-url and --clickhouse-url name
others), brings them to this version and runs the server and the dispatchers. Ctrl-C stops all of it cleanly.`,
		RunE: withConfig(func(cmd *cobra.Command, _ []string, c *config) error {
			b, err := newBox(c, cmd.OutOrStdout(), demo, sandbox || demo, dispatchers)
			if err != nil {
				return err
			}
			return b.start(cmd.Context())
		}),
	}
	cmd.Flags().BoolVar(&demo, "demo", false, "with a sandboxed WhatsApp, a demo tenant and a year of figures")
	cmd.Flags().BoolVar(&sandbox, "sandbox", false, "send to a sandboxed WhatsApp that reaches nobody")
	cmd.Flags().IntVar(&dispatchers, "dispatchers", 2, "how many dispatch processes")
	return cmd
}

// box is everything on one machine.
type box struct {
	config      *config
	data        string
	program     string
	demo        bool
	sandboxed   bool
	dispatchers int
	out         io.Writer
	log         *slog.Logger
	children    *engines.Supervisor
	names       []string // of the children, in the order of their starts
	run         runDoc
	demoDoc     demoDoc
}

func newBox(c *config, out io.Writer, demo, sandboxed bool, dispatchers int) (*box, error) {
	if dispatchers < 1 || dispatchers > 16 {
		return nil, &usageError{errors.New("--dispatchers is 1 to 16")}
	}
	data, err := c.dataDir()
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return &box{
		config: c, data: data, program: program, demo: demo, sandboxed: sandboxed, dispatchers: dispatchers, out: out,
		run: runDoc{Hosts: map[string]string{}},
	}, nil
}

func (b *box) start(ctx context.Context) error {
	// The port is taken first: nothing is started, and nothing written, when another program has it.
	if err := b.tryPort(); err != nil {
		return err
	}
	// #nosec G301 -- PostgreSQL's user passes through, and reads nothing
	if err := os.MkdirAll(b.data, 0o711); err != nil {
		return &engines.Problem{What: "the data directory cannot be made", Help: "choose another with --data DIR", Err: err}
	}
	words, err := os.OpenFile(filepath.Join(b.data, "posthaste.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return &engines.Problem{What: "the log file cannot be written", Help: "choose another directory with --data DIR", Err: err}
	}
	defer words.Close()
	if b.log, err = b.config.boxLogger(words); err != nil {
		return err
	}
	b.children = engines.NewSupervisor(words, b.log, engines.SystemClock{}, engines.DefaultRestarting)
	defer b.stop(ctx)
	for _, s := range b.steps() {
		if err := b.step(ctx, s); err != nil {
			if ctx.Err() != nil {
				return nil // Ctrl-C during the start
			}
			return err
		}
	}
	b.run.PostgresURL, b.run.ClickHouseURL, b.run.Listen = b.config.text("postgres-url"), b.config.text("clickhouse-url"), b.config.text("listen")
	running, stop := context.WithCancel(ctx)
	kept := make(chan struct{})
	go func() { defer close(kept); b.keepRunDoc(running) }()
	defer func() { stop(); <-kept }()
	b.greet()
	err = b.children.Wait(ctx)
	if ctx.Err() != nil {
		fmt.Fprintln(b.out, "\nstopping")
		return nil
	}
	return err
}

// stop ends every child; after Ctrl-C it also says so.
func (b *box) stop(ctx context.Context) {
	begun := time.Now()
	b.children.Stop(context.WithoutCancel(ctx))
	if ctx.Err() != nil {
		fmt.Fprintf(b.out, "stopped in %.1f s; everything is kept in %s\n", time.Since(begun).Seconds(), b.data)
	}
}

// step is one line of progress.
type step struct {
	name string
	do   func(ctx context.Context) error
}

func (b *box) steps() []step {
	steps := []step{{"root keys", b.keys}}
	if b.config.text("postgres-url") == "" {
		steps = append(steps, step{"PostgreSQL", b.postgres})
	}
	if b.config.text("clickhouse-url") == "" {
		steps = append(steps, step{"ClickHouse", b.clickhouse})
	}
	steps = append(steps, step{"migrations", func(ctx context.Context) error { return migrateAll(ctx, b.config) }})
	if b.sandboxed {
		steps = append(steps, step{"sandbox", b.sandbox})
	}
	if b.demo {
		steps = append(steps, step{"demo tenant", b.seedDemo})
	}
	steps = append(steps, step{"server", b.serve})
	for i := range b.dispatchers {
		steps = append(steps, step{fmt.Sprintf("dispatcher %d", i+1), func(ctx context.Context) error {
			return b.dispatch(ctx, fmt.Sprintf("dispatch-%d", i+1))
		}})
	}
	if b.demo {
		steps = append(steps, step{"demo webhooks", b.connectDemo})
	}
	return steps
}

func (b *box) step(ctx context.Context, s step) error {
	begun := time.Now()
	if err := s.do(ctx); err != nil {
		fmt.Fprintf(b.out, "  ✗ %s\n", s.name)
		return err
	}
	fmt.Fprintf(b.out, "  ✓ %-14s %5.1f s\n", s.name, time.Since(begun).Seconds())
	return nil
}

func (b *box) tryPort() error {
	address := b.config.text("listen")
	l, err := listen("listen", address, func() (net.Listener, error) {
		return server.Listen(address, b.config.text("tls-cert") != "")
	})
	if err != nil {
		return err
	}
	return l.Close()
}

func (b *box) keys(context.Context) error {
	if b.config.text("checkpoint-file") == "" {
		if err := b.config.k.Set("checkpoint-file", checkpointFile(b.data)); err != nil {
			return err
		}
	}
	if b.config.text("keys") != "" {
		return nil
	}
	_, err := createKeyFile(keyFile(b.data), time.Now())
	return err
}

func (b *box) postgres(ctx context.Context) error {
	pg, err := engines.PreparePostgres(ctx, engines.PostgresOptions{
		DataDir: filepath.Join(b.data, "postgres"), Engines: b.config.text("engines"),
	})
	if err != nil {
		return err
	}
	b.names = append(b.names, "postgres")
	err = b.children.Start(ctx, engines.Child{
		Name: "postgres", Command: pg.Command, Ready: pg.Ready, StopSignal: pg.StopSignal(), Grace: 30 * time.Second,
	})
	if err != nil {
		return err
	}
	return b.config.k.Set("postgres-url", pg.URL())
}

// clickhouse starts the embedded engine. Every user of this machine can reach its port, so it has a password of its own.
func (b *box) clickhouse(ctx context.Context) error {
	address, err := freeAddress()
	if err != nil {
		return err
	}
	file := filepath.Join(b.data, "clickhouse.password")
	password, err := passwordIn(file)
	if err != nil {
		return &engines.Problem{What: "the password of ClickHouse cannot be kept", Help: "choose another directory with --data DIR", Err: err}
	}
	err = b.child(ctx, "clickhouse", func(ctx context.Context) error { return engines.PingClickHouse(ctx, address) },
		"engines", "clickhouse", "--directory", filepath.Join(b.data, "clickhouse"), "--address", address, "--password-file", file)
	if err != nil {
		return err
	}
	u := url.URL{Scheme: "http", User: url.UserPassword("default", password), Host: address, Path: "/default"}
	return b.config.k.Set("clickhouse-url", u.String())
}

// passwordIn reads the password of a file, which it makes where there is none.
func passwordIn(file string) (string, error) {
	content, err := os.ReadFile(file) // #nosec G304 -- a file of our own data directory
	if errors.Is(err, os.ErrNotExist) {
		drawn, err := drawHex()
		if err != nil {
			return "", err
		}
		return drawn, os.WriteFile(file, []byte(drawn), 0o600)
	}
	return string(content), err
}

func (b *box) serve(ctx context.Context) error {
	host, err := freeAddress()
	if err != nil {
		return err
	}
	b.run.ServeHost = host
	b.run.Hosts["serve"] = host
	return b.child(ctx, "serve", answers("http://"+host+"/readyz"), "serve", "--host-listen", host)
}

// sandbox starts the simulated Cloud API; from then on it is the one that is sent to.
func (b *box) sandbox(ctx context.Context) error {
	api, err := freeAddress()
	if err != nil {
		return err
	}
	control, err := freeAddress()
	if err != nil {
		return err
	}
	directory := filepath.Join(b.data, "sandbox")
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return &engines.Problem{What: "the sandbox's directory cannot be made", Help: "choose another with --data DIR", Err: err}
	}
	mails, err := freeAddress()
	if err != nil {
		return err
	}
	b.run.SandboxAPI, b.run.SandboxControl = api, control
	err = b.child(ctx, "sandbox", answers("http://"+control+"/_sandbox/stats"), "sandbox", "--address", api, "--control", control, "--mails", mails, "--directory", directory)
	if err != nil {
		return err
	}
	if err := b.mailTo(mails); err != nil {
		return err
	}
	return b.config.k.Set("whatsapp-url", "http://"+api)
}

// mailTo has mails go to the sandbox, unless a real mail server is set.
func (b *box) mailTo(address string) error {
	if b.config.text("smtp-url") != "" {
		return nil
	}
	b.run.SMTPURL = "smtp://" + address
	if err := b.config.k.Set("smtp-url", b.run.SMTPURL); err != nil || b.config.text("mail-from") != "" {
		return err
	}
	b.run.MailFrom = "Posthaste <posthaste@sandbox.example>"
	return b.config.k.Set("mail-from", b.run.MailFrom)
}

func (b *box) dispatch(ctx context.Context, name string) error {
	host, err := freeAddress()
	if err != nil {
		return err
	}
	b.run.Hosts[name] = host
	return b.child(ctx, name, answers("http://"+host+"/readyz"), "dispatch", "--host-listen", host)
}

// child starts this program again with another command. The settings go by the environment, where the list of processes
// does not show them.
func (b *box) child(ctx context.Context, name string, ready func(context.Context) error, args ...string) error {
	b.names = append(b.names, name)
	return b.children.Start(ctx, engines.Child{
		Name: name, Ready: ready, Grace: b.config.duration("grace") + 5*time.Second, Hopeless: []int{exitUsage, exitConfig},
		Command: func() *exec.Cmd {
			command := exec.Command(b.program, args...) // #nosec G204 -- this very program
			command.Env = append(os.Environ(), b.config.environment()...)
			return command
		},
	})
}

// environment is the configuration for a child.
func (c *config) environment() []string {
	var env []string
	for _, s := range settings() {
		if s.name == "host-listen" || s.name == "log-format" {
			continue
		}
		if value := c.k.String(s.name); value != "" {
			env = append(env, "POSTHASTE_"+variable(s.name)+"="+value)
		}
	}
	return append(env, "POSTHASTE_LOG_FORMAT=json")
}

// freeAddress is a loopback address that nobody listens on now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", &engines.Problem{What: "no free port on the loopback address", Help: "end a program that holds many", Err: err}
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// answers asks until the address says 200.
func answers(url string) func(context.Context) error {
	return func(ctx context.Context) error {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
			if err != nil {
				return err
			}
			if response, err := http.DefaultClient.Do(request); err == nil {
				_ = response.Body.Close()
				if response.StatusCode == http.StatusOK {
					return nil
				}
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-tick.C:
			}
		}
	}
}
