package auth

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"posthaste/messaging"
	"posthaste/privacy"
)

// The parameters of RFC 6238 that every authenticator app understands; many ignore other values silently.
const (
	totpSecretBytes = 20
	totpDigits      = 6
	totpPeriod      = 30 // seconds
)

// TOTPSecret is the shared secret of an authenticator app: 20 random bytes. It never prints.
type TOTPSecret struct {
	base32 privacy.Secret
}

// NewTOTPSecret draws a secret.
func NewTOTPSecret(random io.Reader) (TOTPSecret, error) {
	b := make([]byte, totpSecretBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return TOTPSecret{}, fmt.Errorf("auth: draw a TOTP secret: %w", err)
	}
	return TOTPSecretFrom(b)
}

// TOTPSecretFrom wraps the bytes that Bytes gave, as opened from the store.
func TOTPSecretFrom(b []byte) (TOTPSecret, error) {
	if len(b) != totpSecretBytes {
		return TOTPSecret{}, fmt.Errorf("auth: a TOTP secret has %d bytes, not %d", totpSecretBytes, len(b))
	}
	return TOTPSecret{base32: privacy.NewSecret(base32.StdEncoding.EncodeToString(b))}, nil
}

// Bytes gives the secret for sealing.
func (s TOTPSecret) Bytes() []byte {
	b, _ := base32.StdEncoding.DecodeString(s.base32.Reveal()) // we encoded it
	return b
}

// Manual is the secret as a person types it into an app: base32 in groups of four. Show it once, at enrolment.
func (s TOTPSecret) Manual() string { return grouped(s.base32.Reveal()) }

// URI is the key URI that the QR code at enrolment carries. issuer is the installation's name, account the user's e-mail.
func (s TOTPSecret) URI(issuer, account string) string {
	issuer = strings.ReplaceAll(issuer, ":", " ") // a colon would end the issuer in the label
	query := url.Values{
		"secret": {s.base32.Reveal()}, "issuer": {issuer}, "algorithm": {"SHA1"},
		"digits": {fmt.Sprint(totpDigits)}, "period": {fmt.Sprint(totpPeriod)},
	}
	label := url.PathEscape(issuer) + ":" + url.PathEscape(account)
	// Apps read "+" literally; a space must be %20.
	return "otpauth://totp/" + label + "?" + strings.ReplaceAll(query.Encode(), "+", "%20")
}

// MatchStep tells which 30-second step a code belongs to: the present one, the one before or the one after. It does not
// consume the step; sign-in goes through ConsumeTOTP.
func MatchStep(secret TOTPSecret, code string, now time.Time) (step int64, ok bool) {
	if !isCode(code) || secret.base32.Empty() || now.Unix() < 0 {
		return 0, false
	}
	present := now.Unix() / totpPeriod
	for _, skew := range []int64{0, -1, 1} {
		if present+skew < 0 {
			continue
		}
		match, err := hotp.ValidateCustom(code, uint64(present+skew), secret.base32.Reveal(), // #nosec G115 -- looked at above
			hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && match && !ok {
			step, ok = present+skew, true
		}
	}
	return step, ok
}

// isCode accepts exactly six ASCII digits. The library trims spaces, so a padded code would be a second spelling of a
// spent one.
func isCode(code string) bool {
	if len(code) != totpDigits {
		return false
	}
	for _, c := range []byte(code) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// Steps remembers the last step that each user has spent.
type Steps interface {
	// ConsumeStep spends the step, in one statement:
	//
	//	UPDATE … SET last_step = $step WHERE user = $user AND last_step < $step
	//
	// and tells whether a row was changed. A check before the update would let two requests spend one code.
	ConsumeStep(ctx context.Context, user messaging.ID, step int64) (spent bool, err error)
}

// ConsumeTOTP is the only way to accept a code: it matches the step and spends it. Each step is spent once and never
// after a later one, so no code that was ever seen works again. ok is false for a wrong, padded or spent code alike; an
// error means that the store could not tell, and the caller must refuse.
func ConsumeTOTP(ctx context.Context, steps Steps, user messaging.ID, secret TOTPSecret, code string, now time.Time) (ok bool, err error) {
	step, match := MatchStep(secret, code, now)
	if !match {
		return false, nil
	}
	spent, err := steps.ConsumeStep(ctx, user, step)
	if err != nil {
		return false, fmt.Errorf("auth: consume a TOTP step: %w", err)
	}
	return spent, nil
}
