package auth

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"posthaste/messaging"
)

// Factor is one way in which a person proves who they are; the values are those of the amr claim (RFC 8176).
type Factor string

const (
	FactorPassword Factor = "pwd"
	FactorTOTP     Factor = "otp"
	FactorPasskey  Factor = "hwk"
	FactorRecovery Factor = "recovery" // a recovery code; fresh, it opens the way to a new factor and to nothing else
)

// Action is an act that asks for more than a session.
type Action string

const (
	ActChangePassword  Action = "CHANGE_PASSWORD"
	ActChangeEmail     Action = "CHANGE_EMAIL"
	ActEnrolFactor     Action = "ENROL_FACTOR"  // another app in the place of the old one, one more passkey
	ActChangeFactor    Action = "CHANGE_FACTOR" // remove a passkey, renew the recovery codes
	ActChangeAllowList Action = "CHANGE_ALLOW_LIST"
	ActManageKeys      Action = "MANAGE_KEYS"
	ActManageUsers     Action = "MANAGE_USERS" // invite, disable, roles, reset of a factor
	ActManageTenants   Action = "MANAGE_TENANTS"
	ActManageSessions  Action = "MANAGE_SESSIONS"
	ActManageSenders   Action = "MANAGE_SENDERS" // provider tokens, PINs
	ActChangeKeeping   Action = "CHANGE_KEEPING" // modes and terms
	ActReveal          Action = "REVEAL"         // one plain address or text
	ActExport          Action = "EXPORT"         // masked
	ActExportPlain     Action = "EXPORT_PLAIN"   // with plain addresses
	ActSendLarge       Action = "SEND_LARGE"     // more recipients than the tenant lets one person send to
	ActEraseSubject    Action = "ERASE_SUBJECT"
	ActDeleteTenant    Action = "DELETE_TENANT"
	ActChangePolicy    Action = "CHANGE_POLICY" // sessions, and what asks for a second person
	ActApprove         Action = "APPROVE"
)

// Need is what an action asks for.
type Need struct {
	Fresh    []Factor      // one of these must be fresh; empty asks for none
	Age      time.Duration // how fresh
	Password bool          // the current password too, in the same request
	Approval bool          // and a second person, where the tenant wants one
}

// stepUpAge is how long a proof counts as fresh.
const stepUpAge = 5 * time.Minute

// NeedOf is the one table of what acts ask for. An action without an entry asks for everything.
func NeedOf(a Action) Need {
	second := []Factor{FactorTOTP, FactorPasskey}
	fresh := Need{Fresh: second, Age: stepUpAge}
	switch a {
	case ActChangePassword, ActChangeEmail:
		return Need{Fresh: second, Age: stepUpAge, Password: true}
	case ActEnrolFactor:
		// Who lost the phone has nothing else to show, and nobody above an only owner could reset it.
		return Need{Fresh: append(second, FactorRecovery), Age: stepUpAge}
	case ActChangeFactor, ActManageKeys, ActManageUsers, ActManageTenants, ActManageSenders, ActReveal, ActExport, ActApprove:
		return fresh
	case ActChangeAllowList, ActChangeKeeping, ActChangePolicy, ActExportPlain, ActEraseSubject:
		return Need{Fresh: second, Age: stepUpAge, Approval: true}
	case ActSendLarge:
		return Need{Approval: true} // programs start campaigns too
	case ActManageSessions:
		return Need{Fresh: append(second, FactorPassword), Age: stepUpAge}
	case ActDeleteTenant:
		return Need{Fresh: second, Age: stepUpAge, Password: true, Approval: true}
	default:
		return Need{Fresh: second, Age: stepUpAge, Password: true, Approval: true}
	}
}

// Proof records that a factor was shown in a session, and from where. It serves only that session.
type Proof struct {
	Factor  Factor
	At      time.Time
	Address netip.Addr
}

// RequireFresh refuses with STEP_UP_REQUIRED unless one of the proofs of this session satisfies the action's need of
// freshness: the right factor, recent, from the address that now asks.
func RequireFresh(a Action, proofs []Proof, address netip.Addr, now time.Time) error {
	need := NeedOf(a)
	if len(need.Fresh) == 0 {
		return nil
	}
	for _, p := range proofs {
		age := now.Sub(p.At)
		recent := age <= need.Age && age >= -tokenLeeway
		if recent && slices.Contains(need.Fresh, p.Factor) && p.Address.IsValid() && p.Address == address {
			return nil
		}
	}
	return messaging.Refuse(messaging.CodeStepUp, "", "confirm with your second factor to go on")
}

// String describes the need for documentation and the portal.
func (n Need) String() string {
	return fmt.Sprintf("fresh %v within %v, password %v, approval %v", n.Fresh, n.Age, n.Password, n.Approval)
}
