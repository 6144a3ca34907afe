package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"posthaste/messaging"
)

// SecurityPolicy is what a tenant decides about its people's sessions, and for which acts it wants a second person.
type SecurityPolicy struct {
	Sessions     SessionLimits
	ApproveAbove int           // a campaign to more people waits for a second person; 0: none does
	ApproveActs  []Action      // of ApprovableActs
	ApprovalLife time.Duration // how long an act waits for its second person
}

// PolicyTx reads and writes a tenant's policy in one of its transactions.
type PolicyTx interface {
	// LockedPolicy reads the policy and holds it until the transaction ends.
	LockedPolicy(ctx context.Context) (SecurityPolicy, error)
	SetSecurityPolicy(ctx context.Context, p SecurityPolicy) error
	// ActiveRoles are the roles of all who may sign in.
	ActiveRoles(ctx context.Context) ([]Role, error)
	// RoleOf tells a user's role now, and whether they may sign in.
	RoleOf(ctx context.Context, user messaging.ID) (role Role, active bool, err error)
}

// ApprovableActs are the acts that a tenant may want a second person for by name. A large campaign is told by its size,
// and a change of these wishes itself needs one as soon as there are any.
func ApprovableActs() []Action { return []Action{ActChangeAllowList, ActChangeKeeping} }

// approves tells whether anything waits for a second person.
func (p SecurityPolicy) approves() bool { return p.ApproveAbove > 0 || len(p.ApproveActs) > 0 }

// sameApprovals tells whether two policies want a second person for the same.
func (p SecurityPolicy) sameApprovals(o SecurityPolicy) bool {
	return p.ApproveAbove == o.ApproveAbove && p.ApprovalLife == o.ApprovalLife && slices.Equal(p.ApproveActs, o.ApproveActs)
}

func (p SecurityPolicy) check() error {
	refuse := func(field, sentence string, args ...any) error {
		return messaging.Refuse(messaging.CodeInvalid, field, sentence, args...)
	}
	whole := func(d, unit time.Duration, least, most int) bool {
		return d%unit == 0 && d >= time.Duration(least)*unit && d <= time.Duration(most)*unit
	}
	switch {
	case !whole(p.Sessions.Idle, time.Minute, 5, 120):
		return refuse("idleMinutes", "a session ends after 5 to 120 unused minutes")
	case !whole(p.Sessions.Absolute, time.Hour, 1, 24):
		return refuse("sessionHours", "a session ends after 1 to 24 hours")
	case p.Sessions.Count < 1 || p.Sessions.Count > 20:
		return refuse("sessionCount", "a person has 1 to 20 sessions at once")
	case p.ApproveAbove < 0 || p.ApproveAbove > 1<<30:
		return refuse("approveCampaignsAbove", "write how many people one person may start a campaign to")
	case !whole(p.ApprovalLife, time.Hour, 1, 336):
		return refuse("approvalHours", "an act waits 1 to 336 hours for its second person")
	}
	for i, act := range p.ApproveActs {
		if !slices.Contains(ApprovableActs(), act) || slices.Contains(p.ApproveActs[:i], act) {
			return refuse("approvalActs", "this act cannot be chosen, or is chosen twice")
		}
	}
	return nil
}

// SecurityPolicy gives the tenant's policy.
func (a *Access) SecurityPolicy(ctx context.Context, tenant messaging.ID) (SecurityPolicy, error) {
	return a.Store.SecurityPolicy(ctx, tenant)
}

// needSecond refuses with PENDING_APPROVAL where the tenant wants a second person for the act.
func needSecond(ctx context.Context, tx PolicyTx, act Action) error {
	policy, err := tx.LockedPolicy(ctx)
	if err == nil && slices.Contains(policy.ApproveActs, act) {
		err = messaging.Refuse(messaging.CodePendingApproval, "", "this waits for a second person")
	}
	return err
}

// SetSecurityPolicy changes the policy. Where a second person is wanted for anything, changing what for asks for one too.
func (s *Approvals) SetSecurityPolicy(ctx context.Context, actor messaging.Actor, next SecurityPolicy) (SecurityPolicy, error) {
	if err := next.check(); err != nil {
		return next, err
	}
	var before SecurityPolicy
	err := s.Access.Store.Act(ctx, actor.Tenant, func(tx AccessTx) (err error) {
		before, err = s.setPolicy(ctx, tx, actor, next, false)
		return err
	})
	if err == nil {
		return next, nil
	}
	return before, s.ask(ctx, actor, err, Approval{Action: ActChangePolicy, Changes: policyChanges(before, next)}, next)
}

func (s *Approvals) policyApproved(ctx context.Context, tx ApprovalTx, maker, _ messaging.Actor, w Approval) error {
	next, err := readPayload[SecurityPolicy](w)
	if err != nil {
		return err
	}
	if err := next.check(); err != nil {
		return err
	}
	_, err = s.setPolicy(ctx, tx, maker, next, true)
	return err
}

func (s *Approvals) setPolicy(ctx context.Context, tx AccessTx, actor messaging.Actor, next SecurityPolicy, approved bool) (before SecurityPolicy, err error) {
	if before, err = tx.LockedPolicy(ctx); err != nil {
		return before, err
	}
	if next.approves() && !before.approves() {
		if err := refuseAlone(ctx, tx); err != nil {
			return before, err
		}
	}
	if before.approves() && !before.sameApprovals(next) && !approved {
		return before, messaging.Refuse(messaging.CodePendingApproval, "", "this waits for a second person")
	}
	if err := tx.SetSecurityPolicy(ctx, next); err != nil {
		return before, err
	}
	detail := map[string]string{}
	for _, c := range policyChanges(before, next) {
		detail[c.Field] = c.Before + " → " + c.After
	}
	return before, tx.Audit(ctx, s.Access.Now(), actor.Audited(messaging.AuditPolicyChanged, 0, detail))
}

// refuseAlone keeps a tenant from wanting second persons that it does not have: nothing could be approved, nor undone.
func refuseAlone(ctx context.Context, tx PolicyTx) error {
	roles, err := tx.ActiveRoles(ctx)
	if err != nil {
		return err
	}
	approvers := 0
	for _, r := range roles {
		if PermissionsOf(r).Has(messaging.PermApprove) {
			approvers++
		}
	}
	if approvers < 2 {
		return messaging.Refuse(messaging.CodeConflict, "", "this needs at least two people who may approve; invite another first")
	}
	return nil
}

// policyChanges lists the lines that differ.
func policyChanges(before, after SecurityPolicy) []Change {
	acts := func(p SecurityPolicy) string {
		names := make([]string, len(p.ApproveActs))
		for i, a := range p.ApproveActs {
			names[i] = string(a)
		}
		return strings.Join(names, ", ")
	}
	all := []Change{
		{"idleMinutes", fmt.Sprint(before.Sessions.Idle.Minutes()), fmt.Sprint(after.Sessions.Idle.Minutes())},
		{"sessionHours", fmt.Sprint(before.Sessions.Absolute.Hours()), fmt.Sprint(after.Sessions.Absolute.Hours())},
		{"sessionCount", fmt.Sprint(before.Sessions.Count), fmt.Sprint(after.Sessions.Count)},
		{"approveCampaignsAbove", fmt.Sprint(before.ApproveAbove), fmt.Sprint(after.ApproveAbove)},
		{"approvalActs", acts(before), acts(after)},
		{"approvalHours", fmt.Sprint(before.ApprovalLife.Hours()), fmt.Sprint(after.ApprovalLife.Hours())},
	}
	return slices.DeleteFunc(all, func(c Change) bool { return c.Before == c.After })
}
