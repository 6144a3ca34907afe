package privacy

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// countingKey is the key 00 01 02 … 1f.
func countingKey() Key {
	var b [KeySize]byte
	for i := range b {
		b[i] = byte(i)
	}
	return newKey(b)
}

func testRing(t testing.TB) *Keyring {
	t.Helper()
	ring, err := ParseKeyring([]byte(knownRoot))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func testTenant(t testing.TB, tenant int64, seed byte) *TenantKeys {
	t.Helper()
	ring := testRing(t)
	wrapped, err := ring.NewTenantKeys(randomness(seed), tenant)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ring.OpenTenantKeys(tenant, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestSealedValueOpensOnlyInItsPlace(t *testing.T) {
	t.Parallel()
	s := countingKey().Sealer()
	home := AAD{Tenant: 7, Table: "user", Column: "totp_secret", Row: 99}
	sealed := s.Seal(nil, home, []byte("seed"))
	if len(sealed) != len("seed")+SealOverhead {
		t.Errorf("sealed length %d", len(sealed))
	}
	if got, err := s.Open(nil, home, sealed); err != nil || string(got) != "seed" {
		t.Fatalf("at home: %q, %v", got, err)
	}
	elsewhere := map[string]AAD{
		"other tenant": {8, "user", "totp_secret", 99},
		"other table":  {7, "users", "totp_secret", 99},
		"other column": {7, "user", "pin", 99},
		"other row":    {7, "user", "totp_secret", 100},
		"shifted cut":  {7, "usert", "otp_secret", 99},
		"swapped":      {7, "totp_secret", "user", 99},
		"negative":     {-7, "user", "totp_secret", 99},
		"nowhere":      {},
	}
	for name, at := range elsewhere {
		if _, err := s.Open(nil, at, sealed); !errors.Is(err, ErrSealed) || errors.Is(err, ErrKeyGone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAADEncodingIsUnambiguous(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300)
	places := []AAD{{}, {Row: 1}, {Tenant: 1}, {Table: "a"}, {Column: "a"}, {Table: "ab"}, {Table: "a", Column: "b"},
		{Column: "ab"}, {Table: "a\x01b"}, {Table: "\x00"}, {Column: "\x00"}, {Table: long}, {Table: long[1:], Column: "x"},
		{Table: "x", Column: "\x00"}, {Table: "x\x01"}}
	seen := map[string]AAD{}
	for _, p := range places {
		enc := string(p.append(nil))
		if other, ok := seen[enc]; ok {
			t.Errorf("%v and %v share an encoding", p, other)
		}
		seen[enc] = p
	}
}

func TestEveryAlteredByteIsNoticed(t *testing.T) {
	t.Parallel()
	s := countingKey().Sealer()
	at := AAD{Tenant: 1, Table: "payload", Column: "addresses", Row: 5}
	sealed := s.Seal(nil, at, []byte("+91 98765 43210"))
	for i := range sealed {
		for bit := range 8 {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1 << bit
			if _, err := s.Open(nil, at, bad); !errors.Is(err, ErrSealed) {
				t.Fatalf("byte %d bit %d: %v", i, bit, err)
			}
		}
	}
	for n := range sealed {
		if _, err := s.Open(nil, at, sealed[:n]); !errors.Is(err, ErrSealed) {
			t.Fatalf("cut to %d: %v", n, err)
		}
	}
	if _, err := s.Open(nil, at, append(bytes.Clone(sealed), 0)); !errors.Is(err, ErrSealed) {
		t.Error("a byte more opened")
	}
}

func TestSealAppendsAndNeverRepeats(t *testing.T) {
	t.Parallel()
	s := countingKey().Sealer()
	at := AAD{Tenant: 1, Table: "t", Column: "c", Row: 1}
	buf := []byte("before")
	buf = s.Seal(buf, at, []byte("one"))
	cut := len(buf)
	buf = s.Seal(buf, at, []byte("one"))
	if string(buf[:6]) != "before" || bytes.Equal(buf[6:cut], buf[cut:]) {
		t.Error("equal plaintexts have equal seals, or dst was overwritten")
	}
	out, err := s.Open([]byte("x"), at, buf[6:cut])
	if err != nil || string(out) != "xone" {
		t.Errorf("%q, %v", out, err)
	}
	if empty, err := s.Open(nil, at, s.Seal(nil, at, nil)); err != nil || len(empty) != 0 {
		t.Errorf("the empty value: %q, %v", empty, err)
	}
}

func TestRingRenews(t *testing.T) {
	t.Parallel()
	old, fresh := countingKey(), testRing(t).Key(ForSecrets)
	at := AAD{Tenant: 3, Table: "t", Column: "c", Row: 1}
	sealed := NewRing(old).Seal(nil, at, []byte("token"))
	ring := NewRing(fresh, old)
	renewed, moved, err := ring.Renew(at, sealed)
	if err != nil || !moved {
		t.Fatalf("moved %v, %v", moved, err)
	}
	if id, _ := SealedWith(renewed); id != fresh.ID() {
		t.Errorf("renewed with %s", id)
	}
	if got, err := NewRing(fresh).Open(nil, at, renewed); err != nil || string(got) != "token" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := NewRing(fresh).Open(nil, at, sealed); !errors.Is(err, ErrKeyGone) {
		t.Errorf("without the old key: %v", err)
	}
	if _, _, err := ring.Renew(AAD{Tenant: 4}, sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("renewed out of place: %v", err)
	}
}

func TestHashAgainstOpenSSL(t *testing.T) {
	t.Parallel()
	h := countingKey().Hasher()
	tests := []struct {
		kind Kind
		want string
	}{
		{Phone, "b3b0a659f4c868b2880a69d4593b9544728febd27a55f5188c9a2d74ad9e0529"},
		{Email, "8b97320e6220a95a6a4fb3c76d9c27c2a5d3443d67e0a3474d35f7b465976f59"},
	}
	for range 3 { // a reused state must not remember
		for _, tt := range tests {
			sum := h.Hash(tt.kind, "919876543210")
			if got := hex.EncodeToString(sum[:]); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.kind, got, tt.want)
			}
			first, _ := hex.DecodeString(tt.want[:16])
			if got := h.Hash64(tt.kind, "919876543210"); got != binary.BigEndian.Uint64(first) {
				t.Errorf("%s: first 64 bits %x", tt.kind, got)
			}
		}
	}
	all := h.HashAll(nil, Phone, []string{"1", "919876543210", strings.Repeat("9", 500)})
	if hex.EncodeToString(all[1][:]) != tests[0].want || all[0] != h.Hash(Phone, "1") || all[2] != h.Hash(Phone, strings.Repeat("9", 500)) {
		t.Error("a batch hashes otherwise than single calls")
	}
}

func TestHasherIsConcurrent(t *testing.T) {
	t.Parallel()
	h := countingKey().Hasher()
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range 2000 {
				value := fmt.Sprint(g, i)
				want := countingKey().Hasher().Hash(Phone, value)
				if h.Hash(Phone, value) != want {
					t.Errorf("value %s hashed otherwise", value)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestTenantsDoNotShareKeys(t *testing.T) {
	t.Parallel()
	ring := testRing(t)
	wrapped, err := ring.NewTenantKeys(randomness(1), 10)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ring.OpenTenantKeys(11, wrapped); !errors.Is(err, ErrSealed) {
		t.Errorf("tenant 11 opened the keys of tenant 10: %v", err)
	}
	a, b := testTenant(t, 10, 1), testTenant(t, 11, 2)
	if a.SubjectHash(Phone, "1") == b.SubjectHash(Phone, "1") {
		t.Error("two tenants hash alike")
	}
	subject := a.SubjectHash(Phone, "1")
	if a.AnalyticsHash(Phone, "1") == binary.BigEndian.Uint64(subject[:]) {
		t.Error("the two stores can be joined")
	}
	at := AAD{Table: "contact", Column: "address", Row: 1}
	if _, err := b.Open(nil, at, a.Seal(nil, at, []byte("x"))); !errors.Is(err, ErrKeyGone) {
		t.Errorf("tenant 11 opened a value of tenant 10: %v", err)
	}
	if a.Derive(ForLinks).ID() == b.Derive(ForLinks).ID() || a.Derive(ForLinks).ID() == a.Derive(ForAuditLedger).ID() {
		t.Error("derived keys coincide")
	}
}

func TestDataKeyRotates(t *testing.T) {
	t.Parallel()
	ring := testRing(t)
	wrapped, err := ring.NewTenantKeys(randomness(1), 10)
	if err != nil {
		t.Fatal(err)
	}
	before, err := ring.OpenTenantKeys(10, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	at := AAD{Table: "contact", Column: "address", Row: 1}
	old := before.Seal(nil, at, []byte("x"))
	dayWrapped, err := before.NewDayKey(randomness(2), 20000)
	if err != nil {
		t.Fatal(err)
	}
	prepared, fresh, err := ring.PrepareDataKey(randomness(3), 10, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	next, err := ring.OpenTenantKeys(10, prepared)
	if err != nil {
		t.Fatal(err)
	}
	if next.Data().ID() != before.Data().ID() || fresh == before.Data().ID() {
		t.Error("a prepared key seals, or is none")
	}
	if _, _, err := ring.PrepareDataKey(randomness(4), 10, prepared); err == nil {
		t.Error("a second key was prepared")
	}
	rotated, err := ring.PromoteDataKey(10, prepared, fresh)
	if err != nil {
		t.Fatal(err)
	}
	after, err := ring.OpenTenantKeys(10, rotated)
	if err != nil {
		t.Fatal(err)
	}
	if ids := after.DataKeys(); len(ids) != 2 || ids[0] != fresh || ids[1] != before.Data().ID() || after.Data().ID() != fresh {
		t.Errorf("the data keys are %v", ids)
	}
	if got, err := next.Open(nil, at, after.Seal(nil, at, []byte("y"))); err != nil || string(got) != "y" {
		t.Errorf("who only knows the key as the next one reads %q, %v", got, err)
	}
	if got, err := after.Open(nil, at, old); err != nil || string(got) != "x" {
		t.Errorf("old value: %q, %v", got, err)
	}
	if after.SubjectHash(Phone, "1") != before.SubjectHash(Phone, "1") || after.AnalyticsHash(Phone, "1") != before.AnalyticsHash(Phone, "1") {
		t.Error("the hashing keys changed")
	}
	renewed, moved, err := after.RenewDayKey(20000, dayWrapped)
	if err != nil || !moved {
		t.Fatalf("day key: moved %v, %v", moved, err)
	}
	if _, err := before.OpenDayKey(20000, renewed); !errors.Is(err, ErrKeyGone) {
		t.Errorf("the day key is still wrapped by the old data key: %v", err)
	}
	if _, err := ring.DropDataKey(10, rotated, fresh); err == nil {
		t.Error("the key that seals was dropped")
	}
	if _, err := ring.DropDataKey(10, rotated, KeyID{1, 2, 3, 4}); err == nil {
		t.Error("a key that is not there was dropped")
	}
	dropped, err := ring.DropDataKey(10, rotated, before.Data().ID())
	if err != nil {
		t.Fatal(err)
	}
	alone, err := ring.OpenTenantKeys(10, dropped)
	if err != nil || len(alone.DataKeys()) != 1 {
		t.Fatalf("after the drop: %v, %v", alone, err)
	}
	if _, err := alone.Open(nil, at, old); !errors.Is(err, ErrKeyGone) {
		t.Errorf("what the dropped key sealed: %v", err)
	}
	if alone.SubjectHash(Phone, "1") != before.SubjectHash(Phone, "1") {
		t.Error("the hashing key went with it")
	}
}

func TestDayKeyIsBoundToItsDay(t *testing.T) {
	t.Parallel()
	keys := testTenant(t, 10, 1)
	wrapped, err := keys.NewDayKey(randomness(2), 20000)
	if err != nil {
		t.Fatal(err)
	}
	day, err := keys.OpenDayKey(20000, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	at := AAD{Table: "payload", Column: "body", Row: 4}
	sealed := day.Seal(nil, at, []byte("text"))
	if got, err := day.Open(nil, at, sealed); err != nil || string(got) != "text" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := keys.OpenDayKey(20001, wrapped); !errors.Is(err, ErrSealed) {
		t.Errorf("opened as another day: %v", err)
	}
	if _, err := keys.Open(nil, at, sealed); !errors.Is(err, ErrKeyGone) {
		t.Errorf("the tenant's own key opens a day's value, so deleting the day key erases nothing: %v", err)
	}
	again, err := keys.NewDayKey(randomness(3), 20000)
	if err != nil {
		t.Fatal(err)
	}
	other, err := keys.OpenDayKey(20000, again)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open(nil, at, sealed); !errors.Is(err, ErrKeyGone) {
		t.Errorf("a day key made anew opens the old values: %v", err)
	}
}

func TestDayOf(t *testing.T) {
	t.Parallel()
	kolkata := time.FixedZone("IST", 5*3600+1800)
	tests := []struct {
		at   time.Time
		want Day
	}{
		{time.Date(1970, 1, 1, 23, 59, 59, 0, time.UTC), 0},
		{time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC), -1},
		{time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), 20779},
		{time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC).In(kolkata), 20780},
	}
	for _, tt := range tests {
		if got := DayOf(tt.at); got != tt.want {
			t.Errorf("%v is day %d, want %d", tt.at, got, tt.want)
		}
	}
}

// TestNothingPrintsItsSecret prints every type of the package in every way, bare, by pointer, and hidden in a foreign
// struct, and looks for the secret bytes in the common spellings.
func TestNothingPrintsItsSecret(t *testing.T) {
	t.Parallel()
	key := countingKey()
	tenant := newTenantKeys(1, key, key, []Key{key})
	ring := &Keyring{roots: []Key{key}}
	secret := NewSecret("hunter2hunter2")
	type holder struct {
		key    Key
		ring   *Keyring
		tenant *TenantKeys
		secret Secret
		hasher *Hasher
		sealer *Sealer
		day    *DayKey
	}
	hidden := holder{key, ring, tenant, secret, key.Hasher(), key.Sealer(), &DayKey{sealer: key.Sealer()}}
	values := []any{key, &key, ring, *ring, tenant, tenant.subjects, tenant.ring, hidden.sealer, hidden.day, secret, &secret,
		hidden, &hidden, []Key{key}, map[string]Secret{"a": secret}, NewRing(key)}
	var out strings.Builder
	logger := slog.New(slog.NewTextHandler(&out, nil))
	logJSON := slog.New(slog.NewJSONHandler(&out, nil))
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%c"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		logger.Info("value", "v", v)
		logJSON.Info("value", "v", v)
		if b, err := json.Marshal(v); err == nil {
			out.Write(b)
		}
	}
	raw := key.bytes()
	spellings := []string{"hunter2", hex.EncodeToString([]byte("hunter2")), "104 117 110 116",
		hex.EncodeToString(raw[8:16]), strings.ToUpper(hex.EncodeToString(raw[10:16])), string(raw[8:16]),
		"8 9 10 11 12", "0x8, 0x9, 0xa", "8,9,10,11,12", "CAkKCww"}
	for _, s := range spellings {
		if strings.Contains(out.String(), s) {
			t.Errorf("printed: %q", s)
		}
	}
	if !strings.Contains(out.String(), redacted) || !strings.Contains(out.String(), key.ID().String()) {
		t.Error("the stand-ins are not printed either: the test looks at nothing")
	}
}

func TestSecretReadsButDoesNotWrite(t *testing.T) {
	t.Parallel()
	var config struct{ Token Secret }
	if err := json.Unmarshal([]byte(`{"Token":"abc"}`), &config); err != nil || config.Token.Reveal() != "abc" || config.Token.Empty() {
		t.Fatalf("%q, %v", config.Token.Reveal(), err)
	}
	written, err := json.Marshal(config)
	if err != nil || string(written) != `{"Token":"[redacted]"}` {
		t.Errorf("%s, %v", written, err)
	}
	if err := json.Unmarshal(written, &config); err == nil {
		t.Error("the stand-in was read as a secret")
	}
	var none Secret
	if !none.Empty() || fmt.Sprint(none) != "" {
		t.Error("the zero secret is not empty")
	}
}

func TestMode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		mode                   Mode
		reveal, find, distinct bool
	}{
		{Plain, true, true, true},
		{Hashed, false, true, true},
		{None, false, false, false},
		{"", false, false, false},
		{"plain", false, false, false},
	}
	for _, tt := range tests {
		if tt.mode.Allows(Reveal) != tt.reveal || tt.mode.Allows(Find) != tt.find || tt.mode.Allows(Distinct) != tt.distinct {
			t.Errorf("%q allows otherwise", tt.mode)
		}
	}
	if !None.StricterThan(Hashed) || !Hashed.StricterThan(Plain) || Plain.StricterThan(Plain) || Plain.StricterThan(None) {
		t.Error("the order is wrong")
	}
	for _, src := range []any{nil, "", "plain", "PLAIN ", 1, []byte("x"), true} {
		m := None
		if err := m.Scan(src); err == nil {
			t.Errorf("scanned %v", src)
		}
	}
	for _, want := range []Mode{Plain, Hashed, None} {
		stored, err := want.Value()
		if err != nil {
			t.Fatal(err)
		}
		var got Mode
		if err := got.Scan([]byte(stored.(string))); err != nil || got != want {
			t.Errorf("%s came back as %s, %v", want, got, err)
		}
	}
	if _, err := Mode("").Value(); err == nil {
		t.Error("the zero mode was stored")
	}
}

func FuzzOpen(f *testing.F) {
	s := countingKey().Sealer()
	at := AAD{Tenant: 1, Table: "t", Column: "c", Row: 1}
	f.Add([]byte{}, []byte("plain"))
	f.Add(s.Seal(nil, at, []byte("x")), []byte{})
	f.Fuzz(func(t *testing.T, foreign, plain []byte) {
		// Only this key makes values that open: whatever opens must be exactly the seed.
		if got, err := s.Open(nil, at, foreign); err == nil && string(got) != "x" {
			t.Fatalf("a forged value opened as %q", got)
		}
		got, err := s.Open(nil, at, s.Seal(nil, at, plain))
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("round trip: %q, %v", got, err)
		}
	})
}

func BenchmarkHash(b *testing.B) {
	h := countingKey().Hasher()
	b.ReportAllocs()
	for b.Loop() {
		h.Hash(Phone, "919876543210")
	}
}

func BenchmarkHashAll(b *testing.B) {
	h := countingKey().Hasher()
	values := make([]string, 1000)
	for i := range values {
		values[i] = fmt.Sprint(919876000000 + i)
	}
	dst := make([][32]byte, 0, len(values))
	b.ReportAllocs()
	for b.Loop() {
		dst = h.HashAll(dst[:0], Phone, values)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(values)), "ns/value")
}

func BenchmarkSeal(b *testing.B) {
	s := countingKey().Sealer()
	at := AAD{Tenant: 1, Table: "payload", Column: "body", Row: 1}
	for _, size := range []int{16, 1024, 65536} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			plain, dst := make([]byte, size), make([]byte, 0, size+SealOverhead)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				dst = s.Seal(dst[:0], at, plain)
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	s := countingKey().Sealer()
	at := AAD{Tenant: 1, Table: "payload", Column: "body", Row: 1}
	sealed := s.Seal(nil, at, make([]byte, 16))
	dst := make([]byte, 0, 16)
	b.ReportAllocs()
	for b.Loop() {
		dst, _ = s.Open(dst[:0], at, sealed)
	}
}
