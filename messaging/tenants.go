package messaging

import (
	"context"
	"io"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"posthaste/privacy"
)

// TenantStore keeps tenants.
type TenantStore interface {
	TenantReader
	// FoundTenant writes a tenant with its keys and audits its birth; with an e-mail it also makes the one-time invite of
	// the first user and gives its code: one transaction. CONFLICT when the id is taken.
	FoundTenant(ctx context.Context, by Author, t Tenant, k NewTenantKeys, ownerEmail string) (made Tenant, inviteCode string, err error)
	// SetTenantState moves a tenant between two states and audits it; CONFLICT when it is not in the first.
	SetTenantState(ctx context.Context, by Author, id ID, from, to TenantState, action AuditAction) (Tenant, error)
}

// NewTenantKeys are a new tenant's keys, as they are kept and as they are used.
type NewTenantKeys struct {
	Wrapped []byte
	Keys    *privacy.TenantKeys
}

// Tenants makes, suspends and resumes tenants. It is for operators and for the host's shell.
type Tenants struct {
	Store  TenantStore
	Ring   *privacy.Keyring
	Keys   TenantKeys
	IDs    *IDs
	Now    func() time.Time
	Random io.Reader
}

// TenantInput describes a new tenant. OwnerEmail is of the first user, who becomes its owner.
type TenantInput struct {
	Name       string
	Brand      string
	Zone       string // IANA
	Country    string // ISO 3166-1 alpha-2
	Currency   string // ISO 4217
	OwnerEmail string
}

// check trims the input and judges it.
func (in *TenantInput) check() error {
	in.Name, in.Brand = strings.TrimSpace(in.Name), strings.TrimSpace(in.Brand)
	switch {
	case !named(in.Name, 200):
		return Refuse(CodeInvalid, "name", "a name has 1 to 200 printable characters")
	case !named(in.Brand, 100):
		return Refuse(CodeInvalid, "brand", "a brand has 1 to 100 printable characters")
	case !knownZone(in.Zone):
		return Refuse(CodeInvalid, "zone", "not an IANA time zone, such as Asia/Kolkata")
	case !knownCountry(in.Country):
		return Refuse(CodeInvalid, "country", "not a country's two letters (ISO 3166), such as IN")
	case !knownCurrency(in.Currency):
		return Refuse(CodeInvalid, "currency", "not a currency's three letters (ISO 4217), such as INR")
	}
	if _, err := ParseEmail(in.OwnerEmail); err != nil {
		return Refuse(CodeInvalid, "ownerEmail", "%s", sentenceOf(err))
	}
	return nil
}

func knownZone(zone string) bool {
	if zone == "" || zone == "Local" {
		return false
	}
	_, err := time.LoadLocation(zone)
	return err == nil
}

func knownCountry(code string) bool {
	region, err := language.ParseRegion(code)
	return err == nil && len(code) == 2 && region.IsCountry() && region.String() == code
}

func knownCurrency(code string) bool {
	unit, err := currency.ParseISO(code)
	return err == nil && unit.String() == code && unit != currency.XXX
}

// Create makes a tenant and gives the code of its owner's one-time invite, which is shown once.
func (s *Tenants) Create(ctx context.Context, actor Actor, in TenantInput) (Tenant, privacy.Secret, error) {
	if err := in.check(); err != nil {
		return Tenant{}, privacy.Secret{}, err
	}
	t := Tenant{
		ID: s.IDs.Next(), Name: in.Name, Brand: in.Brand, Zone: in.Zone, Country: in.Country, Locale: "en", Currency: in.Currency,
		AddressMode: privacy.Hashed, ContentMode: privacy.Hashed, MessageDays: 180, MediaDays: 7, SummaryDays: 365, CreatedAt: s.Now().UTC(),
	}
	made, code, err := s.found(ctx, actor, t, in.OwnerEmail)
	return made, privacy.NewSecret(code), err
}

// EnsurePlatform makes the operators' own tenant unless it is there. It may be called by several processes at once.
func (s *Tenants) EnsurePlatform(ctx context.Context) error {
	_, err := s.Store.Tenant(ctx, PlatformTenant)
	if CodeOf(err) != CodeNotFound {
		return err
	}
	t := Tenant{
		ID: PlatformTenant, Name: "Platform", Brand: "Posthaste", Zone: "UTC", Country: "IN", Locale: "en", Currency: "USD",
		AddressMode: privacy.Hashed, ContentMode: privacy.Hashed, MessageDays: 180, MediaDays: 7, SummaryDays: 365, CreatedAt: s.Now().UTC(),
	}
	if _, _, err = s.found(ctx, Actor{}, t, ""); CodeOf(err) == CodeConflict {
		return nil // another process was faster
	}
	return err
}

func (s *Tenants) found(ctx context.Context, actor Actor, t Tenant, ownerEmail string) (Tenant, string, error) {
	wrapped, err := s.Ring.NewTenantKeys(s.Random, int64(t.ID))
	if err != nil {
		return Tenant{}, "", err
	}
	keys, err := s.Ring.OpenTenantKeys(int64(t.ID), wrapped)
	if err != nil {
		return Tenant{}, "", err
	}
	return s.Store.FoundTenant(ctx, AuthorOf(actor, s.IDs, t.CreatedAt, keys), t, NewTenantKeys{wrapped, keys}, ownerEmail)
}

// SetSuspended stops a tenant or lets it go on. A suspended one sends nothing and nobody of it signs in; nothing is lost.
func (s *Tenants) SetSuspended(ctx context.Context, actor Actor, id ID, suspended bool) (Tenant, error) {
	if id == PlatformTenant {
		return Tenant{}, Refuse(CodeConflict, "id", "the operators' own tenant cannot be suspended")
	}
	keys, err := s.Keys.Of(ctx, id)
	if err != nil {
		return Tenant{}, err
	}
	by := AuthorOf(actor, s.IDs, s.Now(), keys)
	if suspended {
		return s.Store.SetTenantState(ctx, by, id, TenantActive, TenantSuspended, AuditTenantSuspended)
	}
	return s.Store.SetTenantState(ctx, by, id, TenantSuspended, TenantActive, AuditTenantResumed)
}
