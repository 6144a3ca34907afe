package auth_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/storetest"
)

// pair is a tenant that wants a second person for its allow-list, with one who asks and one who checks.
type pair struct {
	*desk
	approvals     *auth.Approvals
	asha, ben     *person
	maker, second messaging.Actor
}

// wished are the wishes of a pair's tenant.
func wished() auth.SecurityPolicy {
	return auth.SecurityPolicy{Sessions: auth.DefaultSessionLimits(), ApproveActs: []auth.Action{auth.ActChangeAllowList}, ApprovalLife: 72 * time.Hour}
}

func newPair(t *testing.T) *pair {
	t.Helper()
	d, asha := staffed(t)
	p := &pair{desk: d, approvals: &auth.Approvals{Access: d.access}, asha: asha, ben: d.person(t, "ben@acme.example", auth.SecurityAdmin)}
	p.maker, p.second = p.asha.actor(t, office), p.ben.actor(t, office)
	if _, err := p.approvals.SetSecurityPolicy(t.Context(), p.maker, wished()); err != nil {
		t.Fatalf("want a second person: %v", err)
	}
	return p
}

// ask asks for a list of one more network.
func (p *pair) ask(t *testing.T) auth.Approval {
	t.Helper()
	return p.askFor(t, "203.0.113.0/24", "192.0.2.0/24")
}

func (p *pair) askFor(t *testing.T, networks ...string) auth.Approval {
	t.Helper()
	inputs := make([]auth.EntryInput, len(networks))
	for i, n := range networks {
		inputs[i].Network = n
	}
	_, _, err := p.approvals.SetAllowList(t.Context(), p.maker, inputs, false)
	pending, ok := errors.AsType[*auth.PendingApproval](err)
	if !ok || messaging.CodeOf(err) != messaging.CodePendingApproval {
		t.Fatalf("asking led to %v", err)
	}
	return pending.Approval
}

func (p *pair) list(t *testing.T) auth.AllowList {
	t.Helper()
	list, err := p.rows.AllowList(t.Context(), p.tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (p *pair) audited(t *testing.T, action messaging.AuditAction) int {
	t.Helper()
	return storetest.Owner[int](t, p.Bench, "SELECT count(*) FROM audit_event WHERE action = $1", string(action))
}

func TestASecondPersonLetsExactlyWhatWasAskedHappen(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	w := p.ask(t)
	if list := p.list(t); list.OnTrial(p.Clock.Now()) {
		t.Fatal("the list is on trial before anybody approved it")
	}
	if want := []auth.Change{{Field: "allowList", Before: "203.0.113.0/24", After: "203.0.113.0/24, 192.0.2.0/24"}}; !slices.Equal(w.Changes, want) {
		t.Errorf("shown %+v", w.Changes)
	}
	if _, _, err := p.approvals.SetAllowList(t.Context(), p.maker, []auth.EntryInput{{Network: "203.0.113.0/24"}}, false); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("the same act asked for again: %v", err)
	}
	if _, _, err := p.approvals.SetAllowList(t.Context(), p.maker, []auth.EntryInput{{Network: "192.0.2.0/24"}}, true); err != nil {
		t.Errorf("a dry run needs nobody: %v", err)
	}
	_, err := p.approvals.Approve(t.Context(), p.maker, w.ID)
	wantCode(t, err, messaging.CodeForbidden, "approving one's own wish")
	agent := d2(t, p, auth.Agent)
	_, err = p.approvals.Approve(t.Context(), agent, w.ID)
	wantCode(t, err, messaging.CodeForbidden, "an agent who approves")
	_, err = p.approvals.Find(t.Context(), agent, w.ID)
	wantCode(t, err, messaging.CodeNotFound, "an agent who looks")
	if list, err := p.approvals.List(t.Context(), agent, auth.ApprovalFilter{Count: 10}); err != nil || len(list) != 0 {
		t.Errorf("an agent sees %d approvals, %v", len(list), err)
	}
	other := p.second
	other.Tenant = p.Tenant(t).ID
	_, err = p.approvals.Approve(t.Context(), other, w.ID)
	wantCode(t, err, messaging.CodeNotFound, "another tenant's approver")

	done, err := p.approvals.Approve(t.Context(), p.second, w.ID)
	if err != nil || done.State != auth.ApprovalApproved || done.Checker != p.ben.user.ID {
		t.Fatalf("approved: %+v, %v", done, err)
	}
	list := p.list(t)
	if !list.OnTrial(p.Clock.Now()) || len(list.Trial.Entries) != 2 || list.Trial.By != p.asha.user.ID {
		t.Errorf("what was approved did not happen: %+v", list.Trial)
	}
	if p.audited(t, messaging.AuditApprovalAsked) != 1 || p.audited(t, messaging.AuditApprovalApproved) != 1 || p.audited(t, messaging.AuditAllowListProposed) != 1 {
		t.Error("not all of it is in the ledger")
	}
	_, err = p.approvals.Reject(t.Context(), p.second, w.ID, "too late")
	wantCode(t, err, messaging.CodeConflict, "rejecting what was approved")
}

// d2 is one more person of the tenant, signed in.
func d2(t *testing.T, p *pair, role auth.Role) messaging.Actor {
	t.Helper()
	return p.person(t, fmt.Sprintf("%d@acme.example", p.IDs.Next()), role).actor(t, office)
}

// TestOneOfFiftyApprovals: however many approve at once, it happens once.
func TestOneOfFiftyApprovals(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	w := p.ask(t)
	succeeded, failures := atOnce(50, func(int) error {
		_, err := p.approvals.Approve(t.Context(), p.second, w.ID)
		return err
	})
	if succeeded != 1 {
		t.Errorf("%d of 50 approvals succeeded", succeeded)
	}
	for _, err := range failures {
		wantCode(t, err, messaging.CodeConflict, "one of the others")
	}
	if n := storetest.Owner[int](t, p.Bench, "SELECT count(*) FROM allow_revision WHERE state = 'TRIAL'"); n != 1 || p.audited(t, messaging.AuditAllowListProposed) != 1 {
		t.Errorf("%d lists are on trial", n)
	}
}

// TestWhatCanNoLongerBeDoneWaitsOn: the reason is told, nothing happens, and the approval stays as it was.
func TestWhatCanNoLongerBeDoneWaitsOn(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	w := p.askFor(t, "203.0.113.7/32")
	elsewhere := p.second
	elsewhere.Address = home
	_, err := p.approvals.Approve(t.Context(), elsewhere, w.ID)
	wantCode(t, err, messaging.CodeConflict, "a list that would shut out whoever approves it")
	storetest.Owner[int](t, p.Bench, "UPDATE app_user SET role = 'ANALYST' WHERE id = $1 RETURNING 1", int64(p.asha.user.ID))
	_, err = p.approvals.Approve(t.Context(), p.second, w.ID)
	wantCode(t, err, messaging.CodeConflict, "a maker who has lost the right")
	storetest.Owner[int](t, p.Bench, "UPDATE app_user SET role = 'OWNER', state = 'DISABLED' WHERE id = $1 RETURNING 1", int64(p.asha.user.ID))
	_, err = p.approvals.Approve(t.Context(), p.second, w.ID)
	wantCode(t, err, messaging.CodeConflict, "a maker who is disabled")
	storetest.Owner[int](t, p.Bench, "UPDATE app_user SET state = 'ACTIVE' WHERE id = $1 RETURNING 1", int64(p.asha.user.ID))
	storetest.Owner[int](t, p.Bench, `UPDATE approval SET payload = convert_to('[{"Network":"0.0.0.0/0"}]', 'UTF8') WHERE id = $1 RETURNING 1`, int64(w.ID))
	_, err = p.approvals.Approve(t.Context(), p.second, w.ID)
	wantCode(t, err, messaging.CodeConflict, "a payload that was changed in the database")
	storetest.Owner[int](t, p.Bench, `UPDATE approval SET payload = $2 WHERE id = $1 RETURNING 1`, int64(w.ID), w.Payload)
	if found, err := p.approvals.Find(t.Context(), p.second, w.ID); err != nil || found.State != auth.ApprovalPending {
		t.Fatalf("it stands at %s, %v", found.State, err)
	}
	if p.audited(t, messaging.AuditApprovalApproved) != 0 || p.list(t).OnTrial(p.Clock.Now()) {
		t.Error("a refused approval left something behind")
	}
	if _, err := p.approvals.Approve(t.Context(), p.second, w.ID); err != nil {
		t.Errorf("when all is well again: %v", err)
	}
}

func TestApprovalsEnd(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	w := p.ask(t)
	_, err := p.approvals.Withdraw(t.Context(), p.second, w.ID)
	wantCode(t, err, messaging.CodeNotFound, "withdrawing another's wish")
	_, err = p.approvals.Reject(t.Context(), p.second, w.ID, " ")
	wantCode(t, err, messaging.CodeInvalid, "a rejection without a reason")
	rejected, err := p.approvals.Reject(t.Context(), p.second, w.ID, "not our network")
	if err != nil || rejected.State != auth.ApprovalRejected || rejected.Reason != "not our network" {
		t.Errorf("rejected: %+v, %v", rejected, err)
	}
	w = p.ask(t)
	if withdrawn, err := p.approvals.Withdraw(t.Context(), p.maker, w.ID); err != nil || withdrawn.State != auth.ApprovalWithdrawn {
		t.Errorf("withdrawn: %+v, %v", withdrawn, err)
	}
	w = p.ask(t)
	p.Clock.Advance(72 * time.Hour)
	_, err = p.approvals.Approve(t.Context(), p.second, w.ID)
	wantCode(t, err, messaging.CodeConflict, "after three days")
	expired, err := p.approvals.List(t.Context(), p.second, auth.ApprovalFilter{State: auth.ApprovalExpired, Count: 10})
	if err != nil || len(expired) != 1 || expired[0].ID != w.ID || expired[0].State != auth.ApprovalExpired {
		t.Errorf("expired: %+v, %v", expired, err)
	}
	if pending, err := p.approvals.List(t.Context(), p.second, auth.ApprovalFilter{State: auth.ApprovalPending, Count: 10}); err != nil || len(pending) != 0 {
		t.Errorf("pending: %+v, %v", pending, err)
	}
	again := p.ask(t) // what is over does not stand in the way
	all, err := p.approvals.List(t.Context(), p.second, auth.ApprovalFilter{Count: 2})
	if err != nil || len(all) != 2 || all[0].ID != again.ID {
		t.Fatalf("listed: %+v, %v", all, err)
	}
	rest, err := p.approvals.List(t.Context(), p.second, auth.ApprovalFilter{Count: 10, Before: all[1].ID})
	if err != nil || len(rest) != 2 {
		t.Errorf("the next page has %d, %v", len(rest), err)
	}
	key := messaging.Actor{Tenant: p.tenant.ID, User: p.asha.user.ID, Key: 7, Address: office}
	_, err = p.approvals.List(t.Context(), key, auth.ApprovalFilter{Count: 10})
	wantCode(t, err, messaging.CodeForbidden, "a key that lists")
}

// TestWishesOfTheTenant: who wants a second person must have one, and cannot stop wanting one alone.
func TestWishesOfTheTenant(t *testing.T) {
	t.Parallel()
	d, asha := staffed(t)
	approvals := &auth.Approvals{Access: d.access}
	alone := asha.actor(t, office)
	_, err := approvals.SetSecurityPolicy(t.Context(), alone, wished())
	wantCode(t, err, messaging.CodeConflict, "a tenant of one person")
	limits := auth.SecurityPolicy{Sessions: auth.SessionLimits{Idle: 5 * time.Minute, Absolute: time.Hour, Count: 1}, ApprovalLife: 72 * time.Hour}
	if _, err := approvals.SetSecurityPolicy(t.Context(), alone, limits); err != nil {
		t.Fatalf("sessions alone: %v", err)
	}
	for name, change := range map[string]func(*auth.SecurityPolicy){
		"idle": func(p *auth.SecurityPolicy) { p.Sessions.Idle = 4 * time.Minute }, "hours": func(p *auth.SecurityPolicy) { p.Sessions.Absolute = 25 * time.Hour },
		"none": func(p *auth.SecurityPolicy) { p.Sessions.Count = 0 }, "above": func(p *auth.SecurityPolicy) { p.ApproveAbove = -1 },
		"life": func(p *auth.SecurityPolicy) { p.ApprovalLife = 0 }, "act": func(p *auth.SecurityPolicy) { p.ApproveActs = []auth.Action{auth.ActReveal} },
		"twice": func(p *auth.SecurityPolicy) {
			p.ApproveActs = []auth.Action{auth.ActChangeAllowList, auth.ActChangeAllowList}
		},
	} {
		bad := limits
		change(&bad)
		_, err := approvals.SetSecurityPolicy(t.Context(), alone, bad)
		wantCode(t, err, messaging.CodeInvalid, name)
	}

	p := newPair(t)
	stricter := wished()
	stricter.Sessions.Idle = 10 * time.Minute
	if _, err := p.approvals.SetSecurityPolicy(t.Context(), p.maker, stricter); err != nil {
		t.Errorf("sessions need nobody: %v", err)
	}
	none := stricter
	none.ApproveActs = nil
	_, err = p.approvals.SetSecurityPolicy(t.Context(), p.maker, none)
	pending, ok := errors.AsType[*auth.PendingApproval](err)
	if !ok {
		t.Fatalf("wanting nobody any more, alone: %v", err)
	}
	if want := []auth.Change{{Field: "approvalActs", Before: "CHANGE_ALLOW_LIST"}}; !slices.Equal(pending.Approval.Changes, want) {
		t.Errorf("shown %+v", pending.Approval.Changes)
	}
	if _, err := p.approvals.Approve(t.Context(), p.second, pending.Approval.ID); err != nil {
		t.Fatal(err)
	}
	if policy, err := p.access.SecurityPolicy(t.Context(), p.tenant.ID); err != nil || len(policy.ApproveActs) != 0 || policy.Sessions.Idle != 10*time.Minute {
		t.Errorf("now %+v, %v", policy, err)
	}
	if n := p.audited(t, messaging.AuditPolicyChanged); n != 3 {
		t.Errorf("%d changes of policy are in the ledger", n)
	}
}

// Who may approve is told that something waits, with a link and nothing of what it is; who asked is not.
func TestApproversAreToldByMail(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.mailing(t)
	p.person(t, "agent@acme.example", auth.Agent)
	checker := p.person(t, "checker@acme.example", auth.Approver)
	seen := len(p.mails(t))
	p.ask(t)
	var to []string
	for _, m := range p.mails(t)[seen:] {
		to = append(to, m.To)
		if text := m.Subject + strings.Join(m.Lines, " ") + m.Foot; m.Link != "https://ph.example/approvals" || strings.Contains(text, "192.0.2") || strings.Contains(text, "network") {
			t.Errorf("the mail says %q and leads to %s", text, m.Link)
		}
	}
	slices.Sort(to)
	if want := []string{p.ben.user.Email, checker.user.Email}; !slices.Equal(to, want) {
		t.Errorf("told are %v, want %v", to, want)
	}
}
