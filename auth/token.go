package auth

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"posthaste/messaging"
)

// TokenKind is what a token is for. Each kind has its own audience and typ, so none passes for another.
type TokenKind string

const (
	AccessToken TokenKind = "access"      // calls the API
	MFAToken    TokenKind = "mfa-pending" // the password was right: lets the second factor be tried, nothing else
	EnrolToken  TokenKind = "enrol"       // the password was right, no factor exists: lets one be enrolled, nothing else
	ResetToken  TokenKind = "reset"       // an invite or reset code was right: lets a password be set, nothing else
)

// lifetime is how long a token of the kind is good.
func (k TokenKind) lifetime() time.Duration {
	switch k {
	case EnrolToken, ResetToken:
		return 10 * time.Minute // a person installs an app meanwhile
	default:
		return 5 * time.Minute
	}
}

func (k TokenKind) audience() string { return "posthaste/" + string(k) }

// tokenLeeway forgives clocks that differ between processes.
const tokenLeeway = 5 * time.Second

// maxTokenBytes is far above any token of ours; longer text is not even decoded.
const maxTokenBytes = 2048

// Claims are what a token says. There are no roles: every request reads session and user anew, so what is revoked is gone
// at the next request. Session is zero where the kind has none yet.
type Claims struct {
	Kind      TokenKind
	User      messaging.ID
	Tenant    messaging.ID
	Session   messaging.ID
	ID        string   // jti, 128 random bits
	Methods   []Factor // amr: how the person proved who they are
	AuthTime  time.Time
	IssuedAt  time.Time
	ExpiresAt time.Time
}

// wireClaims are the claims as written.
type wireClaims struct {
	jwt.RegisteredClaims
	Session  string   `json:"sid,omitempty"`
	Tenant   string   `json:"tid"`
	Kind     string   `json:"typ"`
	Methods  []string `json:"amr,omitempty"`
	AuthTime int64    `json:"auth_time"` // seconds since 1970
}

// Tokens signs and verifies tokens of one installation. It is immutable and safe for concurrent use.
type Tokens struct {
	issuer string
	keys   SigningKeys
}

// NewTokens takes the issuer, which is the installation's public URL, and its keys.
func NewTokens(issuer string, keys SigningKeys) Tokens { return Tokens{issuer: issuer, keys: keys} }

// Sign makes a token from Kind, User, Tenant, Session, Methods and AuthTime; the rest is filled in.
func (t Tokens) Sign(random io.Reader, now time.Time, c Claims) (string, error) {
	active := t.keys.active(now)
	if active < 0 {
		return "", errors.New("auth: there is no key to sign tokens with")
	}
	key := t.keys.keys[active]
	var jti [16]byte
	if _, err := io.ReadFull(random, jti[:]); err != nil {
		return "", fmt.Errorf("auth: draw a token id: %w", err)
	}
	w := wireClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    t.issuer,
			Subject:   c.User.String(),
			Audience:  jwt.ClaimStrings{c.Kind.audience()},
			ExpiresAt: jwt.NewNumericDate(now.Add(c.Kind.lifetime())),
			NotBefore: jwt.NewNumericDate(now),
			IssuedAt:  jwt.NewNumericDate(now),
			ID:        base64.RawURLEncoding.EncodeToString(jti[:]),
		},
		Tenant:   c.Tenant.String(),
		Kind:     string(c.Kind),
		AuthTime: c.AuthTime.Unix(),
	}
	if c.Session != 0 {
		w.Session = c.Session.String()
	}
	for _, m := range c.Methods {
		w.Methods = append(w.Methods, string(m))
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, w)
	token.Header["kid"] = key.ID
	signed, err := token.SignedString(**key.private)
	if err != nil {
		return "", fmt.Errorf("auth: sign a token: %w", err)
	}
	return signed, nil
}

// errToken is the one answer to every bad token.
func errToken(cause error) error {
	return messaging.Refuse(messaging.CodeUnauthenticated, "", "the token is not valid").Because(cause)
}

// Verify reads a token of exactly this kind. Anything else is UNAUTHENTICATED; the cause, for the log, names the rule that
// was broken and nothing of the token.
func (t Tokens) Verify(now time.Time, kind TokenKind, text string) (Claims, error) {
	if len(text) > maxTokenBytes || strings.ContainsAny(text, "\r\n") { // base64 decoders skip line breaks: a second spelling
		return Claims{}, errToken(errors.New("auth: token too long or broken into lines"))
	}
	var w wireClaims
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{"EdDSA"}),
		jwt.WithIssuer(t.issuer),
		jwt.WithAudience(kind.audience()),
		jwt.WithExpirationRequired(),
		jwt.WithNotBeforeRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(tokenLeeway),
		jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(func() time.Time { return now }),
	)
	_, err := parser.ParseWithClaims(text, &w, func(token *jwt.Token) (any, error) { return t.keyFor(token.Header, now) })
	if err != nil {
		return Claims{}, errToken(brokenRule(err))
	}
	c, err := w.claims(kind)
	if err != nil {
		return Claims{}, errToken(err)
	}
	return c, nil
}

// keyFor finds the key by kid alone. A header that offers a key or an extension is refused outright.
func (t Tokens) keyFor(header map[string]any, now time.Time) (ed25519.PublicKey, error) {
	for name := range header {
		if name != "alg" && name != "typ" && name != "kid" {
			return nil, errors.New("auth: token with a foreign header")
		}
	}
	kid, _ := header["kid"].(string)
	public, ok := t.keys.verifier(kid, now)
	if !ok {
		return nil, errors.New("auth: token with an unknown kid")
	}
	return public, nil
}

// claims checks what the library does not know of.
func (w wireClaims) claims(kind TokenKind) (Claims, error) {
	if w.Kind != string(kind) || len(w.Audience) != 1 {
		return Claims{}, errors.New("auth: token of another kind")
	}
	user, errUser := messaging.ParseID(w.Subject)
	tenant, errTenant := messaging.ParseID(w.Tenant)
	if errUser != nil || errTenant != nil || w.IssuedAt == nil || w.ID == "" {
		return Claims{}, errors.New("auth: token lacks a claim")
	}
	if w.ExpiresAt.Sub(w.IssuedAt.Time) > kind.lifetime() {
		return Claims{}, errors.New("auth: token lives too long")
	}
	c := Claims{
		Kind: kind, User: user, Tenant: tenant, ID: w.ID,
		AuthTime: time.Unix(w.AuthTime, 0).UTC(), IssuedAt: w.IssuedAt.UTC(), ExpiresAt: w.ExpiresAt.UTC(),
	}
	if w.Session != "" {
		session, err := messaging.ParseID(w.Session)
		if err != nil {
			return Claims{}, errors.New("auth: token with a bad session")
		}
		c.Session = session
	}
	if kind == AccessToken && c.Session == 0 {
		return Claims{}, errors.New("auth: access token without a session")
	}
	for _, m := range w.Methods {
		c.Methods = append(c.Methods, Factor(m))
	}
	return c, nil
}

// brokenRule reduces a library error to its class, because its text may quote the token.
func brokenRule(err error) error {
	for _, class := range []error{jwt.ErrTokenMalformed, jwt.ErrTokenUnverifiable, jwt.ErrTokenSignatureInvalid,
		jwt.ErrTokenExpired, jwt.ErrTokenNotValidYet, jwt.ErrTokenUsedBeforeIssued, jwt.ErrTokenInvalidAudience,
		jwt.ErrTokenInvalidIssuer, jwt.ErrTokenRequiredClaimMissing, jwt.ErrTokenInvalidClaims} {
		if errors.Is(err, class) {
			return class
		}
	}
	return errors.New("auth: token refused")
}
