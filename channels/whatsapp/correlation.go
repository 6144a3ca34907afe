package whatsapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

// Correlation is the text that comes back in each delivery report of a message. It is signed, so a report can be booked
// by primary key before anything is looked up. It does not name the tenant: the tenant comes from the signed route
// alone and must match the message's.
type Correlation struct {
	Message messaging.ID
	Attempt uint16 // 0-based count of sends of this message
	Week    uint16 // message.state_week, Mondays since 2024-01-01: names the partition of its message_state rows
	Bucket  uint32 // quarter of an hour of the send since 1970-01-01 UTC: where the reports are counted
}

// BucketOf is the quarter of an hour that a moment after 1970 lies in.
func BucketOf(t time.Time) uint32 {
	return uint32(max(0, min(t.Unix()/(15*60), math.MaxUint32))) // #nosec G115 -- between the bounds
}

// BucketTime is the beginning of the quarter of an hour.
func (c Correlation) BucketTime() time.Time { return time.Unix(int64(c.Bucket)*15*60, 0).UTC() }

const (
	correlationBytes = 8 + 2 + 2 + 4
	correlationMAC   = 6 // 48 bits: a forger, who needs the app secret as well, gets one guess per signed webhook
	// correlationUse separates this use of the key from any other.
	correlationUse = "posthaste whatsapp correlation 1\x00"
)

// ErrCorrelation is given for a text that was not signed with any of the keys.
var ErrCorrelation = errors.New("whatsapp: not a correlation of ours")

// CorrelationKeys sign and check correlations, the newest first: the first one signs.
func CorrelationKeys(ring *privacy.Keyring) [][]byte {
	var keys [][]byte
	for _, key := range ring.Keys(privacy.ForCorrelation) {
		derived := key.MAC([]byte("whatsapp"))
		keys = append(keys, derived[:])
	}
	return keys
}

// SignCorrelation writes the correlation as 30 characters of base64url.
func SignCorrelation(key []byte, c Correlation) string {
	var b [correlationBytes + correlationMAC]byte
	binary.BigEndian.PutUint64(b[0:], c.Message.Uint64())
	binary.BigEndian.PutUint16(b[8:], c.Attempt)
	binary.BigEndian.PutUint16(b[10:], c.Week)
	binary.BigEndian.PutUint32(b[12:], c.Bucket)
	copy(b[correlationBytes:], correlationTag(key, b[:correlationBytes]))
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// ParseCorrelation reads a text that SignCorrelation has written with one of the keys; two are given while one replaces
// the other. An empty key never verifies.
func ParseCorrelation(s string, keys ...[]byte) (Correlation, error) {
	var b [correlationBytes + correlationMAC]byte
	if len(s) != base64.RawURLEncoding.EncodedLen(len(b)) {
		return Correlation{}, ErrCorrelation
	}
	if n, err := base64.RawURLEncoding.Strict().Decode(b[:], []byte(s)); err != nil || n != len(b) {
		return Correlation{}, ErrCorrelation
	}
	verified := 0
	for _, key := range keys {
		if len(key) > 0 {
			verified |= subtle.ConstantTimeCompare(correlationTag(key, b[:correlationBytes]), b[correlationBytes:])
		}
	}
	c := Correlation{
		Message: messaging.IDFromUint64(binary.BigEndian.Uint64(b[0:])),
		Attempt: binary.BigEndian.Uint16(b[8:]),
		Week:    binary.BigEndian.Uint16(b[10:]),
		Bucket:  binary.BigEndian.Uint32(b[12:]),
	}
	if verified != 1 || c.Message <= 0 {
		return Correlation{}, ErrCorrelation
	}
	return c, nil
}

func correlationTag(key, fields []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(correlationUse))
	mac.Write(fields)
	return mac.Sum(nil)[:correlationMAC]
}
