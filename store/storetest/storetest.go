// Package storetest gives each test a PostgreSQL database of its own: migrated, with the weekly partitions made, opened
// through both doors, and with quick ways to put tenants, senders, templates and consents into it. What it makes goes
// through the store's own methods, so a test never meets rows that the product could not write.
package storetest

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
)

// Bench is a database and what is needed to work on it.
type Bench struct {
	Store *store.Store
	Keys  *store.Keys
	Ring  *privacy.Keyring
	Clock *Clock
	IDs   *messaging.IDs
	// URL opens the database as the owner of its tables, past row-level security: for assertions and planted breaches.
	URL string
	// Options open the store a second time: for tests with two processes.
	Options store.Options
	// Statements counts what Store has asked of the database.
	Statements *Statements

	owner *pgxpool.Pool
}

// Statements counts statements, begin and commit among them.
type Statements struct{ n atomic.Int64 }

// Count is how many there were.
func (s *Statements) Count() int64 { return s.n.Load() }

// TraceQueryStart implements pgx.QueryTracer.
func (s *Statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	s.n.Add(1)
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (s *Statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// New makes a database that is dropped when the test ends. A missing server fails the test.
func New(t testing.TB) *Bench {
	t.Helper()
	ctx := context.Background()
	clock := NewClock(time.Now().UTC().Truncate(time.Millisecond))
	options := optionsOf(database(t, clock.Now()))
	statements := &Statements{}
	options.Tracer = statements
	s, err := store.Open(ctx, options)
	if err != nil {
		t.Fatalf("open the store: %v", err)
	}
	t.Cleanup(s.Close)
	owner, err := pgxpool.New(ctx, options.URL)
	if err != nil {
		t.Fatalf("connect as owner: %v", err)
	}
	t.Cleanup(owner.Close)
	ring := Keyring(t)
	return &Bench{
		Store: s, Keys: store.NewKeys(s, ring, rand.Reader, clock.Now), Ring: ring, Clock: clock,
		IDs: messaging.NewIDs(1, clock.Now), URL: options.URL, Options: options, Statements: statements,
		owner: owner,
	}
}

// MessageDays is the term of the tenants' messages. It is short, since each weekly partition is copied for every test.
const MessageDays = 90

func optionsOf(url string) store.Options {
	// The roles belong to the server, which several test programs may share, so their passwords are the same for all.
	return store.Options{URL: url, AppPassword: "app-of-tests", AcrossPassword: "across-of-tests", JobsPassword: "jobs-of-tests", LongestTerm: MessageDays * 24 * time.Hour, AppConns: 8, AcrossConns: 4}
}

// Keyring draws a ring with one root key.
func Keyring(t testing.TB) *privacy.Keyring {
	t.Helper()
	material, err := privacy.NewKeyFile(rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ring, err := privacy.ParseKeyring(material)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// Owner runs a statement as the owner of the tables and gives the first column of its only row, if it has one.
func Owner[T any](t testing.TB, b *Bench, sql string, args ...any) T {
	t.Helper()
	var value T
	if err := b.owner.QueryRow(context.Background(), sql, args...).Scan(&value); err != nil {
		t.Fatalf("owner's query: %v", err)
	}
	return value
}

// Clock stands still until it is told to move. It begins at the present, since leases are judged by the database's
// clock.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that shows now.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now is what it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves it and gives what it then shows.
func (c *Clock) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}
