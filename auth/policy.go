package auth

import "slices"

// Policy says what a mutation asks for beyond its permission.
type Policy struct {
	Field  string // of the schema's Mutation
	Action Action
	Look   string // a Boolean argument under which the call only looks and asks for nothing: dryRun
}

// Policies is the one table of sensitive mutations. A mutation is in here or in Unguarded; one that is in neither asks
// for everything.
func Policies() []Policy {
	return []Policy{
		{Field: "inviteUser", Action: ActManageUsers},
		{Field: "resendInvite", Action: ActManageUsers},
		{Field: "changePassword", Action: ActChangePassword},
		{Field: "setUserDisabled", Action: ActManageUsers},
		{Field: "setUserRole", Action: ActManageUsers},
		{Field: "resetUserFactors", Action: ActManageUsers},
		{Field: "endUserSessions", Action: ActManageSessions},
		{Field: "beginPasskey", Action: ActEnrolFactor},
		{Field: "finishPasskey", Action: ActEnrolFactor},
		{Field: "removePasskey", Action: ActChangeFactor},
		{Field: "beginReplacement", Action: ActEnrolFactor},
		{Field: "renewRecoveryCodes", Action: ActChangeFactor},
		{Field: "revealMessage", Action: ActReveal},
		{Field: "replacePortfolioToken", Action: ActManageSenders},
		{Field: "replaceAppSecret", Action: ActManageSenders},
		{Field: "setAllowList", Action: ActChangeAllowList, Look: "dryRun"},
		{Field: "createApiKey", Action: ActManageKeys},
		{Field: "rotateApiKey", Action: ActManageKeys},
		{Field: "setApiKeyQuota", Action: ActManageKeys},
		{Field: "createPortfolio", Action: ActManageSenders},
		{Field: "createWaba", Action: ActManageSenders},
		{Field: "createSender", Action: ActManageSenders},
		{Field: "createTenant", Action: ActManageTenants},
		{Field: "setTenantSuspended", Action: ActManageTenants},
		{Field: "deleteTenant", Action: ActManageTenants},
		{Field: "startCampaign", Action: ActSendLarge},
		{Field: "exportEvidence", Action: ActExport},
		{Field: "setSecurityPolicy", Action: ActChangePolicy},
		{Field: "setKeeping", Action: ActChangeKeeping},
		{Field: "approve", Action: ActApprove},
	}
}

// Plain is a mutation that asks for its permission alone, and why that is enough.
type Plain struct {
	Field   string
	Because string
}

// Unguarded lists the mutations that are not sensitive.
func Unguarded() []Plain {
	const (
		proves   = "it is how a person proves who they are"
		takes    = "it takes access away, which must be quick"
		undoes   = "it undoes within minutes what asked for a fresh factor, or keeps it from an address the list lets in"
		ordinary = "ordinary work of the role; limits and consent hold it"
		nothing  = "nothing happens by it"
		stops    = "stopping must be quick, and going on was decided at the start"
	)
	return []Plain{
		{"signIn", proves}, {"confirmSecondFactor", proves}, {"useRecoveryCode", proves}, {"beginEnrolment", proves},
		{"confirmEnrolment", proves}, {"refreshSession", proves}, {"acceptInvite", proves}, {"stepUp", proves},
		{"requestPasswordReset", proves}, {"resetPassword", proves}, {"withdrawInvite", takes},
		{"beginPasskeySignIn", proves}, {"finishPasskeySignIn", proves}, {"beginPasskeyStepUp", proves}, {"finishPasskeyStepUp", proves},
		{"confirmReplacement", "it takes a code of the app whose secret a fresh factor showed"}, {"renamePasskey", nothing},
		{"signOut", takes}, {"endSession", takes}, {"endOtherSessions", takes}, {"revokeApiKey", takes},
		{"confirmAllowList", undoes}, {"rollBackAllowList", undoes},
		{"sendMessages", ordinary}, {"createCampaign", ordinary}, {"uploadAudience", ordinary},
		{"reject", nothing}, {"withdraw", nothing},
		{"pauseCampaign", stops}, {"resumeCampaign", stops}, {"stopCampaign", stops}, {"resumeSender", stops},
		{"recordConsents", ordinary}, {"withdrawConsents", ordinary}, {"createConsentImport", ordinary},
		{"issueConsentProof", "it signs what the caller may read already, of an address that the caller gives, and is audited"},
		{"createTemplate", ordinary}, {"updateTemplate", ordinary}, {"submitTemplate", ordinary}, {"deleteTemplate", ordinary},
	}
}

// ActUnlisted is the act of a mutation that nobody has thought about: it asks for everything.
const ActUnlisted Action = "UNLISTED"

// ActionOf is what the mutation does beyond ordinary work; empty where nothing is asked for. args are its arguments.
func ActionOf(mutation string, args map[string]any) Action {
	for _, p := range Policies() {
		if p.Field != mutation {
			continue
		}
		if look, _ := args[p.Look].(bool); look {
			return ""
		}
		return p.Action
	}
	if slices.ContainsFunc(Unguarded(), func(p Plain) bool { return p.Field == mutation }) {
		return ""
	}
	return ActUnlisted
}
