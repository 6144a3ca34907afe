package privacy

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// TenantKeys are the keys of one tenant, unwrapped. They are random, so deleting the row with their wrapped form is the
// erasure of all they sealed and the end of every link between a hash and a person. Safe for concurrent use.
type TenantKeys struct {
	tenant    int64
	subject   Key
	analytics Key
	data      []Key // the sealing one first

	subjects *Hasher
	counts   *Hasher
	ring     *Ring
}

// tenantKeysPlace is where the wrapped keys live.
func tenantKeysPlace(tenant int64) AAD {
	return AAD{Tenant: tenant, Table: "tenant_key", Column: "wrapped", Row: tenant}
}

// tenantKeysVersion starts the wrapped plaintext: version, subject key, analytics key, data keys.
const tenantKeysVersion = 1

// NewTenantKeys draws the keys of a new tenant and gives them wrapped, to be stored as tenant_key.wrapped.
func (r *Keyring) NewTenantKeys(random io.Reader, tenant int64) (wrapped []byte, err error) {
	var keys [3]Key
	for i := range keys {
		if keys[i], err = randomKey(random); err != nil {
			return nil, err
		}
	}
	return r.wrapTenantKeys(newTenantKeys(tenant, keys[0], keys[1], keys[2:])), nil
}

// OpenTenantKeys unwraps the keys of a tenant. The error wraps ErrSealed.
func (r *Keyring) OpenTenantKeys(tenant int64, wrapped []byte) (*TenantKeys, error) {
	plain, err := r.Ring(ForWrapping).Open(nil, tenantKeysPlace(tenant), wrapped)
	if err != nil {
		return nil, fmt.Errorf("privacy: open the keys of tenant %d: %w", tenant, err)
	}
	defer clear(plain)
	if len(plain) < 1+3*KeySize || (len(plain)-1)%KeySize != 0 || plain[0] != tenantKeysVersion {
		return nil, fmt.Errorf("privacy: the keys of tenant %d have an unknown form", tenant)
	}
	var keys []Key
	for b := plain[1:]; len(b) > 0; b = b[KeySize:] {
		keys = append(keys, newKey([KeySize]byte(b)))
	}
	return newTenantKeys(tenant, keys[0], keys[1], keys[2:]), nil
}

// RewrapTenantKeys wraps with the primary what an older root key wrapped; moved tells whether that was so.
func (r *Keyring) RewrapTenantKeys(tenant int64, wrapped []byte) (renewed []byte, moved bool, err error) {
	return r.Ring(ForWrapping).Renew(tenantKeysPlace(tenant), wrapped)
}

// PrepareDataKey draws the tenant's next data key, which opens and does not seal yet: processes learn of it before anything
// bears it. Only one at a time: a rotation that has not come to its end is an error. Subject and analytics keys never
// rotate: without the plain values their hashes could not be made anew.
func (r *Keyring) PrepareDataKey(random io.Reader, tenant int64, wrapped []byte) (renewed []byte, fresh KeyID, err error) {
	renewed, err = r.changeDataKeys(tenant, wrapped, func(data []Key) ([]Key, error) {
		if len(data) > 1 {
			return nil, fmt.Errorf("privacy: tenant %d has an older or a next data key already", tenant)
		}
		next, err := randomKey(random)
		fresh = next.id
		return append(data, next), err
	})
	return renewed, fresh, err
}

// PromoteDataKey has the named data key seal from now on; the others open only.
func (r *Keyring) PromoteDataKey(tenant int64, wrapped []byte, id KeyID) (renewed []byte, err error) {
	return r.changeDataKeys(tenant, wrapped, func(data []Key) ([]Key, error) {
		at, err := indexOfKey(data, id)
		if err != nil {
			return nil, err
		}
		return slices.Insert(slices.Delete(slices.Clone(data), at, at+1), 0, data[at]), nil
	})
}

// DropDataKey takes a data key out: what it has sealed never opens again. The one that seals stays.
func (r *Keyring) DropDataKey(tenant int64, wrapped []byte, id KeyID) (renewed []byte, err error) {
	return r.changeDataKeys(tenant, wrapped, func(data []Key) ([]Key, error) {
		at, err := indexOfKey(data, id)
		if err != nil {
			return nil, err
		}
		if at == 0 {
			return nil, fmt.Errorf("privacy: data key %s is the one that seals", id)
		}
		return slices.Delete(slices.Clone(data), at, at+1), nil
	})
}

func indexOfKey(keys []Key, id KeyID) (int, error) {
	at := slices.IndexFunc(keys, func(k Key) bool { return k.id == id })
	if at < 0 {
		return 0, fmt.Errorf("privacy: there is no data key %s", id)
	}
	return at, nil
}

func (r *Keyring) changeDataKeys(tenant int64, wrapped []byte, change func([]Key) ([]Key, error)) ([]byte, error) {
	t, err := r.OpenTenantKeys(tenant, wrapped)
	if err != nil {
		return nil, err
	}
	data, err := change(t.data)
	if err != nil {
		return nil, err
	}
	return r.wrapTenantKeys(newTenantKeys(tenant, t.subject, t.analytics, data)), nil
}

func (r *Keyring) wrapTenantKeys(t *TenantKeys) []byte {
	plain := []byte{tenantKeysVersion}
	for _, k := range append([]Key{t.subject, t.analytics}, t.data...) {
		plain = append(plain, k.bytes()...)
	}
	defer clear(plain)
	return r.Ring(ForWrapping).Seal(nil, tenantKeysPlace(t.tenant), plain)
}

func newTenantKeys(tenant int64, subject, analytics Key, data []Key) *TenantKeys {
	return &TenantKeys{
		tenant: tenant, subject: subject, analytics: analytics, data: data,
		subjects: subject.Hasher(), counts: analytics.Hasher(), ring: NewRing(data[0], data[1:]...),
	}
}

// Tenant tells whose keys these are.
func (t *TenantKeys) Tenant() int64 { return t.tenant }

// Subject hashes what identifies a person, for Postgres. The key never changes.
func (t *TenantKeys) Subject() *Hasher { return t.subjects }

// SubjectHash is Subject().Hash.
func (t *TenantKeys) SubjectHash(kind Kind, canonical string) [32]byte {
	return t.subjects.Hash(kind, canonical)
}

// ContentHash is the first 128 bits of the keyed hash of what a message said, as canonical JSON: enough to tell whether it
// said what someone claims, and useless without the key. The program keeps it and compares it with nothing.
func (t *TenantKeys) ContentHash(content []byte) [16]byte {
	sum := t.subjects.Hash(Content, string(content))
	return [16]byte(sum[:16])
}

// Analytics hashes what identifies a person, for ClickHouse. Its values do not join with those of Subject.
func (t *TenantKeys) Analytics() *Hasher { return t.counts }

// AnalyticsHash is Analytics().Hash64.
func (t *TenantKeys) AnalyticsHash(kind Kind, canonical string) uint64 {
	return t.counts.Hash64(kind, canonical)
}

// Data seals and opens the tenant's values. The caller must set AAD.Tenant to this tenant.
func (t *TenantKeys) Data() *Ring { return t.ring }

// DataKeys names the data keys, the one that seals first.
func (t *TenantKeys) DataKeys() []KeyID {
	ids := make([]KeyID, len(t.data))
	for i, k := range t.data {
		ids[i] = k.id
	}
	return ids
}

// Renew seals a value anew if an older data key sealed it; moved tells whether it did. The error wraps ErrSealed.
func (t *TenantKeys) Renew(at AAD, sealed []byte) (renewed []byte, moved bool, err error) {
	at.Tenant = t.tenant
	return t.ring.Renew(at, sealed)
}

// Seal appends the sealed plaintext to dst; the tenant of the place is this one, whatever at says.
func (t *TenantKeys) Seal(dst []byte, at AAD, plaintext []byte) []byte {
	at.Tenant = t.tenant
	return t.ring.Seal(dst, at, plaintext)
}

// Open appends the plaintext to dst; the tenant of the place is this one. The error wraps ErrSealed.
func (t *TenantKeys) Open(dst []byte, at AAD, sealed []byte) ([]byte, error) {
	at.Tenant = t.tenant
	return t.ring.Open(dst, at, sealed)
}

// Derive makes a key of this tenant for a purpose of the caller, from the subject key: a ledger's, a link's. It lives
// and dies with the tenant.
func (t *TenantKeys) Derive(p Purpose) Key {
	return t.subject.derive("posthaste/v1/tenant-key/" + string(p))
}

// Day is a civil date as days since 1970-01-01.
type Day int32

// DayOf is the date of t in t's own location.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60)) // #nosec G115 -- days until the year 5,000,000
}

// DayKeyPlace is where the wrapped key of a day lives.
func DayKeyPlace(day Day) AAD { return AAD{Table: "day_key", Column: "wrapped", Row: int64(day)} }

// NewDayKey draws the key of one day and gives it wrapped by the tenant's data key, to be stored as day_key.wrapped. The
// key is random and not derived: deleting that row erases all the day's values.
func (t *TenantKeys) NewDayKey(random io.Reader, day Day) (wrapped []byte, err error) {
	k, err := randomKey(random)
	if err != nil {
		return nil, err
	}
	return t.Seal(nil, DayKeyPlace(day), k.bytes()), nil
}

// OpenDayKey unwraps the key of one day. The error wraps ErrSealed.
func (t *TenantKeys) OpenDayKey(day Day, wrapped []byte) (*DayKey, error) {
	plain, err := t.Open(nil, DayKeyPlace(day), wrapped)
	if err != nil {
		return nil, fmt.Errorf("privacy: open the key of day %d: %w", day, err)
	}
	defer clear(plain)
	if len(plain) != KeySize {
		return nil, fmt.Errorf("privacy: the key of day %d has an unknown form", day)
	}
	key := newKey([KeySize]byte(plain))
	return &DayKey{tenant: t.tenant, day: day, sealer: key.Sealer(), person: key.derive("posthaste/v1/day-key/person")}, nil
}

// RenewDayKey wraps a day's key with the data key that seals; moved tells whether an older one had wrapped it.
func (t *TenantKeys) RenewDayKey(day Day, wrapped []byte) (renewed []byte, moved bool, err error) {
	return t.Renew(DayKeyPlace(day), wrapped)
}

// DayKey seals what lives until the end of one day's term. Safe for concurrent use.
type DayKey struct {
	tenant int64
	day    Day
	sealer *Sealer
	person Key
}

// Passing hashes the keyed hash of an address once more, under the day's key: it finds a person until that is destroyed,
// and afterwards nobody can make it again.
func (d *DayKey) Passing(hash [32]byte) [32]byte { return d.person.MAC(hash[:]) }

// Day tells which day's key this is.
func (d *DayKey) Day() Day { return d.day }

// Seal appends the sealed plaintext to dst; the tenant of the place is the key's.
func (d *DayKey) Seal(dst []byte, at AAD, plaintext []byte) []byte {
	at.Tenant = d.tenant
	return d.sealer.Seal(dst, at, plaintext)
}

// Open appends the plaintext to dst; the tenant of the place is the key's. The error wraps ErrSealed.
func (d *DayKey) Open(dst []byte, at AAD, sealed []byte) ([]byte, error) {
	at.Tenant = d.tenant
	return d.sealer.Open(dst, at, sealed)
}

// Format prints the tenant only.
func (t *TenantKeys) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "keys of tenant %d", t.tenant) }

// Format prints the tenant and the day only.
func (d *DayKey) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "key of tenant %d, day %d", d.tenant, d.day)
}
