package auth

import (
	"fmt"
	"hash/crc32"
	"io"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

// A key's text is: ph_live_ or ph_test_, 256 random bits in 43 characters of base 62, and a CRC-32 of all before it in 6
// characters of base 62. The checksum lets secret scanners and the edge tell a key from noise without a look-up; it
// protects nothing.
const (
	liveKeyPrefix   = "ph_live_"
	testKeyPrefix   = "ph_test_"
	keySecretBytes  = 32
	keySecretChars  = 43 // ⌈256 / log₂ 62⌉
	keyChecksum     = 6
	keyChars        = len(liveKeyPrefix) + keySecretChars + keyChecksum
	keyHintChars    = 4
	maxKeyAddresses = 50
)

// MaxAPIKeyLife is the longest life of a key; each has an end.
const MaxAPIKeyLife = 366 * 24 * time.Hour

// NewAPIKey draws a key. The text is shown once; its digest and its hint are stored.
func NewAPIKey(random io.Reader, test bool) (privacy.Secret, error) {
	b := make([]byte, keySecretBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return privacy.Secret{}, fmt.Errorf("auth: draw an API key: %w", err)
	}
	prefix := liveKeyPrefix
	if test {
		prefix = testKeyPrefix
	}
	body := prefix + base62(new(big.Int).SetBytes(b), keySecretChars)
	return privacy.NewSecret(body + keySum(body)), nil
}

// PresentedKey is a well-formed key as a caller brought it.
type PresentedKey struct {
	Test bool
	text privacy.Secret
}

// ParseAPIKey reads a presented key. ok is false for whatever NewAPIKey cannot have made; that costs no look-up.
func ParseAPIKey(text string) (key PresentedKey, ok bool) {
	if len(text) != keyChars {
		return PresentedKey{}, false
	}
	prefix, secret := text[:len(liveKeyPrefix)], text[len(liveKeyPrefix):keyChars-keyChecksum]
	if prefix != liveKeyPrefix && prefix != testKeyPrefix {
		return PresentedKey{}, false
	}
	if keySum(text[:keyChars-keyChecksum]) != text[keyChars-keyChecksum:] || !isBase62(secret) {
		return PresentedKey{}, false
	}
	n, valid := new(big.Int).SetString(secret, 62)
	if !valid || n.BitLen() > keySecretBytes*8 {
		return PresentedKey{}, false
	}
	return PresentedKey{Test: prefix == testKeyPrefix, text: privacy.NewSecret(text)}, true
}

// Digest is what to store of a new key, under the newest key of privacy.ForAPIKeys.
func (k PresentedKey) Digest(d Digester) [32]byte { return d.Digest([]byte(k.text.Reveal())) }

// Candidates are the digests under which the key may be stored: WHERE digest = ANY($1).
func (k PresentedKey) Candidates(d Digester) [][]byte { return d.Candidates([]byte(k.text.Reveal())) }

// Hint is what a list may show of the key: its prefix and the last characters of its secret part.
func (k PresentedKey) Hint() string {
	text := k.text.Reveal()
	end := keyChars - keyChecksum
	return text[:len(liveKeyPrefix)] + "…" + text[end-keyHintChars:end]
}

// base62 writes n in exactly width characters.
func base62(n *big.Int, width int) string {
	text := n.Text(62)
	return strings.Repeat("0", width-len(text)) + text
}

func isBase62(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	})
}

func keySum(body string) string {
	return base62(big.NewInt(int64(crc32.ChecksumIEEE([]byte(body)))), keyChecksum)
}

// APIKey is what the rules need to know of a key's row.
type APIKey struct {
	ID        messaging.ID
	Tenant    messaging.ID
	Creator   messaging.ID
	Test      bool
	Scopes    []messaging.Permission
	Addresses []netip.Prefix // narrows the tenant's allow-list; empty narrows nothing
	Quota     int            // requests a minute
	ExpiresAt time.Time
	RevokedAt time.Time // zero while it is good
}

// Judge refuses a key that is revoked, over, or used from an address outside its own list. The tenant's allow-list is
// asked besides, never instead; a creator who is disabled ends the key too, which is seen when the creator's roles are
// read.
func (k APIKey) Judge(address netip.Addr, now time.Time) error {
	if !k.RevokedAt.IsZero() || !now.Before(k.ExpiresAt) {
		return messaging.Refuse(messaging.CodeUnauthenticated, "", "the key is not valid")
	}
	if len(k.Addresses) > 0 && !containsAddr(k.Addresses, address) {
		return messaging.Refuse(messaging.CodeAddressNotListed, "", "the key does not serve from here")
	}
	return nil
}

// Permissions are those that the key's scopes name and its creator holds now.
func (k APIKey) Permissions(creator []Role) messaging.PermissionSet {
	return permissionsWhere(func(g grant) bool {
		return g.key && slices.Contains(k.Scopes, g.permission) && g.heldBy(creator)
	})
}

// ValidateNew refuses a new key whose end, scopes or addresses are not allowed. creator are the roles of the person who
// makes it: nobody gives away what they do not hold.
func (k APIKey) ValidateNew(creator []Role, now time.Time) error {
	scopes, held := KeyScopes(), PermissionsOf(creator...)
	switch {
	case k.ExpiresAt.IsZero() || !k.ExpiresAt.After(now):
		return messaging.Refuse(messaging.CodeInvalid, "expiresAt", "a key needs an end in the future")
	case k.ExpiresAt.Sub(now) > MaxAPIKeyLife:
		return messaging.Refuse(messaging.CodeInvalid, "expiresAt", "a key lives at most a year")
	case len(k.Scopes) == 0:
		return messaging.Refuse(messaging.CodeInvalid, "scopes", "a key needs at least one scope")
	case len(k.Addresses) > maxKeyAddresses:
		return messaging.Refuse(messaging.CodeInvalid, "addresses", "a key has at most %d networks", maxKeyAddresses)
	}
	if err := checkQuota(k.Quota); err != nil {
		return err
	}
	for i, p := range k.Scopes {
		field := fmt.Sprintf("scopes.%d", i)
		if !slices.Contains(scopes, p) {
			return messaging.Refuse(messaging.CodeInvalid, field, "keys cannot hold this permission")
		}
		if !held.Has(p) {
			return messaging.Refuse(messaging.CodeForbidden, field, "you do not hold this permission yourself")
		}
	}
	return nil
}

func containsAddr(prefixes []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(address) })
}
