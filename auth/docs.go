package auth

import (
	"fmt"
	"slices"
	"strings"

	"posthaste/messaging"
)

// Docs is the page about roles and permissions, written from the table of roles.go.
func Docs() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Roles and permissions")
	line("")
	line("Written by `go run ./auth/docgen` from the table in `auth/roles.go`; do not edit.")
	line("")
	line("A user has one role. Each request reads it anew, so a change counts at the next request. Every root field of the")
	line("GraphQL schema names the permission it asks for with `@can`; a field without one does not build.")
	line("")
	line("| role | for |")
	line("|---|---|")
	for _, r := range Roles() {
		line("| `%s` | %s |", r, r.Purpose())
	}
	line("")
	header, rule := "| permission | lets you |", "|---|---|"
	for _, r := range Roles() {
		header, rule = header+" "+strings.ToLower(strings.ReplaceAll(string(r), "_", " "))+" |", rule+":-:|"
	}
	line("%s API key |", header)
	line("%s:-:|", rule)
	for _, g := range grants() {
		row := fmt.Sprintf("| `%s` | %s |", g.permission, lets(g.permission))
		for _, held := range append(g.roles[:], g.key) {
			row += map[bool]string{true: " ● |", false: "   |"}[held]
		}
		line("%s", row)
	}
	line("")
	line("- `ANYONE` (sign-in and invites, without a credential) and `SIGNED_IN` (any credential) ask for no role and have no row.")
	line("- An API key may hold what its column marks. It then does what its scopes name **and** its creator's role still holds:")
	line("  a creator who is disabled or loses the permission takes it from the key too.")
	line("- `OPERATOR` exists in the platform's tenant alone, every other role in the other tenants alone.")
	line("- Whoever holds `SECURITY_MANAGE` gives roles to others; only an owner makes an owner.")
	line("- `revealMessage` shows the text to whoever holds `CONTENT_REVEAL`, and the address only to who holds `ADDRESS_REVEAL` too.")
	line("")
	line("## What asks for more than a permission")
	line("")
	line("From the table in `auth/policy.go`; a mutation that is neither in it nor listed there as harmless fails the build's tests,")
	line("and would ask for everything. The error is `STEP_UP_REQUIRED`; the cure is `stepUp` or a passkey. It counts for the session")
	line("and the address it was given from, for %d minutes. Where a second person may be wanted, the tenant's security policy says so:", int(stepUpAge.Minutes()))
	line("the act then answers `PENDING_APPROVAL` and is done when somebody else with `APPROVE` approves it, exactly as it was asked for.")
	line("")
	line("| mutation | act | fresh factor | second person where wanted |")
	line("|---|---|---|:-:|")
	for _, p := range Policies() {
		need := NeedOf(p.Action)
		var factors []string
		for _, f := range need.Fresh {
			factors = append(factors, map[Factor]string{FactorTOTP: "app", FactorPasskey: "passkey", FactorPassword: "password", FactorRecovery: "recovery code"}[f])
		}
		fresh := strings.Join(factors, " or ")
		if need.Password {
			fresh += ", and the password"
		}
		line("| `%s` | `%s` | %s | %s |", p.Field, p.Action, fresh, map[bool]string{true: "●", false: ""}[waits(p.Action)])
	}
	return b.String()
}

// waits tells whether a tenant can want a second person for the act.
func waits(a Action) bool {
	return a == ActSendLarge || a == ActChangePolicy || slices.Contains(ApprovableActs(), a)
}

// Purpose says in a few words whom the role is for.
func (r Role) Purpose() string {
	switch r {
	case Owner:
		return "all of the tenant"
	case SecurityAdmin:
		return "people, keys, addresses, audit; no messages"
	case BrandManager:
		return "templates, campaigns, consent, senders"
	case Approver:
		return "sees what is to be approved, and approves it"
	case Analyst:
		return "figures"
	case Agent:
		return "answering people"
	case Developer:
		return "keys, and what the programs behind them do"
	case Operator:
		return "the installation: makes, suspends and deletes tenants, sees no content"
	}
	return ""
}

func lets(p messaging.Permission) string {
	switch p {
	case messaging.PermAnalyticsRead:
		return "read figures"
	case messaging.PermMessageRead:
		return "list messages and campaigns, addresses masked"
	case messaging.PermMessageSend:
		return "send messages"
	case messaging.PermCampaignManage:
		return "make, start, pause and stop campaigns"
	case messaging.PermConsentRead:
		return "look up the consent of one address (audited)"
	case messaging.PermConsentWrite:
		return "record and withdraw consent"
	case messaging.PermTemplateRead:
		return "list and check templates"
	case messaging.PermTemplateManage:
		return "make, edit, submit and delete templates"
	case messaging.PermSenderRead:
		return "see portfolios, numbers and limits"
	case messaging.PermSenderManage:
		return "add portfolios, accounts and numbers with their tokens"
	case messaging.PermSecurityRead:
		return "see people, the allow-list, blocked attempts, the audit trail"
	case messaging.PermSecurityManage:
		return "invite and disable people, change the allow-list"
	case messaging.PermKeyManage:
		return "see, make and revoke API keys"
	case messaging.PermTenantRead:
		return "see the tenant's settings"
	case messaging.PermTenantManage:
		return "change them"
	case messaging.PermTenantsOperate:
		return "list, make, suspend and delete tenants"
	case messaging.PermApprove:
		return "be the second person of an act"
	case messaging.PermAddressReveal:
		return "see one plain address"
	case messaging.PermContentReveal:
		return "see one message's text"
	}
	return ""
}
