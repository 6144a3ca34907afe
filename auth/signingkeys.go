package auth

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"
)

// SigningKey signs access tokens with Ed25519. Its seed is stored sealed (privacy.ForJWT).
type SigningKey struct {
	ID      string    // RFC 7638 thumbprint of the public key; the token's kid
	Created time.Time // when it was stored, so all processes see it
	Public  ed25519.PublicKey
	private **ed25519.PrivateKey // behind two pointers: fmt follows one
}

// NewSigningKey draws a key.
func NewSigningKey(random io.Reader, created time.Time) (SigningKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return SigningKey{}, fmt.Errorf("auth: draw a signing key: %w", err)
	}
	return SigningKeyFrom(seed, created)
}

// SigningKeyFrom makes the key of a stored seed.
func SigningKeyFrom(seed []byte, created time.Time) (SigningKey, error) {
	if len(seed) != ed25519.SeedSize {
		return SigningKey{}, fmt.Errorf("auth: a signing key's seed has %d bytes", ed25519.SeedSize)
	}
	private := ed25519.NewKeyFromSeed(seed)
	public := private.Public().(ed25519.PublicKey)
	p := &private
	return SigningKey{ID: thumbprint(public), Created: created, Public: public, private: &p}, nil
}

// Seed gives the seed for sealing.
func (k SigningKey) Seed() []byte { return (**k.private).Seed() }

// Format prints the id only.
func (k SigningKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "signing key "+k.ID) }

// LogValue shows the id.
func (k SigningKey) LogValue() slog.Value { return slog.StringValue("signing key " + k.ID) }

// publicJWK is a public key as RFC 8037 writes it. The order of the fields is that of RFC 7638.
type publicJWK struct {
	Curve string `json:"crv"`
	Type  string `json:"kty"`
	X     string `json:"x"`
}

func jwkOf(public ed25519.PublicKey) publicJWK {
	return publicJWK{Curve: "Ed25519", Type: "OKP", X: base64.RawURLEncoding.EncodeToString(public)}
}

func thumbprint(public ed25519.PublicKey) string {
	canonical, err := json.Marshal(jwkOf(public))
	if err != nil {
		panic("auth: " + err.Error()) // three strings always encode
	}
	sum := sha256.Sum256(canonical)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// KeyStage is where a signing key stands in its life.
type KeyStage string

const (
	KeyNext       KeyStage = "next"        // published, signs nothing yet: every process shall know it first
	KeyActive     KeyStage = "active"      // signs
	KeyVerifyOnly KeyStage = "verify-only" // signs no more; its tokens are still good
	KeyGone       KeyStage = "gone"        // may be deleted
)

const (
	keyPublishAhead = time.Hour              // from Created to active: far longer than any process caches the set
	keyRotateAfter  = 6 * 7 * 24 * time.Hour // from active to the successor's active
	keyVerifyAfter  = time.Hour              // from the successor's active to gone: longer than any token lives
)

// SigningKeys is the set of keys at one time. It is immutable; load it anew when it changes or every few minutes.
type SigningKeys struct {
	keys []SigningKey // oldest first
}

// NewSigningKeys takes all stored keys in any order.
func NewSigningKeys(keys ...SigningKey) SigningKeys {
	sorted := slices.Clone(keys)
	slices.SortFunc(sorted, func(a, b SigningKey) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return slices.Compare([]byte(a.ID), []byte(b.ID))
	})
	return SigningKeys{keys: sorted}
}

// activation is when key i begins to sign; the very first begins at once.
func (s SigningKeys) activation(i int) time.Time {
	if i == 0 {
		return s.keys[0].Created
	}
	return s.keys[i].Created.Add(keyPublishAhead)
}

// Stage follows from the times alone, so all processes agree without talking.
func (s SigningKeys) Stage(id string, now time.Time) KeyStage {
	i := slices.IndexFunc(s.keys, func(k SigningKey) bool { return k.ID == id })
	active := s.active(now)
	switch {
	case i < 0:
		return KeyGone
	case i > active:
		return KeyNext
	case i == active:
		return KeyActive
	case now.Before(s.activation(i + 1).Add(keyVerifyAfter)):
		return KeyVerifyOnly
	default:
		return KeyGone
	}
}

// active finds the newest key whose time has come; the oldest serves even before its time, −1 means there is none.
func (s SigningKeys) active(now time.Time) int {
	for i := len(s.keys) - 1; i > 0; i-- {
		if !now.Before(s.activation(i)) {
			return i
		}
	}
	return min(0, len(s.keys)-1)
}

// NeedsKey tells that a new key is to be drawn and stored now: there is none, or the active one's time ends within the
// hour in which its successor becomes known.
func (s SigningKeys) NeedsKey(now time.Time) bool {
	newest := len(s.keys) - 1
	return newest < 0 || !now.Before(s.activation(newest).Add(keyRotateAfter-keyPublishAhead))
}

// verifier gives the public key for a kid, unless it is gone. An unknown kid is never fetched from anywhere.
func (s SigningKeys) verifier(kid string, now time.Time) (ed25519.PublicKey, bool) {
	for _, k := range s.keys {
		if k.ID == kid && s.Stage(kid, now) != KeyGone {
			return k.Public, true
		}
	}
	return nil, false
}

// JWKS is the public set of the keys that are not gone, as JSON (RFC 7517).
func (s SigningKeys) JWKS(now time.Time) []byte {
	type entry struct {
		publicJWK
		ID        string `json:"kid"`
		Algorithm string `json:"alg"`
		Use       string `json:"use"`
	}
	set := struct {
		Keys []entry `json:"keys"`
	}{Keys: []entry{}}
	for _, k := range s.keys {
		if s.Stage(k.ID, now) != KeyGone {
			set.Keys = append(set.Keys, entry{jwkOf(k.Public), k.ID, "EdDSA", "sig"})
		}
	}
	out, err := json.Marshal(set)
	if err != nil {
		panic("auth: " + err.Error()) // strings always encode
	}
	return out
}
