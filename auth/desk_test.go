package auth_test

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

const (
	password = "correct horse battery"
	owner    = "asha@acme.example"
)

var (
	office = netip.MustParseAddr("203.0.113.7")
	home   = netip.MustParseAddr("198.51.100.9")
)

// desk is a tenant at whose door the tests stand.
type desk struct {
	*storetest.Bench
	access *auth.Access
	rows   *store.Access
	tenant messaging.Tenant
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	b := storetest.New(t)
	rows := store.NewAccess(b.Store, b.Keys, b.IDs)
	signing := store.NewSigningKeys(b.Store, b.Ring.Ring(privacy.ForJWT), "https://ph.example", rand.Reader, b.Clock.Now)
	digester := func(p privacy.Purpose) auth.Digester { return auth.NewDigester(b.Ring.Keys(p)) }
	return &desk{Bench: b, rows: rows, tenant: b.Tenant(t), access: &auth.Access{
		Store: rows, Tokens: signing.Tokens, Refresh: auth.NewRefreshTokens(b.Ring.Keys(privacy.ForRefreshTokens)),
		Passwords: auth.NewPasswords(b.Ring.Keys(privacy.ForPasswords), 100<<20, rand.Reader), Policy: auth.NewPasswordPolicy(),
		Emails: digester(privacy.ForUserEmails), Clients: digester(privacy.ForSessionIDs), Recovery: digester(privacy.ForRecoveryCodes),
		APIKeys: digester(privacy.ForAPIKeys), Invites: digester(privacy.ForInvites), Counters: b.Ring.Key(privacy.ForRateLimits),
		Issuer: "Posthaste", IDs: b.IDs, Now: b.Clock.Now, Random: rand.Reader, Quotas: &auth.Quotas{},
	}}
}

// person is someone with a browser and an authenticator app.
type person struct {
	desk   *desk
	user   auth.User
	secret []byte

	mu     sync.Mutex
	cookie string
	agent  string
}

// person makes an enrolled user.
func (d *desk) person(t testing.TB, email string, role auth.Role) *person {
	t.Helper()
	return d.personOf(t, d.tenant.ID, email, role)
}

func (d *desk) personOf(t testing.TB, tenant messaging.ID, email string, role auth.Role) *person {
	t.Helper()
	secret, err := auth.NewTOTPSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	user, err := d.access.SeedUser(t.Context(), tenant, auth.Seed{Email: email, Name: "Asha Rao", Role: role, Password: password, TOTP: secret})
	if err != nil {
		t.Fatalf("seed a user: %v", err)
	}
	return &person{desk: d, user: user, secret: secret.Bytes(), agent: "Browser/1"}
}

// list puts networks into force.
func (d *desk) list(t testing.TB, tenant messaging.ID, networks ...string) {
	t.Helper()
	inputs := make([]auth.EntryInput, len(networks))
	for i, n := range networks {
		inputs[i].Network = n
	}
	if _, err := d.access.SeedAllowList(t.Context(), tenant, inputs); err != nil {
		t.Fatalf("seed the list: %v", err)
	}
}

// staffed is a desk with a list that holds the office, and an owner.
func staffed(t testing.TB) (*desk, *person) {
	d := newDesk(t)
	d.list(t, d.tenant.ID, "203.0.113.0/24")
	return d, d.person(t, owner, auth.Owner)
}

func (p *person) visit(address netip.Addr) auth.Visit {
	p.mu.Lock()
	defer p.mu.Unlock()
	return auth.Visit{Address: address, Agent: p.agent, Refresh: p.cookie, SetRefresh: func(token string, _ time.Time) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.cookie = token
	}}
}

// code is what the app shows: RFC 6238 with SHA-1, six digits and 30 seconds.
func (p *person) code() string { return codeAt(p.secret, p.desk.Clock.Now()) }

func codeAt(secret []byte, at time.Time) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000)
}

func secretOf(t testing.TB, manual string) []byte {
	t.Helper()
	secret, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(manual, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// pending gives the password and gets the token of the second step.
func (p *person) pending(t testing.TB, address netip.Addr) string {
	t.Helper()
	progress, err := p.desk.access.SignIn(t.Context(), p.user.Email, password, p.visit(address))
	if err != nil {
		t.Fatalf("first step: %v", err)
	}
	if progress.Pending == "" || progress.Enrol || progress.Access != "" {
		t.Fatalf("first step led to %+v", progress)
	}
	return progress.Pending
}

// signIn goes both steps with a code that nobody has used, and gives the bearer token.
func (p *person) signIn(t testing.TB, address netip.Addr) string {
	t.Helper()
	p.desk.Clock.Advance(30 * time.Second)
	progress, err := p.desk.access.ConfirmSecondFactor(t.Context(), p.pending(t, address), p.code(), p.visit(address))
	if err != nil {
		t.Fatalf("second step: %v", err)
	}
	return progress.Access
}

// actor signs in and enters.
func (p *person) actor(t testing.TB, address netip.Addr) messaging.Actor {
	t.Helper()
	actor, err := p.desk.access.Enter(t.Context(), p.signIn(t, address), p.visit(address))
	if err != nil {
		t.Fatalf("enter: %v", err)
	}
	return actor
}

func wantCode(t testing.TB, err error, want messaging.Code, when string) {
	t.Helper()
	if got := messaging.CodeOf(err); got != want {
		t.Errorf("%s: %q (%v), want %q", when, got, err, want)
	}
}

// atOnce runs fn n times in parallel and counts the calls without error.
func atOnce(n int, fn func(i int) error) (succeeded int, failures []error) {
	results := make([]error, n)
	var start, end sync.WaitGroup
	start.Add(1)
	for i := range n {
		end.Go(func() {
			start.Wait()
			results[i] = fn(i)
		})
	}
	start.Done()
	end.Wait()
	for _, err := range results {
		if err == nil {
			succeeded++
		} else {
			failures = append(failures, err)
		}
	}
	return succeeded, failures
}

// hold locks rows until that many statements wait for them, so that they are decided by one statement each and not by who
// came first. It gives how many waited.
func (d *desk) hold(t *testing.T, waiters int, lock string, args ...any) (waited func() int) {
	t.Helper()
	holder, err := pgx.Connect(t.Context(), d.URL)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.Exec(t.Context(), "BEGIN"); err != nil {
		t.Fatal(err)
	}
	if _, err := holder.Exec(t.Context(), lock, args...); err != nil {
		t.Fatal(err)
	}
	result := make(chan int, 1)
	go func() {
		n := 0
		for end := time.Now().Add(time.Minute); n < waiters && time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
			_, _ = holder.Exec(context.Background(), "SELECT pg_stat_clear_snapshot()") // a transaction sees one snapshot of the activity
			_ = holder.QueryRow(context.Background(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n)
		}
		_ = holder.Close(context.Background()) // and with it the transaction
		result <- n
	}()
	return func() int { return <-result }
}

// eventually waits for what is written beside an answer.
func eventually(t testing.TB, what string, there func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for !there() {
		select {
		case <-ctx.Done():
			t.Fatalf("%s never came", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
