package auth

import (
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

// Expected values in this package come from RFCs, from the argon2 command, or from Python's hmac, hashlib and zlib over
// the root key below.
const knownRoot = "phk1_b646ea3f_jx08WnfisElmwfii2Q5LF6pd42CcAvSBe-YTXchAL5s"

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// lockedReader makes a reproducible source safe for concurrent use.
type lockedReader struct {
	mu     sync.Mutex
	source io.Reader
}

func (r *lockedReader) Read(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source.Read(b)
}

func randomness(seed byte) io.Reader {
	return &lockedReader{source: rand.NewChaCha8([32]byte{seed})}
}

func keyring(t testing.TB) *privacy.Keyring {
	t.Helper()
	ring, err := privacy.ParseKeyring([]byte(knownRoot))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// rotated is the keyring after a rotation: another primary, the known root behind it.
func rotated(t testing.TB) *privacy.Keyring {
	t.Helper()
	file, err := privacy.RotateKeyFile(randomness(77), noon, []byte(knownRoot))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := privacy.ParseKeyring(file)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func wantCode(t testing.TB, err error, want messaging.Code) {
	t.Helper()
	if got := messaging.CodeOf(err); got != want {
		t.Errorf("error %v has code %q, want %q", err, got, want)
	}
}
