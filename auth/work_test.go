package auth_test

import (
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/storetest"
)

// heldBack keeps what is written beside an answer from running until the answer is measured.
type heldBack struct {
	auth.AccessStore
	release chan struct{}
}

func (h heldBack) Act(ctx context.Context, tenant messaging.ID, fn func(auth.AccessTx) error) error {
	<-h.release
	return h.AccessStore.Act(ctx, tenant, fn)
}

func (h heldBack) TellLockout(ctx context.Context, counter [32]byte, free int) (bool, error) {
	<-h.release
	return h.AccessStore.TellLockout(ctx, counter, free)
}

func (h heldBack) NoteBlocked(ctx context.Context, tenant messaging.ID, b auth.Blocked) error {
	<-h.release
	return h.AccessStore.NoteBlocked(ctx, tenant, b)
}

// TestRefusedSignInsCostTheSame: neither the answer nor the work behind it tells who has a user here.
func TestRefusedSignInsCostTheSame(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	disabled := d.person(t, "gone@acme.example", auth.Agent)
	storetest.Owner[int](t, d.Bench, "UPDATE app_user SET state = 'DISABLED' WHERE id = $1 RETURNING 1", int64(disabled.user.ID))
	locked := d.person(t, "locked@acme.example", auth.Agent)
	for range 5 {
		_, err := d.access.SignIn(t.Context(), locked.user.Email, "wrong password here", locked.visit(netip.MustParseAddr("203.0.113.99")))
		wantCode(t, err, messaging.CodeUnauthenticated, "a wrong password")
	}
	eventually(t, "the audit of five failures", func() bool {
		return storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action = 'session.sign_in_failed'") == 5
	})
	eventually(t, "the audit of the lock-out", func() bool {
		return storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action = 'session.locked_out'") == 1
	})
	held := heldBack{d.access.Store, make(chan struct{})}
	var once sync.Once
	release := func() { once.Do(func() { close(held.release) }) }
	t.Cleanup(release)
	d.access.Store = held
	derivations := d.access.Passwords.CountDerivations()

	type cost struct{ statements, derivations int64 }
	costs := map[string]cost{}
	var words string
	for i, test := range []struct {
		name, email, password string
		from                  netip.Addr
	}{
		{"unknown", "nobody@acme.example", password, office},
		{"no e-mail at all", "nobody", password, office},
		{"wrong password", p.user.Email, "wrong password here", office},
		{"locked", locked.user.Email, password, office},
		{"refused address", p.user.Email, password, home},
		{"disabled", disabled.user.Email, password, office},
	} {
		statements, derived := d.Statements.Count(), derivations.Load()
		_, err := d.access.SignIn(t.Context(), test.email, test.password, p.visit(test.from))
		costs[test.name] = cost{d.Statements.Count() - statements, derivations.Load() - derived}
		wantCode(t, err, messaging.CodeUnauthenticated, test.name)
		if i == 0 {
			words = err.Error()
		} else if err.Error() != words {
			t.Errorf("%s is told apart: %q", test.name, err.Error())
		}
	}
	want := costs["unknown"]
	if want.derivations != 1 || want.statements == 0 {
		t.Errorf("an unknown user costs %+v", want)
	}
	for name, got := range costs {
		if got != want {
			t.Errorf("%s costs %+v, an unknown user %+v", name, got, want)
		}
	}
}

// TestStrangersCannotLockPeopleOut: guesses from outside the list use up the strangers' count alone.
func TestStrangersCannotLockPeopleOut(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	for i := range 12 {
		from := netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})
		_, err := d.access.SignIn(t.Context(), p.user.Email, "wrong password here", p.visit(from))
		wantCode(t, err, messaging.CodeUnauthenticated, "a stranger's guess")
	}
	p.pending(t, office)
	eventually(t, "the audit of the guesses", func() bool {
		return storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action = 'session.sign_in_failed'") == 5
	})
}

// breaking panics where a failure is to be written down.
type breaking struct {
	auth.AccessStore
	broke chan struct{}
}

func (b breaking) NoteBlocked(context.Context, messaging.ID, auth.Blocked) error {
	defer close(b.broke)
	panic(owner)
}

// lines is a log that tests may read while it is written.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// TestWhatBreaksBesideAnAnswerEndsNothing: it is logged, without what it was about.
func TestWhatBreaksBesideAnAnswerEndsNothing(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	log, broken := &lines{}, breaking{d.access.Store, make(chan struct{})}
	d.access.Store, d.access.Log = broken, slog.New(slog.NewTextHandler(log, nil))
	_, err := d.access.SignIn(t.Context(), p.user.Email, password, p.visit(home))
	wantCode(t, err, messaging.CodeUnauthenticated, "a refused address")
	<-broken.broke
	eventually(t, "the log", func() bool { return strings.Count(log.String(), "level=ERROR") == 1 })
	if strings.Contains(log.String(), "acme") {
		t.Errorf("the log tells whom it was about: %s", log)
	}
	if p.signIn(t, office) == "" {
		t.Error("nobody gets in afterwards")
	}
}
