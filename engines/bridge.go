package engines

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go/proto"
)

// bridge serves ClickHouse's HTTP interface out of the library. It is strict: what a server would refuse it refuses,
// so that a statement that works here works there.
type bridge struct {
	opts     ClickHouseOptions
	lib      *library
	path     string // "--path=…"
	version  string
	settings map[string]bool // names that a URL may give
	slots    chan struct{}   // one per statement that runs

	mu   sync.Mutex // guards root, which asks and cancels
	root *session
}

func (b *bridge) serve(ctx context.Context, l net.Listener) error {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	server := &http.Server{
		Handler:           b,
		ReadHeaderTimeout: headerTimeout,
		BaseContext:       func(net.Listener) context.Context { return running },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve ClickHouse: %w", err)
	case <-ctx.Done():
	}
	grace := b.opts.Grace
	if grace <= 0 {
		grace = defaultGrace
	}
	end, stop := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer stop()
	if err := server.Shutdown(end); err != nil {
		cancel() // kills what still runs
		b.drain()
		_ = server.Close()
	}
	b.mu.Lock() // for good: nothing may reach the engine any more
	b.root.close()
	return nil
}

// drain waits until no statement runs.
func (b *bridge) drain() {
	for range cap(b.slots) {
		b.slots <- struct{}{}
	}
}

func (b *bridge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/ping", r.URL.Path == "/" && isReadMethod(r.Method) && r.URL.RawQuery == "":
		_, _ = io.WriteString(w, "Ok.\n")
		return
	case r.URL.Path != "/":
		http.Error(w, "There is no handle "+r.URL.Path, http.StatusNotFound)
		return
	case r.Method != http.MethodPost && !isReadMethod(r.Method):
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "use GET or POST", http.StatusMethodNotAllowed)
		return
	case !authorised(r, b.opts.Password):
		refuse(codeAuthentication, "AUTHENTICATION_FAILED",
			"default: Authentication failed: password is incorrect, or there is no user with such name").send(w, b.version)
		return
	}
	st, err := parseRequest(r, func(name string) bool { return b.settings[name] })
	if err == nil {
		if st.queryID == "" {
			st.queryID = newTag(16)
		}
		err = b.answer(r.Context(), w, st)
	}
	if err != nil && r.Context().Err() == nil {
		asException(err).send(w, b.version)
	}
}

// answer runs the statement and sends what comes. An error that it returns has not been sent.
func (b *bridge) answer(ctx context.Context, w http.ResponseWriter, st *statement) error {
	if refused := forbidden(st.sql); refused != nil {
		return refused
	}
	w.Header().Set("X-ClickHouse-Query-Id", st.queryID)
	w.Header().Set("X-ClickHouse-Timezone", "UTC")
	w.Header().Set("X-ClickHouse-Server-Display-Name", "embedded")
	if strings.TrimSpace(st.sql) == helloQuery && st.revision > 0 {
		return b.hello(w, st)
	}
	select {
	case b.slots <- struct{}{}:
		defer func() { <-b.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	runtime.LockOSThread() // the engine keeps a statement's state by thread
	defer runtime.UnlockOSThread()
	tag := newTag(16)
	s, err := b.begin(st, tag)
	if err != nil {
		return err
	}
	defer s.close()
	finished := make(chan struct{})
	defer b.watch(ctx, tag, finished).Wait()
	defer close(finished)
	return b.run(s, st, &reply{w: w, st: st, tag: tag, version: b.version})
}

// begin opens a session with the request's settings and database. log_comment carries our tag, by which a statement is
// found when it has to be cancelled.
func (b *bridge) begin(st *statement, tag string) (*session, error) {
	s, err := b.lib.open(append(st.settings, b.path, "--implicit_select=0", "--log_comment="+tag)...)
	if err != nil {
		return nil, err
	}
	if st.database == "" || st.database == "default" {
		return s, nil
	}
	if _, err := s.answer("USE {database:Identifier}", parameters{"database": st.database}); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (b *bridge) run(s *session, st *statement, out *reply) error {
	if st.rows != nil {
		return s.write(st.sql, st.rowsIn, st.params, chunks(st.rows))
	}
	a, err := s.analyse(st.sql)
	if err != nil {
		return err
	}
	switch {
	case a.statements > 1:
		return refuse(codeSyntax, "SYNTAX_ERROR", "Syntax error: Multi-statements are not allowed")
	case a.statements == 1 && a.class == classReadOnly && readsRows(st.sql):
		err = s.read(st.sql, st.format, st.params, out.send)
	default:
		err = s.run(st.sql, st.format, st.params, out.send)
		if err == nil && a.statements == 0 { // the library's own words, like "exit"
			err = refuse(codeSyntax, "SYNTAX_ERROR", "Syntax error: this is no statement")
		}
	}
	return out.finish(err)
}

// watch cancels the statement with this tag when ctx ends before finished is closed. The statement may not be listed
// yet, and one kill is not always heard, so it is repeated.
func (b *bridge) watch(ctx context.Context, tag string, finished <-chan struct{}) *sync.WaitGroup {
	var done sync.WaitGroup
	done.Go(func() {
		select {
		case <-finished:
			return
		case <-ctx.Done():
		}
		for {
			b.mu.Lock()
			_, _ = b.root.answer("KILL QUERY WHERE Settings['log_comment'] = {tag:String} ASYNC", parameters{"tag": tag})
			b.mu.Unlock()
			select {
			case <-finished:
				return
			case <-time.After(probeInterval):
			}
		}
	})
	return &done
}

const helloQuery = "SELECT displayName(), version(), revision(), timezone()"

// hello answers clickhouse-go's first query. The block carries the info of the client's own revision; the revision it
// reports, 0, makes the client read every later block as the plain Native format, which is all the library writes.
func (b *bridge) hello(w http.ResponseWriter, st *statement) error {
	var name, version, zone proto.ColStr
	var revision proto.ColUInt32
	name.Append("embedded")
	version.Append(b.version)
	revision.Append(0)
	zone.Append("UTC")
	var buf proto.Buffer
	block := proto.Block{Info: proto.BlockInfo{BucketNum: -1}, Columns: 4, Rows: 1}
	if err := block.EncodeBlock(&buf, st.revision, []proto.InputColumn{
		{Name: "displayName()", Data: &name}, {Name: "version()", Data: &version},
		{Name: "revision()", Data: &revision}, {Name: "timezone()", Data: &zone},
	}); err != nil {
		return err
	}
	out := &reply{w: w, st: st, version: b.version}
	return out.finish(out.send(buf.Buf))
}

func newTag(n int) string {
	b := make([]byte, n/2)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
