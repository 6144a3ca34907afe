package auth

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"posthaste/messaging"
	"posthaste/privacy"
)

// FuzzParseRefresh: nobody but us makes refresh tokens, and each has one spelling.
func FuzzParseRefresh(f *testing.F) {
	tokens := NewRefreshTokens(rotated(f).Keys(privacy.ForRefreshTokens))
	older := NewRefreshTokens(keyring(f).Keys(privacy.ForRefreshTokens))
	genuine := tokens.Make(123456789, 7).Reveal()
	for _, s := range []string{genuine, genuine + "=", genuine[:20] + "\n" + genuine[20:], older.Make(5, 6).Reveal(), "phr_", "", "phr_" + strings.Repeat("A", 59)} {
		f.Add(s, int64(5), uint32(6), uint16(9))
	}
	f.Fuzz(func(t *testing.T, text string, family int64, n uint32, flip uint16) {
		if gotFamily, gotN, ok := tokens.Parse(text); ok {
			if text != tokens.Make(gotFamily, gotN).Reveal() && text != older.Make(gotFamily, gotN).Reveal() {
				t.Fatalf("%q was taken for token %d of %d", text, gotN, gotFamily)
			}
		}
		for _, by := range []RefreshTokens{tokens, older} {
			made := by.Make(messaging.ID(family), n).Reveal()
			if gotFamily, gotN, ok := tokens.Parse(made); !ok || gotFamily != messaging.ID(family) || gotN != n {
				t.Fatalf("token %d of %d reads as %d of %d, %t", n, family, gotN, gotFamily, ok)
			}
			forged := []byte(made)
			forged[int(flip)%len(forged)] ^= 1
			if _, _, ok := tokens.Parse(string(forged)); ok {
				t.Fatalf("%q was taken", forged)
			}
		}
	})
}

// FuzzParseOpaque: invites, links for a password and tickets are 256 bits in one spelling, and come back as they were drawn.
func FuzzParseOpaque(f *testing.F) {
	for _, s := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 42) + "B", strings.Repeat("A", 42) + "\n", strings.Repeat("-_", 22)[:43], strings.Repeat("A", 44)} {
		f.Add(s, []byte(s))
	}
	f.Fuzz(func(t *testing.T, text string, seed []byte) {
		if credential, ok := ParseOpaque(text); ok && (len(credential) != 32 || base64.RawURLEncoding.EncodeToString(credential) != text) {
			t.Fatalf("%q was taken as %x", text, credential)
		}
		drawn := make([]byte, 32)
		copy(drawn, seed)
		made, err := NewOpaque(bytes.NewReader(drawn))
		if err != nil {
			t.Fatal(err)
		}
		if credential, ok := ParseOpaque(made.Reveal()); !ok || !bytes.Equal(credential, drawn) {
			t.Fatalf("%x was drawn and reads as %x, %t", drawn, credential, ok)
		}
	})
}

// FuzzRecoveryCode: what is taken is 80 bits of base32 in any dress that people give it; its hash is that of the bare
// letters and of nobody else, and what is not taken is INVALID.
func FuzzRecoveryCode(f *testing.F) {
	d := NewDigester(keyring(f).Keys(privacy.ForRecoveryCodes))
	for _, s := range []string{"ABCD-EFGH-IJKL-MNOP", " a8cd efgh ijkl mn0p ", "ABCDEFGH1JKLMNOP", "", strings.Repeat("-", 64), "ABCDEFGHIJKL====", "ÄBCDEFGHIJKLMNO", "ABCDEFGHIJKLMNO\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		sum, err := RecoveryHash(d, 42, typed)
		if err != nil {
			if candidates, again := RecoveryCandidates(d, 42, typed); candidates != nil || messaging.CodeOf(err) != messaging.CodeInvalid || messaging.CodeOf(again) != messaging.CodeInvalid {
				t.Fatalf("%q: %v, %v", typed, err, again)
			}
			return
		}
		var bare strings.Builder
		for _, c := range strings.ToUpper(typed) {
			if c != ' ' && c != '-' {
				bare.WriteRune(c)
			}
		}
		if letters := bare.String(); len(letters) != 16 || strings.Trim(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZ01234567 8") != "" {
			t.Fatalf("%q was taken", typed)
		}
		same, err := RecoveryHash(d, 42, " "+strings.ToLower(bare.String())+"-")
		if err != nil || same != sum {
			t.Fatalf("%q in another dress: %v", typed, err)
		}
		if other, err := RecoveryHash(d, 43, typed); err != nil || other == sum {
			t.Fatalf("%q serves another person: %v", typed, err)
		}
		if candidates, err := RecoveryCandidates(d, 42, typed); err != nil || len(candidates) != 1 || hex.EncodeToString(candidates[0]) != hex.EncodeToString(sum[:]) {
			t.Fatalf("%q is looked for under %x: %v", typed, candidates, err)
		}
	})
}
