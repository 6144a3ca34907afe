package messaging

import (
	"time"

	"posthaste/privacy"
)

// RoutedApp is whose a webhook is: found by the route alone, before a byte of the body is believed.
type RoutedApp struct {
	Tenant          ID
	ID              ID
	Secret          privacy.Secret
	OldSecret       privacy.Secret // of a rotation; good until OldSecretUntil
	OldSecretUntil  time.Time
	VerifyTokenHash [32]byte
	Senders         map[string]ID // by the provider's id
	Country         string        // the tenant's
	MessageDays     int
	KeepsPlain      bool // addresses and texts may lie sealed for MessageDays; else for PayloadLife only
}

// SecretOverlap is how long the secret before a replacement is still taken: the provider may go on signing with it until
// somebody has changed it there, and repeats what was refused.
const SecretOverlap = 24 * time.Hour

// Secrets are those that may sign a webhook now.
func (a RoutedApp) Secrets(now time.Time) []string {
	secrets := []string{a.Secret.Reveal()}
	if now.Before(a.OldSecretUntil) {
		secrets = append(secrets, a.OldSecret.Reveal())
	}
	return secrets
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
