package store_test

import (
	"crypto/rand"
	"io"
	"net"
	"net/netip"
	"net/url"
	"sync"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store"
	"posthaste/store/storetest"
)

// wire is a connection to the database that can be cut.
type wire struct {
	listener net.Listener
	mu       sync.Mutex
	conns    []net.Conn
}

func newWire(t *testing.T, target string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: listener}
	t.Cleanup(w.cut)
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", target)
			if err != nil {
				_ = near.Close()
				continue
			}
			w.mu.Lock()
			w.conns = append(w.conns, near, far)
			w.mu.Unlock()
			go func() { _, _ = io.Copy(far, near) }()
			go func() { _, _ = io.Copy(near, far) }()
		}
	}()
	return w
}

func (w *wire) cut() {
	_ = w.listener.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		_ = c.Close()
	}
}

// TestWithoutADatabaseNobodyGetsIn: whatever the store cannot answer is UNAVAILABLE, and never an absent row.
func TestWithoutADatabaseNobodyGetsIn(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	u, err := url.Parse(b.URL)
	if err != nil {
		t.Fatal(err)
	}
	w := newWire(t, u.Host)
	u.Host = w.listener.Addr().String()
	options := b.Options
	options.URL = u.String()
	s, err := store.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	access := store.NewAccess(s, store.NewKeys(s, b.Ring, rand.Reader, b.Clock.Now), b.IDs)
	ctx, now := t.Context(), time.Now()
	calls := map[string]func() error{
		"account by e-mail": func() error { _, _, err := access.AccountByEmail(ctx, [][]byte{{1}}); return err },
		"session":           func() error { _, _, err := access.Session(ctx, tenant.ID, 1); return err },
		"key":               func() error { _, _, err := access.Key(ctx, [][]byte{{1}}, netip.Addr{}, b.Clock.Now()); return err },
		"session's tenant":  func() error { _, err := access.SessionTenant(ctx, 1); return err },
		"try":               func() error { return access.TakeTry(ctx, [32]byte{1}, auth.StrangerBudget.Rule(), now) },
		"act":               func() error { return access.Act(ctx, tenant.ID, func(auth.AccessTx) error { return nil }) },
	}
	for name, call := range calls {
		if code := messaging.CodeOf(call()); code != "" && code != messaging.CodeNotFound {
			t.Errorf("before, %s: %s", name, code)
		}
	}
	w.cut()
	for range 3 { // over broken connections first, then over none
		for name, call := range calls {
			if err := call(); messaging.CodeOf(err) != messaging.CodeUnavailable {
				t.Errorf("%s: %v, want %s", name, err, messaging.CodeUnavailable)
			}
		}
	}
}

// A process that starts while the database is away waits for it; it knows by this code.
func TestSchemaOfADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	err := store.CheckSchema(t.Context(), store.Options{URL: "postgres://postgres@127.0.0.1:1/postgres?sslmode=disable"})
	if messaging.CodeOf(err) != messaging.CodeUnavailable {
		t.Errorf("want UNAVAILABLE, got %v", err)
	}
}
