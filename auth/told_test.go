package auth_test

import (
	"crypto/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

// TestWhoKnowsThePasswordAloneIsTold: the right password and three wrong codes, or four times the password alone; once until
// the next sign-in, and never for somebody who mistypes and then comes in.
func TestWhoKnowsThePasswordAloneIsTold(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	d.mailing(t)
	watcher := d.person(t, "sec@acme.example", auth.SecurityAdmin)
	count := func(to string) (n int) {
		for _, m := range d.mails(t) {
			if m.Subject == "Somebody knows your password" && m.To == to {
				n++
			}
		}
		return n
	}
	// counted waits for what is counted beside the answers.
	counted := func(want int) {
		t.Helper()
		eventually(t, "the count of half a sign-in", func() bool {
			return storetest.Owner[int](t, d.Bench, "SELECT COALESCE(max(failures), 0) FROM auth_failure WHERE forget_at = last_at + interval '24 hours'") == want
		})
	}
	wrong := func(pending string) {
		t.Helper()
		_, err := d.access.ConfirmSecondFactor(t.Context(), pending, "000000", p.visit(office))
		wantCode(t, err, messaging.CodeUnauthenticated, "a wrong code")
	}
	pending := p.pending(t, office)
	counted(1)
	for n := range 2 {
		wrong(pending)
		counted(n + 2)
	}
	d.Clock.Advance(30 * time.Second)
	if _, err := d.access.ConfirmSecondFactor(t.Context(), pending, p.code(), p.visit(office)); err != nil {
		t.Fatal(err)
	}
	counted(0)
	pending = p.pending(t, office)
	counted(1)
	for n := range 3 {
		if n := count(p.user.Email); n != 0 {
			t.Errorf("%d mails after somebody mistyped", n)
		}
		wrong(pending)
		counted(n + 2)
	}
	eventually(t, "the mail", func() bool { return count(p.user.Email) == 1 && count(watcher.user.Email) == 1 })
	p.pending(t, office)
	counted(5)
	p.signIn(t, office)
	counted(0)
	for n := range 4 {
		d.Clock.Advance(time.Minute)
		p.pending(t, office)
		counted(n + 1)
	}
	eventually(t, "the mail about passwords alone", func() bool { return count(p.user.Email) == 2 && count(watcher.user.Email) == 2 })
}

// TestTheMakerHearsOfTheDecision: of yes and no, and when nobody decided in time, which is found by itself and told once.
func TestTheMakerHearsOfTheDecision(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.mailing(t)
	told := func(subject string, to *person) (n int) {
		t.Helper()
		for _, m := range p.mails(t) {
			if m.Subject == subject && m.To == to.user.Email {
				n++
			}
			if strings.Contains(strings.Join(m.Lines, " "), "not that network") {
				t.Errorf("a mail repeats the reason: %q", m.Lines)
			}
		}
		return n
	}
	w := p.ask(t)
	if _, err := p.approvals.Reject(t.Context(), p.second, w.ID, "not that network"); err != nil {
		t.Fatal(err)
	}
	const yes, no, late = "What you asked for was approved", "What you asked for was rejected", "What you asked for has expired"
	p.askFor(t, "203.0.113.0/24", "198.51.100.0/24")
	over := func() []messaging.ID {
		t.Helper()
		tenants, err := p.Store.TenantsWithApprovalsOver(t.Context(), p.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return tenants
	}
	expire := func() {
		t.Helper()
		if _, failures := atOnce(5, func(int) error { return p.approvals.Expire(t.Context(), p.tenant.ID) }); len(failures) > 0 {
			t.Fatal(failures)
		}
	}
	if expire(); len(over()) != 0 || told(late, p.asha) != 0 {
		t.Error("it is over while it waits")
	}
	p.Clock.Advance(72 * time.Hour)
	if due := over(); len(due) != 1 || due[0] != p.tenant.ID {
		t.Errorf("due are %v", due)
	}
	expire()
	if n := told(late, p.asha); n != 1 || len(over()) != 0 || p.audited(t, messaging.AuditApprovalExpired) != 1 {
		t.Errorf("told %d times, audited %d", n, p.audited(t, messaging.AuditApprovalExpired))
	}
	w = p.ask(t)
	if _, err := p.approvals.Approve(t.Context(), p.second, w.ID); err != nil {
		t.Fatal(err)
	}
	if told(yes, p.asha) != 1 || told(no, p.asha) != 1 || told(yes, p.ben)+told(no, p.ben) != 0 {
		t.Errorf("the maker was told %d and %d times, the second person %d", told(yes, p.asha), told(no, p.asha), told(yes, p.ben)+told(no, p.ben))
	}
}

// TestReplacedSecretsAndGrantsAreTold: those who watch over the tenant hear of a token, of an app's secret, and of a database
// administrator; nobody hears of what is made anew.
func TestReplacedSecretsAndGrantsAreTold(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	d.mailing(t)
	d.person(t, "agent@acme.example", auth.Agent) // who watches over nothing
	actor := p.actor(t, office)
	portfolio := d.Portfolio(t, d.tenant)
	waba := d.Waba(t, d.tenant, portfolio)
	senders := &messaging.Senders{Store: d.rows.Telling(), Keys: d.Keys, IDs: d.IDs, Now: d.Clock.Now, Random: rand.Reader}
	if _, err := senders.ReplaceToken(t.Context(), actor, portfolio.ID, privacy.NewSecret("EAAnewtoken4711")); err != nil {
		t.Fatal(err)
	}
	if err := senders.ReplaceAppSecret(t.Context(), actor, waba.ID, privacy.NewSecret("newsecret4711")); err != nil {
		t.Fatal(err)
	}
	again := messaging.WabaInput{PortfolioID: portfolio.ID, MetaID: "47110815", Name: "Second", AppSecret: privacy.NewSecret("thirdsecret4711"),
		AppID: storetest.Owner[string](t, d.Bench, "SELECT meta_app_id FROM provider_app WHERE id = $1", int64(waba.AppID))}
	if _, err := senders.CreateWaba(t.Context(), actor, again); err != nil { // of the same app, whose secret it brings
		t.Fatal(err)
	}
	again.MetaID, again.AppID = "47110816", "47110817"
	if _, err := senders.CreateWaba(t.Context(), actor, again); err != nil { // which replaces nothing
		t.Fatal(err)
	}
	dbas := store.NewDBAs(d.rows, d.Options, rand.Reader)
	name := "t" + strings.ToLower(rand.Text()[:12])
	if _, _, err := dbas.Grant(t.Context(), name, time.Hour, d.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := dbas.Revoke(t.Context(), name, d.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, m := range d.mails(t) {
		if m.To != p.user.Email {
			t.Errorf("%s was told: %s", m.To, m.Subject)
		}
		told = append(told, m.Subject)
	}
	want := []string{"A system-user token was replaced", "An app secret was replaced", "An app secret was replaced", "A database administrator was let in"}
	if len(told) < 4 || !slices.Equal(told[len(told)-4:], want) {
		t.Errorf("told are %q", told)
	}
	if n := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action IN ('portfolio.token_replaced', 'provider_app.secret_replaced', 'dba.granted', 'dba.ended')"); n != 5 {
		t.Errorf("%d acts are in the ledger", n)
	}
	d.searchQueue(t, "EAAnewtoken4711", "newsecret4711", "thirdsecret4711", p.user.Email)
}
