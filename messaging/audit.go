package messaging

import (
	"maps"
	"net/netip"
	"time"
)

// AuditAction says what was done, as noun.verb. The list is fixed: what is not in it cannot be recorded.
type AuditAction string

const (
	AuditSignedIn          AuditAction = "session.signed_in"
	AuditSignInFailed      AuditAction = "session.sign_in_failed"
	AuditSecondFailed      AuditAction = "session.second_factor_failed"
	AuditSignedOut         AuditAction = "session.signed_out"
	AuditSessionsEnded     AuditAction = "session.ended"
	AuditRefreshStolen     AuditAction = "session.refresh_reused"
	AuditNewAddress        AuditAction = "session.new_address"              // beside signed_in, where the user was never before
	AuditHalfSignIn        AuditAction = "session.stopped_at_second_factor" // the right password, time and again, and no second factor after it
	AuditLockedOut         AuditAction = "session.locked_out"               // so many failures that the next try has to wait
	AuditPasswordChanged   AuditAction = "password.changed"
	AuditResetRequested    AuditAction = "password.reset_requested" // a link went out
	AuditPasswordReset     AuditAction = "password.reset"
	AuditSteppedUp         AuditAction = "session.stepped_up"
	AuditFactorEnrolled    AuditAction = "factor.enrolled"
	AuditRecoveryUsed      AuditAction = "factor.recovery_code_used"
	AuditRecoveryRenewed   AuditAction = "factor.recovery_codes_renewed"
	AuditFactorReplaced    AuditAction = "factor.replaced"
	AuditFactorReset       AuditAction = "factor.reset" // by an administrator; the target is the user
	AuditPasskeyAdded      AuditAction = "factor.passkey_added"
	AuditPasskeyRenamed    AuditAction = "factor.passkey_renamed"
	AuditPasskeyRemoved    AuditAction = "factor.passkey_removed"
	AuditPasskeyCloned     AuditAction = "factor.passkey_refused_as_copy"
	AuditRoleChanged       AuditAction = "user.role_changed"
	AuditUserInvited       AuditAction = "user.invited"
	AuditInviteAccepted    AuditAction = "user.invite_accepted"
	AuditInviteRenewed     AuditAction = "user.invite_renewed"
	AuditInviteWithdrawn   AuditAction = "user.invite_withdrawn"
	AuditUserDisabled      AuditAction = "user.disabled"
	AuditUserEnabled       AuditAction = "user.enabled"
	AuditUserCreated       AuditAction = "user.created" // by the host, enrolled already
	AuditUserUnlocked      AuditAction = "user.unlocked"
	AuditAllowListProposed AuditAction = "allow_list.proposed"
	AuditAllowListKept     AuditAction = "allow_list.confirmed"
	AuditAllowListDropped  AuditAction = "allow_list.rolled_back"
	AuditAllowListSet      AuditAction = "allow_list.set" // by the host, without a trial
	AuditKeyCreated        AuditAction = "api_key.created"
	AuditKeyRotated        AuditAction = "api_key.rotated"
	AuditKeyRevoked        AuditAction = "api_key.revoked"
	AuditKeyQuotaSet       AuditAction = "api_key.quota_changed"
	AuditKeyLimited        AuditAction = "api_key.limited" // the quota of a minute was used up and more was asked for; once for that minute
	AuditTenantCreated     AuditAction = "tenant.created"
	AuditTenantSuspended   AuditAction = "tenant.suspended"
	AuditTenantResumed     AuditAction = "tenant.resumed"
	AuditTenantDeleting    AuditAction = "tenant.deletion_started" // its keys are gone; in the platform's ledger, as all of its own goes
	AuditTenantDeleted     AuditAction = "tenant.deleted"          // nothing of it is left
	AuditApprovalAsked     AuditAction = "approval.asked"
	AuditApprovalApproved  AuditAction = "approval.approved"
	AuditApprovalRejected  AuditAction = "approval.rejected"
	AuditApprovalWithdrawn AuditAction = "approval.withdrawn"
	AuditApprovalExpired   AuditAction = "approval.expired" // nobody decided in time
	AuditPolicyChanged     AuditAction = "security_policy.changed"
	AuditKeepingChanged    AuditAction = "keeping.changed"
	AuditTightenStarted    AuditAction = "keeping.tightening_started" // what is there begins to be deleted
	AuditTightenDone       AuditAction = "keeping.tightened"
	AuditDBAGranted        AuditAction = "dba.granted" // a time-boxed database role that reads masked views of all tenants
	AuditDBAEnded          AuditAction = "dba.ended"   // revoked, or its time was over
	AuditExported          AuditAction = "evidence.exported"
	AuditKeysRewrapped     AuditAction = "root_keys.rewrapped" // the tenant's keys are sealed by another root key
	AuditRootKeyRetired    AuditAction = "root_keys.retired"
	AuditDataKeyDrawn      AuditAction = "data_key.drawn"     // the tenant's next one; it opens, and is to seal
	AuditDataKeyChanged    AuditAction = "data_key.changed"   // it seals; what the one before has sealed is sealed anew
	AuditDataKeyDestroyed  AuditAction = "data_key.destroyed" // the one before, with nothing left under it
	AuditInsecureHop       AuditAction = "host.insecure_hop"  // a process began that may leave the host without checked TLS
	AuditConsentLookedUp   AuditAction = "consent.looked_up"
	AuditConsentProven     AuditAction = "consent.proven" // a signed proof of one address was issued
	AuditPersonSearched    AuditAction = "message.person_searched"
)

// AuditEvent is one act, recorded in the transaction of the act itself. Detail holds allow-listed fields only: never an
// address of a person, a text, a secret.
type AuditEvent struct {
	Action  AuditAction
	User    ID // who; 0 for the host's shell (whose events say so in their detail), the provider and the installation itself
	Key     ID
	Address netip.Addr // the client's
	Target  ID         // the row acted on
	Detail  map[string]string
}

// AuditRecord is an AuditEvent as it stands in the ledger.
type AuditRecord struct {
	AuditEvent
	ID  ID
	Seq int64 // of the link that covers it
	At  time.Time
}

// Audited is an AuditEvent by an actor. One without a user and a key is whoever has a shell on the host; what the
// installation does by itself is no actor's, and no event of this.
func (a Actor) Audited(action AuditAction, target ID, detail map[string]string) AuditEvent {
	if a.User == 0 && a.Key == 0 {
		return AuditedHost(action, target, detail)
	}
	return AuditEvent{Action: action, User: a.User, Key: a.Key, Address: a.Address, Target: target, Detail: detail}
}

// AuditedHost is an AuditEvent by whoever has a shell on the host: it has no user, and says so.
func AuditedHost(action AuditAction, target ID, detail map[string]string) AuditEvent {
	whole := map[string]string{"actor": "host"}
	maps.Copy(whole, detail)
	return AuditEvent{Action: action, Target: target, Detail: whole}
}
