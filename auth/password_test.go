package auth

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

// cheap replaces argon2id where its cost is not what is tested, and counts.
type cheap struct{ calls, memory atomic.Int64 }

func (c *cheap) derive(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
	c.calls.Add(1)
	c.memory.Add(int64(memory) * int64(time))
	out := make([]byte, keyLen)
	for i, b := range append(append([]byte{}, salt...), password...) {
		out[i%len(out)] = out[i%len(out)]*31 + b
	}
	return out
}

func cheapPasswords(t testing.TB, peppers []privacy.Key) (*Passwords, *cheap) {
	p, c := NewPasswords(peppers, 1<<30, randomness(1)), &cheap{}
	p.derive = c.derive
	return p, c
}

// storedElsewhere was made with the argon2 command and Python's hmac for "Fußball & Æther 9".
const storedElsewhere = "$argon2id-hmac-sha256$v=19$m=47104,t=2,p=1,keyid=619b9223$c2FsdHNhbHRzYWx0c2FsdA$OLkgJ1gQRI7u90+Cqpc5HqEVEOV+z40dEZRE0q5aEFY"

func TestPasswordAgainstReference(t *testing.T) {
	t.Parallel()
	p := NewPasswords(keyring(t).Keys(privacy.ForPasswords), 1<<30, randomness(1))
	tests := map[string]bool{
		"Fußball & Æther 9":              true,
		"Ｆußball & Æther 9":              true, // full-width F: NFKC folds it
		"Fussball & Æther 9":             false,
		"Fußball & Æther 9 ":             false,
		"":                               false,
		"\xff\xfe":                       false,
		strings.Repeat("x", 1025):        false,
		strings.Repeat("\ufdfa", 1024/3): false, // grows to 18 times its length under NFKC
	}
	for password, want := range tests {
		ok, rehash, err := p.Verify(context.Background(), storedElsewhere, password)
		if err != nil || ok != want || rehash {
			t.Errorf("%.20q: ok %v, rehash %v, %v", password, ok, rehash, err)
		}
	}
}

func TestPasswordHashIsSaltedAndChecks(t *testing.T) {
	t.Parallel()
	p := NewPasswords(keyring(t).Keys(privacy.ForPasswords), 1<<30, randomness(1))
	first, err := p.Hash(context.Background(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.Hash(context.Background(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if first == second || !strings.HasPrefix(first, "$argon2id-hmac-sha256$v=19$m=47104,t=2,p=1,keyid=619b9223$") {
		t.Errorf("%s\n%s", first, second)
	}
	if ok, _, err := p.Verify(context.Background(), first, "correct horse"); !ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
	for _, bad := range []string{strings.Repeat("x", 1025), strings.Repeat("\ufdfa", 100), "not \xff text"} { // U+FDFA grows eleven-fold
		_, err = p.Hash(context.Background(), bad)
		wantCode(t, err, messaging.CodeInvalid)
	}
}

func TestRehashIsAskedFor(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	old, _ := cheapPasswords(t, keyring(t).Keys(privacy.ForPasswords))
	stored, err := old.Hash(ctx, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	fresh, _ := cheapPasswords(t, rotated(t).Keys(privacy.ForPasswords))
	if ok, rehash, err := fresh.Verify(ctx, stored, "correct horse"); !ok || !rehash || err != nil {
		t.Errorf("after a new pepper: ok %v, rehash %v, %v", ok, rehash, err)
	}
	if ok, rehash, err := fresh.Verify(ctx, stored, "wrong"); ok || rehash || err != nil {
		t.Errorf("wrong password: ok %v, rehash %v, %v", ok, rehash, err)
	}
	h, err := parsePasswordHash(stored)
	if err != nil {
		t.Fatal(err)
	}
	h.memory = 19456
	h.sum, err = old.sum(ctx, h, old.peppers[0], "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if ok, rehash, err := old.Verify(ctx, h.String(), "correct horse"); !ok || !rehash || err != nil {
		t.Errorf("after a new cost: ok %v, rehash %v, %v", ok, rehash, err)
	}
	gone, _ := cheapPasswords(t, rotated(t).Keys(privacy.ForPasswords)[:1])
	if ok, _, err := gone.Verify(ctx, stored, "correct horse"); ok || messaging.CodeOf(err) != messaging.CodeInternal {
		t.Errorf("with the pepper gone: %v, %v", ok, err)
	}
}

func TestUnreadablePasswordHashes(t *testing.T) {
	t.Parallel()
	good := storedElsewhere
	bad := map[string]string{
		"empty":         "",
		"plain":         "correct horse",
		"other scheme":  strings.Replace(good, "argon2id-hmac-sha256", "argon2id", 1),
		"version":       strings.Replace(good, "v=19", "v=16", 1),
		"huge memory":   strings.Replace(good, "m=47104", "m=4294967295", 1),
		"no memory":     strings.Replace(good, "m=47104", "m=0", 1),
		"many passes":   strings.Replace(good, "t=2", "t=4000000", 1),
		"lanes":         strings.Replace(good, "p=1", "p=4", 1),
		"leading zero":  strings.Replace(good, "t=2", "t=02", 1),
		"no key id":     strings.Replace(good, ",keyid=619b9223", "", 1),
		"short sum":     good[:len(good)-4],
		"a part more":   good + "$x",
		"trailing text": good + " ",
	}
	p, work := cheapPasswords(t, keyring(t).Keys(privacy.ForPasswords))
	for name, stored := range bad {
		if ok, _, err := p.Verify(context.Background(), stored, "Fußball & Æther 9"); ok || err == nil {
			t.Errorf("%s: ok %v, %v", name, ok, err)
		} else if strings.Contains(err.Error(), "horse") {
			t.Errorf("%s: the error shows the row", name)
		}
	}
	if n := work.calls.Load(); n != 0 {
		t.Errorf("%d derivations were run for unreadable rows", n)
	}
}

// TestUnknownUserCostsTheSame compares work, not time: derivations and the memory each passes over.
func TestUnknownUserCostsTheSame(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p, work := cheapPasswords(t, keyring(t).Keys(privacy.ForPasswords))
	stored, err := p.Hash(ctx, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	measure := func(f func()) [2]int64 {
		calls, memory := work.calls.Load(), work.memory.Load()
		f()
		return [2]int64{work.calls.Load() - calls, work.memory.Load() - memory}
	}
	for _, password := range []string{"correct horse", "wrong", "", strings.Repeat("x", 1024), strings.Repeat("x", 1025), "\xff"} {
		known := measure(func() { p.Verify(ctx, stored, password) })
		unknown := measure(func() { p.VerifyDummy(ctx, password) })
		if known != unknown {
			t.Errorf("%.10q: a known user costs %v, an unknown %v", password, known, unknown)
		}
	}
	if work.calls.Load() < 9 {
		t.Error("the counter does not count")
	}
}

// TestDerivationsAreBounded fills all turns and looks at who waits, who is refused and when.
func TestDerivationsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const budget = 3 * argonMemory * 1024
		p := NewPasswords(keyring(t).Keys(privacy.ForPasswords), budget+1, randomness(1))
		var running, peak atomic.Int64
		release := make(chan struct{})
		p.derive = func(_, _ []byte, _, _ uint32, _ uint8, n uint32) []byte {
			peak.Store(max(peak.Load(), running.Add(1)))
			defer running.Add(-1)
			<-release
			return make([]byte, n)
		}
		results := make(chan error, 8)
		start := time.Now()
		for range 5 {
			go func() { results <- p.VerifyDummy(context.Background(), "x") }()
		}
		synctest.Wait()
		cancelled, cancel := context.WithCancel(context.Background())
		cancel()
		if err := p.VerifyDummy(cancelled, "x"); err == nil {
			t.Error("a cancelled caller was served")
		}
		for range 2 { // three run; two wait and give up
			wantCode(t, <-results, messaging.CodeLimited)
		}
		if waited := time.Since(start); waited != passwordQueue {
			t.Errorf("refused after %v", waited)
		}
		go func() { results <- p.VerifyDummy(context.Background(), "x") }()
		synctest.Wait()
		time.Sleep(time.Second) // fake time: less than the queue's patience
		close(release)
		for range 4 {
			if err := <-results; err != nil {
				t.Errorf("who came in time was refused: %v", err)
			}
		}
		if peak.Load() != 3 {
			t.Errorf("%d ran at once, want 3", peak.Load())
		}
	})
}

func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	policy := NewPasswordPolicy("Posthaste")
	if n := len(policy.common); n < 3000 {
		t.Fatalf("the block-list has %d entries", n)
	}
	tests := []struct {
		password string
		reason   string // empty: good
	}{
		{"seven77", "at least 8"},
		{"äöüäöüä", "at least 8"}, // 7 code points, 14 bytes
		{"ﬃqzvmk", ""},            // six code points, but eight letters after NFKC
		{strings.Repeat("ab cd ef ", 200), "at most 1024"},
		{"not \xff text", "at most 1024"},
		{"password", "most used"},
		{"PassWord", "most used"},
		{"password1", "most used"},
		{"P@ssw0rd", "most used"},
		{"P@ssw0rd!", "most used"},
		{"dragon2024", "most used"},
		{"dr4g0n99!", "most used"},
		{"$unshine1", "most used"},
		{"iloveyou", "most used"},
		{"aaaaaaaaaa", "repeats"},
		{"abababab", "repeats"},
		{"abcdefghij", "repeats or counts"},
		{"98765432", "repeats or counts"},
		{"posthaste2026", "name"},
		{"P0sthaste!!", "name"},
		{"acme-corp-1", "name"},
		{"AcmeCorp22", "name"},
		{"priya.sharma1", "name"},
		{"Sharma1999", "name"},
		{"dragon48201957", ""}, // eight digits carry it
		{"kettle orbit violin", ""},
		{"my posthaste kettle orbit", ""},
		{"correcthorse", ""},
		{"пароль-мой-кот", ""},
		{"xK9#mQ2v", ""},
	}
	for _, tt := range tests {
		err := policy.Check(tt.password, "Acme Corp", "priya.sharma@example.com")
		switch {
		case tt.reason == "" && err != nil:
			t.Errorf("%.20q was refused: %v", tt.password, err)
		case tt.reason != "" && (err == nil || !strings.Contains(err.Error(), tt.reason)):
			t.Errorf("%.20q: %v, want %q", tt.password, err, tt.reason)
		case err != nil:
			wantCode(t, err, messaging.CodeInvalid)
		}
	}
}

func TestBlockListIsUsable(t *testing.T) {
	t.Parallel()
	for word := range NewPasswordPolicy().common {
		if word != strings.ToLower(word) || strings.ContainsAny(word, " \t\r") || len(word) < 4 {
			t.Errorf("entry %q can never match", word)
		}
	}
}

func FuzzPasswordPolicy(f *testing.F) {
	policy := NewPasswordPolicy("Posthaste")
	f.Add("password1", "Acme")
	f.Add("\ufdfa\ufdfa", "a@b")
	f.Add("İİİİİİİİ", "İ")
	f.Fuzz(func(t *testing.T, password, context string) {
		if policy.Check(password, context) != nil {
			return
		}
		// What the policy takes, the hasher takes, and it is long enough and not on the list.
		text, ok := normalPassword(password)
		if !ok || len([]rune(text)) < MinPasswordRunes {
			t.Fatalf("took %q", password)
		}
		if _, common := policy.common[strings.ToLower(text)]; common {
			t.Fatalf("took the common %q", password)
		}
	})
}

func FuzzParsePasswordHash(f *testing.F) {
	f.Add(storedElsewhere)
	f.Add("$argon2id-hmac-sha256$v=19$m=47104,t=2,p=1,keyid=619b9223$$")
	f.Fuzz(func(t *testing.T, stored string) {
		h, err := parsePasswordHash(stored)
		if err != nil {
			return
		}
		if h.String() != stored || h.memory > argonCeiling || h.passes > 10 || h.lanes != 1 {
			t.Fatalf("took %q", stored)
		}
	})
}

func BenchmarkPasswordVerify(b *testing.B) {
	p := NewPasswords(keyring(b).Keys(privacy.ForPasswords), 1<<30, randomness(1))
	for b.Loop() {
		if ok, _, err := p.Verify(context.Background(), storedElsewhere, "Fußball & Æther 9"); !ok || err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
}

func BenchmarkPasswordPolicy(b *testing.B) {
	policy := NewPasswordPolicy("Posthaste")
	for b.Loop() {
		policy.Check("kettle orbit violin", "Acme Corp", "priya.sharma@example.com")
	}
}
