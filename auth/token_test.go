package auth

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

const issuer = "https://posthaste.example"

func signingKey(t testing.TB, seed byte, created time.Time) SigningKey {
	t.Helper()
	k, err := NewSigningKey(randomness(seed), created)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// forge signs header and claims as they are, without the library.
func forge(private ed25519.PrivateKey, header, claims map[string]any) string {
	b64 := base64.RawURLEncoding.EncodeToString
	h, _ := json.Marshal(header)
	c, _ := json.Marshal(claims)
	text := b64(h) + "." + b64(c)
	return text + "." + b64(ed25519.Sign(private, []byte(text)))
}

func TestTokenRoundTrip(t *testing.T) {
	t.Parallel()
	tokens := NewTokens(issuer, NewSigningKeys(signingKey(t, 1, noon)))
	for _, kind := range []TokenKind{AccessToken, MFAToken, EnrolToken, ResetToken} {
		made := Claims{Kind: kind, User: 11, Tenant: 22, Session: 33, Methods: []Factor{FactorPassword, FactorTOTP}, AuthTime: noon.Add(-time.Hour)}
		text, err := tokens.Sign(randomness(2), noon, made)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tokens.Verify(noon.Add(time.Minute), kind, text)
		if err != nil {
			t.Fatal(err)
		}
		if got.User != 11 || got.Tenant != 22 || got.Session != 33 || got.Kind != kind || !slices.Equal(got.Methods, made.Methods) ||
			!got.AuthTime.Equal(made.AuthTime) || !got.IssuedAt.Equal(noon) || len(got.ID) != 22 {
			t.Errorf("%+v", got)
		}
		if kind == AccessToken && got.ExpiresAt.Sub(noon) > 5*time.Minute {
			t.Error("an access token lives longer than 5 minutes")
		}
		for _, other := range []TokenKind{AccessToken, MFAToken, EnrolToken, ResetToken, ""} {
			if _, err := tokens.Verify(noon, other, text); (err == nil) != (other == kind) {
				t.Errorf("a token of %s as %s: %v", kind, other, err)
			}
		}
		payload, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[1])
		if err != nil {
			t.Fatal(err)
		}
		var claims map[string]any
		if err := json.Unmarshal(payload, &claims); err != nil {
			t.Fatal(err)
		}
		names := slices.Sorted(maps.Keys(claims))
		if want := []string{"amr", "aud", "auth_time", "exp", "iat", "iss", "jti", "nbf", "sid", "sub", "tid", "typ"}; !slices.Equal(names, want) {
			t.Errorf("claims %v", names)
		}
	}
}

// looseLastBits spells the same signature otherwise: its last character carries four bits that no byte needs.
func looseLastBits(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, token[len(token)-1])
	return token[:len(token)-1] + string(alphabet[last^1])
}

func TestBadTokens(t *testing.T) {
	t.Parallel()
	key, foreign := signingKey(t, 1, noon), signingKey(t, 9, noon)
	private, stranger := **key.private, **foreign.private
	tokens := NewTokens(issuer, NewSigningKeys(key))
	header := func(change map[string]any) map[string]any {
		h := map[string]any{"alg": "EdDSA", "typ": "JWT", "kid": key.ID}
		maps.Copy(h, change)
		return h
	}
	claims := func(change map[string]any) map[string]any {
		c := map[string]any{"iss": issuer, "aud": "posthaste/access", "typ": "access", "sub": "11", "tid": "22", "sid": "33",
			"jti": "x", "iat": noon.Unix(), "nbf": noon.Unix(), "exp": noon.Add(5 * time.Minute).Unix(), "auth_time": noon.Unix()}
		for name, v := range change {
			if v == nil {
				delete(c, name)
			} else {
				c[name] = v
			}
		}
		return c
	}
	if _, err := tokens.Verify(noon, AccessToken, forge(private, header(nil), claims(nil))); err != nil {
		t.Fatalf("the good token is refused, so the bad ones prove nothing: %v", err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	raw := func(h, c map[string]any, sign func(text string) []byte) string {
		hb, _ := json.Marshal(h)
		cb, _ := json.Marshal(c)
		text := b64(hb) + "." + b64(cb)
		return text + "." + b64(sign(text))
	}
	hs256 := func(secret []byte) func(string) []byte {
		return func(text string) []byte {
			m := hmac.New(sha256.New, secret)
			m.Write([]byte(text))
			return m.Sum(nil)
		}
	}
	nothing := func(string) []byte { return nil }
	good := forge(private, header(nil), claims(nil))
	parts := strings.Split(good, ".")
	unix := func(d time.Duration) int64 { return noon.Add(d).Unix() }
	bad := map[string]string{
		"empty":                  "",
		"noise":                  "a.b.c",
		"two parts":              parts[0] + "." + parts[1],
		"four parts":             good + ".x",
		"alg none":               raw(header(map[string]any{"alg": "none"}), claims(nil), nothing),
		"alg None":               raw(header(map[string]any{"alg": "None"}), claims(nil), nothing),
		"no alg":                 raw(map[string]any{"kid": key.ID}, claims(nil), nothing),
		"EdDSA without one":      raw(header(nil), claims(nil), nothing),
		"HS256 by public key":    raw(header(map[string]any{"alg": "HS256"}), claims(nil), hs256(key.Public)),
		"HS256 by kid":           raw(header(map[string]any{"alg": "HS256"}), claims(nil), hs256([]byte(key.ID))),
		"stranger's signature":   forge(stranger, header(nil), claims(nil)),
		"unknown kid":            forge(stranger, header(map[string]any{"kid": foreign.ID}), claims(nil)),
		"no kid":                 forge(private, map[string]any{"alg": "EdDSA", "typ": "JWT"}, claims(nil)),
		"kid is no text":         forge(private, header(map[string]any{"kid": 1}), claims(nil)),
		"jku":                    forge(private, header(map[string]any{"jku": "https://evil.example/jwks"}), claims(nil)),
		"x5u":                    forge(private, header(map[string]any{"x5u": "https://evil.example/cert"}), claims(nil)),
		"jwk":                    forge(stranger, header(map[string]any{"jwk": jwkOf(foreign.Public)}), claims(nil)),
		"crit":                   forge(private, header(map[string]any{"crit": []string{"exp"}}), claims(nil)),
		"altered claims":         parts[0] + "." + b64([]byte(`{"sub":"1"}`)) + "." + parts[2],
		"padded base64":          good + "=",
		"loose last bits":        looseLastBits(good),
		"line break":             good + "\n",
		"wrong iss":              forge(private, header(nil), claims(map[string]any{"iss": issuer + "/"})),
		"no iss":                 forge(private, header(nil), claims(map[string]any{"iss": nil})),
		"wrong aud":              forge(private, header(nil), claims(map[string]any{"aud": "posthaste/enrol"})),
		"two aud":                forge(private, header(nil), claims(map[string]any{"aud": []string{"posthaste/access", "posthaste/enrol"}})),
		"no aud":                 forge(private, header(nil), claims(map[string]any{"aud": nil})),
		"wrong typ":              forge(private, header(nil), claims(map[string]any{"typ": "mfa-pending"})),
		"no typ":                 forge(private, header(nil), claims(map[string]any{"typ": nil})),
		"expired":                forge(private, header(nil), claims(map[string]any{"iat": unix(-time.Hour), "nbf": unix(-time.Hour), "exp": unix(-6 * time.Second)})),
		"no exp":                 forge(private, header(nil), claims(map[string]any{"exp": nil})),
		"not yet":                forge(private, header(nil), claims(map[string]any{"nbf": unix(6 * time.Second)})),
		"no nbf":                 forge(private, header(nil), claims(map[string]any{"nbf": nil})),
		"issued tomorrow":        forge(private, header(nil), claims(map[string]any{"iat": unix(24 * time.Hour)})),
		"no iat":                 forge(private, header(nil), claims(map[string]any{"iat": nil})),
		"lives too long":         forge(private, header(nil), claims(map[string]any{"exp": unix(6 * time.Minute)})),
		"sub is no id":           forge(private, header(nil), claims(map[string]any{"sub": "admin"})),
		"sub is zero":            forge(private, header(nil), claims(map[string]any{"sub": "0"})),
		"no tenant":              forge(private, header(nil), claims(map[string]any{"tid": nil})),
		"sid is no id":           forge(private, header(nil), claims(map[string]any{"sid": "-1"})),
		"access without session": forge(private, header(nil), claims(map[string]any{"sid": nil})),
		"no jti":                 forge(private, header(nil), claims(map[string]any{"jti": nil})),
		"exp is text":            forge(private, header(nil), claims(map[string]any{"exp": "soon"})),
		"huge":                   forge(private, header(nil), claims(map[string]any{"jti": strings.Repeat("x", 4000)})),
	}
	for name, text := range bad {
		c, err := tokens.Verify(noon, AccessToken, text)
		if err == nil || c.User != 0 {
			t.Errorf("%s: accepted as user %d", name, c.User)
			continue
		}
		wantCode(t, err, messaging.CodeUnauthenticated)
		if err.Error() != "UNAUTHENTICATED: the token is not valid" {
			t.Errorf("%s: the caller learns %q", name, err)
		}
		var refusal *messaging.Error
		if errors.As(err, &refusal) && refusal.Unwrap() == nil {
			t.Errorf("%s: the log learns nothing", name)
		}
	}
}

func TestTokenLeeway(t *testing.T) {
	t.Parallel()
	tokens := NewTokens(issuer, NewSigningKeys(signingKey(t, 1, noon.Add(-time.Hour))))
	text, err := tokens.Sign(randomness(1), noon, Claims{Kind: AccessToken, User: 1, Tenant: 2, Session: 3, AuthTime: noon})
	if err != nil {
		t.Fatal(err)
	}
	for at, good := range map[time.Duration]bool{
		-6 * time.Second: false, -4 * time.Second: true, 0: true, 5 * time.Minute: true,
		5*time.Minute + 4*time.Second: true, 5*time.Minute + 6*time.Second: false,
	} {
		if _, err := tokens.Verify(noon.Add(at), AccessToken, text); (err == nil) != good {
			t.Errorf("at %v: %v", at, err)
		}
	}
}

func TestThumbprintAgainstRFC8037(t *testing.T) {
	t.Parallel()
	seed, err := base64.RawURLEncoding.DecodeString("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
	if err != nil {
		t.Fatal(err)
	}
	key, err := SigningKeyFrom(seed, noon)
	if err != nil {
		t.Fatal(err)
	}
	if key.ID != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("thumbprint %s", key.ID)
	}
	want := `{"keys":[{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","alg":"EdDSA","use":"sig"}]}`
	if got := string(NewSigningKeys(key).JWKS(noon)); got != want {
		t.Errorf("%s", got)
	}
	if got := string(NewSigningKeys().JWKS(noon)); got != `{"keys":[]}` {
		t.Errorf("%s", got)
	}
	printed := fmt.Sprintf("%v %+v %#v %s %d", key, &key, struct{ k SigningKey }{key}, struct{ k SigningKey }{key}, []SigningKey{key})
	if strings.Contains(printed, "157 97 177") || strings.Contains(strings.ToLower(printed), hex.EncodeToString(seed[:4])) || strings.Contains(printed, "0x9d, 0x61") {
		t.Errorf("printed %s", printed)
	}
}

func TestSigningKeyLife(t *testing.T) {
	t.Parallel()
	week := 7 * 24 * time.Hour
	first := signingKey(t, 1, noon)
	second := signingKey(t, 2, noon.Add(6*week-time.Hour))
	third := signingKey(t, 3, noon.Add(12*week-time.Hour))
	keys := NewSigningKeys(third, first, second)
	tests := []struct {
		at     time.Duration
		stages [3]KeyStage
	}{
		{-time.Minute, [3]KeyStage{KeyActive, KeyNext, KeyNext}}, // a clock that is behind
		{0, [3]KeyStage{KeyActive, KeyNext, KeyNext}},
		{6*week - time.Second, [3]KeyStage{KeyActive, KeyNext, KeyNext}},
		{6 * week, [3]KeyStage{KeyVerifyOnly, KeyActive, KeyNext}},
		{6*week + time.Hour - time.Second, [3]KeyStage{KeyVerifyOnly, KeyActive, KeyNext}},
		{6*week + time.Hour, [3]KeyStage{KeyGone, KeyActive, KeyNext}},
		{12*week + 30*time.Minute, [3]KeyStage{KeyGone, KeyVerifyOnly, KeyActive}},
		{52 * week, [3]KeyStage{KeyGone, KeyGone, KeyActive}},
	}
	for _, tt := range tests {
		now := noon.Add(tt.at)
		for i, k := range []SigningKey{first, second, third} {
			if got := keys.Stage(k.ID, now); got != tt.stages[i] {
				t.Errorf("key %d at %v is %s, want %s", i+1, tt.at, got, tt.stages[i])
			}
			if published := strings.Contains(string(keys.JWKS(now)), k.ID); published != (tt.stages[i] != KeyGone) {
				t.Errorf("key %d at %v published %v", i+1, tt.at, published)
			}
		}
	}
	if keys.Stage("unknown", noon) != KeyGone {
		t.Error("an unknown key has a stage")
	}
	if !NewSigningKeys().NeedsKey(noon) || NewSigningKeys(first).NeedsKey(noon.Add(6*week-time.Hour-time.Second)) ||
		!NewSigningKeys(first).NeedsKey(noon.Add(6*week-time.Hour)) || NewSigningKeys(first, second).NeedsKey(noon.Add(6*week)) {
		t.Error("a new key is asked for at another time")
	}

	// A token outlives the change of keys, and the end of its key ends it.
	text, err := NewTokens(issuer, keys).Sign(randomness(4), noon.Add(6*week-time.Second), Claims{Kind: EnrolToken, User: 1, Tenant: 2, AuthTime: noon})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewTokens(issuer, keys).Verify(noon.Add(6*week+9*time.Minute), EnrolToken, text); err != nil {
		t.Errorf("after the change of keys: %v", err)
	}
	late := noon.Add(8 * week)
	stolen, err := NewTokens(issuer, NewSigningKeys(first)).Sign(randomness(4), late, Claims{Kind: EnrolToken, User: 1, Tenant: 2, AuthTime: late})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewTokens(issuer, keys).Verify(late, EnrolToken, stolen); err == nil {
		t.Error("a key that is gone still signs in")
	}
	if _, err := NewTokens(issuer, NewSigningKeys()).Sign(randomness(4), noon, Claims{Kind: EnrolToken}); err == nil {
		t.Error("signed without a key")
	}
}

func TestRefreshTokens(t *testing.T) {
	t.Parallel()
	tokens := NewRefreshTokens(keyring(t).Keys(privacy.ForRefreshTokens))
	want := "phr_AAAAAAdbzRUAAAAHcgdGB4VX2K26DR6ZlZ9Rsza6-nXWvvOO13T8BRVLNSM"
	made := tokens.Make(123456789, 7)
	if made.Reveal() != want {
		t.Errorf("made %s", made.Reveal())
	}
	if family, n, ok := tokens.Parse(want); !ok || family != 123456789 || n != 7 {
		t.Errorf("%d %d %v", family, n, ok)
	}
	after := NewRefreshTokens(rotated(t).Keys(privacy.ForRefreshTokens))
	if _, _, ok := after.Parse(want); !ok {
		t.Error("a rotation of the root key ends the sessions")
	}
	if fresh := after.Make(123456789, 7).Reveal(); fresh == want {
		t.Error("the new key is not used")
	} else if _, _, ok := tokens.Parse(fresh); ok {
		t.Error("a token under an unknown key was taken")
	}
	raw, err := base64.RawURLEncoding.DecodeString(want[4:])
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		bad := slices.Clone(raw)
		bad[i] ^= 1
		if _, _, ok := tokens.Parse("phr_" + base64.RawURLEncoding.EncodeToString(bad)); ok {
			t.Fatalf("byte %d does not matter", i)
		}
	}
	for _, bad := range []string{"", "phr_", want[4:], want + "=", want[:len(want)-1], want + "A", strings.Replace(want, "phr_", "PHR_", 1), want[:len(want)-1] + "N"} {
		if _, _, ok := tokens.Parse(bad); ok {
			t.Errorf("took %q", bad)
		}
	}
}

func TestJudgeRefresh(t *testing.T) {
	t.Parallel()
	tests := []struct {
		current, presented uint32
		age                time.Duration
		same               bool
		want               RefreshVerdict
	}{
		{5, 5, 0, true, Rotate},
		{5, 5, 30 * 24 * time.Hour, false, Rotate}, // another address is the allow-list's business
		{0, 0, 0, false, Rotate},
		{5, 4, 0, true, Repeat},
		{5, 4, 10 * time.Second, true, Repeat},
		{5, 4, 10*time.Second + 1, true, RevokeFamily},
		{5, 4, -2 * time.Second, true, Repeat}, // another process's clock
		{5, 4, -time.Minute, true, RevokeFamily},
		{5, 4, time.Second, false, RevokeFamily},
		{5, 3, time.Second, true, RevokeFamily},
		{5, 0, time.Second, true, RevokeFamily},
		{5, 6, time.Second, true, RevokeFamily},
		{0, 4294967295, time.Second, true, RevokeFamily},
	}
	for _, tt := range tests {
		if got := JudgeRefresh(tt.current, tt.presented, noon, noon.Add(tt.age), tt.same); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

func FuzzVerifyToken(f *testing.F) {
	key := signingKey(f, 1, noon)
	tokens := NewTokens(issuer, NewSigningKeys(key))
	good, err := tokens.Sign(randomness(2), noon, Claims{Kind: AccessToken, User: 1, Tenant: 2, Session: 3, AuthTime: noon})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, text string) {
		// Nobody but the signer makes tokens: only the very text that was signed verifies.
		if _, err := tokens.Verify(noon, AccessToken, text); (err == nil) != (text == good) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

func BenchmarkVerifyToken(b *testing.B) {
	tokens := NewTokens(issuer, NewSigningKeys(signingKey(b, 1, noon)))
	text, err := tokens.Sign(randomness(2), noon, Claims{Kind: AccessToken, User: 1, Tenant: 2, Session: 3, AuthTime: noon})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tokens.Verify(noon, AccessToken, text); err != nil {
			b.Fatal(err)
		}
	}
}
