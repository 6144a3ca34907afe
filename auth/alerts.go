package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"posthaste/messaging"
)

// who says whom an event is about, and what the mails about such events have in common.
type who struct {
	person func(messaging.AuditEvent) messaging.ID // 0 for nobody
	others func() []Role                           // who else is told, when there are words for them
	page   string                                  // of the portal, where it can be looked at
	from   bool                                    // the mail says from which address it was done
	foot   string                                  // why they get it
}

// secured are events about the security of an account or of the tenant.
func secured(person func(messaging.AuditEvent) messaging.ID) who {
	return who{person, watchers, "/security", true,
		"You get this mail because it is about the security of your account or your tenant. If it was not you and should not be so, tell your security administrator at once."}
}

// detailMaker is where the events of approvals say who asked.
const detailMaker = "maker"

// alert is one row of the table: which event tells whom, and in which words. %s is the person's name; yours is for the
// person, theirs for the others, and empty words tell nobody.
type alert struct {
	action  messaging.AuditAction
	about   who
	subject string
	yours   string
	theirs  string
}

// watchers are those who are told of what happens to others.
func watchers() []Role { return []Role{Owner, SecurityAdmin, Operator} }

// approvers are those whose turn it is when an act waits for a second person.
func approvers() []Role {
	return slices.DeleteFunc(Roles(), func(r Role) bool { return !PermissionsOf(r).Has(messaging.PermApprove) })
}

func askedBy(e messaging.AuditEvent) messaging.ID {
	id, _ := messaging.ParseID(e.Detail[detailMaker])
	return id
}

// alerts is the one table of who is told of what. An action without a row tells nobody; quiet lists those, so that no new
// action is forgotten.
func alerts() []alert {
	by := func(e messaging.AuditEvent) messaging.ID { return e.User }
	nobody := secured(func(messaging.AuditEvent) messaging.ID { return 0 })
	actor := secured(by)                                                             // who did it, or in whose name it was tried
	target := secured(func(e messaging.AuditEvent) messaging.ID { return e.Target }) // on whose account it was done
	// approver is whose turn it is now: anyone's but of the person who asked, for whom there are no words.
	approver := who{by, approvers, "/approvals", false, "You get this mail because your role may approve what others ask for."}
	// maker is who asked for what a second person decides on.
	maker := who{askedBy, watchers, "/approvals", false, "You get this mail because you asked for it on Posthaste. If you did not, tell your security administrator at once."}
	return []alert{
		{messaging.AuditNewAddress, actor, "New sign-in to your account",
			"Your account was used to sign in from an address that it has not been used from before.", ""},
		{messaging.AuditLockedOut, actor, "Many failed sign-ins",
			"Somebody has tried several times to sign in to your account with a wrong password or code. Further tries now have to wait.",
			"There were several failed sign-ins to the account of %s. Further tries now have to wait."},
		{messaging.AuditHalfSignIn, actor, "Somebody knows your password",
			"Somebody gave your password several times, without a right code or passkey after it. Nobody came in. If it was not you, set a new password now.",
			"Somebody gave the password of %s several times, without a right code or passkey after it. Nobody came in."},
		{messaging.AuditRefreshStolen, actor, "A session was ended for safety",
			"A session of yours was continued from two places at once, as happens when it was copied. It was ended; sign in again.",
			"A session of %s was continued from two places at once, as happens when it was copied. It was ended."},
		{messaging.AuditFactorEnrolled, actor, "An authenticator app was set up",
			"An authenticator app was set up for your account.", ""},
		{messaging.AuditRecoveryUsed, actor, "A recovery code was used",
			"One of your recovery codes was used to sign in. It will not work again. If you lost your phone, replace the authenticator app on your account page right after signing in.",
			"A recovery code was used to sign in to the account of %s."},
		{messaging.AuditRecoveryRenewed, actor, "New recovery codes",
			"New recovery codes were made for your account. The codes before them no longer work.", ""},
		{messaging.AuditFactorReplaced, actor, "Your authenticator app was replaced",
			"The authenticator app of your account was replaced. The one before no longer works.", ""},
		{messaging.AuditFactorReset, target, "Second factors were reset",
			"An administrator reset the second factors of your account. At your next sign-in you set up new ones.",
			"The second factors of %s were reset by an administrator."},
		{messaging.AuditPasskeyAdded, actor, "A passkey was added",
			"A passkey was added to your account.", ""},
		{messaging.AuditPasskeyRemoved, actor, "A passkey was removed",
			"A passkey was removed from your account.", ""},
		{messaging.AuditPasskeyCloned, actor, "A passkey was refused",
			"A passkey of yours was refused because it looks like a copy. Remove it and add a new one.",
			"A passkey of %s was refused because it looks like a copy."},
		{messaging.AuditRoleChanged, target, "A role was changed",
			"Your role was changed and your sessions were ended.",
			"The role of %s was changed."},
		{messaging.AuditPasswordChanged, actor, "Your password was changed",
			"Your password was changed and your other sessions were ended.", ""},
		{messaging.AuditPasswordReset, actor, "Your password was set anew",
			"A new password was set by a link sent to this address, and all your sessions were ended. Your authenticator app is as it was.", ""},
		{messaging.AuditUserInvited, nobody, "A person was invited", "", "A person was invited to your tenant."},
		{messaging.AuditUserCreated, nobody, "A person was added", "", "A person was added to your tenant from the host's command line."},
		{messaging.AuditUserDisabled, target, "An account was disabled",
			"Your account was disabled and your sessions were ended.",
			"The account of %s was disabled."},
		{messaging.AuditUserEnabled, target, "An account was enabled",
			"Your account was enabled again.",
			"The account of %s was enabled again."},
		{messaging.AuditUserUnlocked, target, "An account was unlocked",
			"The failed sign-ins to your account were forgotten from the host's command line.",
			"The failed sign-ins to the account of %s were forgotten from the host's command line."},
		{messaging.AuditAllowListProposed, nobody, "The allow-list was changed", "",
			"The list of networks that your people may come from was changed. It is on trial and rolls back by itself unless it is confirmed."},
		{messaging.AuditAllowListKept, nobody, "The allow-list was confirmed", "",
			"The changed list of networks that your people may come from was confirmed."},
		{messaging.AuditAllowListDropped, nobody, "The allow-list was rolled back", "",
			"The changed list of networks that your people may come from was rolled back; the list before it is in force."},
		{messaging.AuditAllowListSet, nobody, "The allow-list was opened from the host", "",
			"The list of networks that your people may come from was changed from the host's command line."},
		{messaging.AuditKeyCreated, nobody, "An API key was created", "", "An API key was created for your tenant."},
		{messaging.AuditKeyRotated, nobody, "An API key was replaced", "", "An API key of your tenant was replaced by a new one; the old one goes on for a while at the most."},
		{messaging.AuditKeyRevoked, nobody, "An API key was revoked", "", "An API key of your tenant was revoked."},
		{messaging.AuditPolicyChanged, nobody, "The security policy was changed", "",
			"What asks for a second person, or how long sessions last, was changed for your tenant."},
		{messaging.AuditApprovalAsked, approver, "An act waits for a second person", "",
			"Somebody of your tenant asked for something that a second person has to approve. Look at what it is, and approve or reject it."},
		{messaging.AuditApprovalApproved, maker, "What you asked for was approved",
			"A second person approved what you asked for, and it was done.", ""},
		{messaging.AuditApprovalRejected, maker, "What you asked for was rejected",
			"A second person rejected what you asked for, and it was not done. Their reason is on the page.", ""},
		{messaging.AuditApprovalExpired, maker, "What you asked for has expired",
			"Nobody decided in time on what you asked for, and it was not done. You can ask again.", ""},
		{messaging.AuditTokenReplaced, nobody, "A system-user token was replaced", "",
			"The token with which your tenant sends its messages was replaced."},
		{messaging.AuditAppSecretReplaced, nobody, "An app secret was replaced", "",
			"The secret that proves Meta's webhooks to be Meta's was replaced for your tenant. The one before is taken for a day more."},
		{messaging.AuditDBAGranted, nobody, "A database administrator was let in", "",
			"A database administrator of the installation was let in for a while: to read messages and contacts, without anything that is kept sealed or hashed."},
		{messaging.AuditKeepingChanged, nobody, "How data is kept was changed", "",
			"What stays of addresses and texts, or how long messages and figures are kept, was changed for your tenant."},
		{messaging.AuditTenantSuspended, nobody, "Your tenant was suspended", "",
			"Your tenant was suspended by the operators: nothing is sent, and nobody can sign in."},
		{messaging.AuditTenantResumed, nobody, "Your tenant goes on", "", "Your tenant is no longer suspended."},
	}
}

// quiet are the actions that nobody is told of: they are everyday, or told of by another.
func quiet() []messaging.AuditAction {
	return []messaging.AuditAction{
		messaging.AuditSignedIn, messaging.AuditSignInFailed, messaging.AuditSecondFailed, messaging.AuditSignedOut,
		messaging.AuditSessionsEnded, messaging.AuditSteppedUp, messaging.AuditResetRequested, messaging.AuditPasskeyRenamed,
		messaging.AuditInviteAccepted, messaging.AuditInviteRenewed, messaging.AuditInviteWithdrawn,
		messaging.AuditApprovalWithdrawn,
		messaging.AuditTenantCreated, messaging.AuditTenantDeleting, messaging.AuditTenantDeleted, messaging.AuditConsentLookedUp,
		messaging.AuditConsentProven, messaging.AuditPersonSearched,
		messaging.AuditTightenStarted, messaging.AuditTightenDone, messaging.AuditKeyQuotaSet, messaging.AuditKeyLimited,
		messaging.AuditInsecureHop, messaging.AuditDBAEnded, messaging.AuditExported, messaging.AuditKeysRewrapped, messaging.AuditRootKeyRetired,
		messaging.AuditDataKeyDrawn, messaging.AuditDataKeyChanged, messaging.AuditDataKeyDestroyed,
	}
}

// Tell puts the mails of the events into their transaction. It is called for whatever is audited there, so no act can
// forget it.
func (p Post) Tell(ctx context.Context, tx AccessTx, ids *messaging.IDs, at time.Time, events []messaging.AuditEvent) error {
	if !p.On() {
		return nil
	}
	for _, e := range events {
		for _, a := range alerts() {
			if a.action != e.Action {
				continue
			}
			if err := p.tell(ctx, tx, ids, at, a, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p Post) tell(ctx context.Context, tx AccessTx, ids *messaging.IDs, at time.Time, a alert, e messaging.AuditEvent) error {
	person := a.about.person(e)
	var persons []messaging.ID
	if person != 0 {
		persons = append(persons, person)
	}
	var roles []Role
	if a.theirs != "" {
		roles = a.about.others()
	}
	recipients, err := tx.Recipients(ctx, persons, roles)
	if err != nil {
		return err
	}
	name := "a person"
	for _, r := range recipients {
		if r.ID == person {
			name = r.Name
		}
	}
	for _, r := range recipients {
		words := strings.ReplaceAll(a.theirs, "%s", name)
		if r.ID == person {
			words = a.yours
		}
		if words == "" {
			continue
		}
		if err := tx.Post(ctx, p.alertMail(ids.Next(), r, a, words, e, at)); err != nil {
			return err
		}
	}
	return nil
}

func (p Post) alertMail(id messaging.ID, to User, a alert, words string, e messaging.AuditEvent, at time.Time) Mail {
	when := "When: " + moment(at) + "."
	if a.about.from && e.Address.IsValid() {
		when += " From: " + e.Address.Unmap().WithZone("").String() + "."
	}
	return Mail{
		ID: id, To: to.Email, Subject: a.subject, Made: at, Lines: []string{words, when},
		Button: "Look at it", Link: p.URL + a.about.page, Foot: a.about.foot,
	}
}
