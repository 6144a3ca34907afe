package privacy

import (
	"database/sql/driver"
	"fmt"
)

// Mode is how a class of data (addresses, contents) is kept once a message is final. Until then every mode holds the
// value sealed, because it must still be sent. The zero Mode is none of the three and forbids everything.
//
// Consent stands outside: opt-in and opt-out hold a keyed hash in every mode, for the law asks for the proof.
type Mode string

const (
	// Plain keeps the value sealed on disk for the whole term, readable by permitted people.
	Plain Mode = "PLAIN"
	// Hashed keeps only the keyed hash.
	Hashed Mode = "HASHED"
	// None keeps nothing.
	None Mode = "NONE"
)

// Use is something a person or a report wants of a datum after its message is final.
type Use int

const (
	// Reveal shows the value again: the inbox's history, an export with numbers, a contact row.
	Reveal Use = iota
	// Find looks a message up by a value that the asker brings: "what did we send to this number?".
	Find
	// Distinct tells people apart without knowing them: unique recipients, frequency, funnels over several messages.
	Distinct
)

// Allows tells whether the use is possible at all. Reporting answers null with a reason, never 0, where it is not.
//
//	         PLAIN  HASHED  NONE
//	Reveal   yes    no      no
//	Find     yes    yes     no
//	Distinct yes    yes     no
func (m Mode) Allows(u Use) bool {
	switch u {
	case Reveal:
		return m.KeepsValue()
	case Find, Distinct:
		return m.KeepsHash()
	default:
		return false
	}
}

// KeepsValue tells whether the sealed value outlives the message's last attempt.
func (m Mode) KeepsValue() bool { return m == Plain }

// KeepsHash tells whether the keyed hash outlives the message's last attempt.
func (m Mode) KeepsHash() bool { return m == Plain || m == Hashed }

// Valid tells whether m is one of the three.
func (m Mode) Valid() bool { return m == Plain || m == Hashed || m == None }

// StricterThan tells whether m keeps less than other, so that changing from other to m must delete what is there.
func (m Mode) StricterThan(other Mode) bool { return m.strictness() > other.strictness() }

func (m Mode) strictness() int {
	switch m {
	case Plain:
		return 0
	case Hashed:
		return 1
	default:
		return 2
	}
}

// ParseMode reads PLAIN, HASHED or NONE.
func ParseMode(s string) (Mode, error) {
	if m := Mode(s); m.Valid() {
		return m, nil
	}
	return "", fmt.Errorf("privacy: a mode is PLAIN, HASHED or NONE")
}

// Scan implements sql.Scanner. NULL and unknown text are errors: no row may fall back to a mode by accident.
func (m *Mode) Scan(src any) (err error) {
	switch v := src.(type) {
	case string:
		*m, err = ParseMode(v)
	case []byte:
		*m, err = ParseMode(string(v))
	default:
		err = fmt.Errorf("privacy: a mode is stored as text, not %T", src)
	}
	return err
}

// Value implements driver.Valuer. It refuses the zero Mode.
func (m Mode) Value() (driver.Value, error) {
	if !m.Valid() {
		return nil, fmt.Errorf("privacy: a mode is PLAIN, HASHED or NONE")
	}
	return string(m), nil
}

// UnmarshalText reads PLAIN, HASHED or NONE.
func (m *Mode) UnmarshalText(text []byte) (err error) {
	*m, err = ParseMode(string(text))
	return err
}
