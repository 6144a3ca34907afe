package auth

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"posthaste/messaging"
)

// Approvals are the acts that may need a second person, and the decisions about them. Each act is tried first: only one
// that could be done now waits for a second person.
type Approvals struct {
	Access    *Access
	Campaigns *messaging.Campaigns
}

// deeds is what each act does once it is approved.
func (s *Approvals) deeds() map[Action]Deed {
	return map[Action]Deed{
		ActSendLarge:       {messaging.PermCampaignManage, s.startApproved},
		ActChangeAllowList: {messaging.PermSecurityManage, s.allowListApproved},
		ActChangePolicy:    {messaging.PermSecurityManage, s.policyApproved},
		ActChangeKeeping:   {messaging.PermSecurityManage, s.keepingApproved},
	}
}

// ask writes down what is to be done and refuses with PendingApproval. refusal is what the act answered; any other code
// than PENDING_APPROVAL is given back.
func (s *Approvals) ask(ctx context.Context, actor messaging.Actor, refusal error, w Approval, payload any) error {
	if messaging.CodeOf(refusal) != messaging.CodePendingApproval {
		return refusal
	}
	now := s.Access.Now()
	var err error
	if w.Payload, err = canonical(payload); err != nil {
		return err
	}
	w.ID, w.Tenant, w.Maker, w.State, w.CreatedAt = s.Access.IDs.Next(), actor.Tenant, actor.User, ApprovalPending, now
	w.Digest = w.digest()
	err = s.Access.Store.Decide(ctx, actor.Tenant, func(tx ApprovalTx) error {
		policy, err := tx.LockedPolicy(ctx)
		if err != nil {
			return err
		}
		w.ExpiresAt = now.Add(policy.ApprovalLife)
		if err := expire(ctx, tx, now); err != nil { // which may be the same act
			return err
		}
		asked, err := tx.InsertApproval(ctx, w)
		if err == nil && !asked {
			err = messaging.Refuse(messaging.CodeConflict, "", "the same waits for a second person already; withdraw that first")
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditApprovalAsked, w.ID, approvalDetail(w)))
	})
	if err != nil {
		return err
	}
	return &PendingApproval{w}
}

// Expire writes down what waited too long, so that it is on record and whoever asked is told. It decides nothing: what is over
// can be approved by nobody, written down or not.
func (s *Approvals) Expire(ctx context.Context, tenant messaging.ID) error {
	return s.Access.Store.Decide(ctx, tenant, func(tx ApprovalTx) error { return expire(ctx, tx, s.Access.Now()) })
}

func expire(ctx context.Context, tx ApprovalTx, now time.Time) error {
	over, err := tx.ExpireApprovals(ctx, now)
	if err != nil {
		return err
	}
	for _, w := range over {
		err := tx.Audit(ctx, now, messaging.AuditEvent{Action: messaging.AuditApprovalExpired, Target: w.ID, Detail: approvalDetail(w)})
		if err != nil {
			return err
		}
	}
	return nil
}

func approvalDetail(w Approval) map[string]string {
	return map[string]string{
		"action": string(w.Action), "subject": w.Subject.String(), "content": hex.EncodeToString(w.Digest[:8]), detailMaker: w.Maker.String(),
	}
}

// Approve does what was asked for, as it was asked for, in the transaction of the approval. When it can no longer be done
// the reason is told and the approval waits on.
func (s *Approvals) Approve(ctx context.Context, checker messaging.Actor, id messaging.ID) (Approval, error) {
	return s.decide(ctx, checker, id, ApprovalApproved, "", messaging.AuditApprovalApproved, func(tx ApprovalTx, w Approval) error {
		deed, known := s.deeds()[w.Action]
		if !known {
			return fmt.Errorf("auth: nothing is known to be done for %s", w.Action)
		}
		maker, err := s.maker(ctx, tx, w, deed.Permission)
		if err != nil {
			return err
		}
		return deed.Do(ctx, tx, maker, checker, w)
	})
}

// maker is the person who asked, as they are now.
func (s *Approvals) maker(ctx context.Context, tx ApprovalTx, w Approval, need messaging.Permission) (messaging.Actor, error) {
	role, active, err := tx.RoleOf(ctx, w.Maker)
	if err != nil {
		return messaging.Actor{}, err
	}
	maker := messaging.Actor{Tenant: w.Tenant, User: w.Maker, Permissions: PermissionsOf(role)}
	if !active || !maker.Can(need) {
		return maker, messaging.Refuse(messaging.CodeConflict, "id", "whoever asked for this may no longer do it")
	}
	return maker, nil
}

// Reject ends a pending approval with a reason for its maker.
func (s *Approvals) Reject(ctx context.Context, checker messaging.Actor, id messaging.ID, reason string) (Approval, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n < 1 || n > 500 {
		return Approval{}, messaging.Refuse(messaging.CodeInvalid, "reason", "say why, in 1 to 500 characters")
	}
	return s.decide(ctx, checker, id, ApprovalRejected, reason, messaging.AuditApprovalRejected, func(ApprovalTx, Approval) error { return nil })
}

func (s *Approvals) decide(ctx context.Context, checker messaging.Actor, id messaging.ID, to ApprovalState, reason string, action messaging.AuditAction, do func(ApprovalTx, Approval) error) (Approval, error) {
	now := s.Access.Now()
	var w Approval
	err := s.Access.Store.Decide(ctx, checker.Tenant, func(tx ApprovalTx) (err error) {
		if w, err = tx.LockApproval(ctx, id); err != nil {
			return err
		}
		if err := RequireSecond(w, checker, now); err != nil {
			return err
		}
		if err := do(tx, w); err != nil {
			return err
		}
		w.State, w.Checker, w.Reason, w.DecidedAt = to, checker.User, reason, now
		if err := tx.DecideApproval(ctx, w); err != nil {
			return err
		}
		return tx.Audit(ctx, now, checker.Audited(action, id, approvalDetail(w)))
	})
	return w, err
}

// Withdraw takes back what the actor has asked for.
func (s *Approvals) Withdraw(ctx context.Context, actor messaging.Actor, id messaging.ID) (Approval, error) {
	now := s.Access.Now()
	var w Approval
	err := s.Access.Store.Decide(ctx, actor.Tenant, func(tx ApprovalTx) (err error) {
		if err := requireSession(actor); err != nil {
			return err
		}
		if w, err = tx.LockApproval(ctx, id); err != nil {
			return err
		}
		switch {
		case w.Maker != actor.User:
			return errNoApproval() // whether there is one is for those who may see it
		case w.At(now).State != ApprovalPending:
			return messaging.Refuse(messaging.CodeConflict, "id", "this was already decided, or is over")
		}
		w.State, w.DecidedAt = ApprovalWithdrawn, now
		if err := tx.DecideApproval(ctx, w); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditApprovalWithdrawn, id, approvalDetail(w)))
	})
	return w, err
}

// List gives approvals, newest first: all to whoever may approve, to others what they have asked for.
func (s *Approvals) List(ctx context.Context, actor messaging.Actor, f ApprovalFilter) ([]Approval, error) {
	if err := requireSession(actor); err != nil {
		return nil, err
	}
	f.Now, f.Maker = s.Access.Now(), 0
	if !actor.Can(messaging.PermApprove) {
		f.Maker = actor.User
	}
	list, err := s.Access.Store.Approvals(ctx, actor.Tenant, f)
	for i := range list {
		list[i] = list[i].At(f.Now)
	}
	return list, err
}

// Find gives one approval that the actor may see, or NOT_FOUND.
func (s *Approvals) Find(ctx context.Context, actor messaging.Actor, id messaging.ID) (Approval, error) {
	if err := requireSession(actor); err != nil {
		return Approval{}, err
	}
	w, err := s.Access.Store.Approval(ctx, actor.Tenant, id)
	if messaging.CodeOf(err) == messaging.CodeNotFound || err == nil && w.Maker != actor.User && !actor.Can(messaging.PermApprove) {
		err = errNoApproval()
	}
	return w.At(s.Access.Now()), err
}

// startPayload is a start as it is asked for. People can be added to a campaign that waits, so it says whom it reaches.
type startPayload struct {
	RunAt time.Time
	Reach messaging.Reach
}

// StartCampaign starts a campaign, or asks for a second person where it reaches more people than one may send to.
func (s *Approvals) StartCampaign(ctx context.Context, actor messaging.Actor, id messaging.ID, runAt time.Time) (messaging.Campaign, error) {
	c, err := s.Campaigns.Start(ctx, actor, id, runAt)
	if err == nil {
		return c, nil
	}
	when := "as soon as it is approved"
	if runAt.After(s.Access.Now()) {
		when = runAt.UTC().Format(time.RFC3339)
	}
	return c, s.ask(ctx, actor, err, Approval{Action: ActSendLarge, Subject: id, Changes: []Change{
		{Field: "campaign", After: c.Name}, {Field: "recipients", After: fmt.Sprint(c.Accepted)}, {Field: "runAt", After: when},
		{Field: "state", Before: string(c.State), After: string(messaging.CampaignRunning)},
	}}, startPayload{runAt.UTC(), c.Reach()})
}

func (s *Approvals) startApproved(ctx context.Context, tx ApprovalTx, maker, _ messaging.Actor, w Approval) error {
	payload, err := readPayload[startPayload](w)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Campaigns.Wake(context.WithoutCancel(ctx)) })
	return s.Campaigns.StartApproved(ctx, tx, maker, w.Subject, payload.RunAt, payload.Reach)
}

// SetAllowList puts a list on trial, or asks for a second person where the tenant wants one.
func (s *Approvals) SetAllowList(ctx context.Context, actor messaging.Actor, inputs []EntryInput, dryRun bool) (AllowList, []Visitor, error) {
	list, cutOff, err := s.Access.SetAllowList(ctx, actor, inputs, dryRun)
	if err == nil {
		return list, cutOff, nil
	}
	changes := []Change{{Field: "allowList", Before: networksOf(list.Entries), After: inputNetworks(inputs)}}
	return list, cutOff, s.ask(ctx, actor, err, Approval{Action: ActChangeAllowList, Changes: changes}, inputs)
}

func (s *Approvals) allowListApproved(ctx context.Context, tx ApprovalTx, maker, checker messaging.Actor, w Approval) error {
	inputs, err := readPayload[[]EntryInput](w)
	if err != nil {
		return err
	}
	now := s.Access.Now()
	entries, err := ParseEntries(inputs, now)
	if err != nil {
		return err
	}
	maker.Address = checker.Address // whoever lets the list in must not be shut out by it
	_, err = s.Access.change(ctx, tx, maker, messaging.AuditAllowListProposed, s.Access.propose(ctx, maker, entries, now, true))
	return err
}

func networksOf(entries []AllowEntry) string {
	texts := make([]string, len(entries))
	for i, e := range entries {
		texts[i] = e.Network.String()
	}
	return strings.Join(texts, ", ")
}

func inputNetworks(inputs []EntryInput) string {
	texts := make([]string, len(inputs))
	for i, in := range inputs {
		texts[i] = in.Network
	}
	return strings.Join(texts, ", ")
}
