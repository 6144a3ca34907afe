package whatsapp_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"posthaste/channels/whatsapp"
	"posthaste/messaging"
)

var (
	correlationKey = []byte("0123456789abcdef0123456789abcdef")
	otherKey       = []byte("fedcba9876543210fedcba9876543210")
)

func TestCorrelation(t *testing.T) {
	t.Parallel()
	sentAt := time.Date(2026, 11, 22, 9, 44, 59, 0, time.UTC)
	c := whatsapp.Correlation{Message: 123456789012345678, Attempt: 3, Week: 2970, Bucket: whatsapp.BucketOf(sentAt)}
	if want := time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC); !c.BucketTime().Equal(want) {
		t.Errorf("bucket begins %v, want %v", c.BucketTime(), want)
	}
	s := whatsapp.SignCorrelation(correlationKey, c)
	if len(s) != 30 || strings.ContainsAny(s, "+/=") {
		t.Errorf("%q", s)
	}
	for name, keys := range map[string][][]byte{
		"the key": {correlationKey}, "new key first": {otherKey, correlationKey}, "new key last": {correlationKey, otherKey},
	} {
		if got, err := whatsapp.ParseCorrelation(s, keys...); err != nil || got != c {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	if s == whatsapp.SignCorrelation(otherKey, c) {
		t.Error("the key has no part in the text")
	}

	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw { // each bit of each byte is covered
		for bit := range 8 {
			raw[i] ^= 1 << bit
			if _, err := whatsapp.ParseCorrelation(base64.RawURLEncoding.EncodeToString(raw), correlationKey); err == nil {
				t.Fatalf("bit %d of byte %d may be changed", bit, i)
			}
			raw[i] ^= 1 << bit
		}
	}
	for name, c := range map[string]struct {
		s    string
		keys [][]byte
	}{
		"no key":         {s, nil},
		"other key":      {s, [][]byte{otherKey}},
		"empty key":      {whatsapp.SignCorrelation(nil, c), [][]byte{nil, {}}},
		"empty":          {"", [][]byte{correlationKey}},
		"short":          {s[:29], [][]byte{correlationKey}},
		"long":           {s + "A", [][]byte{correlationKey}},
		"spaces":         {" " + s[1:], [][]byte{correlationKey}},
		"line breaks":    {s[:29] + "\n", [][]byte{correlationKey}},
		"no message":     {whatsapp.SignCorrelation(correlationKey, whatsapp.Correlation{}), [][]byte{correlationKey}},
		"another system": {"t7|c42|m000981", [][]byte{correlationKey}},
	} {
		if got, err := whatsapp.ParseCorrelation(c.s, c.keys...); err != whatsapp.ErrCorrelation || got != (whatsapp.Correlation{}) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

// FuzzCorrelation: what is signed reads back as it was; a text that reads is the very one that is signed.
func FuzzCorrelation(f *testing.F) {
	f.Add(int64(1), uint16(0), uint16(0), uint32(0), "")
	f.Add(int64(1)<<62, uint16(65535), uint16(65535), uint32(1)<<31, "AAAAAAAAAAEAAAAAAAAAAPq2v4mW8w")
	f.Fuzz(func(t *testing.T, id int64, attempt, week uint16, bucket uint32, foreign string) {
		c := whatsapp.Correlation{Message: messaging.ID(id), Attempt: attempt, Week: week, Bucket: bucket}
		got, err := whatsapp.ParseCorrelation(whatsapp.SignCorrelation(correlationKey, c), correlationKey)
		if id > 0 && (err != nil || got != c) || id <= 0 && err == nil {
			t.Fatalf("%+v → %+v %v", c, got, err)
		}
		if got, err := whatsapp.ParseCorrelation(foreign, correlationKey); err == nil && whatsapp.SignCorrelation(correlationKey, got) != foreign {
			t.Fatalf("%q reads as %+v, which is written otherwise", foreign, got)
		}
	})
}
