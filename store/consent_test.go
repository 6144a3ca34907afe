package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"posthaste/auth/ledger"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/sqlcgen"
	"posthaste/store/storetest"
)

func consentsOf(b *storetest.Bench) *messaging.Consents {
	return &messaging.Consents{Store: b.Store, Tenants: b.Store, Keys: b.Keys, IDs: b.IDs, Now: b.Clock.Now}
}

func actorOf(tenant messaging.Tenant) messaging.Actor {
	return messaging.Actor{Tenant: tenant.ID, User: 42}
}

func yes(phone string) messaging.ConsentInput {
	return messaging.ConsentInput{Address: phone, Channel: messaging.WhatsApp, Purpose: messaging.PurposeMarketing, Source: messaging.SourceWebsite, WordingVersion: "v1", Language: "en"}
}

// standing reads what holds for a phone: per purpose "+", "-" or "?", and "!" when suppressed.
func standing(t testing.TB, b *storetest.Bench, tenant messaging.Tenant, phone string) string {
	t.Helper()
	keys, err := b.Keys.Of(context.Background(), tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	address, err := messaging.ParsePhone(phone, tenant.Country)
	if err != nil {
		t.Fatal(err)
	}
	key := keys.SubjectHash(privacy.Phone, address.Key())
	return storetest.Owner[string](t, b, `
		SELECT COALESCE((SELECT string_agg(COALESCE((SELECT CASE WHEN granted THEN '+' ELSE '-' END FROM consent_state s
		    WHERE s.tenant_id = i.tenant_id AND s.subject = i.subject AND s.channel = 'WHATSAPP' AND s.purpose = p.purpose), '?'), '' ORDER BY p.n)
		  || CASE WHEN EXISTS (SELECT FROM suppression x WHERE x.tenant_id = i.tenant_id AND x.subject = i.subject AND x.channel = 'WHATSAPP') THEN '!' ELSE '' END
		FROM identity i, (VALUES (1, 'MARKETING'), (2, 'UTILITY'), (3, 'AUTHENTICATION')) p (n, purpose)
		WHERE i.tenant_id = $1 AND i.kind = 1 AND i.key = $2 GROUP BY i.tenant_id, i.subject), 'nobody')`, int64(tenant.ID), key[:])
}

func TestRecordConsentsJudgesEachRowByItself(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	future := yes("+919811107005")
	future.OccurredAt = b.Clock.Now().Add(time.Hour)
	platform := yes("+919811107006")
	platform.Source = messaging.SourcePlatform
	mail := yes("a@example.com")
	results, err := consentsOf(b).Record(context.Background(), actorOf(tenant), true, []messaging.ConsentInput{
		yes("98111 07001"), yes("not a number"), yes("+91 98111 07001"), future, platform, mail,
	})
	if err != nil {
		t.Fatal(err)
	}
	fields := make([]string, len(results))
	for i, r := range results {
		if r.Err != nil {
			fields[i] = r.Err.Field
		}
	}
	if got, want := fmt.Sprint(fields), "[ address  occurredAt source address]"; got != want {
		t.Errorf("refused fields %s, want %s", got, want)
	}
	if results[0].EventID == 0 || results[2].EventID != results[0].EventID {
		t.Errorf("two spellings of one number gave two entries: %v", results)
	}
	if got := standing(t, b, tenant, "+919811107001"); got != "+??" {
		t.Errorf("standing %s", got)
	}
}

func TestRecordConsentsTakesAThousandRowsInAConstantNumberOfStatements(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	c := consentsOf(b)
	if _, err := b.Keys.Of(context.Background(), tenant.ID); err != nil {
		t.Fatal(err)
	}
	statements := func(rows int, first int) int64 {
		input := make([]messaging.ConsentInput, rows)
		for i := range input {
			input[i] = yes(fmt.Sprintf("+9198111%05d", first+i))
		}
		before := b.Statements.Count()
		results, err := c.Record(context.Background(), actorOf(tenant), true, input)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range results {
			if r.Err != nil || r.EventID == 0 {
				t.Fatalf("row %d: %v", i, r.Err)
			}
		}
		return b.Statements.Count() - before
	}
	one, thousand := statements(1, 0), statements(1000, 1)
	if one != thousand {
		t.Errorf("1 row took %d statements, 1000 rows %d", one, thousand)
	}
	t.Logf("%d statements a call", thousand)
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM consent_state WHERE granted"); n != 1001 {
		t.Errorf("%d states", n)
	}
	if _, err := c.Record(context.Background(), actorOf(tenant), true, make([]messaging.ConsentInput, 1001)); messaging.CodeOf(err) != messaging.CodeLimited {
		t.Errorf("1001 rows: %v", err)
	}
}

func TestParallelCallsOverTheSamePeopleEnd(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	c := consentsOf(b)
	const people = 300
	var group sync.WaitGroup
	for worker := range 6 {
		group.Go(func() {
			input := make([]messaging.ConsentInput, people)
			for i := range input {
				input[i] = yes(fmt.Sprintf("+9198111%05d", i))
			}
			rand.New(rand.NewPCG(uint64(worker), 1)).Shuffle(people, func(i, j int) { input[i], input[j] = input[j], input[i] })
			results, err := c.Record(context.Background(), actorOf(tenant), worker%2 == 0, input)
			if err != nil {
				t.Error(err)
			}
			for _, r := range results {
				if r.Err != nil {
					t.Error(r.Err)
				}
			}
		})
	}
	group.Wait()
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM identity"); n != people {
		t.Errorf("%d people became %d", people, n)
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM (SELECT seq, lag(seq) OVER (ORDER BY seq) AS before FROM ledger_link) l WHERE seq <> COALESCE(before, 0) + 1"); n != 0 {
		t.Errorf("%d gaps in the ledger", n)
	}
}

// word is what one row says, for the model of the property test.
type word struct {
	purpose messaging.Purpose
	granted bool
	minute  int // when; -1 is undated
}

// model is the rule in its plainest form: per purpose the newest dated word counts, a no before a yes of the same
// moment; an undated yes counts where nothing else was said. Suppressed: a no to all with no newer yes.
func model(words []word) string {
	out := ""
	for _, p := range messaging.PurposeAll.Each() {
		verdict, newest := "?", -2
		for _, w := range words {
			if w.purpose != messaging.PurposeAll && w.purpose != p {
				continue
			}
			if w.minute > newest || w.minute == newest && !w.granted {
				newest = w.minute
				verdict = map[bool]string{true: "+", false: "-"}[w.granted]
			}
		}
		out += verdict
	}
	noToAll, lastYes := -1, -1
	for _, w := range words {
		if !w.granted && w.purpose == messaging.PurposeAll {
			noToAll = max(noToAll, w.minute)
		}
		if w.granted {
			lastYes = max(lastYes, w.minute)
		}
	}
	if noToAll >= 0 && noToAll >= lastYes {
		out += "!"
	}
	return out
}

func TestTheOrderInWhichConsentArrivesDoesNotMatter(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	c := consentsOf(b)
	begin := b.Clock.Now().Add(-100 * time.Hour)
	random := rand.New(rand.NewPCG(20261122, 7))
	said := make([][]word, 700) // by person, in the order of arrival
	phone := func(person int) string { return fmt.Sprintf("+9198111%05d", person) }
	for arrival := range 7 {
		for _, granted := range []bool{true, false} {
			var input []messaging.ConsentInput
			for person := range said {
				if random.IntN(2) == 0 || person < arrival*50 {
					continue
				}
				w := word{messaging.Purpose(""), granted, random.IntN(5)}
				w.purpose = []messaging.Purpose{messaging.PurposeMarketing, messaging.PurposeUtility, messaging.PurposeAuthentication, messaging.PurposeAll}[random.IntN(4)]
				if granted && random.IntN(4) == 0 {
					w.minute = -1
				}
				said[person] = append(said[person], w)
				input = append(input, messaging.ConsentInput{
					Address: phone(person), Channel: messaging.WhatsApp, Purpose: w.purpose, Source: messaging.SourceAPI,
					OccurredAt: begin.Add(time.Duration(w.minute) * time.Minute), Undated: w.minute < 0,
				})
			}
			if _, err := c.Record(context.Background(), actorOf(tenant), granted, input); err != nil {
				t.Fatal(err)
			}
		}
	}
	distinct := map[string]int{}
	for person, words := range said {
		if len(words) == 0 {
			continue
		}
		got, want := standing(t, b, tenant, phone(person)), model(words)
		distinct[want]++
		if got != want {
			t.Errorf("%v: %s, want %s", words, got, want)
		}
	}
	if len(distinct) < 20 {
		t.Errorf("only %d different ends were met: %v", len(distinct), distinct)
	}
}

func TestAnUndatedYesNeverOverridesANo(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	c := consentsOf(b)
	ctx := context.Background()
	undated := yes("+919811107001")
	undated.Undated, undated.Source = true, messaging.SourceImport
	no := yes("+919811107001")
	no.OccurredAt = b.Clock.Now().Add(-24 * time.Hour)
	record := func(granted bool, in messaging.ConsentInput) messaging.ConsentResult {
		t.Helper()
		b.Clock.Advance(time.Minute)
		results, err := c.Record(ctx, actorOf(tenant), granted, []messaging.ConsentInput{in})
		if err != nil {
			t.Fatal(err)
		}
		return results[0]
	}
	first := record(true, undated)
	if again := record(true, undated); again.EventID != first.EventID || again.Err != nil {
		t.Errorf("the same list read again made another entry: %+v", again)
	}
	record(false, no)
	if got := standing(t, b, tenant, no.Address); got != "-??" {
		t.Fatalf("a no of yesterday lost against a list without dates: %s", got)
	}
	other := undated
	other.WordingVersion = "v2"
	if r := record(true, other); r.Err == nil || r.Err.Code != messaging.CodeConsentMissing || r.EventID != 0 {
		t.Errorf("an undated yes after a no was taken: %+v", r)
	}
}

func TestSignals(t *testing.T) {
	t.Parallel()
	const phone = "+919811107001"
	type step struct {
		signal messaging.Signal // or a yes of the brand's form
		yesTo  messaging.Purpose
	}
	for name, test := range map[string]struct {
		steps []step
		want  string
	}{
		"stop withdraws all and suppresses":           {[]step{{yesTo: messaging.PurposeMarketing}, {signal: messaging.SignalStop}}, "---!"},
		"start gives back what stop took":             {[]step{{yesTo: messaging.PurposeMarketing}, {signal: messaging.SignalStop}, {signal: messaging.SignalStart}}, "+-+"},
		"stop twice, start once":                      {[]step{{yesTo: messaging.PurposeAll}, {signal: messaging.SignalStop}, {signal: messaging.SignalStop}, {signal: messaging.SignalStart}}, "+++"},
		"start is no first opt-in":                    {[]step{{signal: messaging.SignalStop}, {signal: messaging.SignalStart}}, "--+"},
		"start without a stop opts in to nothing new": {[]step{{signal: messaging.SignalStart}}, "??+"},
		"a form after a stop opts in and lifts":       {[]step{{signal: messaging.SignalStop}, {yesTo: messaging.PurposeUtility}}, "-+-"},
		"the platform's stop is of marketing alone":   {[]step{{yesTo: messaging.PurposeAll}, {signal: messaging.SignalMarketingStop}}, "-++"},
		"and can be resumed":                          {[]step{{yesTo: messaging.PurposeAll}, {signal: messaging.SignalMarketingStop}, {signal: messaging.SignalMarketingResume}}, "+++"},
		"a refusal by the provider counts as stop":    {[]step{{yesTo: messaging.PurposeAll}, {signal: messaging.SignalRefusedMarketing}}, "-++"},
		"resume does not undo a stop word":            {[]step{{yesTo: messaging.PurposeAll}, {signal: messaging.SignalStop}, {signal: messaging.SignalMarketingResume}}, "---!"},
		"start does not undo the platform's stop":     {[]step{{yesTo: messaging.PurposeAll}, {signal: messaging.SignalMarketingStop}, {signal: messaging.SignalStart}}, "-++"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			b := storetest.New(t)
			tenant := b.Tenant(t)
			keys, err := b.Keys.Of(ctx, tenant.ID)
			if err != nil {
				t.Fatal(err)
			}
			address, err := messaging.ParsePhone(phone, "IN")
			if err != nil {
				t.Fatal(err)
			}
			key := keys.SubjectHash(privacy.Phone, address.Key())
			by := messaging.Recorder{Actor: messaging.Actor{Tenant: tenant.ID}, At: b.Clock.Now(), Ledger: keys.Derive(privacy.ForConsentLedger)}
			for _, s := range test.steps {
				b.Clock.Advance(time.Minute)
				if s.yesTo != "" {
					in := yes(phone)
					in.Purpose = s.yesTo
					if _, err := consentsOf(b).Record(ctx, actorOf(tenant), true, []messaging.ConsentInput{in}); err != nil {
						t.Fatal(err)
					}
					continue
				}
				inTenant(t, b, tenant.ID, func(tx *store.Tx) error {
					subjects, err := tx.Subjects(ctx, []store.IdentityKey{{Kind: messaging.KindPhone, Key: key}}, b.IDs.Take(1))
					if err != nil {
						return err
					}
					return tx.ApplySignals(ctx, by, b.IDs, []messaging.ConsentSignal{
						{What: s.signal, Subject: subjects[0], Key: key, Channel: messaging.WhatsApp, At: b.Clock.Now()},
					})
				})
			}
			if got := standing(t, b, tenant, phone); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestTheLedgerOfConsentVerifiesAndShowsAChange(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	for i := range 3 {
		in := []messaging.ConsentInput{yes(fmt.Sprintf("+91981110700%d", i)), yes("+919811107009")}
		b.Clock.Advance(time.Minute)
		if _, err := consentsOf(b).Record(ctx, actorOf(tenant), i != 1, in); err != nil {
			t.Fatal(err)
		}
	}
	keys, err := b.Keys.Of(ctx, tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	verify := func() (ledger.Head, error) {
		var records []ledger.Record
		inTenant(t, b, tenant.ID, func(tx *store.Tx) error {
			for seq := int64(1); seq <= 3; seq++ {
				rows, err := tx.Queries.ConsentEventsOfLink(ctx, tx.Tx, sqlcgen.ConsentEventsOfLinkParams{TenantID: int64(tenant.ID), Seq: seq})
				if err != nil {
					return err
				}
				entries, err := store.ConsentEntries(rows)
				if err != nil {
					return err
				}
				link := storetest.Owner[[]byte](t, b, "SELECT hash FROM ledger_link WHERE seq = $1", seq)
				records = append(records, ledger.Record{Seq: seq, Canonical: store.CanonicalLink(entries), Link: [32]byte(link)})
			}
			return nil
		})
		return ledger.Verify(keys.Derive(privacy.ForConsentLedger), ledger.Head{}, func(yield func(ledger.Record, error) bool) {
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
			}
		})
	}
	if head, err := verify(); err != nil || head.Seq != 3 {
		t.Fatalf("an untouched ledger: head %d, %v", head.Seq, err)
	}
	storetest.Owner[int64](t, b, "UPDATE consent_event SET granted = true WHERE NOT granted AND seq = 2 AND id = (SELECT min(id) FROM consent_event WHERE seq = 2) RETURNING id")
	if head, err := verify(); err == nil || head.Seq != 1 {
		t.Errorf("a changed word was not found: head %d, %v", head.Seq, err)
	}
}

func TestConsentOfOneTenantIsNothingToAnother(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	mine, other := b.Tenant(t), b.Tenant(t)
	if _, err := consentsOf(b).Record(ctx, actorOf(mine), true, []messaging.ConsentInput{yes("+919811107001")}); err != nil {
		t.Fatal(err)
	}
	proof, err := consentsOf(b).Proof(ctx, actorOf(other), "+919811107001", time.Time{})
	if err != nil || proof.Known || len(proof.Events) != 0 {
		t.Errorf("another tenant learns of the person: %+v, %v", proof, err)
	}
	proof, err = consentsOf(b).Proof(ctx, actorOf(mine), "098111 07001", time.Time{})
	if err != nil || !proof.Known || len(proof.Events) != 1 || len(proof.States) != 1 || proof.LedgerSeq < 1 {
		t.Errorf("the proof of the person's own tenant: %+v, %v", proof, err)
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM audit_event WHERE action = 'consent.looked_up' AND user_id = 42"); n != 2 {
		t.Errorf("%d look-ups are audited, want 2", n)
	}
}
