package auth

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

// RefreshTokens makes and reads refresh tokens. Token n of a family is HMAC(server key, family ‖ n): nothing of it is
// stored but n, and when a reply is lost the same token can be made again. The zero value is unusable.
type RefreshTokens struct {
	keys []privacy.Key // the newest first
}

// NewRefreshTokens takes the keys of privacy.ForRefreshTokens, the newest first.
func NewRefreshTokens(keys []privacy.Key) RefreshTokens { return RefreshTokens{keys: keys} }

const (
	refreshPrefix = "phr_"
	refreshBytes  = 8 + 4 + 32 // family, n, HMAC
)

// Make writes token n of the family, which is the session's id.
func (r RefreshTokens) Make(family messaging.ID, n uint32) privacy.Secret {
	b := refreshHead(family, n)
	sum := r.keys[0].MAC(b)
	return privacy.NewSecret(refreshPrefix + base64.RawURLEncoding.EncodeToString(append(b, sum[:]...)))
}

// Parse reads a presented token. ok is false unless it was made here, for this family and n, under a key still held.
func (r RefreshTokens) Parse(text string) (family messaging.ID, n uint32, ok bool) {
	encoded, found := strings.CutPrefix(text, refreshPrefix)
	if !found || len(encoded) != base64.RawURLEncoding.EncodedLen(refreshBytes) {
		return 0, 0, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil || len(b) != refreshBytes {
		return 0, 0, false
	}
	head, presented := b[:12], b[12:]
	for _, k := range r.keys {
		sum := k.MAC(head)
		if subtle.ConstantTimeCompare(sum[:], presented) == 1 {
			ok = true
		}
	}
	if !ok {
		return 0, 0, false
	}
	return messaging.IDFromUint64(binary.BigEndian.Uint64(head)), binary.BigEndian.Uint32(head[8:]), true
}

func refreshHead(family messaging.ID, n uint32) []byte {
	b := make([]byte, 0, refreshBytes)
	b = binary.BigEndian.AppendUint64(b, family.Uint64())
	return binary.BigEndian.AppendUint32(b, n)
}

// RefreshVerdict is what to do with a refresh token that Parse has found genuine.
type RefreshVerdict string

const (
	Rotate       RefreshVerdict = "ROTATE"        // advance the counter and answer token n+1
	Repeat       RefreshVerdict = "REPEAT"        // the reply was lost: answer the current token again, change nothing
	RevokeFamily RefreshVerdict = "REVOKE_FAMILY" // it was stolen, by whoever of the two came first: end the session, tell the user
)

// refreshGrace is how long after a rotation its lost reply may be asked for again.
const refreshGrace = 10 * time.Second

// JudgeRefresh decides on token `presented` of a family that stands at `current` since rotatedAt. sameClient tells that
// address and user agent are those of the rotation. To keep two requests from both rotating, the caller rotates with
//
//	UPDATE … SET n = n + 1, rotated_at = $now WHERE session = $family AND n = $presented
//
// and, when no row was changed, reads the row again and judges anew.
func JudgeRefresh(current, presented uint32, rotatedAt, now time.Time, sameClient bool) RefreshVerdict {
	age := now.Sub(rotatedAt).Abs() // Abs: two processes' clocks may differ by a little
	switch {
	case presented == current:
		return Rotate
	case current > 0 && presented == current-1 && age <= refreshGrace && sameClient:
		return Repeat
	default:
		return RevokeFamily
	}
}
