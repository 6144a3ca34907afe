package auth

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"time"

	"posthaste/messaging"
)

// DefaultTrial is how long a changed list waits to be confirmed.
const DefaultTrial = 10 * time.Minute

// EntryInput is an entry as a caller wrote it.
type EntryInput struct {
	Network  string
	Label    string
	Disabled bool
	Expires  time.Time
}

// ParseEntries reads a whole list; an error names the entry.
func ParseEntries(inputs []EntryInput, now time.Time) ([]AllowEntry, error) {
	entries := make([]AllowEntry, len(inputs))
	for i, in := range inputs {
		network, err := ParseNetwork(in.Network, false)
		field := fmt.Sprintf("entries.%d.cidr", i)
		if err != nil {
			if refusal, ok := err.(*messaging.Error); ok {
				return nil, messaging.Refuse(refusal.Code, field, "%s", refusal.Message)
			}
			return nil, err
		}
		if len([]rune(in.Label)) > 100 {
			return nil, messaging.Refuse(messaging.CodeInvalid, fmt.Sprintf("entries.%d.label", i), "a label has at most 100 characters")
		}
		if !in.Expires.IsZero() && !in.Expires.After(now) {
			return nil, messaging.Refuse(messaging.CodeInvalid, fmt.Sprintf("entries.%d.expiresAt", i), "this end is in the past")
		}
		entries[i] = AllowEntry{Network: network, Label: in.Label, Disabled: in.Disabled, Expires: in.Expires}
	}
	return entries, nil
}

// SetAllowList puts a whole new list on trial. dryRun only tells who of the last 30 days it would cut off.
func (a *Access) SetAllowList(ctx context.Context, actor messaging.Actor, inputs []EntryInput, dryRun bool) (AllowList, []Visitor, error) {
	now := a.Now()
	entries, err := ParseEntries(inputs, now)
	if err != nil {
		return AllowList{}, nil, err
	}
	visitors, err := a.Store.Visitors(ctx, actor.Tenant, now.Add(-RecentVisits), now)
	if err != nil {
		return AllowList{}, nil, err
	}
	cutOff := ShutOut(entries, visitors, now)
	if dryRun {
		list, err := a.Store.AllowList(ctx, actor.Tenant)
		return list, cutOff, err
	}
	list, err := a.changeList(ctx, actor, messaging.AuditAllowListProposed, a.propose(ctx, actor, entries, now, false))
	return list, cutOff, err
}

// propose puts the entries on trial; PENDING_APPROVAL when the tenant wants a second person and none has approved.
func (a *Access) propose(ctx context.Context, actor messaging.Actor, entries []AllowEntry, now time.Time, approved bool) func(AccessTx, AllowList) (AllowList, error) {
	return func(tx AccessTx, list AllowList) (AllowList, error) {
		next, err := list.Propose(entries, actor.User, actor.Address, now, cmp.Or(a.Trial, DefaultTrial))
		if err == nil && !approved {
			err = needSecond(ctx, tx, ActChangeAllowList)
		}
		if err != nil {
			return list, err
		}
		return next, tx.ProposeAllowList(ctx, a.IDs.Next(), *next.Trial, idsFor(a.IDs, len(entries)), now)
	}
}

func idsFor(ids *messaging.IDs, n int) []messaging.ID {
	if n == 0 {
		return nil
	}
	return ids.Take(n)
}

// ConfirmAllowList keeps the list on trial.
func (a *Access) ConfirmAllowList(ctx context.Context, actor messaging.Actor) (AllowList, error) {
	now := a.Now()
	return a.changeList(ctx, actor, messaging.AuditAllowListKept, func(tx AccessTx, list AllowList) (AllowList, error) {
		next, err := list.Confirm(actor.Address, now)
		if err != nil {
			return list, err
		}
		kept, err := tx.KeepAllowList(ctx, now)
		if err == nil && !kept {
			err = messaging.Refuse(messaging.CodeConflict, "", "the trial is over; the list before it is in force")
		}
		return next, err
	})
}

// RollBackAllowList drops the list on trial.
func (a *Access) RollBackAllowList(ctx context.Context, actor messaging.Actor) (AllowList, error) {
	return a.changeList(ctx, actor, messaging.AuditAllowListDropped, func(tx AccessTx, list AllowList) (AllowList, error) {
		next, err := list.Withdraw()
		if err != nil {
			return list, err
		}
		_, err = tx.DropTrial(ctx)
		return next, err
	})
}

func (a *Access) changeList(ctx context.Context, actor messaging.Actor, action messaging.AuditAction, change func(AccessTx, AllowList) (AllowList, error)) (AllowList, error) {
	var list AllowList
	err := a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) (err error) {
		list, err = a.change(ctx, tx, actor, action, change)
		return err
	})
	return list, err
}

// change changes the tenant's list in the transaction given, and audits it.
func (a *Access) change(ctx context.Context, tx AccessTx, actor messaging.Actor, action messaging.AuditAction, change func(AccessTx, AllowList) (AllowList, error)) (AllowList, error) {
	now := a.Now()
	before, err := tx.LockedAllowList(ctx)
	if err != nil {
		return AllowList{}, err
	}
	settled, over := before.Settle(now)
	if over { // a trial that ran out is written down as what it is
		if _, err := tx.DropTrial(ctx); err != nil {
			return settled, err
		}
	}
	list, err := change(tx, settled)
	if err != nil {
		return list, err
	}
	return list, tx.Audit(ctx, now, actor.Audited(action, 0, map[string]string{"entries": fmt.Sprint(len(list.Entries))}))
}

// TestAddress tells which entry lets an address in: of the entries given, or of the list in force.
func (a *Access) TestAddress(ctx context.Context, actor messaging.Actor, text string, inputs []EntryInput, given bool) (allowed bool, by *AllowEntry, err error) {
	now := a.Now()
	address, err := netip.ParseAddr(text)
	if err != nil {
		return false, nil, messaging.Refuse(messaging.CodeInvalid, "address", "not an IP address")
	}
	address = plainAddr(address)
	list, err := a.Store.AllowList(ctx, actor.Tenant)
	if err != nil {
		return false, nil, err
	}
	entries := list.Entries
	if list.OnTrial(now) {
		entries = list.Trial.Entries
	}
	if given {
		if entries, err = ParseEntries(inputs, now); err != nil {
			return false, nil, err
		}
	} else if list.State == AllowBootstrap && !list.OnTrial(now) {
		return list.Allows(address, now), nil, nil
	}
	for _, e := range entries {
		if e.serves(address, now) {
			return true, &e, nil
		}
	}
	return false, nil, nil
}
