package engines

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"posthaste/loopback"
)

// ClickHouseOptions describes the embedded ClickHouse. DataDir is required, and Listen or Listener.
type ClickHouseOptions struct {
	DataDir     string       // made when it is missing; one process at a time
	Engines     string       // directory of the engines, see LocateClickHouse
	Listen      string       // host:port of the HTTP interface; the host must be loopback
	Listener    net.Listener // instead of Listen
	Password    string       // of the user default; empty lets everybody on this machine in
	Connections int          // statements that run at a time, others wait; 0 is 8
	Memory      int64        // bytes that the engine may use; 0 leaves it 90 % of the machine's
	Tuning      Tuning       //
	Grace       time.Duration
	Log         *slog.Logger // nil drops it
	Ready       func(net.Addr)
}

// Fixed numbers of the HTTP interface.
const (
	defaultConnections = 8
	defaultGrace       = 10 * time.Second
	headerTimeout      = 10 * time.Second
)

// ServeClickHouse loads ClickHouse into this process and serves its HTTP interface until ctx ends; it is what the
// child `posthaste engines clickhouse` runs. Statements under way get Grace to finish and are cancelled then. The
// library cannot be loaded for a second directory in the same process. Errors that a person can cure are *Problem.
func ServeClickHouse(ctx context.Context, opts ClickHouseOptions) error {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	path, err := LocateClickHouse(opts.Engines)
	if err != nil {
		return err
	}
	unlock, err := lockDirectory(opts.DataDir)
	if err != nil {
		return err
	}
	defer unlock()
	listener, err := listenLoopback(opts)
	if err != nil {
		return err
	}
	defer listener.Close()
	bridge, err := openBridge(path, opts)
	if err != nil {
		return err
	}
	opts.Log.Info("ClickHouse is ready", "version", bridge.version, "address", listener.Addr().String())
	if opts.Ready != nil {
		opts.Ready(listener.Addr())
	}
	return bridge.serve(ctx, listener)
}

// openBridge loads the library and opens the connection that keeps the engine alive.
func openBridge(path string, opts ClickHouseOptions) (*bridge, error) {
	config, err := writeConfig(opts)
	if err != nil {
		if fullDisk(err, "") {
			return nil, diskProblem(opts.DataDir, err)
		}
		return nil, err
	}
	lib, err := loadLibrary(path)
	if err != nil {
		return nil, err
	}
	path = "--path=" + filepath.Join(opts.DataDir, "store") // each connection must name it, or it gets one in memory
	root, err := lib.open(path, "--config-file="+config, "--display_name=embedded", "--implicit_select=0")
	if err != nil {
		return nil, &Problem{
			What: "ClickHouse cannot open its data in " + opts.DataDir,
			Help: "see that the directory is writable, has 200 MB free and belongs to no other program",
			Err:  err,
		}
	}
	b := &bridge{opts: opts, lib: lib, path: path, root: root, slots: make(chan struct{}, opts.connections())}
	return b, b.learn()
}

func (o ClickHouseOptions) connections() int {
	if o.Connections > 0 {
		return o.Connections
	}
	return defaultConnections
}

// writeConfig writes the server's options. Without a file of our own the library would read config.xml of the working
// directory or the home directory.
func writeConfig(opts ClickHouseOptions) (string, error) {
	files := filepath.Join(opts.DataDir, "user_files")
	if err := os.MkdirAll(files, 0o700); err != nil {
		return "", err
	}
	var b bytes.Buffer
	element := func(name, value string) {
		fmt.Fprintf(&b, "<%s>", name)
		_ = xml.EscapeText(&b, []byte(value)) // a buffer takes everything
		fmt.Fprintf(&b, "</%s>", name)
	}
	b.WriteString("<clickhouse>")
	element("user_files_path", files+"/")
	element("timezone", "UTC")
	if opts.Memory > 0 {
		element("max_server_memory_usage", strconv.FormatInt(opts.Memory, 10))
	}
	if opts.Tuning == Durable { // an answered INSERT survives a power cut
		b.WriteString("<merge_tree><fsync_after_insert>1</fsync_after_insert>" +
			"<fsync_part_directory>1</fsync_part_directory></merge_tree>")
	}
	b.WriteString("</clickhouse>\n")
	path := filepath.Join(opts.DataDir, "config.xml")
	return path, os.WriteFile(path, b.Bytes(), 0o600)
}

// lockDirectory makes the directory and keeps every other process out of it for as long as this one lives.
func lockDirectory(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		if fullDisk(err, "") {
			return nil, diskProblem(dir, err)
		}
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- our own data directory
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, &Problem{
			What: "another ClickHouse already uses " + dir,
			Help: "stop it or choose another data directory",
			Err:  err,
		}
	}
	return func() { _ = f.Close() }, nil
}

// listenLoopback refuses every other address: the interface has one password at most and no encryption.
func listenLoopback(opts ClickHouseOptions) (net.Listener, error) {
	if opts.Listener != nil {
		return opts.Listener, nil
	}
	host, _, err := net.SplitHostPort(opts.Listen)
	if err != nil || !loopback.Host(host) {
		return nil, &Problem{
			What: fmt.Sprintf("the embedded ClickHouse may not listen on %q", opts.Listen),
			Help: "use an address of this machine alone, like 127.0.0.1:8123",
			Err:  err,
		}
	}
	l, err := net.Listen("tcp", opts.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, &Problem{
			What: fmt.Sprintf("the address %s, which ClickHouse is to listen on, is taken", opts.Listen),
			Help: "stop the program that uses it or choose another port",
			Err:  err,
		}
	}
	return l, err
}

// PingClickHouse returns once the HTTP interface at address (host:port) answers, or when ctx ends: the readiness of a
// supervised child.
func PingClickHouse(ctx context.Context, address string) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/ping", nil)
		if err != nil {
			return err
		}
		res, err := client.Do(req)
		if err == nil {
			body, _ := io.ReadAll(io.LimitReader(res.Body, 16))
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK && strings.HasPrefix(string(body), "Ok.") {
				return nil
			}
			err = fmt.Errorf("status %d", res.StatusCode)
		}
		if pause(ctx, probeInterval) != nil {
			return fmt.Errorf("ClickHouse does not answer: %w", errors.Join(ctx.Err(), err))
		}
	}
}

// learn asks the engine for what the bridge must know: its version and the names of its settings.
func (b *bridge) learn() error {
	version, err := b.root.answer("SELECT version()", nil)
	if err != nil {
		return fmt.Errorf("ClickHouse: %w", err)
	}
	b.version = strings.TrimSpace(version)
	names, err := b.root.answer("SELECT name FROM system.settings UNION ALL SELECT alias_for FROM system.settings", nil)
	if err != nil {
		return fmt.Errorf("ClickHouse: %w", err)
	}
	b.settings = make(map[string]bool)
	for name := range strings.Lines(names) {
		b.settings[strings.TrimSpace(name)] = true
	}
	for _, mine := range []string{"log_comment", "implicit_select", ""} { // see begin
		delete(b.settings, mine)
	}
	if !b.settings["max_threads"] {
		return errors.New("ClickHouse: its settings cannot be listed")
	}
	return nil
}
