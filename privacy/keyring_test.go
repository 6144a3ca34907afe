package privacy

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// The textual key below and all that is derived from it were computed with openssl (HMAC by the formula of HKDF-Expand).
const (
	knownRoot   = "phk1_b646ea3f_jx08WnfisElmwfii2Q5LF6pd42CcAvSBe-YTXchAL5s"
	knownRootID = "b646ea3f"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// randomness is a reproducible source.
func randomness(seed byte) io.Reader { return rand.NewChaCha8([32]byte{seed}) }

// rootKey writes any 32 bytes as a well-formed root key.
func rootKey(b []byte) string { return rootKeyText(newKey([KeySize]byte(b))) }

func TestDerivationAgainstOpenSSL(t *testing.T) {
	t.Parallel()
	ring, err := ParseKeyring([]byte(knownRoot))
	if err != nil {
		t.Fatal(err)
	}
	if got := ring.RootID().String(); got != knownRootID {
		t.Errorf("root id %s, want %s", got, knownRootID)
	}
	key := ring.Key(ForSessionIDs)
	want := "88a6f9beecb9daabf4e57d8547fe9e74ce3a982497461ed79acc6c0b05f54faf"
	if got := hex.EncodeToString(key.bytes()); got != want {
		t.Errorf("session key %s, want %s", got, want)
	}
	if got := key.ID().String(); got != "ce15515d" {
		t.Errorf("session key id %s", got)
	}
}

func TestMACAgainstOpenSSL(t *testing.T) {
	t.Parallel()
	sum := countingKey().MAC([]byte("ab"), []byte("c"))
	if got := hex.EncodeToString(sum[:]); got != "17eca1f3cf4e1f92cd415f54de5121e367cbc209edff96da287c5cd432cf9a46" {
		t.Errorf("MAC %s", got)
	}
	if other := countingKey().MAC([]byte("a"), []byte("bc")); other == sum {
		t.Error("the cut between parts does not count")
	}
}

func TestPurposesHaveDistinctKeys(t *testing.T) {
	t.Parallel()
	ring, err := ParseKeyring([]byte(knownRoot))
	if err != nil {
		t.Fatal(err)
	}
	purposes := []Purpose{ForWrapping, ForSecrets, ForJWT, ForCursors, ForRefreshTokens, ForSessionIDs, ForAPIKeys,
		ForPasswords, ForRecoveryCodes, ForInvites, ForDevices, ForCorrelation, ForIdempotency, ForLinks, ForRateLimits,
		ForAuditLedger, ForConsentLedger, ForDatabaseRoles, ForUserEmails, ForCheckpoints}
	seen := map[[KeySize]byte]Purpose{**ring.roots[0].secret: "the root itself"}
	for _, p := range purposes {
		key := ring.Key(p)
		if other, ok := seen[**key.secret]; ok {
			t.Errorf("%s has the key of %s", p, other)
		}
		seen[**key.secret] = p
	}
}

func TestParseKeyringRefuses(t *testing.T) {
	t.Parallel()
	random := make([]byte, KeySize)
	io.ReadFull(randomness(1), random)
	good, other := rootKey(random), knownRoot
	counting := make([]byte, KeySize)
	for i := range counting {
		counting[i] = byte(3*i + 7)
	}
	tests := map[string]struct{ material, reason string }{
		"nothing":        {"", "none given"},
		"only comments":  {"# primary " + good, "none given"},
		"no prefix":      {"primary hunter2", "begins with phk1_"},
		"hex of a key":   {hex.EncodeToString(random), "begins with phk1_"},
		"no id":          {"phk1_" + base64.RawURLEncoding.EncodeToString(random)[:20], "a key is phk1_, its id"},
		"bad id":         {"phk1_XYZ_" + good[14:], "8 hexadecimal"},
		"short":          {good[:len(good)-3], "bytes instead of 32"},
		"not base64url":  {good[:len(good)-1] + "!", "not base64url"},
		"loose last bit": {looseTail(good), "not base64url"},
		"one character":  {swapCharacter(good), "does not match its id"},
		"foreign id":     {"phk1_00000000_" + good[14:], "does not match its id"},
		"all zero":       {rootKey(make([]byte, KeySize)), "alike"},
		"one byte":       {rootKey(bytes.Repeat([]byte{0xa5}, KeySize)), "alike"},
		"a word":         {rootKey([]byte("correct horse battery staple 123")), "readable text"},
		"a word, padded": {rootKey(append([]byte("password"), make([]byte, 24)...)), "too few"},
		"repeated":       {rootKey(bytes.Repeat(random[:16], 2)), "halves"},
		"few bytes":      {rootKey(bytes.Repeat([]byte{1, 200, 3, 140}, 8)), "too few"},
		"counting":       {rootKey(counting), "count up"},
		"unknown state":  {"secondary " + good, "must be"},
		"two bare keys":  {good + "\n" + other, "write each key as"},
		"three words":    {"primary " + good + " extra", "write each key as"},
		"two primaries":  {"primary " + good + "\nprimary " + other, "exactly one key must be"},
		"no primary":     {"decrypt-only " + good, "exactly one key must be"},
		"twice":          {"primary " + good + ",decrypt-only " + good, "given twice"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseKeyring([]byte(tt.material))
			if err == nil || !strings.Contains(err.Error(), tt.reason) {
				t.Fatalf("error %v, want one with %q", err, tt.reason)
			}
			if strings.Contains(err.Error(), good[14:30]) {
				t.Errorf("the error shows the key")
			}
		})
	}
}

// looseTail sets a bit of the last character that carries no data.
func looseTail(key string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, key[len(key)-1])
	return key[:len(key)-1] + string(alphabet[last|1])
}

func swapCharacter(key string) string {
	b := []byte(key)
	if b[20] == 'A' {
		b[20] = 'B'
	} else {
		b[20] = 'A'
	}
	return string(b)
}

func TestParseKeyringForms(t *testing.T) {
	t.Parallel()
	old := knownRoot
	file, err := NewKeyFile(randomness(2), noon)
	if err != nil {
		t.Fatal(err)
	}
	fresh := keyEntries(file)[0][1]
	forms := map[string]string{
		"lines":     "decrypt-only " + old + "\nprimary " + fresh + "\n",
		"commas":    "primary " + fresh + ", decrypt-only " + old,
		"CRLF":      "primary\t" + fresh + "\r\n\r\ndecrypt-only " + old + " # old\r\n",
		"in a file": string(file) + "decrypt-only " + old,
	}
	for name, material := range forms {
		ring, err := ParseKeyring([]byte(material))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		info := ring.Info()
		if len(info) != 2 || info[0].ID.String() != fresh[5:13] || info[0].State != Primary ||
			info[1].ID.String() != knownRootID || info[1].State != DecryptOnly {
			t.Errorf("%s: %v", name, info)
		}
	}
}

func TestRotationKeepsOldValuesReadable(t *testing.T) {
	t.Parallel()
	first, err := NewKeyFile(randomness(3), noon)
	if err != nil {
		t.Fatal(err)
	}
	before, err := ParseKeyring(first)
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := before.NewTenantKeys(randomness(4), 42)
	if err != nil {
		t.Fatal(err)
	}
	cursor := before.Ring(ForCursors).Seal(nil, AAD{Tenant: 42}, []byte("page 2"))

	second, err := RotateKeyFile(randomness(5), noon, first)
	if err != nil {
		t.Fatal(err)
	}
	after, err := ParseKeyring(second)
	if err != nil {
		t.Fatal(err)
	}
	if after.RootID() == before.RootID() || after.Info()[1].ID != before.RootID() {
		t.Fatalf("rotation did not put the new key first: %v", after.Info())
	}
	if got, err := after.Ring(ForCursors).Open(nil, AAD{Tenant: 42}, cursor); err != nil || string(got) != "page 2" {
		t.Errorf("old cursor: %q, %v", got, err)
	}
	if after.Keys(ForAPIKeys)[1].MAC([]byte("x")) != before.Key(ForAPIKeys).MAC([]byte("x")) {
		t.Error("hashes of the old key cannot be checked any more")
	}
	renewed, moved, err := after.RewrapTenantKeys(42, wrapped)
	if err != nil || !moved {
		t.Fatalf("rewrap: moved %v, %v", moved, err)
	}
	if _, again, err := after.RewrapTenantKeys(42, renewed); err != nil || again {
		t.Errorf("a second rewrap moved %v, %v", again, err)
	}

	// With the old root taken away, only what was wrapped anew opens.
	var alone *Keyring
	for line := range strings.Lines(string(second)) {
		if strings.HasPrefix(line, string(Primary)) {
			if alone, err = ParseKeyring([]byte(line)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := alone.OpenTenantKeys(42, wrapped); !errors.Is(err, ErrKeyGone) {
		t.Errorf("old wrapping under the new root alone: %v", err)
	}
	original, err := before.OpenTenantKeys(42, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := alone.OpenTenantKeys(42, renewed)
	if err != nil {
		t.Fatal(err)
	}
	if kept.SubjectHash(Phone, "919876543210") != original.SubjectHash(Phone, "919876543210") {
		t.Error("rotation changed the subject key")
	}
}

func TestBrokenRandomnessIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := NewKeyFile(bytes.NewReader(make([]byte, 64)), noon); err == nil {
		t.Error("a key of zeros was made")
	}
	if _, err := NewKeyFile(bytes.NewReader([]byte("short")), noon); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("an exhausted source gave %v", err)
	}
	if _, err := RotateKeyFile(randomness(1), noon, []byte("primary nonsense")); err == nil {
		t.Error("an unreadable old file was rotated away")
	}
}

// TestWeaknessAcceptsRandomKeys guards against rules that would refuse honest keys.
func TestWeaknessAcceptsRandomKeys(t *testing.T) {
	t.Parallel()
	source := randomness(9)
	b := make([]byte, KeySize)
	for range 200_000 {
		io.ReadFull(source, b)
		if reason := weakness(b); reason != "" {
			t.Fatalf("a random key was called weak: %s", reason)
		}
	}
}

func FuzzParseKeyring(f *testing.F) {
	f.Add([]byte(knownRoot))
	f.Add([]byte("primary " + knownRoot + "\ndecrypt-only phk1_"))
	f.Add([]byte("# comment\n,,\n"))
	f.Fuzz(func(t *testing.T, material []byte) {
		ring, err := ParseKeyring(material)
		if err != nil {
			return
		}
		// What parses holds exactly one primary, ids that match their keys, and nothing weak.
		for i, k := range ring.roots {
			if weakness(k.bytes()) != "" || newKey(**k.secret).id != k.id {
				t.Fatal("a weak or mismatched key was taken")
			}
			if (ring.Info()[i].State == Primary) != (i == 0) {
				t.Fatal("the primary is not first and alone")
			}
		}
		rotated, err := RotateKeyFile(randomness(1), noon, material)
		if err != nil {
			t.Fatalf("a key file that parses cannot be rotated: %v", err)
		}
		after, err := ParseKeyring(rotated)
		if err != nil || len(after.roots) != len(ring.roots)+1 {
			t.Fatalf("the rotated file: %v", err)
		}
	})
}

func ExampleParseKeyring() {
	_, err := ParseKeyring([]byte("primary changeme"))
	fmt.Println(err)
	// Output: root keys: a key begins with phk1_; make one with "posthaste keys create"
}

// A next key opens and does not seal; rotating makes it the primary; retiring takes away what is not the primary.
func TestKeyFileGoesThroughItsStates(t *testing.T) {
	t.Parallel()
	first, err := NewKeyFile(randomness(11), noon)
	if err != nil {
		t.Fatal(err)
	}
	prepared, err := PrepareKeyFile(randomness(13), noon, first)
	if err != nil {
		t.Fatal(err)
	}
	ring := func(file []byte) *Keyring {
		r, err := ParseKeyring(file)
		if err != nil {
			t.Fatalf("%v\n%s", err, file)
		}
		return r
	}
	at := AAD{Table: "a", Column: "b", Row: 1}
	before, during := ring(first), ring(prepared)
	if during.RootID() != before.RootID() || len(during.Info()) != 2 || during.Info()[1].State != Next {
		t.Fatalf("prepared: %v", during.Info())
	}
	sealed := during.Ring(ForSecrets).Seal(nil, at, []byte("value"))
	if _, err := before.Ring(ForSecrets).Open(nil, at, sealed); err != nil {
		t.Errorf("a next key seals: %v", err)
	}
	if _, err := PrepareKeyFile(randomness(17), noon, prepared); err == nil {
		t.Error("there are two next keys")
	}
	rotated, err := RotateKeyFile(randomness(19), noon, prepared)
	if err != nil {
		t.Fatal(err)
	}
	after := ring(rotated)
	if after.RootID() != during.Info()[1].ID || len(after.Info()) != 2 || after.Info()[1].State != DecryptOnly {
		t.Errorf("rotated: %v", after.Info())
	}
	newer := after.Ring(ForSecrets).Seal(nil, at, []byte("newer"))
	if _, err := during.Ring(ForSecrets).Open(nil, at, newer); err != nil {
		t.Errorf("a process that was prepared does not open what the new primary seals: %v", err)
	}
	if _, err := RetireKey(noon, rotated, after.RootID()); err == nil {
		t.Error("the primary was retired")
	}
	if _, err := RetireKey(noon, rotated, KeyID{1, 2, 3, 4}); err == nil {
		t.Error("a key that is not there was retired")
	}
	retired, err := RetireKey(noon, rotated, before.RootID())
	if err != nil {
		t.Fatal(err)
	}
	last := ring(retired)
	if _, err := last.Ring(ForSecrets).Open(nil, at, newer); err != nil || len(last.Info()) != 1 {
		t.Errorf("after the retirement: %v %v", last.Info(), err)
	}
	if _, err := last.Ring(ForSecrets).Open(nil, at, sealed); !errors.Is(err, ErrKeyGone) {
		t.Errorf("what the retired key sealed opens: %v", err)
	}
}
