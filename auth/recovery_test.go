package auth_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/storetest"
)

// asks is what the schema's fence asks of a mutation.
func (d *desk) asks(t testing.TB, actor messaging.Actor, mutation string) error {
	t.Helper()
	return d.access.RequireFresh(t.Context(), actor, auth.ActionOf(mutation, nil))
}

// TestARecoveryCodeLeadsToANewFactor: whoever lost the phone gets in with a code, sets up another factor at once, and does
// nothing else with it.
func TestARecoveryCodeLeadsToANewFactor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.list(t, d.tenant.ID, "203.0.113.0/24")
	p, codes := d.enrolled(t, owner)
	progress, err := d.access.UseRecoveryCode(t.Context(), p.pending(t, office), codes[0], p.visit(office))
	if err != nil {
		t.Fatal(err)
	}
	actor, err := d.access.Enter(t.Context(), progress.Access, p.visit(office))
	if err != nil {
		t.Fatal(err)
	}
	may := map[string]bool{"beginReplacement": true, "beginPasskey": true, "finishPasskey": true}
	for _, policy := range auth.Policies() {
		if len(auth.NeedOf(policy.Action).Fresh) == 0 || policy.Action == auth.ActManageSessions {
			continue // a password does for one's sessions
		}
		if err := d.asks(t, actor, policy.Field); (err == nil) != may[policy.Field] {
			t.Errorf("%s after a recovery code: %v", policy.Field, err)
		}
	}
	moved := actor
	moved.Address = netip.MustParseAddr("203.0.113.8")
	wantCode(t, d.asks(t, moved, "beginReplacement"), messaging.CodeStepUp, "from another address")
	e, err := d.access.BeginReplacement(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	d.Clock.Advance(5*time.Minute + time.Second)
	wantCode(t, d.asks(t, actor, "beginReplacement"), messaging.CodeStepUp, "when the code is long ago")
	p.secret = secretOf(t, e.Manual)
	if err := d.access.ConfirmReplacement(t.Context(), actor, p.code()); err != nil {
		t.Fatalf("the new app: %v", err)
	}
	wantCode(t, d.asks(t, actor, "renewRecoveryCodes"), messaging.CodeStepUp, "new codes before the new app was shown again")
	d.Clock.Advance(30 * time.Second)
	if err := d.access.StepUp(t.Context(), actor, p.code(), p.visit(office)); err != nil {
		t.Fatal(err)
	}
	for _, mutation := range []string{"renewRecoveryCodes", "inviteUser"} {
		if err := d.asks(t, actor, mutation); err != nil {
			t.Errorf("%s with the new app: %v", mutation, err)
		}
	}
}

// TestWrongSecondsAreToldWhereverTheyAreGiven: a wrong recovery code and a wrong code at enrolment or replacement are
// audited like a wrong code at sign-in, and several in a row are told once.
func TestWrongSecondsAreToldWhereverTheyAreGiven(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		factor string
		try    func(t *testing.T, d *desk) func() error
	}{
		"recovery code": {"recovery", func(t *testing.T, d *desk) func() error {
			p, _ := d.enrolled(t, owner)
			pending := p.pending(t, office)
			return func() error {
				_, err := d.access.UseRecoveryCode(t.Context(), pending, "AAAA-BBBB-CCCC-DDDD", p.visit(office))
				return err
			}
		}},
		"recovery code of no form": {"recovery", func(t *testing.T, d *desk) func() error {
			p, _ := d.enrolled(t, owner)
			pending := p.pending(t, office)
			return func() error {
				_, err := d.access.UseRecoveryCode(t.Context(), pending, "letmein", p.visit(office))
				return err
			}
		}},
		"enrolment": {"otp", func(t *testing.T, d *desk) func() error {
			user, err := d.access.SeedUser(t.Context(), d.tenant.ID, auth.Seed{Email: owner, Name: "Asha", Role: auth.Owner, Password: password})
			if err != nil {
				t.Fatal(err)
			}
			p := &person{desk: d, user: user}
			progress, err := d.access.SignIn(t.Context(), owner, password, p.visit(office))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.access.BeginEnrolment(t.Context(), progress.Pending, p.visit(office)); err != nil {
				t.Fatal(err)
			}
			return func() error {
				_, err := d.access.ConfirmEnrolment(t.Context(), progress.Pending, "no code", p.visit(office))
				return err
			}
		}},
		"replacement": {"otp", func(t *testing.T, d *desk) func() error {
			p := d.person(t, owner, auth.Owner)
			actor := p.actor(t, office)
			if _, err := d.access.BeginReplacement(t.Context(), actor); err != nil {
				t.Fatal(err)
			}
			return func() error { return d.access.ConfirmReplacement(t.Context(), actor, "no code") }
		}},
		"passkey": {"hwk", func(t *testing.T, d *desk) func() error {
			p := d.person(t, owner, auth.Owner)
			d.offerPasskeys(t)
			actor, phone := p.actor(t, office), newDevice()
			c := d.beginPasskey(t, actor)
			if _, err := d.access.FinishPasskey(t.Context(), actor, c.ID, phone.create(t, c), "Phone"); err != nil {
				t.Fatal(err)
			}
			return func() error { return d.access.FinishPasskeyStepUp(t.Context(), actor, c.ID, "{", p.visit(office)) }
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.list(t, d.tenant.ID, "203.0.113.0/24")
			try := test.try(t, d)
			for range 5 {
				if err := try(); err == nil || messaging.CodeOf(err) == messaging.CodeInternal || messaging.CodeOf(err) == messaging.CodeLimited {
					t.Fatalf("a wrong one: %v", err)
				}
			}
			wantCode(t, try(), messaging.CodeLimited, "the sixth")
			eventually(t, "the audit of five failures", func() bool {
				return storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action = $1 AND detail->>'factor' = $2 AND address = $3",
					string(messaging.AuditSecondFailed), test.factor, office) == 5
			})
			eventually(t, "the audit of the lock-out", func() bool {
				return storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action = $1", string(messaging.AuditLockedOut)) == 1
			})
		})
	}
}

// TestOneNetworkGuessesAtInvitesTogether: a client owns a whole /64 and could come from another address each time.
func TestOneNetworkGuessesAtInvitesTogether(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	guess := func(address string) error {
		code := strings.Repeat("A", 43)
		_, err := d.access.AcceptInvite(t.Context(), code, "Ravi", password, auth.Visit{Address: netip.MustParseAddr(address)})
		return err
	}
	for i := range auth.AddressBudget.Rule().Free {
		wantCode(t, guess(fmt.Sprintf("2001:db8:0:1::%x", i+1)), messaging.CodeNotFound, "a guess")
	}
	wantCode(t, guess("2001:db8:0:1::ffff"), messaging.CodeLimited, "one more from the network")
	wantCode(t, guess("2001:db8:0:2::1"), messaging.CodeNotFound, "one from the next network")
}

// TestInvitesGoWithTheirInviter: what a person handed out does not outlive the person's right to hand it out.
func TestInvitesGoWithTheirInviter(t *testing.T) {
	t.Parallel()
	d, asha := staffed(t)
	admin := asha.actor(t, office)
	accept := func(token string) error {
		_, err := d.access.AcceptInvite(t.Context(), token, "Ravi Rao", password, auth.Visit{Address: office})
		return err
	}
	for name, end := range map[string]func(messaging.ID) error{
		"disabled":           func(u messaging.ID) error { return d.access.SetUserDisabled(t.Context(), admin, u, true) },
		"may invite no more": func(u messaging.ID) error { return d.access.SetUserRole(t.Context(), admin, u, auth.Analyst) },
	} {
		guard := d.person(t, strings.ReplaceAll(name, " ", ".")+"@acme.example", auth.SecurityAdmin)
		made, err := d.access.InviteUser(t.Context(), guard.actor(t, office), "ravi@acme.example", auth.Agent)
		if err != nil {
			t.Fatal(err)
		}
		if err := end(guard.user.ID); err != nil {
			t.Fatal(err)
		}
		wantCode(t, accept(made.Token), messaging.CodeNotFound, name)
		open, err := d.access.Store.OpenInvites(t.Context(), d.tenant.ID)
		if err != nil || len(open) != 0 {
			t.Errorf("%s: open invites %+v, %v", name, open, err)
		}
		_, err = d.access.ResendInvite(t.Context(), admin, made.ID)
		wantCode(t, err, messaging.CodeNotFound, "sending it anew: "+name)
		n := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action = $1 AND target = $2 AND user_id = $3",
			string(messaging.AuditInviteWithdrawn), int64(made.ID), int64(admin.User))
		if n != 1 {
			t.Errorf("%s: withdrawn %d times in the audit", name, n)
		}
	}
	// Made while the inviter was being disabled: nobody has withdrawn it.
	guard := d.person(t, "late@acme.example", auth.SecurityAdmin)
	late, err := d.access.InviteUser(t.Context(), guard.actor(t, office), "ravi@acme.example", auth.Agent)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Owner[int](t, d.Bench, "UPDATE app_user SET state = 'DISABLED' WHERE id = $1 RETURNING 1", int64(guard.user.ID))
	wantCode(t, accept(late.Token), messaging.CodeNotFound, "an inviter who was disabled at the same moment")
	storetest.Owner[int](t, d.Bench, "UPDATE app_user SET state = 'ACTIVE' WHERE id = $1 RETURNING 1", int64(guard.user.ID))
	storetest.Owner[int](t, d.Bench, "UPDATE tenant SET state = 'SUSPENDED', suspended_at = now() WHERE id = $1 RETURNING 1", int64(d.tenant.ID))
	wantCode(t, accept(late.Token), messaging.CodeNotFound, "a suspended tenant")
	storetest.Owner[int](t, d.Bench, "UPDATE tenant SET state = 'ACTIVE', suspended_at = NULL WHERE id = $1 RETURNING 1", int64(d.tenant.ID))
	if err := accept(late.Token); err != nil {
		t.Errorf("when all is well again: %v", err)
	}
}
