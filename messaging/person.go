package messaging

import "posthaste/privacy"

// AddressKey finds a person: the kind of an address and its keyed hash. The zero value finds nobody.
type AddressKey struct {
	Kind AddressKind
	Key  [32]byte
}

// KeyOf is the key of an address under the tenant's subject key.
func KeyOf(keys *privacy.TenantKeys, a Address) AddressKey {
	return AddressKey{a.Kind(), keys.SubjectHash(HashKind(a.Kind()), a.Key())}
}

// Person is who is behind an address and how they stand to a send. Subject is 0 for an address that we do not know.
type Person struct {
	Subject ID
	Standing
}
