package auth_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/jobs"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

// mailing gives the desk a post office: what is posted stays in the queue, where the test reads it.
func (d *desk) mailing(t testing.TB) {
	t.Helper()
	pool, err := store.OpenJobs(t.Context(), d.Options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	inserter, err := jobs.NewInserter(pool)
	if err != nil {
		t.Fatal(err)
	}
	post := auth.Post{URL: "https://ph.example"}
	d.rows = d.rows.WithPost(post, inserter)
	d.access.Store, d.access.Post, d.access.Resets, d.access.Sealing = d.rows, post, inserter, d.Ring.Ring(privacy.ForSecrets)
}

// queued are the arguments of the jobs of a kind, the oldest first.
func queued[T any](t testing.TB, d *desk, kind string) []T {
	t.Helper()
	rows := storetest.Owner[[]string](t, d.Bench, "SELECT COALESCE(array_agg(args::text ORDER BY id), '{}') FROM river.river_job WHERE kind = $1", kind)
	out := make([]T, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal([]byte(row), &out[i]); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// mails opens all mails that were posted.
func (d *desk) mails(t testing.TB) []auth.Mail {
	t.Helper()
	var out []auth.Mail
	for _, job := range queued[jobs.Mail](t, d, "mail") {
		m, err := d.rows.OpenMail(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

// link is the token of the newest mail to the address.
func (d *desk) link(t testing.TB, to, page string) string {
	t.Helper()
	mails := d.mails(t)
	slices.Reverse(mails)
	for _, m := range mails {
		if token, found := strings.CutPrefix(m.Link, "https://ph.example/"+page+"#"); found && m.To == to {
			return token
		}
	}
	t.Fatalf("no mail with a link to %s among %d", page, len(mails))
	return ""
}

// grant does what the queue holds of wishes for new passwords.
func (d *desk) grant(t testing.TB) {
	t.Helper()
	wishes := queued[jobs.PasswordReset](t, d, "password_reset")
	if len(wishes) == 0 {
		t.Fatal("nobody wished for a new password")
	}
	last := wishes[len(wishes)-1]
	if err := d.access.GrantPasswordReset(t.Context(), last.ID, last.Value); err != nil {
		t.Fatal(err)
	}
}

// TestInvitesGoByMail walks through invite, resend, withdrawal and acceptance, and looks for what must not lie in the queue.
func TestInvitesGoByMail(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	d.mailing(t)
	const guest = "ravi@acme.example"
	actor := p.actor(t, office)
	made, err := d.access.InviteUser(t.Context(), actor, "Ravi@acme.example", auth.Agent)
	if err != nil || made.Token != "" {
		t.Fatalf("the inviter has the token %q, %v", made.Token, err)
	}
	first := d.link(t, guest, "invite")
	again, err := d.access.ResendInvite(t.Context(), actor, made.ID)
	if err != nil || again.Token != "" || again.Email != guest {
		t.Fatalf("sent anew: %+v, %v", again.Email, err)
	}
	second := d.link(t, guest, "invite")
	if i, err := d.access.FindInvite(t.Context(), first); i != nil || err != nil || first == second {
		t.Errorf("the first token still opens %v, %v", i, err)
	}
	d.searchQueue(t, first, second, guest, p.user.Email)

	if err := d.access.WithdrawInvite(t.Context(), actor, made.ID); err != nil {
		t.Fatal(err)
	}
	wantCode(t, d.access.WithdrawInvite(t.Context(), actor, made.ID), messaging.CodeNotFound, "withdrawn twice")
	_, err = d.access.ResendInvite(t.Context(), actor, made.ID)
	wantCode(t, err, messaging.CodeNotFound, "a withdrawn invite sent anew")
	_, err = d.access.AcceptInvite(t.Context(), second, "Ravi", password, p.visit(office))
	wantCode(t, err, messaging.CodeNotFound, "a withdrawn invite")

	if made, err = d.access.InviteUser(t.Context(), actor, guest, auth.Agent); err != nil {
		t.Fatal(err)
	}
	if _, err = d.access.InviteUser(t.Context(), actor, guest, auth.Analyst); err != nil {
		t.Fatal(err)
	}
	open, err := d.rows.OpenInvites(t.Context(), d.tenant.ID)
	if err != nil || len(open) != 1 || open[0].Role != auth.Analyst || open[0].Email != guest || open[0].By != p.user.ID {
		t.Fatalf("open invites %+v, %v", open, err)
	}
	progress, err := d.access.AcceptInvite(t.Context(), d.link(t, guest, "invite"), "Ravi", password, p.visit(office))
	if err != nil || !progress.Enrol {
		t.Fatalf("accepted: %+v, %v", progress, err)
	}
}

// searchQueue fails when a secret can be read in the table of jobs, in any of the forms in which people look.
func (d *desk) searchQueue(t testing.TB, secrets ...string) {
	t.Helper()
	table := storetest.Owner[string](t, d.Bench, "SELECT COALESCE(string_agg(j::text, ' '), '') FROM river.river_job j")
	if len(table) < 200 {
		t.Fatalf("nothing to search: %q", table)
	}
	decoded := table
	for _, job := range queued[jobs.Mail](t, d, "mail") {
		decoded += string(job.Value)
	}
	for i, secret := range secrets {
		for form, text := range map[string]string{
			"plain": secret, "hex": hex.EncodeToString([]byte(secret)), "base64": base64.RawStdEncoding.EncodeToString([]byte(secret)),
		} {
			if strings.Contains(strings.ToLower(decoded), strings.ToLower(text)) {
				t.Errorf("secret %d lies in the queue: %s", i, form)
			}
		}
	}
}

// TestANewPasswordByMail: once, soon, for all sessions, and never past the second factor.
func TestANewPasswordByMail(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	d.mailing(t)
	actor := p.actor(t, office)
	const fresh = "a staple for the horse"
	ask := func(address string) {
		t.Helper()
		if err := d.access.RequestPasswordReset(t.Context(), address, p.visit(office)); err != nil {
			t.Fatal(err)
		}
	}
	ask(p.user.Email)
	d.grant(t)
	old := d.link(t, p.user.Email, "reset")
	d.Clock.Advance(time.Minute)
	ask(strings.ToUpper(p.user.Email))
	d.grant(t)
	token := d.link(t, p.user.Email, "reset")
	d.searchQueue(t, old, token, p.user.Email)
	wantCode(t, d.access.ResetPassword(t.Context(), old, fresh, p.visit(office)), messaging.CodeNotFound, "a link that another replaced")
	wantCode(t, d.access.ResetPassword(t.Context(), token, "password", p.visit(office)), messaging.CodeInvalid, "a bad password")
	wantCode(t, d.access.ResetPassword(t.Context(), token, fresh, p.visit(home)), messaging.CodeNotFound, "from an address that is not listed")
	pending := p.pending(t, office)
	d.Clock.Advance(2 * time.Second) // a token counts whole seconds

	succeeded, failures := atOnce(50, func(int) error { return d.access.ResetPassword(t.Context(), token, fresh, p.visit(office)) })
	if succeeded != 1 {
		t.Fatalf("one link served %d times: %v", succeeded, failures)
	}
	if n := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM session WHERE user_id = $1 AND ended_at IS NULL", int64(p.user.ID)); n != 0 {
		t.Errorf("%d sessions live on", n)
	}
	if err := d.access.Recheck(t.Context(), actor); messaging.CodeOf(err) != messaging.CodeUnauthenticated {
		t.Errorf("the session before: %v", err)
	}
	d.Clock.Advance(time.Minute)
	_, err := d.access.ConfirmSecondFactor(t.Context(), pending, p.code(), p.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "a sign-in begun with the old password")
	_, err = d.access.SignIn(t.Context(), p.user.Email, password, p.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "the old password")
	d.Clock.Advance(20 * time.Minute)
	progress, err := d.access.SignIn(t.Context(), p.user.Email, fresh, p.visit(office))
	if err != nil || progress.Enrol || progress.Access != "" {
		t.Fatalf("the new password: %+v, %v; the second factor must be asked for", progress, err)
	}
	subjects := map[string]int{}
	for _, m := range d.mails(t) {
		subjects[m.Subject]++
	}
	if subjects["Your password was set anew"] != 1 || subjects["Set a new password"] != 2 {
		t.Errorf("mails %v", subjects)
	}
}

// TestAWishTellsNothing: asking costs and answers the same for everyone, and only who may come in from there gets a mail.
func TestAWishTellsNothing(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	d.mailing(t)
	gone := d.person(t, "gone@acme.example", auth.Agent)
	storetest.Owner[int](t, d.Bench, "UPDATE app_user SET state = 'DISABLED' WHERE id = $1 RETURNING 1", int64(gone.user.ID))
	before := len(d.mails(t))
	var costs []int64
	for _, test := range []struct {
		address string
		v       auth.Visit
		mails   int
	}{
		{"nobody@acme.example", p.visit(office), 0}, {"no address", p.visit(office), 0}, {gone.user.Email, p.visit(office), 0},
		{p.user.Email, p.visit(home), 0}, {p.user.Email, p.visit(office), 1},
	} {
		statements := d.Statements.Count()
		if err := d.access.RequestPasswordReset(t.Context(), test.address, test.v); err != nil {
			t.Fatalf("asked for %s: %v", test.address, err)
		}
		costs = append(costs, d.Statements.Count()-statements)
		d.grant(t)
		if n := len(d.mails(t)); n-before != test.mails {
			t.Errorf("%s got %d mails, want %d", test.address, n-before, test.mails)
		}
	}
	if slices.Min(costs) != slices.Max(costs) || costs[0] == 0 {
		t.Errorf("the wishes cost %v statements", costs)
	}
	refused := messaging.Code("")
	for range 4 {
		refused = messaging.CodeOf(d.access.RequestPasswordReset(t.Context(), "nobody@acme.example", p.visit(office)))
	}
	if refused != messaging.CodeLimited {
		t.Errorf("after five wishes: %q", refused)
	}
}

func TestChangingThePassword(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	d.mailing(t)
	first := p.actor(t, office)
	d.Clock.Advance(time.Minute)
	actor := p.actor(t, office)
	const fresh = "a staple for the horse"
	wantCode(t, d.access.ChangePassword(t.Context(), actor, "wrong password here", fresh, p.visit(office)), messaging.CodeInvalid, "a wrong password")
	wantCode(t, d.access.ChangePassword(t.Context(), actor, password, "acme tea acme", p.visit(office)), messaging.CodeInvalid, "a bad one")
	wantCode(t, d.access.ChangePassword(t.Context(), messaging.Actor{Tenant: actor.Tenant, User: actor.User, Key: 1}, password, fresh, p.visit(office)),
		messaging.CodeForbidden, "a key")
	if err := d.access.ChangePassword(t.Context(), actor, password, fresh, p.visit(office)); err != nil {
		t.Fatal(err)
	}
	if err := d.access.Recheck(t.Context(), actor); err != nil {
		t.Errorf("the session that changed it: %v", err)
	}
	if err := d.access.Recheck(t.Context(), first); messaging.CodeOf(err) != messaging.CodeUnauthenticated {
		t.Errorf("another session: %v", err)
	}
	if !slices.ContainsFunc(d.mails(t), func(m auth.Mail) bool { return m.To == p.user.Email && m.Subject == "Your password was changed" }) {
		t.Error("nobody was told")
	}
}

// auditActions reads the fixed list from its source, so that a new action cannot be forgotten here.
func auditActions(t testing.TB) []messaging.AuditAction {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../messaging/audit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var actions []messaging.AuditAction
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value); err == nil {
			actions = append(actions, messaging.AuditAction(text))
		}
		return true
	})
	if len(actions) < 30 {
		t.Fatalf("found only %d actions", len(actions))
	}
	return actions
}

// TestEachEventTellsWhomItShould states by hand who is told of what; an action in neither list fails.
func TestEachEventTellsWhomItShould(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	d.mailing(t)
	security := d.person(t, "sec@acme.example", auth.SecurityAdmin)
	agent, checker := d.person(t, "agent@acme.example", auth.Agent), d.person(t, "checker@acme.example", auth.Approver)
	person, watchers, both := []string{agent.user.Email}, []string{p.user.Email, security.user.Email}, []string{agent.user.Email, p.user.Email, security.user.Email}
	told := map[messaging.AuditAction][]string{
		"session.new_address": person, "session.locked_out": both, "session.refresh_reused": both,
		"factor.enrolled": person, "factor.recovery_code_used": both, "password.changed": person, "password.reset": person,
		"factor.recovery_codes_renewed": person, "factor.replaced": person, "factor.reset": both, "factor.passkey_added": person,
		"factor.passkey_removed": person, "factor.passkey_refused_as_copy": both, "user.role_changed": both,
		"user.invited": watchers, "user.created": watchers, "user.disabled": both, "user.enabled": both, "user.unlocked": both,
		"allow_list.proposed": watchers, "allow_list.confirmed": watchers, "allow_list.rolled_back": watchers, "allow_list.set": watchers,
		"api_key.created": watchers, "api_key.rotated": watchers, "api_key.revoked": watchers, "tenant.suspended": watchers, "tenant.resumed": watchers,
		"security_policy.changed": watchers, "approval.asked": {p.user.Email, security.user.Email, checker.user.Email},
		"keeping.changed": watchers, "session.stopped_at_second_factor": both,
		"approval.approved": person, "approval.rejected": person, "approval.expired": person,
		"portfolio.token_replaced": watchers, "provider_app.secret_replaced": watchers, "dba.granted": watchers,
	}
	const asked = "because you asked for it"
	approvals := map[messaging.AuditAction]string{ // their mails lead elsewhere, name no address, and say why they come
		"approval.asked": "because your role may approve", "approval.approved": asked, "approval.rejected": asked, "approval.expired": asked,
	}
	seen := len(d.mails(t))
	for _, action := range append(auditActions(t), "portfolio.token_replaced", "provider_app.secret_replaced") {
		if _, listed := told[action]; !listed && !auth.Quiet(action) {
			t.Errorf("%s: nobody has said who is told of it", action)
			continue
		}
		err := d.rows.Act(t.Context(), d.tenant.ID, func(tx auth.AccessTx) error {
			return tx.Audit(t.Context(), d.Clock.Now(), messaging.AuditEvent{Action: action, User: agent.user.ID, Target: agent.user.ID, Address: home,
				Detail: map[string]string{"maker": agent.user.ID.String()}})
		})
		if err != nil {
			t.Fatalf("%s: %v", action, err)
		}
		mails := d.mails(t)[seen:]
		seen += len(mails)
		var to []string
		for _, m := range mails {
			to = append(to, m.To)
			page, foot := "security", "because it is about the security"
			if why, waits := approvals[action]; waits {
				page, foot = "approvals", why
			}
			text := m.Subject + strings.Join(m.Lines, " ")
			if strings.Contains(text, "%") || m.Link != "https://ph.example/"+page || !strings.Contains(m.Foot, foot) {
				t.Errorf("%s: %q %q %q", action, m.Lines, m.Link, m.Foot)
			}
			if strings.Contains(text, home.String()) != (page == "security") {
				t.Errorf("%s: it says from where, or should: %q", action, m.Lines)
			}
		}
		slices.Sort(to)
		want := slices.Sorted(slices.Values(told[action]))
		if !slices.Equal(to, want) {
			t.Errorf("%s tells %v, want %v", action, to, want)
		}
	}
	d.searchQueue(t, p.user.Email, security.user.Email, agent.user.Email, home.String())
}

// TestOddSignInsAreTold: the fifth wrong password once, and a first sign-in from elsewhere; the very first is not odd.
func TestOddSignInsAreTold(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	d.list(t, d.tenant.ID, "203.0.113.0/24", "198.51.100.0/24")
	d.mailing(t)
	count := func(subject string) (n int) {
		for _, m := range d.mails(t) {
			if m.Subject == subject && m.To == p.user.Email {
				n++
			}
		}
		return n
	}
	p.actor(t, office)
	d.Clock.Advance(time.Minute)
	p.actor(t, office)
	if n := count("New sign-in to your account"); n != 0 {
		t.Errorf("%d mails about the usual place", n)
	}
	d.Clock.Advance(time.Minute)
	p.actor(t, home)
	if n := count("New sign-in to your account"); n != 1 {
		t.Errorf("%d mails about a new place", n)
	}
	for range 7 {
		_, err := d.access.SignIn(t.Context(), p.user.Email, "wrong password here", p.visit(office))
		wantCode(t, err, messaging.CodeUnauthenticated, "a wrong password")
	}
	eventually(t, "the mail about the lock-out", func() bool { return count("Many failed sign-ins") == 1 })
}
