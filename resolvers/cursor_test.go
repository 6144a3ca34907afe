package resolvers

import (
	"crypto/rand"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

// FuzzCursor: whatever a caller sends, it opens only as the place that was sealed for this list of this tenant, and is
// refused as INVALID otherwise; nothing of it is repeated.
func FuzzCursor(f *testing.F) {
	material, err := privacy.NewKeyFile(rand.Reader, time.Now())
	if err != nil {
		f.Fatal(err)
	}
	keyring, err := privacy.ParseKeyring(material)
	if err != nil {
		f.Fatal(err)
	}
	cursors := NewCursors(keyring.Ring(privacy.ForCursors))
	const tenant, place = messaging.ID(42), messaging.ID(7)
	genuine := cursors.Seal("templates", tenant, place)
	for _, s := range []string{genuine, genuine + "A", genuine[1:], genuine + "\n", cursors.Seal("messages", tenant, place),
		cursors.Seal("templates", 43, place), "", "' OR 1=1 --", "{{1}}", "////", "AAAA", "\x00"} {
		f.Add(s, uint8(0))
		f.Add(genuine, uint8(len(s)))
	}
	f.Fuzz(func(t *testing.T, sent string, flip uint8) {
		forged := []byte(genuine)
		forged[int(flip)%len(forged)] ^= 1 // another letter: never the genuine one
		for _, s := range []string{sent, string(forged)} {
			got, err := cursors.Open("templates", tenant, &s)
			switch {
			case s == "" && got == 0 && err == nil:
			case err == nil && got == place && s != string(forged):
			case err != nil && messaging.CodeOf(err) == messaging.CodeInvalid && got == 0:
			default:
				t.Fatalf("%q opens as %d: %v", s, got, err)
			}
		}
	})
}
