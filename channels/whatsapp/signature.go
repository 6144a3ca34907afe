package whatsapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/url"
	"strings"
)

// SignatureHeader carries the signature of a webhook.
const SignatureHeader = "X-Hub-Signature-256"

// VerifySignature tells whether the body was signed with one of the app's secrets. It takes the bytes as they came: the
// platform signs its own escaped form, so a body that was parsed and written again no longer verifies. Two secrets are
// given while one replaces the other. An empty secret never verifies. The time does not depend on which byte differs.
func VerifySignature(raw []byte, header string, secrets ...string) bool {
	digits, ok := strings.CutPrefix(header, "sha256=")
	if !ok {
		return false
	}
	given, err := hex.DecodeString(digits)
	if err != nil || len(given) != sha256.Size {
		return false
	}
	verified := 0
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(raw)
		verified |= subtle.ConstantTimeCompare(mac.Sum(nil), given)
	}
	return verified == 1
}

// Handshake is the platform's question whether the callback is ours: when the token is the app's, the challenge is to be
// sent back as text/plain with 200; otherwise the answer is a 4xx.
type Handshake struct {
	Token     string // never empty
	Challenge string // letters, digits, dashes and underscores
}

// ParseHandshake reads the query of the platform's GET; false for anything but a subscription.
func ParseHandshake(query url.Values) (Handshake, bool) {
	h := Handshake{Token: query.Get("hub.verify_token"), Challenge: query.Get("hub.challenge")}
	if h.Token == "" || query.Get("hub.mode") != "subscribe" || !isChallenge(h.Challenge) {
		return Handshake{}, false
	}
	return h, true
}

// isChallenge keeps us from echoing anything but the plain token that the platform sends.
func isChallenge(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '_') {
			return false
		}
	}
	return s != "" && len(s) <= 256
}
