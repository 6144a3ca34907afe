package messaging

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// AddressKind is the sort of an address. The identity table is keyed by (kind, keyed hash of Address.Key).
type AddressKind string

const (
	KindPhone  AddressKind = "PHONE"
	KindUserID AddressKind = "BSUID" // WhatsApp's business-scoped user id
	KindEmail  AddressKind = "EMAIL"
)

// Address is where a person can be reached: a Phone, a UserID or an EmailAddress. The zero value is no address.
//
// It never shows itself by accident: every verb of fmt, slog and a panic print "[PHONE]", and encoding it (JSON, text)
// is an error, so whoever needs the value says so by calling E164, Value or Key. Two addresses cannot be compared with
// == (the compiler refuses): one person's number has several spellings, and Key is the one that counts.
type Address struct {
	// A function, for fmt looks into fields and behind pointers without asking any method, but not into a closure.
	reveal func() *address
}

func newAddress(a address) Address { return Address{func() *address { return &a }} }

type address struct {
	kind    AddressKind
	value   string // what the provider is given
	key     string // what is hashed: the same for every spelling of one address
	country string // ISO 3166-1 alpha-2, or empty
	masked  string
}

// ParseAddress reads an address of any kind: with "@" it is an e-mail address, "IN.123" is a business-scoped user id,
// all else is a phone number. defaultCountry (ISO, may be empty) is where a number without country code is at home.
// Errors are INVALID and do not repeat the input.
func ParseAddress(input, defaultCountry string) (Address, error) {
	input = strings.TrimSpace(input)
	switch {
	case strings.Contains(input, "@"):
		e, err := ParseEmail(input)
		return e.Address, err
	case looksLikeUserID(input):
		u, err := ParseUserID(input)
		return u.Address, err
	default:
		p, err := ParsePhone(input, defaultCountry)
		return p.Address, err
	}
}

// IsZero tells whether there is no address.
func (x Address) IsZero() bool { return x.reveal == nil }

// Kind is the sort of the address, empty for the zero value.
func (x Address) Kind() AddressKind { return x.get().kind }

// Key is what is hashed to find the person: equal for all spellings of one address. Never dial it, store it or show it.
func (x Address) Key() string { return x.get().key }

// Country is the ISO 3166-1 alpha-2 code that the address tells, or empty (an e-mail address, a satellite phone).
func (x Address) Country() string { return x.get().country }

// Masked is what a person may be shown: "+91••••••7052", "IN.••••0077", "a•••@example.com".
func (x Address) Masked() string { return x.get().masked }

// Phone gives the address as a phone number, false if it is none.
func (x Address) Phone() (Phone, bool) { return Phone{x}, x.Kind() == KindPhone }

// UserID gives the address as a business-scoped user id, false if it is none.
func (x Address) UserID() (UserID, bool) { return UserID{x}, x.Kind() == KindUserID }

// Email gives the address as an e-mail address, false if it is none.
func (x Address) Email() (EmailAddress, bool) { return EmailAddress{x}, x.Kind() == KindEmail }

func (x Address) get() address {
	if x.reveal == nil {
		return address{}
	}
	return *x.reveal()
}

// String, GoString, Format and LogValue print the kind alone.
func (x Address) String() string {
	if x.reveal == nil {
		return "[NONE]"
	}
	return "[" + string(x.Kind()) + "]"
}

func (x Address) GoString() string             { return x.String() }
func (x Address) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, x.String()) }
func (x Address) LogValue() slog.Value         { return slog.StringValue(x.String()) }
func (x Address) MarshalText() ([]byte, error) { return nil, errMarshalAddress }
func (x Address) MarshalJSON() ([]byte, error) { return nil, errMarshalAddress }

var errMarshalAddress = fmt.Errorf("messaging: an address is not encoded as it is; seal E164 or Value, hash Key, show Masked")
