package store_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/store/storetest"
)

// shown is a proof in short: what holds per purpose as standing writes it, and how many entries are listed of how many.
func shown(p messaging.ConsentProof) string {
	holds := map[messaging.Purpose]string{messaging.PurposeMarketing: "?", messaging.PurposeUtility: "?", messaging.PurposeAuthentication: "?"}
	for _, s := range p.States {
		holds[s.Purpose] = map[bool]string{true: "+", false: "-"}[s.Granted]
	}
	text := holds[messaging.PurposeMarketing] + holds[messaging.PurposeUtility] + holds[messaging.PurposeAuthentication]
	if slices.Contains(p.Suppressed, messaging.WhatsApp) {
		text += "!"
	}
	return fmt.Sprintf("%s %d of %d", text, len(p.Events), p.Held)
}

func TestAProofSpeaksOfItsMomentAlone(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	c := consentsOf(b)
	const phone = "+919811107001"
	say := func(granted bool, change ...func(*messaging.ConsentInput)) time.Time {
		t.Helper()
		now := b.Clock.Advance(time.Hour)
		row := yes(phone)
		for _, f := range change {
			f(&row)
		}
		if results, err := c.Record(ctx, actorOf(tenant), granted, []messaging.ConsentInput{row}); err != nil || results[0].Err != nil {
			t.Fatal(results, err)
		}
		return now
	}
	before := b.Clock.Now()
	agreed := say(true)
	stopped := say(false, func(in *messaging.ConsentInput) {
		in.Purpose, in.Source = messaging.PurposeAll, messaging.SourceKeyword
	})
	// Said before the STOP, heard of after it: no proof of an earlier moment may know it.
	heard := say(true, func(in *messaging.ConsentInput) {
		in.Purpose, in.OccurredAt = messaging.PurposeUtility, agreed.Add(time.Minute)
	})
	again := say(true)
	b.Clock.Advance(time.Hour)
	for _, moment := range []struct {
		what string
		at   time.Time
		want string
	}{
		{"before all", before, "??? 0 of 0"},
		{"just before the yes", agreed.Add(-time.Millisecond), "??? 0 of 0"},
		{"at the yes", agreed, "+?? 1 of 1"},
		{"just before the no", stopped.Add(-time.Millisecond), "+?? 1 of 1"},
		{"at the no", stopped, "---! 2 of 2"},
		{"once the older word was heard", heard, "---! 3 of 3"},
		{"at the second yes", again, "+-- 4 of 4"},
		{"now", time.Time{}, "+-- 4 of 4"},
	} {
		p, err := c.Proof(ctx, actorOf(tenant), phone, moment.at)
		if err != nil || !p.Known || shown(p) != moment.want {
			t.Errorf("%s: %s, want %s (%v)", moment.what, shown(p), moment.want, err)
		}
		if want := moment.at; !want.IsZero() && !p.At.Equal(want.Truncate(time.Millisecond)) {
			t.Errorf("%s: it speaks of %s", moment.what, p.At)
		}
	}
	if got := standing(t, b, tenant, phone); got != "+--" {
		t.Errorf("the gate reads %s", got)
	}
	if _, err := c.Proof(ctx, actorOf(tenant), phone, b.Clock.Now().Add(time.Second)); messaging.CodeOf(err) != messaging.CodeInvalid {
		t.Errorf("a proof of the future: %v", err)
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM audit_event WHERE action = 'consent.looked_up' AND detail ? 'at'"); n != 7 {
		t.Errorf("%d questions of the past are audited as such, want 7", n)
	}
}

// What a proof of now says is what the gate obeys, after any history.
func TestAProofOfNowIsWhatTheGateReads(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	c := consentsOf(b)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 7))
	began := b.Clock.Now().Add(-time.Hour)
	purposes := []messaging.Purpose{messaging.PurposeMarketing, messaging.PurposeUtility, messaging.PurposeAuthentication, messaging.PurposeAll}
	const people = 12
	for range 40 {
		b.Clock.Advance(time.Second)
		var rows []messaging.ConsentInput
		for range 1 + random.IntN(people) {
			row := yes(fmt.Sprintf("+9198111070%02d", random.IntN(people)))
			row.Purpose = purposes[random.IntN(len(purposes))]
			// Of few moments, so that some are said twice in one.
			if row.OccurredAt = began.Add(time.Duration(random.IntN(6)) * time.Minute); random.IntN(5) == 0 {
				row.OccurredAt, row.Undated = time.Time{}, true
			}
			rows = append(rows, row)
		}
		if _, err := c.Record(ctx, actorOf(tenant), random.IntN(2) == 0, rows); err != nil {
			t.Fatal(err)
		}
	}
	for i := range people {
		phone := fmt.Sprintf("+9198111070%02d", i)
		p, err := c.Proof(ctx, actorOf(tenant), phone, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		got, _, _ := strings.Cut(shown(p), " ")
		if want := standing(t, b, tenant, phone); want != "nobody" && got != want {
			t.Errorf("person %d: the proof says %s, the gate reads %s", i, got, want)
		}
		for _, s := range p.States {
			if !slices.ContainsFunc(p.Events, func(e messaging.ConsentEvent) bool { return e.ID == s.EventID && e.Granted == s.Granted }) {
				t.Errorf("person %d: the entry that %s rests on is not listed", i, s.Purpose)
			}
		}
	}
}

// An old word that still decides is listed beside the newest 200.
func TestAProofListsWhatDecidesHoweverOld(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	c := consentsOf(b)
	first := yes("+919811107001")
	first.Purpose = messaging.PurposeUtility
	rows := []messaging.ConsentInput{first}
	for i := range 230 {
		row := yes("+919811107001")
		row.WordingVersion = fmt.Sprint("v", i)
		rows = append(rows, row)
	}
	results, err := c.Record(ctx, actorOf(tenant), true, rows)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Proof(ctx, actorOf(tenant), "+919811107001", time.Time{})
	if err != nil || shown(p) != "++? 201 of 231" || p.Events[200].ID != results[0].EventID {
		t.Errorf("%s, the last is %d, want %d (%v)", shown(p), p.Events[200].ID, results[0].EventID, err)
	}
}

func TestAnIssuedProofIsTheLedgersWord(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	c := consentsOf(b)
	var made messaging.ConsentStatement
	c.Sign = func(statement any) ([]byte, error) {
		made = statement.(messaging.ConsentStatement)
		return []byte("signed"), nil
	}
	undated := yes("+919811107001")
	undated.Undated, undated.Source = true, messaging.SourceImport
	results, err := c.Record(ctx, actorOf(tenant), true, []messaging.ConsentInput{undated})
	if err != nil {
		t.Fatal(err)
	}
	recorded := b.Clock.Now()
	b.Clock.Advance(time.Hour)
	document, err := c.Issue(ctx, actorOf(tenant), "098111 07001", recorded)
	if err != nil || string(document) != "signed" {
		t.Fatalf("%q, %v", document, err)
	}
	if made.Type != "posthaste/consent-proof/v1" || made.Address != "+919811107001" || made.Kind != messaging.KindPhone ||
		made.Tenant.ID != tenant.ID.String() || made.Tenant.Name != tenant.Name || made.Count != 1 || len(made.Entries) != 1 {
		t.Errorf("it says %+v", made)
	}
	if got, want := made.AsOf+" "+made.IssuedAt, recorded.UTC().Format("2006-01-02T15:04:05.000Z")+" "+b.Clock.Now().UTC().Format("2006-01-02T15:04:05.000Z"); got != want {
		t.Errorf("as of and issued %s, want %s", got, want)
	}
	entry, state := made.Entries[0], made.States[0]
	if entry.ID != results[0].EventID.String() || entry.OccurredAt != "" || entry.Source != "IMPORT" || state.Since != "" || state.Entry != entry.ID || !state.Granted {
		t.Errorf("the entry is %+v, the state %+v", entry, state)
	}
	hash := storetest.Owner[string](t, b, "SELECT encode(hash, 'hex') FROM ledger_link WHERE tenant_id = $1 AND seq = $2 AND kind = 'AUDIT'", int64(tenant.ID), made.Ledger.Link)
	if hash != made.Ledger.Hash || len(made.Ledger.Hash) != hex.EncodedLen(32) || made.Ledger.Link <= entry.Link {
		t.Errorf("it stands at link %+v, the ledger has %s", made.Ledger, hash)
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM audit_event WHERE action = 'consent.proven' AND seq = $1 AND user_id = 42", made.Ledger.Link); n != 1 {
		t.Errorf("that link tells of the issue %d times", n)
	}
	// Of a stranger too, and nothing is signed of what is no address.
	if _, err := c.Issue(ctx, actorOf(tenant), "+919811107999", time.Time{}); err != nil || made.Address != "+919811107999" || made.Count != 0 || made.States == nil || made.Suppressed == nil {
		t.Errorf("a stranger: %+v, %v", made, err)
	}
	made = messaging.ConsentStatement{}
	if _, err := c.Issue(ctx, actorOf(tenant), "nonsense", time.Time{}); messaging.CodeOf(err) != messaging.CodeInvalid || made.Type != "" {
		t.Errorf("nonsense: %v", err)
	}
}
