package auth_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
)

func TestTheHostResetsFactors(t *testing.T) {
	t.Parallel()
	d, p := staffed(t) // the only owner, who could ask nobody else
	bearer := p.signIn(t, office)
	found, err := d.access.UserByEmail(t.Context(), strings.ToUpper(owner))
	if err != nil || found.ID != p.user.ID || found.Tenant != d.tenant.ID {
		t.Fatalf("found %+v, %v", found, err)
	}
	if err := d.access.HostResetFactors(t.Context(), found.Tenant, found.ID); err != nil {
		t.Fatal(err)
	}
	_, err = d.access.Enter(t.Context(), bearer, p.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "a session from before the reset")
	progress, err := d.access.SignIn(t.Context(), owner, password, p.visit(office))
	if err != nil || !progress.Enrol {
		t.Errorf("the next sign-in leads to %+v, %v", progress, err)
	}
	for email, code := range map[string]messaging.Code{"nobody@acme.example": messaging.CodeNotFound, "no e-mail": messaging.CodeInvalid} {
		_, err := d.access.UserByEmail(t.Context(), email)
		wantCode(t, err, code, email)
	}
}

// TestTheHostsActsAreAudited: each act of the host stands in the tenant's ledger, as the host's.
func TestTheHostsActsAreAudited(t *testing.T) {
	t.Parallel()
	d, p := staffed(t) // which sets the list and makes a user
	if _, err := d.access.BreakGlass(t.Context(), d.tenant.ID, "198.51.100.9", "way back in", d.Clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := d.access.Unlock(t.Context(), d.tenant.ID, p.user.ID); err != nil {
		t.Fatal(err)
	}
	if err := d.access.HostResetFactors(t.Context(), d.tenant.ID, p.user.ID); err != nil {
		t.Fatal(err)
	}
	for action, want := range map[messaging.AuditAction]int{
		messaging.AuditAllowListSet: 2, messaging.AuditUserCreated: 1, messaging.AuditUserUnlocked: 1, messaging.AuditFactorReset: 1,
	} {
		acts, err := d.Store.AuditEvents(t.Context(), d.tenant.ID, 0, action, 10)
		if err != nil || len(acts) != want {
			t.Fatalf("%s: %d acts, %v", action, len(acts), err)
		}
		for _, a := range acts {
			if a.User != 0 || a.Key != 0 || a.Detail["actor"] != "host" {
				t.Errorf("%s is audited as %+v", action, a)
			}
		}
	}
}

func TestOperatorsAreInvitedFromTheHost(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	tenants := &auth.Tenants{Store: d.rows, Access: d.access, Ring: d.Ring, IDs: d.IDs, Now: d.Clock.Now, Random: rand.Reader}
	for _, email := range []string{"olga@posthaste.example", "oleg@posthaste.example"} { // the first makes the platform
		code, err := tenants.InviteOperator(t.Context(), email)
		if err != nil {
			t.Fatal(err)
		}
		invite, err := d.access.FindInvite(t.Context(), code)
		if err != nil || invite == nil || invite.Tenant != messaging.PlatformTenant || invite.Role != auth.Operator || invite.Email != email {
			t.Errorf("the code of %s invites to %+v, %v", email, invite, err)
		}
	}
	invited, err := d.Store.AuditEvents(t.Context(), messaging.PlatformTenant, 0, messaging.AuditUserInvited, 10)
	if err != nil || len(invited) != 1 || invited[0].Detail["actor"] != "host" {
		t.Errorf("audited: %+v, %v", invited, err)
	}
	_, err = tenants.InviteOperator(t.Context(), p.user.Email)
	wantCode(t, err, messaging.CodeConflict, "somebody who has a user")
	_, err = tenants.InviteOperator(t.Context(), "olga")
	wantCode(t, err, messaging.CodeInvalid, "no e-mail")
}

func TestASeededUserHasTheRecoveryCodesGiven(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.list(t, d.tenant.ID, "203.0.113.0/24")
	secret, err := auth.NewTOTPSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	codes, err := auth.NewRecoveryCodes(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	seed := auth.Seed{Email: "asha@acme.example", Name: "Asha Rao", Role: auth.Agent, Password: password, TOTP: secret, Codes: codes}
	user, err := d.access.SeedUser(t.Context(), d.tenant.ID, seed)
	if err != nil {
		t.Fatal(err)
	}
	p := &person{desk: d, user: user, secret: secret.Bytes(), agent: "Browser/1"}
	if _, err := d.access.UseRecoveryCode(t.Context(), p.pending(t, office), codes[9], p.visit(office)); err != nil {
		t.Errorf("a code that was given: %v", err)
	}
	_, err = d.access.UseRecoveryCode(t.Context(), p.pending(t, office), codes[9], p.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "a spent code")
}
