package auth

import (
	"encoding/base64"
	"fmt"
	"io"

	"posthaste/privacy"
)

// Digester hashes what must be found again but never read: session ids, API keys, recovery codes, invite codes, device
// cookies. Each has a Digester of its own Purpose.
type Digester struct {
	keys []privacy.Key
}

// NewDigester takes the keys of one purpose, the newest first: Keyring.Keys(purpose).
func NewDigester(keys []privacy.Key) Digester { return Digester{keys: keys} }

// Digest is what to store: HMAC-SHA256 under the newest key.
func (d Digester) Digest(parts ...[]byte) [32]byte { return d.keys[0].MAC(parts...) }

// Under names the newest key, under which Digest is made.
func (d Digester) Under() privacy.KeyID { return d.keys[0].ID() }

// Candidates are what to look for, one a key: WHERE hash = ANY($1). The look-up by an index of hashes needs no
// constant time, for nobody without the key can choose a hash.
func (d Digester) Candidates(parts ...[]byte) [][]byte {
	sums := make([][]byte, len(d.keys))
	for i, k := range d.keys {
		sum := k.MAC(parts...)
		sums[i] = sum[:]
	}
	return sums
}

// opaqueBytes is the strength of every random credential: 256 bits.
const opaqueBytes = 32

// NewOpaque draws a random credential of 256 bits, 43 characters of base64url: a session id, an invite or reset code, a
// device cookie. Only its digest is stored.
func NewOpaque(random io.Reader) (privacy.Secret, error) {
	b := make([]byte, opaqueBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return privacy.Secret{}, fmt.Errorf("auth: draw a credential: %w", err)
	}
	return privacy.NewSecret(base64.RawURLEncoding.EncodeToString(b)), nil
}

// ParseOpaque reads a presented credential. ok is false for anything that NewOpaque cannot have made, so garbage never
// reaches the store.
func ParseOpaque(text string) (credential []byte, ok bool) {
	if len(text) != base64.RawURLEncoding.EncodedLen(opaqueBytes) {
		return nil, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return b, err == nil && len(b) == opaqueBytes
}
