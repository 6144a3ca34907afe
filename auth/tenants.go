package auth

import (
	"context"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"posthaste/messaging"
	"posthaste/privacy"
)

// TenantStore keeps tenants. Tenants across the installation are for operators and carry no content.
type TenantStore interface {
	CreateTenant(ctx context.Context, t messaging.Tenant, wrapped []byte, keys *privacy.TenantKeys, with func(AccessTx) error) (messaging.Tenant, error)
	Tenants(ctx context.Context) ([]messaging.Tenant, error)
	SetTenantSuspended(ctx context.Context, tenant messaging.ID, suspended bool, now time.Time, with func(AccessTx) error) (messaging.Tenant, error)
	// DeleteTenant begins the deletion of a suspended tenant of that name. with acts on the platform, in the same
	// transaction. CONFLICT when it is not suspended or is being deleted, INVALID for another name.
	DeleteTenant(ctx context.Context, tenant messaging.ID, name string, now time.Time, with func(AccessTx, LedgerEnd) error) (messaging.Tenant, error)
}

// Tenants makes tenants, each born with keys of its own and an invite for its first owner.
type Tenants struct {
	Store  TenantStore
	Access *Access
	Ring   *privacy.Keyring
	IDs    *messaging.IDs
	Now    func() time.Time
	Random io.Reader
}

// NewTenant describes a tenant to be.
type NewTenant struct {
	Name, Brand, Zone, Country, Currency, OwnerEmail string
}

// EnsurePlatform makes the operators' own tenant unless it is there, with an invite for the first operator. code is empty
// when it was there already.
func (s *Tenants) EnsurePlatform(ctx context.Context, operatorEmail string) (code string, err error) {
	n := NewTenant{Name: "Platform", Brand: platformBrand, Zone: "UTC", Country: "IN", Currency: "USD", OwnerEmail: operatorEmail}
	_, code, err = s.create(ctx, messaging.PlatformTenant, n, messaging.AuditedHost(messaging.AuditTenantCreated, messaging.PlatformTenant, nil))
	if messaging.CodeOf(err) == messaging.CodeConflict {
		return "", nil
	}
	return code, err
}

// InviteOperator invites an operator from the host, and makes the platform with the first. The code is to be shown once.
func (s *Tenants) InviteOperator(ctx context.Context, email string) (code string, err error) {
	switch _, err := s.Access.UserByEmail(ctx, email); {
	case err == nil:
		return "", messaging.Refuse(messaging.CodeConflict, "email", "this e-mail already has a user")
	case messaging.CodeOf(err) != messaging.CodeNotFound:
		return "", err
	}
	if code, err = s.EnsurePlatform(ctx, email); err != nil || code != "" {
		return code, err
	}
	var made Invitation
	now := s.Now()
	err = s.Access.Store.Act(ctx, messaging.PlatformTenant, func(tx AccessTx) (err error) {
		if made, err = s.Access.InviteOwner(ctx, tx, messaging.PlatformTenant, platformBrand, email); err != nil {
			return err
		}
		return tx.Audit(ctx, now, messaging.AuditedHost(messaging.AuditUserInvited, made.ID, map[string]string{"role": string(Operator)}))
	})
	return made.Token, err
}

// platformBrand is what operators' mails come from.
const platformBrand = "Posthaste"

// Create makes a tenant. It gives the code of the owner's invite, to be shown once. actor is the zero Actor for the host.
func (s *Tenants) Create(ctx context.Context, actor messaging.Actor, n NewTenant) (messaging.Tenant, string, error) {
	if err := n.check(); err != nil {
		return messaging.Tenant{}, "", err
	}
	id := s.IDs.Next()
	return s.create(ctx, id, n, actor.Audited(messaging.AuditTenantCreated, id, nil))
}

func (s *Tenants) create(ctx context.Context, id messaging.ID, n NewTenant, made messaging.AuditEvent) (messaging.Tenant, string, error) {
	now := s.Now()
	wrapped, err := s.Ring.NewTenantKeys(s.Random, int64(id))
	if err != nil {
		return messaging.Tenant{}, "", err
	}
	keys, err := s.Ring.OpenTenantKeys(int64(id), wrapped)
	if err != nil {
		return messaging.Tenant{}, "", err
	}
	t := messaging.Tenant{
		ID: id, Name: n.Name, Brand: n.Brand, Zone: n.Zone, Country: n.Country, Locale: "en", Currency: n.Currency,
		State: messaging.TenantActive, AddressMode: privacy.Hashed, ContentMode: privacy.Hashed,
		MessageDays: 180, MediaDays: 7, SummaryDays: 365, CreatedAt: now,
	}
	var owner Invitation
	t, err = s.Store.CreateTenant(ctx, t, wrapped, keys, func(tx AccessTx) (err error) {
		if owner, err = s.Access.InviteOwner(ctx, tx, id, n.Brand, n.OwnerEmail); err != nil {
			return err
		}
		return tx.Audit(ctx, now, made)
	})
	return t, owner.Token, err
}

// SetSuspended stops a tenant, or lets it go on: nothing is sent and nobody comes in; data stays. actor is the
// zero Actor for the host.
func (s *Tenants) SetSuspended(ctx context.Context, actor messaging.Actor, tenant messaging.ID, suspended bool) (messaging.Tenant, error) {
	if tenant == messaging.PlatformTenant {
		return messaging.Tenant{}, messaging.Refuse(messaging.CodeConflict, "id", "the platform cannot be suspended")
	}
	action := messaging.AuditTenantResumed
	if suspended {
		action = messaging.AuditTenantSuspended
	}
	now := s.Now()
	return s.Store.SetTenantSuspended(ctx, tenant, suspended, now, func(tx AccessTx) error {
		event := actor.Audited(action, tenant, nil)
		event.User, event.Key = 0, 0 // an operator is nobody whom the tenant could look up
		return tx.Audit(ctx, now, event)
	})
}

// List is every tenant but the platform, for operators.
func (s *Tenants) List(ctx context.Context) ([]messaging.Tenant, error) { return s.Store.Tenants(ctx) }

var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

func (n NewTenant) check() error {
	refuse := func(field, sentence string) error {
		return messaging.Refuse(messaging.CodeInvalid, field, "%s", sentence)
	}
	if !named(n.Name, 200) {
		return refuse("name", "a name has 1 to 200 printable characters")
	}
	if !named(n.Brand, 100) {
		return refuse("brand", "a brand has 1 to 100 printable characters")
	}
	if _, err := time.LoadLocation(n.Zone); err != nil || n.Zone == "" || n.Zone == "Local" {
		return refuse("zone", "not an IANA time zone such as Asia/Kolkata")
	}
	if region, err := language.ParseRegion(n.Country); err != nil || !countryCode.MatchString(n.Country) || !region.IsCountry() {
		return refuse("country", "not an ISO 3166 country code such as IN")
	}
	if unit, err := currency.ParseISO(n.Currency); err != nil || unit.String() != n.Currency || unit == currency.XXX { // XXX: no currency
		return refuse("currency", "not an ISO 4217 currency code such as INR")
	}
	if _, err := messaging.ParseEmail(n.OwnerEmail); err != nil {
		return refuse("ownerEmail", "not an e-mail address")
	}
	return nil
}

// named tells whether s is a name of 1 to most characters that people can see.
func named(s string, most int) bool {
	return strings.TrimSpace(s) != "" && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
