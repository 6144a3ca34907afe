package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"posthaste/messaging"
	"posthaste/privacy"
)

// The cost of one derivation: argon2id with 46 MiB, two passes, one lane. ASVS 5.0 asks for at least 46 MiB at one pass;
// one lane keeps the result independent of the machine.
const (
	argonMemory  = 46 * 1024 // KiB
	argonPasses  = 2
	argonLanes   = 1
	argonSalt    = 16 // bytes
	argonOutput  = 32 // bytes
	argonCeiling = 128 * 1024
)

// MaxPasswordBytes is the longest password taken, after normalisation too.
const MaxPasswordBytes = 1024

// passwordQueue is how long a derivation waits for its turn.
const passwordQueue = 2 * time.Second

// Passwords hashes and checks passwords. It does at most as many derivations at once as its memory holds, so sign-in
// cannot exhaust the process. Safe for concurrent use.
type Passwords struct {
	peppers []privacy.Key // the newest first
	random  io.Reader
	turns   chan struct{}
	derive  func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte
}

// NewPasswords makes a hasher. memory is the budget in bytes, of which each running derivation takes 46 MiB; at least one
// may always run. peppers are the keys of privacy.ForPasswords, the newest first; random must be safe for concurrent use.
func NewPasswords(peppers []privacy.Key, memory int64, random io.Reader) *Passwords {
	turns := max(1, memory/(argonMemory*1024))
	return &Passwords{peppers: peppers, random: random, turns: make(chan struct{}, turns), derive: argon2.IDKey}
}

// Hash makes the text to store: a PHC string of argon2id whose output is covered by an HMAC under the pepper named by
// keyid. It refuses with INVALID what is no text or too long and with LIMITED when no turn comes within 2 s. Whether the
// password is good enough is for PasswordPolicy.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	text, ok := normalPassword(password)
	if !ok {
		return "", messaging.Refuse(messaging.CodeInvalid, "password", "the password must be text of at most %d bytes", MaxPasswordBytes)
	}
	salt := make([]byte, argonSalt)
	if _, err := io.ReadFull(p.random, salt); err != nil {
		return "", fmt.Errorf("auth: draw a salt: %w", err)
	}
	h := passwordHash{memory: argonMemory, passes: argonPasses, lanes: argonLanes, pepper: p.peppers[0].ID(), salt: salt}
	sum, err := p.sum(ctx, h, p.peppers[0], text)
	if err != nil {
		return "", err
	}
	h.sum = sum
	return h.String(), nil
}

// Verify compares a password with a stored text. rehash tells that the password is right but the text should be made
// anew with Hash: the cost or the pepper has changed. A stored text that cannot be read is an error.
func (p *Passwords) Verify(ctx context.Context, stored, password string) (ok, rehash bool, err error) {
	h, err := parsePasswordHash(stored)
	if err != nil {
		return false, false, err
	}
	pepper, found := p.pepper(h.pepper)
	if !found {
		return false, false, fmt.Errorf("auth: the pepper %s of a stored password is not in the keyring", h.pepper)
	}
	text, isText := normalPassword(password)
	if !isText {
		return false, false, nil
	}
	sum, err := p.sum(ctx, h, pepper, text)
	if err != nil {
		return false, false, err
	}
	if subtle.ConstantTimeCompare(sum, h.sum) != 1 {
		return false, false, nil
	}
	current := h.memory == argonMemory && h.passes == argonPasses && h.lanes == argonLanes
	return true, !current || h.pepper != p.peppers[0].ID(), nil
}

// VerifyDummy does the work of Verify for a user who does not exist, so that neither time nor LIMITED tells who does.
func (p *Passwords) VerifyDummy(ctx context.Context, password string) error {
	text, ok := normalPassword(password)
	if !ok {
		return nil
	}
	h := passwordHash{memory: argonMemory, passes: argonPasses, lanes: argonLanes, salt: make([]byte, argonSalt)}
	sum, err := p.sum(ctx, h, p.peppers[0], text)
	if err != nil {
		return err
	}
	subtle.ConstantTimeCompare(sum, make([]byte, len(sum)))
	return nil
}

// sum derives and peppers, in its turn.
func (p *Passwords) sum(ctx context.Context, h passwordHash, pepper privacy.Key, text string) ([]byte, error) {
	if err := p.wait(ctx); err != nil {
		return nil, err
	}
	defer func() { <-p.turns }()
	derived := p.derive([]byte(text), h.salt, h.passes, h.memory, h.lanes, argonOutput)
	defer clear(derived)
	sum := pepper.MAC(derived)
	return sum[:], nil
}

func (p *Passwords) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	timer := time.NewTimer(passwordQueue)
	defer timer.Stop()
	select {
	case p.turns <- struct{}{}:
		return nil
	case <-timer.C:
		return messaging.Refuse(messaging.CodeLimited, "", "too many sign-ins at once; try again in a moment")
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Passwords) pepper(id privacy.KeyID) (privacy.Key, bool) {
	for _, k := range p.peppers {
		if k.ID() == id {
			return k, true
		}
	}
	return privacy.Key{}, false
}

// normalPassword brings a password into its one spelling: NFKC (NIST SP 800-63B), the only change that is made to it. It
// refuses what is not UTF-8 or too long, before and after, because NFKC can make a text 18 times as long.
func normalPassword(password string) (string, bool) {
	if len(password) > MaxPasswordBytes || !utf8.ValidString(password) {
		return "", false
	}
	text := norm.NFKC.String(password)
	return text, len(text) <= MaxPasswordBytes
}

// passwordHash is a stored password taken apart.
type passwordHash struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
	pepper privacy.KeyID
	salt   []byte
	sum    []byte
}

// passwordScheme differs from plain argon2id because the output is peppered.
const passwordScheme = "argon2id-hmac-sha256" // #nosec G101 -- the name of a scheme

func (h passwordHash) String() string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$%s$v=%d$m=%d,t=%d,p=%d,keyid=%s$%s$%s",
		passwordScheme, argon2.Version, h.memory, h.passes, h.lanes, h.pepper, b64(h.salt), b64(h.sum))
}

// parsePasswordHash reads String's form and nothing else; the costs are bounded, for a row must not choose our memory.
func parsePasswordHash(stored string) (passwordHash, error) {
	bad := fmt.Errorf("auth: a stored password has an unknown form")
	var h passwordHash
	var version int
	var keyID string
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != passwordScheme {
		return h, bad
	}
	params := parts[2] + "," + parts[3]
	if _, err := fmt.Sscanf(params, "v=%d,m=%d,t=%d,p=%d,keyid=%s", &version, &h.memory, &h.passes, &h.lanes, &keyID); err != nil {
		return h, bad
	}
	var err error
	if h.pepper, err = privacy.ParseKeyID(keyID); err != nil {
		return h, bad
	}
	b64 := base64.RawStdEncoding.Strict().DecodeString
	if h.salt, err = b64(parts[4]); err != nil || len(h.salt) < 8 {
		return h, bad
	}
	if h.sum, err = b64(parts[5]); err != nil || len(h.sum) != argonOutput {
		return h, bad
	}
	inBounds := version == argon2.Version && h.memory >= 8 && h.memory <= argonCeiling && h.passes >= 1 && h.passes <= 10 && h.lanes == 1
	if !inBounds || h.String() != stored {
		return h, bad
	}
	return h, nil
}
