package auth_test

import (
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/storetest"
)

// device is a phone or a key that holds a passkey: software in place of the hardware.
type device struct {
	rp         virtualwebauthn.RelyingParty
	hardware   virtualwebauthn.Authenticator
	credential virtualwebauthn.Credential
}

func newDevice() *device {
	return &device{
		rp:       virtualwebauthn.RelyingParty{ID: "ph.example", Name: "Posthaste", Origin: "https://ph.example"},
		hardware: virtualwebauthn.NewAuthenticator(), credential: newCredential(),
	}
}

// newCredential draws a key pair whose coordinates have all their 32 bytes. The software leaves leading zeros out, which
// hardware does not, and one key in 128 would be no key (RFC 9053 section 7.1.1).
func newCredential() virtualwebauthn.Credential {
	const wholeKey = 77 // bytes of a P-256 key in COSE
	for {
		if c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(c.Key.AttestationData()) == wholeKey {
			return c
		}
	}
}

// create answers the browser's options for a new passkey.
func (d *device) create(t testing.TB, c auth.Ceremony) string {
	t.Helper()
	options, err := virtualwebauthn.ParseAttestationOptions(c.Options)
	if err != nil {
		t.Fatalf("read the options: %v", err)
	}
	return virtualwebauthn.CreateAttestationResponse(d.rp, d.hardware, d.credential, *options)
}

// answer signs a challenge; the counter moves on as hardware moves it.
func (d *device) answer(t testing.TB, c auth.Ceremony) string {
	t.Helper()
	d.credential.Counter++
	return d.sign(t, c)
}

func (d *device) sign(t testing.TB, c auth.Ceremony) string {
	t.Helper()
	options, err := virtualwebauthn.ParseAssertionOptions(c.Options)
	if err != nil {
		t.Fatalf("read the options: %v", err)
	}
	return virtualwebauthn.CreateAssertionResponse(d.rp, d.hardware, d.credential, *options)
}

// keyed is a desk with an owner who has enrolled a passkey.
func keyed(t *testing.T) (*desk, *person, messaging.Actor, *device) {
	t.Helper()
	d, p := staffed(t)
	d.offerPasskeys(t)
	actor, phone := p.actor(t, office), newDevice()
	c := d.beginPasskey(t, actor)
	if _, err := d.access.FinishPasskey(t.Context(), actor, c.ID, phone.create(t, c), "Phone"); err != nil {
		t.Fatalf("enrol a passkey: %v", err)
	}
	return d, p, actor, phone
}

func (d *desk) offerPasskeys(t testing.TB) {
	t.Helper()
	passkeys, err := auth.NewPasskeys(&url.URL{Scheme: "https", Host: "ph.example"})
	if err != nil {
		t.Fatal(err)
	}
	d.access.Passkeys = passkeys
}

func (d *desk) beginPasskey(t testing.TB, actor messaging.Actor) auth.Ceremony {
	t.Helper()
	c, err := d.access.BeginPasskey(t.Context(), actor)
	if err != nil {
		t.Fatalf("begin a passkey: %v", err)
	}
	return c
}

func (p *person) challenge(t testing.TB, pending string) auth.Ceremony {
	t.Helper()
	c, err := p.desk.access.BeginPasskeySignIn(t.Context(), pending, p.visit(office))
	if err != nil {
		t.Fatalf("ask for a passkey: %v", err)
	}
	return c
}

func TestPasskeySignsInAndStepsUp(t *testing.T) {
	t.Parallel()
	d, p, _, phone := keyed(t)
	first, err := d.access.SignIn(t.Context(), p.user.Email, password, p.visit(office))
	if err != nil || len(first.Seconds) != 2 || first.Seconds[0] != auth.FactorPasskey {
		t.Fatalf("after the password: %+v, %v", first.Seconds, err)
	}
	c := p.challenge(t, first.Pending)
	progress, err := d.access.FinishPasskeySignIn(t.Context(), first.Pending, c.ID, phone.answer(t, c), p.visit(office))
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
	actor, err := d.access.Enter(t.Context(), progress.Access, p.visit(office))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.access.RequireFresh(t.Context(), actor, auth.ActManageUsers); err != nil {
		t.Errorf("right after signing in: %v", err)
	}
	d.Clock.Advance(6 * time.Minute)
	wantCode(t, d.access.RequireFresh(t.Context(), actor, auth.ActManageUsers), messaging.CodeStepUp, "six minutes later")
	c, err = d.access.BeginPasskeyStepUp(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.access.FinishPasskeyStepUp(t.Context(), actor, c.ID, phone.answer(t, c), p.visit(office)); err != nil {
		t.Fatalf("step up: %v", err)
	}
	if err := d.access.RequireFresh(t.Context(), actor, auth.ActManageUsers); err != nil {
		t.Errorf("after stepping up: %v", err)
	}
	if n := storetest.Owner[int](t, d.Bench, "SELECT (record #>> '{authenticator,signCount}')::int FROM passkey"); n != 2 {
		t.Errorf("the counter stands at %d", n)
	}
}

// TestPasskeysRefuse: each line breaks one rule of the ceremony.
func TestPasskeysRefuse(t *testing.T) {
	t.Parallel()
	d, p, actor, phone := keyed(t)
	try := func(sign func(auth.Ceremony) string) error {
		token := p.pending(t, office)
		c := p.challenge(t, token)
		_, err := d.access.FinishPasskeySignIn(t.Context(), token, c.ID, sign(c), p.visit(office))
		return err
	}
	other := d.person(t, "ben@acme.example", auth.Owner)
	step, err := d.access.BeginPasskeyStepUp(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	unverified, elsewhere, stranger := *phone, *phone, newDevice()
	unverified.hardware = virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserNotVerified: true})
	elsewhere.rp.Origin, elsewhere.rp.ID = "https://evil.example", "evil.example"
	for name, sign := range map[string]func(auth.Ceremony) string{
		"nobody looked at the person": func(c auth.Ceremony) string { return unverified.answer(t, c) },
		"another site":                func(c auth.Ceremony) string { return elsewhere.answer(t, c) },
		"another device":              func(c auth.Ceremony) string { return stranger.answer(t, c) },
		"another challenge":           func(auth.Ceremony) string { return phone.answer(t, step) },
		"no JSON":                     func(auth.Ceremony) string { return "{" },
		"nothing":                     func(auth.Ceremony) string { return "" },
	} {
		wantCode(t, try(sign), messaging.CodeInvalid, name)
		if err := d.access.Unlock(t.Context(), d.tenant.ID, p.user.ID); err != nil {
			t.Fatal(err)
		}
	}
	token := p.pending(t, office)
	late := p.challenge(t, token)
	d.Clock.Advance(5 * time.Minute)
	_, err = d.access.FinishPasskeySignIn(t.Context(), p.pending(t, office), late.ID, phone.answer(t, late), p.visit(office))
	wantCode(t, err, messaging.CodeInvalid, "a challenge of five minutes ago")
	mine := p.challenge(t, p.pending(t, office))
	_, err = d.access.FinishPasskeySignIn(t.Context(), other.pending(t, office), mine.ID, phone.answer(t, mine), other.visit(office))
	wantCode(t, err, messaging.CodeInvalid, "another person's challenge")
	_, err = d.access.BeginPasskeySignIn(t.Context(), other.pending(t, office), other.visit(office))
	wantCode(t, err, messaging.CodeConflict, "a person without a passkey")
	key := messaging.Actor{Tenant: d.tenant.ID, User: p.user.ID, Key: 5, Address: office}
	_, err = d.access.BeginPasskey(t.Context(), key)
	wantCode(t, err, messaging.CodeForbidden, "a key that enrols a passkey")
	c := d.beginPasskey(t, actor)
	_, err = d.access.FinishPasskey(t.Context(), actor, c.ID, phone.create(t, c), "The same again")
	wantCode(t, err, messaging.CodeConflict, "a passkey that is enrolled already")
}

// TestACopiedPasskeyIsRefusedAndTold: a counter that does not move on means that the key exists twice.
func TestACopiedPasskeyIsRefusedAndTold(t *testing.T) {
	t.Parallel()
	d, p, _, phone := keyed(t)
	copied := *phone
	for i, holder := range []*device{phone, phone, &copied} {
		token := p.pending(t, office)
		c := p.challenge(t, token)
		_, err := d.access.FinishPasskeySignIn(t.Context(), token, c.ID, holder.answer(t, c), p.visit(office))
		if i < 2 && err != nil {
			t.Fatalf("the person's own: %v", err)
		}
		if i == 2 {
			wantCode(t, err, messaging.CodeInvalid, "the copy")
		}
	}
	if n := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action = $1", string(messaging.AuditPasskeyCloned)); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestOneOfFiftyAssertions(t *testing.T) {
	t.Parallel()
	d, p, _, phone := keyed(t)
	token := p.pending(t, office)
	c := p.challenge(t, token)
	response := phone.answer(t, c)
	succeeded, _ := atOnce(50, func(int) error {
		_, err := d.access.FinishPasskeySignIn(t.Context(), token, c.ID, response, p.visit(office))
		return err
	})
	if succeeded != 1 {
		t.Errorf("one answer opened %d sessions", succeeded)
	}
}

func TestPasskeysAreKept(t *testing.T) {
	t.Parallel()
	d, p, actor, _ := keyed(t)
	list, err := d.access.OwnPasskeys(t.Context(), actor)
	if err != nil || len(list) != 1 || list[0].Name != "Phone" || list[0].BackedUp() {
		t.Fatalf("listed %+v, %v", list, err)
	}
	if err := d.access.RenamePasskey(t.Context(), actor, list[0].ID, "Old phone"); err != nil {
		t.Error(err)
	}
	ben := d.person(t, "ben@acme.example", auth.Owner)
	stranger := ben.actor(t, office)
	wantCode(t, d.access.RemovePasskey(t.Context(), stranger, list[0].ID), messaging.CodeNotFound, "another's passkey")
	wantCode(t, d.access.RenamePasskey(t.Context(), stranger, list[0].ID, "Mine"), messaging.CodeNotFound, "another's passkey")
	storetest.Owner[int](t, d.Bench, "WITH gone AS (DELETE FROM totp_factor WHERE user_id = $1 RETURNING 1) SELECT count(*) FROM gone", int64(p.user.ID))
	wantCode(t, d.access.RemovePasskey(t.Context(), actor, list[0].ID), messaging.CodeConflict, "the last factor")
	laptop := newDevice()
	c := d.beginPasskey(t, actor)
	if _, err := d.access.FinishPasskey(t.Context(), actor, c.ID, laptop.create(t, c), "Laptop"); err != nil {
		t.Fatal(err)
	}
	if err := d.access.RemovePasskey(t.Context(), actor, list[0].ID); err != nil {
		t.Errorf("one of two: %v", err)
	}
	if left, err := d.access.OwnPasskeys(t.Context(), actor); err != nil || len(left) != 1 || left[0].Name != "Laptop" {
		t.Errorf("left %+v, %v", left, err)
	}
}

func TestReplacingTheAuthenticatorApp(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	elsewhere := p.signIn(t, office)
	actor := p.actor(t, office)
	old := p.secret
	wantCode(t, d.access.ConfirmReplacement(t.Context(), actor, p.code()), messaging.CodeConflict, "confirming what was not begun")
	e, err := d.access.BeginReplacement(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	d.Clock.Advance(30 * time.Second)
	if err := d.access.StepUp(t.Context(), actor, p.code(), p.visit(office)); err != nil {
		t.Errorf("the old app, until the new one is confirmed: %v", err)
	}
	d.Clock.Advance(30 * time.Second)
	wantCode(t, d.access.ConfirmReplacement(t.Context(), actor, p.code()), messaging.CodeInvalid, "the old app's code")
	fresh := secretOf(t, e.Manual)
	succeeded, _ := atOnce(8, func(int) error { return d.access.ConfirmReplacement(t.Context(), actor, codeAt(fresh, d.Clock.Now())) })
	if succeeded != 1 {
		t.Fatalf("confirmed %d times", succeeded)
	}
	if _, err := d.access.Enter(t.Context(), elsewhere, p.visit(office)); messaging.CodeOf(err) != messaging.CodeUnauthenticated {
		t.Errorf("a session from before the replacement: %v", err)
	}
	if err := d.access.Unlock(t.Context(), d.tenant.ID, p.user.ID); err != nil {
		t.Fatal(err)
	}
	d.Clock.Advance(30 * time.Second)
	wantCode(t, d.access.StepUp(t.Context(), actor, codeAt(old, d.Clock.Now()), p.visit(office)), messaging.CodeUnauthenticated, "the old app")
	if err := d.access.StepUp(t.Context(), actor, codeAt(fresh, d.Clock.Now()), p.visit(office)); err != nil {
		t.Errorf("the new app: %v", err)
	}
}

func TestRecoveryCodesAreRenewed(t *testing.T) {
	t.Parallel()
	d, _ := staffed(t)
	p, old := d.enrolled(t, "ben@acme.example")
	actor := p.actor(t, office)
	codes, err := d.access.RenewRecoveryCodes(t.Context(), actor)
	if err != nil || len(codes) != 10 {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	_, err = d.access.UseRecoveryCode(t.Context(), p.pending(t, office), old[0], p.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "an old code")
	if _, err := d.access.UseRecoveryCode(t.Context(), p.pending(t, office), codes[9], p.visit(office)); err != nil {
		t.Errorf("a new code: %v", err)
	}
}

// TestResetLeadsToEnrolment: an administrator's reset ends everything of the user's and reads nothing.
func TestResetLeadsToEnrolment(t *testing.T) {
	t.Parallel()
	d, ben, _, phone := keyed(t)
	asha := d.person(t, "asha2@acme.example", auth.Owner)
	admin := asha.actor(t, office)
	pending := ben.pending(t, office)
	c := ben.challenge(t, pending)
	bearer := ben.signIn(t, office)
	guard := d.person(t, "guard@acme.example", auth.SecurityAdmin)
	wantCode(t, d.access.ResetFactors(t.Context(), guard.actor(t, office), ben.user.ID), messaging.CodeForbidden, "a security administrator and an owner's factors")
	wantCode(t, d.access.ResetFactors(t.Context(), admin, asha.user.ID), messaging.CodeConflict, "one's own factors")
	wantCode(t, d.access.ResetFactors(t.Context(), admin, 4711), messaging.CodeNotFound, "nobody's factors")
	if err := d.access.ResetFactors(t.Context(), admin, ben.user.ID); err != nil {
		t.Fatal(err)
	}
	_, err := d.access.Enter(t.Context(), bearer, ben.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "a session from before the reset")
	_, err = d.access.FinishPasskeySignIn(t.Context(), pending, c.ID, phone.answer(t, c), ben.visit(office))
	wantCode(t, err, messaging.CodeInvalid, "the passkey that was taken away")
	d.Clock.Advance(30 * time.Second)
	_, err = d.access.ConfirmSecondFactor(t.Context(), pending, ben.code(), ben.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "the app that was taken away")
	progress, err := d.access.SignIn(t.Context(), ben.user.Email, password, ben.visit(office))
	if err != nil || !progress.Enrol {
		t.Fatalf("the next sign-in leads to %+v, %v", progress, err)
	}
	coverage, err := d.access.Store.FactorCoverage(t.Context(), d.tenant.ID)
	if err != nil || len(coverage) != 3 {
		t.Fatalf("coverage %+v, %v", coverage, err)
	}
	for _, f := range coverage {
		if enrolled := len(f.Seconds()) > 0; enrolled == (f.User == ben.user.ID) {
			t.Errorf("coverage says %+v", f)
		}
	}
}

// TestEachActEndsAccess: each act ends what the person has, at the next request.
func TestEachActEndsAccess(t *testing.T) {
	t.Parallel()
	d, asha := staffed(t)
	admin := asha.actor(t, office)
	for name, act := range map[string]func(messaging.ID) error{
		"role":     func(u messaging.ID) error { return d.access.SetUserRole(t.Context(), admin, u, auth.Analyst) },
		"disabled": func(u messaging.ID) error { return d.access.SetUserDisabled(t.Context(), admin, u, true) },
		"sessions": func(u messaging.ID) error {
			n, err := d.access.EndUserSessions(t.Context(), admin, u)
			if n != 1 {
				t.Errorf("%d sessions ended", n)
			}
			return err
		},
		"factors": func(u messaging.ID) error { return d.access.ResetFactors(t.Context(), admin, u) },
	} {
		p := d.person(t, name+"@acme.example", auth.Agent)
		bearer := p.signIn(t, office)
		if err := act(p.user.ID); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_, err := d.access.Enter(t.Context(), bearer, p.visit(office))
		wantCode(t, err, messaging.CodeUnauthenticated, "the next request after: "+name)
		_, err = d.access.RefreshSession(t.Context(), p.visit(office))
		wantCode(t, err, messaging.CodeUnauthenticated, "the next refresh after: "+name)
	}
	p := d.person(t, "late@acme.example", auth.Agent)
	bearer := p.signIn(t, office)
	storetest.Owner[int](t, d.Bench, "UPDATE tenant SET state = 'SUSPENDED', suspended_at = now() WHERE id = $1 RETURNING 1", int64(d.tenant.ID))
	_, err := d.access.Enter(t.Context(), bearer, p.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "the next request in a suspended tenant")
}

func TestRolesAreGiven(t *testing.T) {
	t.Parallel()
	d, asha := staffed(t)
	ben := d.person(t, "ben@acme.example", auth.Owner)
	guard := d.person(t, "guard@acme.example", auth.SecurityAdmin)
	agent := d.person(t, "agent@acme.example", auth.Agent)
	owner, security, second := asha.actor(t, office), guard.actor(t, office), ben.actor(t, office)
	set := func(by messaging.Actor, who *person, role auth.Role) error {
		return d.access.SetUserRole(t.Context(), by, who.user.ID, role)
	}
	wantCode(t, set(owner, asha, auth.Agent), messaging.CodeConflict, "one's own role")
	wantCode(t, set(security, agent, auth.Owner), messaging.CodeForbidden, "a security administrator who makes an owner")
	wantCode(t, set(security, ben, auth.Agent), messaging.CodeForbidden, "a security administrator who unmakes an owner")
	wantCode(t, set(owner, agent, auth.Operator), messaging.CodeForbidden, "an operator in a tenant")
	wantCode(t, set(owner, agent, "ROOT"), messaging.CodeForbidden, "a role that does not exist")
	wantCode(t, set(owner, agent, auth.Agent), messaging.CodeConflict, "the same role")
	if err := set(security, agent, auth.Developer); err != nil {
		t.Errorf("a security administrator who staffs the tenant: %v", err)
	}
	if got := storetest.Owner[string](t, d.Bench, "SELECT detail->>'before' || ' ' || (detail->>'after') FROM audit_event WHERE action = 'user.role_changed'"); got != "AGENT DEVELOPER" {
		t.Errorf("the ledger says %q", got)
	}
	succeeded, _ := atOnce(2, func(i int) error {
		if i == 0 {
			return set(owner, ben, auth.Agent)
		}
		return set(second, asha, auth.Agent)
	})
	if left := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM app_user WHERE role = 'OWNER' AND state = 'ACTIVE'"); succeeded != 1 || left != 1 {
		t.Errorf("two owners who demote each other at once: %d did, %d are left", succeeded, left)
	}
}

// TestSessionsFollowThePolicy: the tenant's limits hold for sessions that are open already.
func TestSessionsFollowThePolicy(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	approvals := &auth.Approvals{Access: d.access}
	actor := p.actor(t, office)
	policy := auth.SecurityPolicy{Sessions: auth.SessionLimits{Idle: 5 * time.Minute, Absolute: time.Hour, Count: 2}, ApprovalLife: time.Hour}
	if _, err := approvals.SetSecurityPolicy(t.Context(), actor, policy); err != nil {
		t.Fatal(err)
	}
	d.Clock.Advance(4 * time.Minute)
	bearers := []string{p.signIn(t, office), p.signIn(t, office)}
	if _, err := d.access.Enter(t.Context(), bearers[0], p.visit(office)); err != nil {
		t.Errorf("the older of two: %v", err)
	}
	third := p.signIn(t, netip.MustParseAddr("203.0.113.8"))
	_, err := d.access.Enter(t.Context(), bearers[0], p.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "the longest unused of three, where two may live")
	if _, err := d.access.Enter(t.Context(), bearers[1], p.visit(office)); err != nil {
		t.Errorf("the other: %v", err)
	}
	d.Clock.Advance(4*time.Minute + 55*time.Second)
	if _, err := d.access.Enter(t.Context(), third, p.visit(office)); err != nil {
		t.Errorf("just before the limit: %v", err)
	}
	d.Clock.Advance(5 * time.Minute)
	_, err = d.access.RefreshSession(t.Context(), p.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "after five unused minutes")
}
