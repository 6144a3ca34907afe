package privacy

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// KeyState tells what a root key may still do.
type KeyState string

const (
	// Primary seals and derives everything new. A ring has exactly one.
	Primary KeyState = "primary"
	// Next opens already and seals nothing yet: processes learn of it before it is the primary.
	Next KeyState = "next"
	// DecryptOnly opens what is old. It may go once nothing bears its id any more.
	DecryptOnly KeyState = "decrypt-only"
)

// Purpose names what a server key is for. Each purpose has its own key, so a value made for one is worthless for
// another. A purpose, once used, keeps its text for ever.
type Purpose string

const (
	ForWrapping      Purpose = "wrapping"       // seals tenant keys and other keys at rest
	ForSecrets       Purpose = "secrets"        // seals secrets that belong to no tenant
	ForJWT           Purpose = "jwt"            // seals the private keys that sign access tokens
	ForCursors       Purpose = "cursor"         // seals page cursors
	ForRefreshTokens Purpose = "refresh-token"  // makes refresh token n of a family
	ForSessionIDs    Purpose = "session-id"     // hashes session ids at rest
	ForAPIKeys       Purpose = "api-key"        // hashes API keys at rest
	ForPasswords     Purpose = "password"       // the pepper over argon2id
	ForRecoveryCodes Purpose = "recovery-code"  // hashes recovery codes at rest
	ForInvites       Purpose = "invite"         // hashes invite and reset codes at rest
	ForDevices       Purpose = "device"         // hashes known-device cookies at rest
	ForCorrelation   Purpose = "correlation"    // authenticates our ids inside callbacks of a provider
	ForIdempotency   Purpose = "idempotency"    // fingerprints the input of idempotent calls
	ForLinks         Purpose = "link"           // signs opt-out, click and export links
	ForRateLimits    Purpose = "rate-limit"     // hashes addresses inside counters
	ForAuditLedger   Purpose = "audit-ledger"   // chains audit entries
	ForConsentLedger Purpose = "consent-ledger" // chains consent entries
	ForDatabaseRoles Purpose = "database-role"  // makes the passwords of the two database roles
	ForUserEmails    Purpose = "user-email"     // finds a user by e-mail
	ForCheckpoints   Purpose = "checkpoint"     // signs checkpoints of the ledger (Ed25519)
	ForEvidence      Purpose = "evidence"       // signs what auditors are given (Ed25519)
)

// Keyring holds the root keys of the installation. It is immutable and safe for concurrent use.
type Keyring struct {
	roots  []Key      // the primary first
	states []KeyState // of each
}

// keyPrefix starts the textual form of a root key: phk1_<key id>_<32 bytes in base64url>.
const keyPrefix = "phk1_"

// ParseKeyring reads configuration material: one key a line (or parted by commas), each preceded by its state, which a
// lone key may leave out. Text from "#" to the end of the line is a comment.
//
//	primary      phk1_1f0c2a7e_Zm9v…
//	decrypt-only phk1_90ab12cd_YmFy…
//
// The error is a sentence for the operator and never shows any part of a key but its id.
func ParseKeyring(material []byte) (*Keyring, error) {
	var ring Keyring
	var primaries int
	entries := keyEntries(material)
	for _, fields := range entries {
		state := Primary
		switch {
		case len(fields) == 2:
			state = KeyState(fields[0])
		case len(fields) != 1 || len(entries) != 1:
			return nil, fmt.Errorf("root keys: write each key as %q or %q, a space, and the key", Primary, DecryptOnly)
		}
		key, err := parseRootKey(fields[len(fields)-1])
		if err != nil {
			return nil, err
		}
		if ring.index(key.id) >= 0 {
			return nil, fmt.Errorf("root keys: key %s is given twice", key.id)
		}
		switch state {
		case Primary:
			primaries++
			ring.roots, ring.states = slices.Insert(ring.roots, 0, key), slices.Insert(ring.states, 0, state)
		case DecryptOnly, Next:
			ring.roots, ring.states = append(ring.roots, key), append(ring.states, state)
		default:
			return nil, fmt.Errorf("root keys: the state of key %s must be %q, %q or %q", key.id, Primary, Next, DecryptOnly)
		}
	}
	if len(ring.roots) == 0 {
		return nil, fmt.Errorf("root keys: none given; make a key file with \"posthaste keys create\" and keep it apart from the database and its backups")
	}
	if primaries != 1 {
		return nil, fmt.Errorf("root keys: exactly one key must be %q, found %d", Primary, primaries)
	}
	return &ring, nil
}

// keyEntries splits the material into the fields of each entry.
func keyEntries(material []byte) [][]string {
	var entries [][]string
	for line := range strings.Lines(string(material)) {
		line, _, _ = strings.Cut(line, "#")
		for entry := range strings.SplitSeq(line, ",") {
			if fields := strings.Fields(entry); len(fields) > 0 {
				entries = append(entries, fields)
			}
		}
	}
	return entries
}

// parseRootKey reads one key and refuses whatever was not drawn at random.
func parseRootKey(text string) (Key, error) {
	refuse := func(reason string) (Key, error) {
		return Key{}, fmt.Errorf("root keys: %s; make one with \"posthaste keys create\"", reason)
	}
	rest, ok := strings.CutPrefix(text, keyPrefix)
	if !ok {
		return refuse("a key begins with " + keyPrefix)
	}
	idText, secret, ok := strings.Cut(rest, "_")
	if !ok {
		return refuse("a key is " + keyPrefix + ", its id, \"_\" and 32 bytes in base64url")
	}
	id, err := ParseKeyID(idText)
	if err != nil {
		return refuse("a key's id has 8 hexadecimal digits")
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	if err != nil {
		return refuse("key " + idText + " is not base64url")
	}
	if len(raw) != KeySize {
		return refuse(fmt.Sprintf("key %s has %d bytes instead of %d", idText, len(raw), KeySize))
	}
	if reason := weakness(raw); reason != "" {
		return refuse("key " + idText + " is not random: " + reason)
	}
	key := newKey([KeySize]byte(raw))
	if key.id != id {
		return refuse("key " + idText + " does not match its id: it was altered or cut")
	}
	return key, nil
}

// weakness names what shows that 32 bytes were not drawn at random, or is empty. Each rule refuses a random key with a
// chance below 2⁻³⁰.
func weakness(b []byte) string {
	var seen [256]bool
	distinct, printable := 0, 0
	for _, c := range b {
		if !seen[c] {
			seen[c] = true
			distinct++
		}
		if c >= 0x20 && c < 0x7f {
			printable++
		}
	}
	switch {
	case distinct == 1:
		return "all its bytes are alike"
	case printable == len(b):
		return "it is readable text"
	case distinct < 16: // 32 random bytes have about 30 distinct ones
		return "too few of its bytes differ"
	}
	step := b[1] - b[0]
	for i := 2; b[i]-b[i-1] == step; i++ {
		if i == len(b)-1 {
			return "its bytes only count up"
		}
	}
	if half := len(b) / 2; bytes.Equal(b[:half], b[half:]) {
		return "its halves are alike"
	}
	return ""
}

func info(p Purpose) string { return "posthaste/v1/server-key/" + string(p) }

// Key derives the server key for the purpose from the primary.
func (r *Keyring) Key(p Purpose) Key { return r.roots[0].derive(info(p)) }

// Keys derives the server key for the purpose from every root key, the primary first: for looking up or checking what an
// older key made. There are seldom more than two.
func (r *Keyring) Keys(p Purpose) []Key {
	keys := make([]Key, len(r.roots))
	for i, root := range r.roots {
		keys[i] = root.derive(info(p))
	}
	return keys
}

// Ring makes the sealing ring of the purpose: it seals with the primary and opens with every root key.
func (r *Keyring) Ring(p Purpose) *Ring {
	keys := r.Keys(p)
	return NewRing(keys[0], keys[1:]...)
}

// SigningKeys makes the Ed25519 keys of the purpose, one from each root key, that of the primary first. They are derived, so
// nothing is stored, and a signature can be checked for as long as its root key is in the ring.
func (r *Keyring) SigningKeys(p Purpose) []ed25519.PrivateKey {
	keys := make([]ed25519.PrivateKey, len(r.roots))
	for i, key := range r.Keys(p) {
		keys[i] = ed25519.NewKeyFromSeed(key.expand("posthaste/v1/ed25519", ed25519.SeedSize))
	}
	return keys
}

// RootID names the primary root key.
func (r *Keyring) RootID() KeyID { return r.roots[0].id }

// Info lists the root keys for an inventory: id and state, the primary first.
func (r *Keyring) Info() []KeyInfo {
	list := make([]KeyInfo, len(r.roots))
	for i, root := range r.roots {
		list[i] = KeyInfo{ID: root.id, State: r.states[i]}
	}
	return list
}

// KeyInfo is one line of the key inventory.
type KeyInfo struct {
	ID    KeyID
	State KeyState
}

func (r *Keyring) index(id KeyID) int {
	return slices.IndexFunc(r.roots, func(k Key) bool { return k.id == id })
}

// Format prints the ids only.
func (r *Keyring) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "keyring of %d", len(r.roots)) }

// LogValue shows the id of the primary.
func (r *Keyring) LogValue() slog.Value { return slog.StringValue("keyring " + r.RootID().String()) }
