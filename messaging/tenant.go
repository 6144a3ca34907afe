package messaging

import (
	"time"

	"posthaste/privacy"
)

// TenantState says whether a tenant may act.
type TenantState string

const (
	TenantActive    TenantState = "ACTIVE"
	TenantSuspended TenantState = "SUSPENDED" // nothing is sent, nobody signs in; data stays
	TenantDeleting  TenantState = "DELETING"  // its keys are gone; its rows go in the background
)

// Tenant is an enterprise: the owner of everything else.
type Tenant struct {
	ID          ID
	Name        string // of the enterprise
	Brand       string // as its people and recipients know it
	Zone        string // IANA; decides on which day a message counts
	Country     string // ISO 3166-1 alpha-2: where phone numbers given without "+" are at home
	Locale      string // BCP 47
	Currency    string // ISO 4217
	State       TenantState
	AddressMode privacy.Mode
	ContentMode privacy.Mode
	MessageDays int // how long messages are kept
	MediaDays   int
	SummaryDays int
	CreatedAt   time.Time
	SuspendedAt *time.Time
}

// Active tells whether the tenant may act.
func (t Tenant) Active() bool { return t.State == TenantActive }

// Location is the tenant's zone. A zone that this program does not know (the row was written by another one) is UTC.
func (t Tenant) Location() *time.Location {
	zone, err := time.LoadLocation(t.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Day is the tenant's civil date at the moment.
func (t Tenant) Day(at time.Time) privacy.Day { return privacy.DayOf(at.In(t.Location())) }
