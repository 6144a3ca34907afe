package store_test

import (
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

func TestSigningKeysRotate(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	process := func() *store.SigningKeys {
		return store.NewSigningKeys(b.Store, b.Ring.Ring(privacy.ForJWT), "https://ph.example", rand.Reader, b.Clock.Now)
	}
	processes := []*store.SigningKeys{process(), process(), process()}
	var all sync.WaitGroup
	for _, p := range processes {
		all.Go(func() {
			if _, err := p.Tokens(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	kids := func() int { return storetest.Owner[int](t, b, "SELECT count(*) FROM signing_key") }
	if n := kids(); n != 1 {
		t.Fatalf("three processes made %d keys", n)
	}
	claims := auth.Claims{Kind: auth.AccessToken, User: 1, Tenant: 2, Session: 3, AuthTime: b.Clock.Now()}
	good := func(from, to *store.SigningKeys) {
		t.Helper()
		signer, err := from.Tokens(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		text, err := signer.Sign(rand.Reader, b.Clock.Now(), claims)
		if err != nil {
			t.Fatal(err)
		}
		verifier, err := to.Tokens(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if read, err := verifier.Verify(b.Clock.Now(), auth.AccessToken, text); err != nil || read.Session != 3 {
			t.Errorf("one process refuses the token of another: %v", err)
		}
	}
	good(processes[0], processes[1])
	before := b.Statements.Count()
	good(processes[0], processes[1])
	if n := b.Statements.Count() - before; n != 0 {
		t.Errorf("the keys in memory cost %d statements", n)
	}
	kid := storetest.Owner[string](t, b, "SELECT kid FROM signing_key")
	// Six weeks on, the next key is made an hour before it signs, and the first goes an hour after.
	for range 6*7*24 + 4 {
		b.Clock.Advance(time.Hour)
		if n := kids(); n > 2 {
			t.Fatalf("%d keys at once", n)
		}
		good(processes[0], processes[2])
	}
	if n := kids(); n != 2 {
		t.Errorf("%d keys after the rotation", n)
	}
	b.Clock.Advance(6 * 7 * 24 * time.Hour)
	good(process(), process())
	if gone := storetest.Owner[int](t, b, "SELECT count(*) FROM signing_key WHERE kid = $1", kid); gone != 0 {
		t.Error("the first key is still kept")
	}
	wrapped := storetest.Owner[[]byte](t, b, "SELECT wrapped FROM signing_key ORDER BY created_at DESC LIMIT 1")
	if len(wrapped) != 32+privacy.SealOverhead {
		t.Errorf("a key is kept in %d bytes", len(wrapped))
	}
	storetest.Owner[int](t, b, "UPDATE signing_key SET kid = kid || 'x' RETURNING 1")
	if _, err := process().Tokens(t.Context()); err == nil {
		t.Error("a key under another's id is taken")
	}
}
