package messaging

import "posthaste/privacy"

// RoutedApp is whose a webhook is: found by the route alone, before a byte of the body is believed.
type RoutedApp struct {
	Tenant          ID
	ID              ID
	Secrets         []privacy.Secret // one, or two during rotation
	VerifyTokenHash [32]byte
	Senders         map[string]ID // by the provider's id
	Country         string        // the tenant's
	MessageDays     int
	KeepsPlain      bool // addresses and texts may lie sealed for MessageDays; else for PayloadLife only
}

// AccountNews is what a provider tells of a tenant's accounts, not of its messages.
type AccountNews struct {
	Templates []TemplateNews
	Limits    []LimitNews
}

// TemplateNews is a TemplateEvent with the provider's id of the account.
type TemplateNews struct {
	Account string
	Event   TemplateEvent
}

// LimitNews is a new limit of unique recipients in a rolling day; -1 is none.
type LimitNews struct {
	Account    string
	Recipients int
}

// Empty tells whether there is nothing to book.
func (n AccountNews) Empty() bool { return len(n.Templates)+len(n.Limits) == 0 }
