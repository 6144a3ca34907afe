package store_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

const rotationPassword = "correct horse battery"

// program is a process with a key file of its own.
type program struct {
	*storetest.Bench
	ring   *privacy.Keyring
	keys   *store.Keys
	access *auth.Access
}

func newProgram(t *testing.T, b *storetest.Bench, file []byte) program {
	t.Helper()
	ring, err := privacy.ParseKeyring(file)
	if err != nil {
		t.Fatal(err)
	}
	keys := store.NewKeys(b.Store, ring, rand.Reader, b.Clock.Now)
	signing := store.NewSigningKeys(b.Store, ring.Ring(privacy.ForJWT), "https://ph.example", rand.Reader, b.Clock.Now)
	digester := func(p privacy.Purpose) auth.Digester { return auth.NewDigester(ring.Keys(p)) }
	return program{b, ring, keys, &auth.Access{
		Store: store.NewAccess(b.Store, keys, b.IDs), Tokens: signing.Tokens, Refresh: auth.NewRefreshTokens(ring.Keys(privacy.ForRefreshTokens)),
		Passwords: auth.NewPasswords(ring.Keys(privacy.ForPasswords), 100<<20, rand.Reader), Policy: auth.NewPasswordPolicy(),
		Emails: digester(privacy.ForUserEmails), Clients: digester(privacy.ForSessionIDs), Recovery: digester(privacy.ForRecoveryCodes),
		APIKeys: digester(privacy.ForAPIKeys), Invites: digester(privacy.ForInvites), Counters: ring.Key(privacy.ForRateLimits),
		Issuer: "Posthaste", IDs: b.IDs, Now: b.Clock.Now, Quotas: &auth.Quotas{}, Random: rand.Reader,
	}}
}

// tenant is born with keys that this program wraps.
func (p program) tenant(t *testing.T) messaging.ID {
	t.Helper()
	id := p.IDs.Next()
	wrapped, err := p.ring.NewTenantKeys(rand.Reader, int64(id))
	if err != nil {
		t.Fatal(err)
	}
	tenant := messaging.Tenant{
		ID: id, Name: "Acme Tea Ltd", Brand: "Acme Tea", Zone: "Asia/Kolkata", Country: "IN", Locale: "en", Currency: "INR", AddressMode: privacy.Hashed,
		ContentMode: privacy.Hashed, MessageDays: storetest.MessageDays, MediaDays: 7, SummaryDays: 365, CreatedAt: p.Clock.Now(),
	}
	if _, err := p.Store.CreateTenant(t.Context(), tenant, wrapped, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := p.access.SeedAllowList(t.Context(), id, []auth.EntryInput{{Network: "203.0.113.0/24"}}); err != nil {
		t.Fatal(err)
	}
	return id
}

// totpCode is RFC 6238 with six digits.
func totpCode(secret []byte, at time.Time) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000)
}

func atOffice() auth.Visit {
	return auth.Visit{Address: netip.MustParseAddr("203.0.113.7"), Agent: "Browser/1", SetRefresh: func(string, time.Time) {}}
}

func (p program) enters(t *testing.T, what, bearer string) messaging.Actor {
	t.Helper()
	actor, err := p.access.Enter(t.Context(), bearer, atOffice())
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return actor
}

func (p program) signsIn(t *testing.T, email string) {
	t.Helper()
	if got, err := p.access.SignIn(t.Context(), email, rotationPassword, atOffice()); err != nil || got.Pending == "" {
		t.Fatalf("%s does not sign in: %v", email, err)
	}
}

// use is what needs the nth root key of the program's ring; 0 is the primary.
func (p program) use(t *testing.T, n int) store.RootKeyUse {
	t.Helper()
	uses, err := p.Store.RootKeyUse(t.Context(), p.ring, p.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if len(uses) != len(p.ring.Info()) {
		t.Fatalf("%d root keys are counted", len(uses))
	}
	use := uses[p.ring.Info()[n].ID]
	use.PrimarySince = use.PrimarySince.UTC()
	return use
}

func (p program) rewrap(t *testing.T) int {
	t.Helper()
	moved, err := p.Store.Rewrap(t.Context(), p.ring, p.keys, p.IDs, rand.Reader, p.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return moved
}

// person is somebody with a session, a refresh token and an API key.
type person struct {
	id                   messaging.ID
	email, token, apiKey string
	refresh              string
}

func (p program) person(t *testing.T, tenant messaging.ID, email string) person {
	t.Helper()
	secret, err := auth.NewTOTPSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	user, err := p.access.SeedUser(t.Context(), tenant, auth.Seed{Email: email, Name: "Asha", Role: auth.Owner, Password: rotationPassword, TOTP: secret})
	if err != nil {
		t.Fatal(err)
	}
	who, visit := person{id: user.ID, email: email}, atOffice()
	visit.SetRefresh = func(token string, _ time.Time) { who.refresh = token }
	first, err := p.access.SignIn(t.Context(), email, rotationPassword, visit)
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.access.ConfirmSecondFactor(t.Context(), first.Pending, totpCode(secret.Bytes(), p.Clock.Now()), visit)
	if err != nil {
		t.Fatal(err)
	}
	who.token = second.Access
	actor := p.enters(t, "a new session", who.token)
	if _, who.apiKey, err = p.access.CreateKey(t.Context(), actor, auth.NewKey{Name: "BI", Quota: 600, Days: 30, Scopes: []messaging.Permission{messaging.PermAnalyticsRead}}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.access.RenewRecoveryCodes(t.Context(), actor); err != nil {
		t.Fatal(err)
	}
	return who
}

// The whole course of a rotation: with both keys everything opens and sessions go on; what can be moved is moved by itself,
// the rest as it is used; with the new key alone everything still opens.
func TestRootKeyIsRotatedAndRetired(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	first, err := privacy.NewKeyFile(rand.Reader, b.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	old := newProgram(t, b, first)
	if moved := old.rewrap(t); moved != 0 {
		t.Errorf("with one root key %d tenants were moved", moved)
	}
	tenants := []messaging.ID{old.tenant(t), old.tenant(t), old.tenant(t)}
	asha := old.person(t, tenants[0], "asha@acme.example")
	lost := old.person(t, tenants[1], "ravi@acme.example") // never comes again
	want := store.RootKeyUse{PrimarySince: b.Clock.Now(), TenantKeys: 3, SigningKeys: 1, Passwords: 2, APIKeys: 2, RecoveryCodes: 2}
	if use := old.use(t, 0); use != want {
		t.Fatalf("before the rotation the only key is needed for %+v, want %+v", use, want)
	}

	second, err := privacy.RotateKeyFile(rand.Reader, b.Clock.Now(), first)
	if err != nil {
		t.Fatal(err)
	}
	now := newProgram(t, b, second)
	want.PrimarySince = time.Time{}
	if use := now.use(t, 1); use != want {
		t.Errorf("after the rotation the old key is needed for %+v, want %+v", use, want)
	}
	now.enters(t, "a session of before", asha.token)
	visit := atOffice()
	visit.Refresh, visit.SetRefresh = asha.refresh, func(token string, _ time.Time) { asha.refresh = token }
	if renewed, err := now.access.RefreshSession(t.Context(), visit); err != nil || renewed.Access == "" {
		t.Fatalf("a session of before is not renewed: %v", err)
	}

	b.Clock.Advance(time.Second)
	if moved := now.rewrap(t); moved != 3 {
		t.Errorf("%d tenants were moved", moved)
	}
	if moved := now.rewrap(t); moved != 0 {
		t.Errorf("the second time %d tenants were moved", moved)
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*)::int FROM signing_key"); n != 2 {
		t.Errorf("%d keys sign tokens; the next one is to be known", n)
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*)::int FROM audit_event WHERE action = 'root_keys.rewrapped'"); n != 3 {
		t.Errorf("%d tenants' ledgers tell of it", n)
	}
	want = store.RootKeyUse{PrimarySince: b.Clock.Now(), Passwords: 2, APIKeys: 2, RecoveryCodes: 2}
	if use := now.use(t, 1); !use.PrimarySince.Equal(want.PrimarySince) || use.Sealed() || use.Credentials() != 6 {
		t.Errorf("after the rewrap the old key is needed for %+v, want %+v", use, want)
	}
	now.signsIn(t, asha.email)
	actor := now.enters(t, "an API key of before", asha.apiKey)
	if _, err := now.access.RenewRecoveryCodes(t.Context(), messaging.Actor{Tenant: actor.Tenant, User: asha.id, Session: 1, Address: actor.Address}); err != nil {
		t.Fatal(err)
	}
	if use := now.use(t, 1); use.Passwords != 1 || use.APIKeys != 1 || use.RecoveryCodes != 1 {
		t.Errorf("after one of two came again the old key is needed for %+v", use)
	}
	if use := now.use(t, 1); !use.Young(b.Clock.Now()) || use.Young(b.Clock.Now().Add(store.ServesAlone)) {
		t.Error("the primary may serve alone too soon, or never")
	}

	countEachOnItsOwn(t, b, now, second, tenants[2])

	root, err := privacy.ParseKeyring(first)
	if err != nil {
		t.Fatal(err)
	}
	third, err := privacy.RetireKey(b.Clock.Now(), second, root.RootID())
	if err != nil {
		t.Fatal(err)
	}
	alone := newProgram(t, b, third)
	for _, tenant := range tenants {
		if _, err := alone.keys.Of(t.Context(), tenant); err != nil {
			t.Errorf("a tenant's keys do not open with the new key alone: %v", err)
		}
	}
	if known := repetition(t, old, tenants[2]); known != repetition(t, alone, tenants[2]) {
		t.Error("a call that is repeated over the rotation would send twice")
	}
	alone.signsIn(t, asha.email)
	alone.enters(t, "an API key that was used meanwhile", asha.apiKey)
	alone.enters(t, "a session of before", asha.token)
	visit.Refresh = asha.refresh
	if renewed, err := alone.access.RefreshSession(t.Context(), visit); err != nil || renewed.Access == "" {
		t.Errorf("the session that was renewed meanwhile ends: %v", err)
	}
	if _, err := alone.access.Enter(t.Context(), lost.apiKey, atOffice()); messaging.CodeOf(err) != messaging.CodeUnauthenticated {
		t.Errorf("an API key that only the retired key knew: %v", err)
	}
	checkLedgers(t, b, alone, tenants)
}

// countEachOnItsOwn has the key that is the primary replaced in turn: what needs it does not count for the first one.
func countEachOnItsOwn(t *testing.T, b *storetest.Bench, now program, second []byte, tenant messaging.ID) {
	t.Helper()
	now.person(t, tenant, "meera@acme.example")
	third, err := privacy.RotateKeyFile(rand.Reader, b.Clock.Now(), second)
	if err != nil {
		t.Fatal(err)
	}
	later := newProgram(t, b, third)
	// One of two whose credentials are of the first key has come again since.
	if use, want := later.use(t, 1), (store.RootKeyUse{TenantKeys: 3, SigningKeys: 2, Passwords: 2, APIKeys: 2, RecoveryCodes: 2}); use != want {
		t.Errorf("the second key is needed for %+v, want %+v", use, want)
	}
	if use, want := later.use(t, 2), (store.RootKeyUse{Passwords: 1, APIKeys: 1, RecoveryCodes: 1}); use != want {
		t.Errorf("the first key is needed for %+v, want %+v", use, want)
	}
	// A row that does not say whose it is may be anybody's.
	storetest.Owner[int](t, b, "WITH one AS (SELECT id FROM api_key WHERE tenant_id = $1) UPDATE api_key k SET digest_key = NULL FROM one WHERE k.id = one.id RETURNING 1", int64(tenant))
	if second, first := later.use(t, 1), later.use(t, 2); second.APIKeys != 2 || first.APIKeys != 2 {
		t.Errorf("a key without a name counts for neither: %d and %d", second.APIKeys, first.APIKeys)
	}
}

// repetition is how a call's idempotency key is known again.
func repetition(t *testing.T, p program, tenant messaging.ID) [32]byte {
	t.Helper()
	own, err := p.keys.Of(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	return own.Derive(privacy.ForIdempotency).MAC([]byte("key"), []byte("order 4711"))
}

// checkLedgers walks the chains with the new key.
func checkLedgers(t *testing.T, b *storetest.Bench, p program, tenants []messaging.ID) {
	t.Helper()
	walked := 0
	for _, tenant := range tenants {
		err := b.Store.CheckLedgers(t.Context(), p.keys, tenant, nil, func(c store.LedgerCheck) {
			if walked++; c.Err != nil {
				t.Errorf("the ledger of tenant %s: %v", c.Tenant, c.Err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if walked != len(tenants) {
		t.Errorf("%d ledgers were walked", walked)
	}
}

// A process that does not know the primary yet goes on beside one that does, as long as the key is only the next one.
func TestNextRootKeyIsLearntBeforeItSeals(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	first, err := privacy.NewKeyFile(rand.Reader, b.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	prepared, err := privacy.PrepareKeyFile(rand.Reader, b.Clock.Now(), first)
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := privacy.RotateKeyFile(rand.Reader, b.Clock.Now(), prepared)
	if err != nil {
		t.Fatal(err)
	}
	unaware, aware := newProgram(t, b, first), newProgram(t, b, prepared)
	tenant := aware.tenant(t)
	if _, err := unaware.keys.Of(t.Context(), tenant); err != nil {
		t.Errorf("what a process with the next key seals does not open without it: %v", err)
	}
	unaware.person(t, tenant, "asha@acme.example")
	after := newProgram(t, b, rotated)
	if moved := after.rewrap(t); moved != 1 {
		t.Errorf("%d tenants were moved", moved)
	}
	b.Clock.Advance(2 * time.Minute)
	if _, err := aware.keys.Of(t.Context(), tenant); err != nil {
		t.Errorf("a process that was only prepared does not open what the new primary has sealed: %v", err)
	}
	aware.signsIn(t, "asha@acme.example") // the hash of the e-mail is the new primary's
}

// Between the rotation and the next migration the roles have the password that the older key makes.
func TestStoreOpensWithAnOlderPassword(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	o := b.Options
	o.Older = []store.RolePasswords{{App: o.AppPassword, Across: o.AcrossPassword, Jobs: o.JobsPassword}}
	o.AppPassword, o.AcrossPassword, o.JobsPassword = "new-app", "new-across", "new-jobs"
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("the older password is not tried: %v", err)
	}
	s.Close()
	o.Older = nil
	if s, err := store.Open(t.Context(), o); err == nil {
		s.Close()
		t.Error("a wrong password opens the store")
	}
}
