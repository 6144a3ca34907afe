package auth

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"posthaste/messaging"
)

// What follows is done by whoever has a shell on the host. It asks for no credential and is audited as the host's.

// Seed is a user as the host makes one, without an invite.
type Seed struct {
	Email    string
	Name     string
	Role     Role
	Password string
	TOTP     TOTPSecret // the zero value leaves the enrolment to the first sign-in
	Codes    []string   // recovery codes that go with TOTP
}

// detail is what the audit trail tells of the user: with the factor, how many recovery codes there are.
func (s Seed) detail() map[string]string {
	detail := map[string]string{"role": string(s.Role)}
	if !s.TOTP.base32.Empty() {
		detail["codes"] = strconv.Itoa(len(s.Codes))
	}
	return detail
}

// SeedUser makes a user who may sign in at once.
func (a *Access) SeedUser(ctx context.Context, tenant messaging.ID, s Seed) (User, error) {
	address, err := messaging.ParseEmail(s.Email)
	if err != nil {
		return User{}, messaging.Refuse(messaging.CodeInvalid, "email", "not an e-mail address")
	}
	if !s.Role.AssignableIn(tenant) {
		return User{}, messaging.Refuse(messaging.CodeInvalid, "role", "this role does not exist here")
	}
	name, err := personName(s.Name)
	if err != nil {
		return User{}, err
	}
	if err := a.Policy.Check(s.Password, address.Key(), name); err != nil {
		return User{}, err
	}
	hash, err := a.Passwords.Hash(ctx, s.Password)
	if err != nil {
		return User{}, err
	}
	now := a.Now()
	user := User{Tenant: tenant, ID: a.IDs.Next(), Email: address.Key(), Name: name, Role: s.Role, CreatedAt: now}
	err = a.Store.Act(ctx, tenant, func(tx AccessTx) error {
		if err := tx.InsertUser(ctx, user, a.Emails.Digest([]byte(user.Email)), hash); err != nil {
			return err
		}
		if err := a.seedFactors(ctx, tx, user.ID, s, now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, messaging.AuditedHost(messaging.AuditUserCreated, user.ID, s.detail()))
	})
	user.SecondFactor = !s.TOTP.base32.Empty()
	return user, err
}

func (a *Access) seedFactors(ctx context.Context, tx AccessTx, user messaging.ID, s Seed, now time.Time) error {
	if s.TOTP.base32.Empty() {
		return nil
	}
	factor := TOTPFactor{ID: a.IDs.Next(), Secret: s.TOTP}
	if err := tx.PutPendingTOTP(ctx, user, factor, now); err != nil {
		return err
	}
	const longAgo = 1 // no code of today is spent
	ok, err := tx.ConfirmTOTP(ctx, user, factor, longAgo, now)
	if err == nil && !ok {
		err = fmt.Errorf("auth: the factor of a new user could not be confirmed")
	}
	if err != nil {
		return err
	}
	hashes, err := a.recoveryHashes(user, s.Codes)
	if err != nil {
		return err
	}
	return tx.ReplaceRecoveryCodes(ctx, user, hashes, a.Recovery.Under())
}

// SeedAllowList puts a whole list into force at once, in the place of any other.
func (a *Access) SeedAllowList(ctx context.Context, tenant messaging.ID, inputs []EntryInput) (AllowList, error) {
	now := a.Now()
	entries, err := ParseEntries(inputs, now)
	if err != nil {
		return AllowList{}, err
	}
	return a.hostList(ctx, tenant, now, func(AllowList) []AllowEntry { return entries })
}

// BreakGlass lets one network in for a while: the way back in for a tenant that has shut itself out. A trial ends.
func (a *Access) BreakGlass(ctx context.Context, tenant messaging.ID, network, label string, until time.Time) (AllowList, error) {
	now := a.Now()
	entries, err := ParseEntries([]EntryInput{{Network: network, Label: label, Expires: until}}, now)
	if err != nil {
		return AllowList{}, err
	}
	return a.hostList(ctx, tenant, now, func(list AllowList) []AllowEntry {
		return list.BreakGlass(entries[0].Network, label, until).Entries
	})
}

func (a *Access) hostList(ctx context.Context, tenant messaging.ID, now time.Time, change func(AllowList) []AllowEntry) (AllowList, error) {
	var list AllowList
	err := a.Store.Act(ctx, tenant, func(tx AccessTx) error {
		before, err := tx.LockedAllowList(ctx)
		if err != nil {
			return err
		}
		entries := change(before)
		if len(entries) > MaxAllowEntries {
			return messaging.Refuse(messaging.CodeInvalid, "entries", "a list has at most %d entries", MaxAllowEntries)
		}
		if _, err := tx.DropTrial(ctx); err != nil {
			return err
		}
		revision := a.IDs.Next()
		list = AllowList{State: AllowEnforced, Entries: entries, Revision: int64(revision)}
		if err := tx.SetAllowList(ctx, revision, entries, idsFor(a.IDs, len(entries)), now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, messaging.AuditedHost(messaging.AuditAllowListSet, 0, map[string]string{"entries": fmt.Sprint(len(entries))}))
	})
	return list, err
}

// UserByEmail finds a person of any tenant. An e-mail has one user in the whole installation.
func (a *Access) UserByEmail(ctx context.Context, email string) (User, error) {
	address, err := messaging.ParseEmail(email)
	if err != nil {
		return User{}, messaging.Refuse(messaging.CodeInvalid, "email", "not an e-mail address")
	}
	account, found, err := a.Store.AccountByEmail(ctx, a.Emails.Candidates([]byte(address.Key())))
	if err == nil && !found {
		err = messaging.Refuse(messaging.CodeNotFound, "email", "nobody has this e-mail")
	}
	return account.User, err
}

// HostResetFactors is ResetFactors without an administrator: for a tenant whose only one lost theirs.
func (a *Access) HostResetFactors(ctx context.Context, tenant, user messaging.ID) error {
	return a.resetFactors(ctx, tenant, user, messaging.AuditedHost(messaging.AuditFactorReset, user, nil))
}

// Unlock forgets the failed tries of a user who has used them up.
func (a *Access) Unlock(ctx context.Context, tenant, user messaging.ID) error {
	if _, err := a.Store.Account(ctx, tenant, user); err != nil {
		return err
	}
	now := a.Now()
	err := a.Store.Act(ctx, tenant, func(tx AccessTx) error {
		return tx.Audit(ctx, now, messaging.AuditedHost(messaging.AuditUserUnlocked, user, nil))
	})
	if err != nil {
		return err
	}
	return a.Store.ClearTries(ctx, a.userCounters(user)...)
}
