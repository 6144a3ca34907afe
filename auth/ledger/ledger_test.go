package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"posthaste/privacy"
)

// Expected links were computed with Python's hmac over this root key.
const knownRoot = "phk1_b646ea3f_jx08WnfisElmwfii2Q5LF6pd42CcAvSBe-YTXchAL5s"

func chainKey(t testing.TB, p privacy.Purpose) privacy.Key {
	t.Helper()
	ring, err := privacy.ParseKeyring([]byte(knownRoot))
	if err != nil {
		t.Fatal(err)
	}
	return ring.Key(p)
}

func all(records []Record) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// chain appends n entries and keeps every head, the zero one included.
func chain(key privacy.Key, n int) (records []Record, heads []Head) {
	head := Head{}
	heads = []Head{head}
	for i := range n {
		canonical := fmt.Appendf(nil, "entry %d", i+1)
		head = head.Append(key, canonical)
		records = append(records, Record{Seq: head.Seq, Canonical: canonical, Link: head.Link})
		heads = append(heads, head)
	}
	return records, heads
}

func TestLinkAgainstReference(t *testing.T) {
	t.Parallel()
	key := chainKey(t, privacy.ForAuditLedger)
	first := Head{}.Append(key, []byte("first"))
	second := first.Append(key, []byte("second"))
	if got := hex.EncodeToString(first.Link[:]); got != "439f41d7c3c67dcd8db705bc596a8df067430f9233bc46b126525011911bc568" {
		t.Errorf("first link %s", got)
	}
	if got := hex.EncodeToString(second.Link[:]); got != "a0158e8ae501712036180d08a6f8497191d9453c355a4da80fe56beaaf41d96a" || second.Seq != 2 {
		t.Errorf("second link %s", got)
	}
}

func TestVerifyAcceptsTheTruth(t *testing.T) {
	t.Parallel()
	key := chainKey(t, privacy.ForAuditLedger)
	records, heads := chain(key, 10)
	if head, err := Verify(key, Head{}, all(records), heads[3], heads[10], heads[0]); err != nil || head != heads[10] {
		t.Errorf("whole: %v, %v", head.Seq, err)
	}
	if head, err := Verify(key, heads[4], all(records[4:]), heads[2], heads[4], heads[9]); err != nil || head != heads[10] {
		t.Errorf("from 4: %v, %v", head.Seq, err)
	}
	if head, err := Verify(key, Head{}, all(nil)); err != nil || head != (Head{}) {
		t.Errorf("empty: %v, %v", head, err)
	}
}

func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	key, foreign := chainKey(t, privacy.ForAuditLedger), chainKey(t, privacy.ForConsentLedger)
	_, heads := chain(key, 10)
	tamper := map[string]struct {
		change      func([]Record) []Record
		checkpoints []Head
	}{
		"changed content": {func(r []Record) []Record { r[4].Canonical = []byte("entry 5!"); return r }, nil},
		"changed link":    {func(r []Record) []Record { r[4].Link[0] ^= 1; return r }, nil},
		"changed last":    {func(r []Record) []Record { r[9].Canonical = []byte("x"); return r }, nil},
		"changed number":  {func(r []Record) []Record { r[4].Seq = 50; return r }, nil},
		"removed first":   {func(r []Record) []Record { return r[1:] }, nil},
		"removed middle":  {func(r []Record) []Record { return slices.Delete(r, 4, 5) }, nil},
		"removed and renumbered": {func(r []Record) []Record {
			r = slices.Delete(r, 4, 5)
			for i := range r {
				r[i].Seq = int64(i + 1)
			}
			return r
		}, nil},
		"reordered": {func(r []Record) []Record { r[4], r[5] = r[5], r[4]; return r }, nil},
		"reordered and renumbered": {func(r []Record) []Record {
			r[4], r[5] = r[5], r[4]
			r[4].Seq, r[5].Seq = 5, 6
			return r
		}, nil},
		"repeated":               {func(r []Record) []Record { return slices.Insert(r, 5, r[4]) }, nil},
		"inserted":               {func(r []Record) []Record { return slices.Insert(r, 5, Record{Seq: 6, Canonical: []byte("new")}) }, nil},
		"removed at the end":     {func(r []Record) []Record { return r[:8] }, heads[10:]},
		"removed down to none":   {func(r []Record) []Record { return nil }, heads[1:2]},
		"relinked without key":   {func(r []Record) []Record { out, _ := chain(foreign, 10); return out }, nil},
		"another chain's end":    {func(r []Record) []Record { r, _ = chain(key, 12); return r }, []Head{{Seq: 12, Link: heads[10].Link}}},
		"a checkpoint of a fork": {func(r []Record) []Record { return r }, []Head{{Seq: 4, Link: [32]byte{1}}}},
		"two checkpoints differ": {func(r []Record) []Record { return r }, []Head{heads[4], {Seq: 4, Link: [32]byte{1}}}},
		"genesis forged":         {func(r []Record) []Record { return r }, []Head{{Seq: 0, Link: [32]byte{1}}}},
	}
	for name, tt := range tamper {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records, _ := chain(key, 10)
			if _, err := Verify(key, Head{}, all(tt.change(records)), tt.checkpoints...); !errors.Is(err, ErrTampered) {
				t.Errorf("not found: %v", err)
			}
		})
	}
}

// TestRemovalAtTheEndNeedsTheCheckpoint says why checkpoints exist: without one, a shorter chain is a true chain. And one
// who holds the key and rewrites all is caught by a checkpoint too.
func TestRemovalAtTheEndNeedsTheCheckpoint(t *testing.T) {
	t.Parallel()
	key := chainKey(t, privacy.ForAuditLedger)
	records, heads := chain(key, 10)
	if _, err := Verify(key, Head{}, all(records[:8])); err != nil {
		t.Errorf("a shorter chain by itself: %v", err)
	}
	var rewritten []Record
	head := Head{}
	for i := range 10 {
		canonical := fmt.Appendf(nil, "other history %d", i)
		head = head.Append(key, canonical)
		rewritten = append(rewritten, Record{head.Seq, canonical, head.Link})
	}
	if _, err := Verify(key, Head{}, all(rewritten)); err != nil {
		t.Errorf("a history rewritten with the key: %v", err)
	}
	if _, err := Verify(key, Head{}, all(rewritten), heads[7]); !errors.Is(err, ErrTampered) {
		t.Errorf("rewritten behind a checkpoint: %v", err)
	}
}

func TestVerifyPassesReadErrorsOn(t *testing.T) {
	t.Parallel()
	key := chainKey(t, privacy.ForAuditLedger)
	records, heads := chain(key, 3)
	away := errors.New("away")
	head, err := Verify(key, Head{}, func(yield func(Record, error) bool) {
		_ = yield(records[0], nil) && yield(Record{}, away)
	})
	if !errors.Is(err, away) || errors.Is(err, ErrTampered) || head != heads[1] {
		t.Errorf("%v, %v", head.Seq, err)
	}
}

var invited = Kind{Name: "user.invited", Fields: []string{"user", "role", "at", "email", "again"}}

func TestEncodeAgainstReference(t *testing.T) {
	t.Parallel()
	got, err := invited.Encode(Number("user", 7), Text("role", "OWNER"))
	if want := "010c757365722e696e76697465640204726f6c6574054f574e455204757365726e080000000000000007"; err != nil || hex.EncodeToString(got) != want {
		t.Errorf("%x, %v", got, err)
	}
	other, err := invited.Encode(Text("role", "OWNER"), Number("user", 7))
	if err != nil || !bytes.Equal(got, other) {
		t.Error("the order of the fields matters")
	}
}

func TestEncodeRefusesWhatIsNotListed(t *testing.T) {
	t.Parallel()
	if _, err := invited.Encode(Text("password", "x")); err == nil {
		t.Error("an unlisted field got in")
	}
	if _, err := invited.Encode(Text("role", "A"), Text("role", "B")); err == nil {
		t.Error("a field got in twice")
	}
}

func TestEntriesAreDistinctAndReadable(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.FixedZone("IST", 19800))
	variants := [][]Field{
		{}, {Text("role", "")}, {Text("role", "1")}, {Number("role", 1)}, {Text("user", "1")}, {Bool("again", true)}, {Bool("again", false)},
		{Number("user", 1), Text("role", "1")}, {Text("role", "1\x04userx")}, {Digest("email", [32]byte{1})}, {Time("at", at)}, {Number("at", at.UnixMicro())},
	}
	seen := map[string]bool{}
	for i, fields := range variants {
		canonical, err := invited.Encode(fields...)
		if err != nil {
			t.Fatal(err)
		}
		if seen[string(canonical)] {
			t.Errorf("variant %d is another's", i)
		}
		seen[string(canonical)] = true
		entry, err := Decode(canonical)
		if err != nil || entry.Kind != "user.invited" || len(entry.Fields) != len(fields) {
			t.Errorf("variant %d reads as %+v, %v", i, entry, err)
		}
	}
	canonical, err := invited.Encode(Time("at", at), Bool("again", true), Digest("email", [32]byte{9}), Number("user", -5), Text("role", "Ä"))
	if err != nil {
		t.Fatal(err)
	}
	entry, err := Decode(canonical)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"at": time.Date(2026, 11, 22, 6, 30, 0, 123456000, time.UTC), "again": true, "email": [32]byte{9}, "user": int64(-5), "role": "Ä"}
	for _, f := range entry.Fields {
		if f.Value() != want[f.Name] {
			t.Errorf("%s is %v", f.Name, f.Value())
		}
	}
}

func TestCheckpoint(t *testing.T) {
	t.Parallel()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	public := private.Public().(ed25519.PublicKey)
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, 32)).Public().(ed25519.PublicKey)
	c := Checkpoint{Ledger: "audit", Tenant: 42, Head: Head{Seq: 9, Link: [32]byte{1, 2, 3}}, At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	line := c.Sign(private)
	const signedPart = "posthaste/ledger-checkpoint/v1 audit 42 9 0102030000000000000000000000000000000000000000000000000000000000 2026-11-22T12:00:00Z "
	if !strings.HasPrefix(line, signedPart) || strings.ContainsAny(line, "\n") {
		t.Errorf("line %q", line)
	}
	for _, keys := range [][]ed25519.PublicKey{{public}, {other, public}} {
		if got, err := ParseCheckpoint(line+"\n", keys...); err != nil || got != c {
			t.Errorf("%+v, %v", got, err)
		}
	}
	bad := map[string]string{
		"empty":        "",
		"no signature": strings.TrimSpace(signedPart),
		"other tenant": strings.Replace(line, " 42 ", " 43 ", 1),
		"earlier":      strings.Replace(line, " 9 ", " 8 ", 1),
		"other ledger": strings.Replace(line, "audit", "consent", 1),
		"other link":   strings.Replace(line, "010203", "010204", 1),
		"other time":   strings.Replace(line, "T12:", "T13:", 1),
		"broken line":  line[:len(line)-3] + "\n" + line[len(line)-3:],
	}
	for name, text := range bad {
		if _, err := ParseCheckpoint(text, public); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := ParseCheckpoint(line, other); err == nil {
		t.Error("a stranger's signature was taken")
	}
	if _, err := ParseCheckpoint(line); err == nil {
		t.Error("taken without any key")
	}
	if _, err := ParseCheckpoint(line, nil); err == nil {
		t.Error("taken with an empty key")
	}
	// Even signed, another form is refused: one checkpoint has one text.
	odd := strings.Replace(strings.TrimSpace(signedPart), " 42 ", " +42 ", 1)
	if _, err := ParseCheckpoint(odd+" "+base64.RawURLEncoding.EncodeToString(ed25519.Sign(private, []byte(odd))), public); err == nil {
		t.Error("an odd form was taken")
	}
}

func FuzzDecode(f *testing.F) {
	good, err := invited.Encode(Number("user", 7), Text("role", "OWNER"), Bool("again", true))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, canonical []byte) {
		entry, err := Decode(canonical)
		if err != nil {
			return
		}
		// Decode takes exactly what Encode writes: the way back gives the same bytes.
		kind := Kind{Name: entry.Kind}
		for _, field := range entry.Fields {
			kind.Fields = append(kind.Fields, field.Name)
			field.Value()
		}
		again, err := kind.Encode(entry.Fields...)
		if err != nil || !bytes.Equal(again, canonical) {
			t.Fatalf("%x became %x, %v", canonical, again, err)
		}
	})
}

// FuzzTamper changes one byte somewhere in the stored records; Verify must see it.
func FuzzTamper(f *testing.F) {
	key := chainKey(f, privacy.ForConsentLedger)
	f.Add(uint(3), uint(5), byte(1))
	f.Add(uint(9), uint(40), byte(0x80))
	f.Fuzz(func(t *testing.T, which, where uint, flip byte) {
		if flip == 0 {
			return
		}
		records, heads := chain(key, 10)
		r := &records[which%10]
		switch at := where % uint(len(r.Canonical)+32+1); {
		case at < uint(len(r.Canonical)):
			r.Canonical[at] ^= flip
		case at < uint(len(r.Canonical)+32):
			r.Link[at-uint(len(r.Canonical))] ^= flip
		default:
			r.Seq ^= int64(flip)
		}
		if _, err := Verify(key, Head{}, all(records), heads[10]); !errors.Is(err, ErrTampered) {
			t.Fatalf("not found: %v", err)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	key := chainKey(b, privacy.ForAuditLedger)
	head, canonical := Head{}, make([]byte, 200)
	b.ReportAllocs()
	for b.Loop() {
		head = head.Append(key, canonical)
	}
}
