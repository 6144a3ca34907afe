package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"posthaste/analytics"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

// sendBench is a tenant that can send, and the services over it.
type sendBench struct {
	*storetest.Bench
	t         testing.TB
	tenant    messaging.Tenant
	actor     messaging.Actor
	waba      messaging.Waba
	sender    messaging.Sender
	template  messaging.Template
	door      *store.Sending
	sends     *messaging.Sends
	campaigns *messaging.Campaigns
}

func newSendBench(t testing.TB, change ...func(*messaging.Tenant)) *sendBench {
	t.Helper()
	return sendBenchOn(t, storetest.New(t), change...)
}

func sendBenchOn(t testing.TB, on *storetest.Bench, change ...func(*messaging.Tenant)) *sendBench {
	t.Helper()
	b := &sendBench{Bench: on, t: t}
	b.tenant = b.Tenant(t, change...)
	b.actor = b.Actor(b.tenant)
	b.waba = b.Waba(t, b.tenant, b.Portfolio(t, b.tenant))
	b.sender = b.Sender(t, b.tenant, b.waba)
	b.template = b.Template(t, b.tenant, b.waba)
	b.door = store.NewSending(b.Store, b.Keys)
	b.sends = messaging.NewSends(b.door, b.Keys, b.IDs, b.Clock.Now)
	b.campaigns = messaging.NewCampaigns(b.door, b.IDs, b.Clock.Now)
	return b
}

// phone is the i-th of many Indian mobile numbers.
func phone(i int) string { return fmt.Sprintf("+9198%08d", 10000000+i) }

func phones(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = phone(i)
	}
	return list
}

// consent says yes for many people.
func (b *sendBench) consent(purpose messaging.Purpose, phones ...string) {
	b.t.Helper()
	for part := range slices.Chunk(phones, messaging.MaxConsents) {
		b.Consent(b.t, b.tenant, purpose, part...)
	}
}

func greeting(to ...string) []messaging.SendRecipient {
	list := make([]messaging.SendRecipient, len(to))
	for i, address := range to {
		list[i] = messaging.SendRecipient{To: address, Variables: map[string]string{"1": "Asha"}}
	}
	return list
}

func (b *sendBench) request(key string, to ...string) messaging.SendRequest {
	return messaging.SendRequest{IdempotencyKey: key, Sender: b.sender.ID, Template: b.template.ID, Recipients: greeting(to...)}
}

func (b *sendBench) count(sql string, args ...any) int {
	b.t.Helper()
	return storetest.Owner[int](b.t, b.Bench, sql, args...)
}

// events decodes what the outbox holds.
func (b *sendBench) events() []analytics.Event {
	b.t.Helper()
	var all []analytics.Event
	for _, block := range storetest.Owner[[][]byte](b.t, b.Bench, "SELECT COALESCE(array_agg(block ORDER BY id), '{}') FROM outbox") {
		events, err := analytics.DecodeBlock(block)
		if err != nil {
			b.t.Fatal(err)
		}
		all = append(all, events...)
	}
	return all
}

func codes(answer messaging.SendAnswer) string {
	var list []string
	for _, r := range answer.Results {
		if r.Refusal == nil {
			list = append(list, "ok")
		} else {
			list = append(list, string(r.Refusal.Code)+" "+r.Refusal.Field)
		}
	}
	return strings.Join(list, ", ")
}

func TestAcceptJudgesEachRecipient(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phone(1), phone(2), phone(3))
	consents := &messaging.Consents{Store: b.Store, Tenants: b.Store, Keys: b.Keys, IDs: b.IDs, Now: b.Clock.Now}
	if _, err := consents.Record(ctx, b.actor, false, []messaging.ConsentInput{{
		Address: phone(2), Channel: messaging.WhatsApp, Purpose: messaging.PurposeAll, Source: messaging.SourceAPI, OccurredAt: b.Clock.Now().Add(time.Second),
	}}); err != nil {
		t.Fatal(err)
	}
	request := b.request("k", phone(1), phone(2), "12", phone(9), "someone@example.com", phone(3), "09810000003", "IN.1234567890")
	request.Recipients[5].Variables = map[string]string{"2": "x"}
	answer, err := b.sends.Accept(ctx, b.actor, request)
	if err != nil {
		t.Fatal(err)
	}
	want := "ok, CONSENT_MISSING recipients.1.to, INVALID recipients.2.to, CONSENT_MISSING recipients.3.to, INVALID recipients.4.to, " +
		"INVALID recipients.5.variables.1, ok, CONSENT_MISSING recipients.7.to"
	if got := codes(answer); got != want {
		t.Fatalf("answers\n%s, want\n%s", got, want)
	}
	if n := b.count("SELECT count(*) FROM message"); n != 2 {
		t.Errorf("%d messages are written, want 2", n)
	}
	if n := b.count("SELECT sum(cardinality(message_ids)) FROM chunk WHERE run_at <= $1", b.Clock.Now()); n != 2 {
		t.Errorf("%d recipients wait, want 2", n)
	}
	// Those who were not known stay unknown: a refusal makes no person.
	if n := b.count("SELECT count(*) FROM identity"); n != 3 {
		t.Errorf("%d people are known, want the 3 with a consent", n)
	}
	counts := map[string]int{}
	for _, e := range b.events() {
		counts[fmt.Sprintf("%d/%d/%s/%t", e.Status, e.Code, e.Country, e.Recipient != 0)]++
		if e.Sender != b.sender.ID || e.Template != b.template.ID || e.Attempt != 0 {
			t.Errorf("an event of sender %s, template %s, attempt %d", e.Sender, e.Template, e.Attempt)
		}
	}
	wantCounts := map[string]int{"1/0/IN/true": 2, "1/0/ZZ/false": 6, "2/8/ZZ/false": 3, "2/1/ZZ/false": 2, "2/2/ZZ/false": 1}
	if fmt.Sprint(counts) != fmt.Sprint(wantCounts) {
		t.Errorf("events (status/code/country/person) %v, want %v", counts, wantCounts)
	}
}

func TestAcceptRefusesTheWholeCall(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phone(1))
	other := sendBenchOn(t, b.Bench)
	foreign := b.Template(t, b.tenant, b.Waba(t, b.tenant, b.Portfolio(t, b.tenant)))
	draft := b.Template(t, b.tenant, b.waba)
	b.count("WITH changed AS (UPDATE template SET state = 'PAUSED' WHERE id = $1 RETURNING 1) SELECT count(*) FROM changed", draft.ID)
	stopped := b.Sender(t, b.tenant, b.waba)
	b.count("WITH changed AS (UPDATE sender SET state = 'STOPPED' WHERE id = $1 RETURNING 1) SELECT count(*) FROM changed", stopped.ID)
	for name, test := range map[string]struct {
		change func(*messaging.SendRequest)
		code   messaging.Code
		field  string
	}{
		"no key":                    {func(r *messaging.SendRequest) { r.IdempotencyKey = "" }, messaging.CodeInvalid, "idempotencyKey"},
		"long key":                  {func(r *messaging.SendRequest) { r.IdempotencyKey = strings.Repeat("k", 256) }, messaging.CodeInvalid, "idempotencyKey"},
		"nobody":                    {func(r *messaging.SendRequest) { r.Recipients = nil }, messaging.CodeInvalid, "recipients"},
		"too many":                  {func(r *messaging.SendRequest) { r.Recipients = greeting(phones(1001)...) }, messaging.CodeLimited, "recipients"},
		"nothing to say":            {func(r *messaging.SendRequest) { r.Template = 0 }, messaging.CodeInvalid, "templateId"},
		"template and text":         {func(r *messaging.SendRequest) { r.Text = "hi" }, messaging.CodeInvalid, "templateId"},
		"long text":                 {func(r *messaging.SendRequest) { r.Template, r.Text = 0, strings.Repeat("é", 4097) }, messaging.CodeInvalid, "text"},
		"too far ahead":             {func(r *messaging.SendRequest) { r.SendAt = b.Clock.Now().Add(31 * 24 * time.Hour) }, messaging.CodeInvalid, "sendAt"},
		"unknown sender":            {func(r *messaging.SendRequest) { r.Sender = 77 }, messaging.CodeNotFound, "senderId"},
		"another tenant's sender":   {func(r *messaging.SendRequest) { r.Sender = other.sender.ID }, messaging.CodeNotFound, "senderId"},
		"unknown template":          {func(r *messaging.SendRequest) { r.Template = 77 }, messaging.CodeNotFound, "templateId"},
		"another tenant's template": {func(r *messaging.SendRequest) { r.Template = other.template.ID }, messaging.CodeNotFound, "templateId"},
		"another account's":         {func(r *messaging.SendRequest) { r.Template = foreign.ID }, messaging.CodeInvalid, "templateId"},
		"paused template":           {func(r *messaging.SendRequest) { r.Template = draft.ID }, messaging.CodeNotApproved, "templateId"},
		"stopped sender":            {func(r *messaging.SendRequest) { r.Sender = stopped.ID }, messaging.CodeSuspended, "senderId"},
	} {
		request := b.request("key of "+name, phone(1))
		test.change(&request)
		_, err := b.sends.Accept(ctx, b.actor, request)
		if got := refusalIn(err); got.Code != test.code || got.Field != test.field {
			t.Errorf("%s: %v (field %q), want %s at %s", name, err, got.Field, test.code, test.field)
		}
	}
	b.count("WITH changed AS (UPDATE tenant SET state = 'SUSPENDED' WHERE id = $1 RETURNING 1) SELECT count(*) FROM changed", b.tenant.ID)
	if _, err := b.sends.Accept(ctx, b.actor, b.request("suspended", phone(1))); messaging.CodeOf(err) != messaging.CodeSuspended {
		t.Errorf("a suspended tenant: %v", err)
	}
	if n := b.count("SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM idempotency) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM payload)"); n != 0 {
		t.Errorf("refused calls have left %d rows", n)
	}
}

func refusalIn(err error) messaging.Error {
	if e, ok := err.(*messaging.Error); ok {
		return *e
	}
	return messaging.Error{}
}

func TestFreeTextNeedsAnOpenWindow(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phone(1), phone(2))
	key := func(p string) []byte {
		keys, err := b.Keys.Of(ctx, b.tenant.ID)
		if err != nil {
			t.Fatal(err)
		}
		address, err := messaging.ParseAddress(p, "IN")
		if err != nil {
			t.Fatal(err)
		}
		k := messaging.KeyOf(keys, address)
		return k.Key[:]
	}
	b.count(`WITH open AS (INSERT INTO service_window (tenant_id, sender_id, subject, open_until)
		SELECT $1, $2, subject, $4 FROM identity WHERE key = $3 RETURNING 1) SELECT count(*) FROM open`, b.tenant.ID, b.sender.ID, key(phone(1)), b.Clock.Now().Add(time.Hour))
	request := messaging.SendRequest{IdempotencyKey: "t", Sender: b.sender.ID, Text: "We are open.", Recipients: []messaging.SendRecipient{{To: phone(1)}, {To: phone(2)}}}
	answer, err := b.sends.Accept(ctx, b.actor, request)
	if err != nil || codes(answer) != "ok, WINDOW_CLOSED recipients.1.to" {
		t.Errorf("%s, %v", codes(answer), err)
	}
	if got := storetest.Owner[string](t, b.Bench, "SELECT category FROM message"); got != "SERVICE" {
		t.Errorf("category %s", got)
	}
}

func TestAuthenticationIntroducesPeople(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	auth := b.Template(t, b.tenant, b.waba)
	b.count("WITH changed AS (UPDATE template SET category = 'AUTHENTICATION' WHERE id = $1 RETURNING 1) SELECT count(*) FROM changed", auth.ID)
	request := b.request("a", phone(1), phone(1), phone(2))
	request.Template = auth.ID
	answer, err := b.sends.Accept(ctx, b.actor, request)
	if err != nil || codes(answer) != "ok, ok, ok" {
		t.Fatalf("%s, %v", codes(answer), err)
	}
	if n := b.count("SELECT count(DISTINCT subject) FROM message"); n != 2 {
		t.Errorf("%d people, want 2: one was named twice", n)
	}
	if n := b.count("SELECT count(*) FROM message m JOIN identity i USING (tenant_id, subject)"); n != 3 {
		t.Errorf("%d of 3 messages lead to a person", n)
	}
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	other := sendBenchOn(t, b.Bench)
	b.consent(messaging.PurposeMarketing, phone(1))
	other.consent(messaging.PurposeMarketing, phone(1))
	first, err := b.sends.Accept(ctx, b.actor, b.request("order 7", phone(1), "12"))
	if err != nil || first.Repeated {
		t.Fatal(err)
	}
	again, err := b.sends.Accept(ctx, b.actor, b.request("order 7", phone(1), "12"))
	if err != nil || !again.Repeated || codes(again) != codes(first) || again.Results[0].Ref() != first.Results[0].Ref() ||
		again.Results[1].Refusal.Message != first.Results[1].Refusal.Message {
		t.Errorf("a repeat answers %+v (%v), the first %+v", again, err, first)
	}
	changed := b.request("order 7", phone(1), "12")
	changed.Recipients[0].Variables["1"] = "Mira"
	if _, err := b.sends.Accept(ctx, b.actor, changed); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("the key with other input: %v", err)
	}
	// Texts that only join to the same, and each part of the input by itself, are other input.
	parts := func(to, suffix string, variables map[string]string, change func(*messaging.SendRequest)) messaging.SendRequest {
		r := b.request("order 7", phone(1), "12")
		r.Recipients[0] = messaging.SendRecipient{To: to, URLSuffix: suffix, Variables: variables}
		change(&r)
		return r
	}
	same := func(*messaging.SendRequest) {}
	asha := map[string]string{"1": "Asha"}
	for i, r := range []messaging.SendRequest{
		parts(phone(1)+"x", "", asha, same), parts(phone(1), "x", asha, same), parts(phone(1), "", nil, same),
		parts(phone(1), "", map[string]string{"1A": "sha"}, same), parts(phone(1), "", map[string]string{"1": "Asha", "": ""}, same),
		parts(phone(1), "", asha, func(r *messaging.SendRequest) { r.Recipients = r.Recipients[:1] }),
		parts(phone(1), "", asha, func(r *messaging.SendRequest) { slices.Reverse(r.Recipients) }),
		parts(phone(1), "", asha, func(r *messaging.SendRequest) { r.SendAt = b.Clock.Now().Add(time.Hour) }),
		parts(phone(1), "", asha, func(r *messaging.SendRequest) { r.Sender++ }),
		parts(phone(1), "", asha, func(r *messaging.SendRequest) { r.Held = true }),
	} {
		if _, err := b.sends.Accept(ctx, b.actor, r); messaging.CodeOf(err) != messaging.CodeConflict {
			t.Errorf("other input %d under the key: %v", i, err)
		}
	}
	if again, err := b.sends.Accept(ctx, b.actor, parts(phone(1), "", asha, same)); err != nil || !again.Repeated {
		t.Errorf("equal input made otherwise: %+v, %v", again, err)
	}
	foreign, err := other.sends.Accept(ctx, other.actor, other.request("order 7", phone(1), "12"))
	if err != nil || foreign.Repeated || foreign.Results[0].ID == first.Results[0].ID {
		t.Errorf("another tenant's key: %+v, %v", foreign, err)
	}
	if n := b.count("SELECT count(*) FROM message WHERE tenant_id = $1", b.tenant.ID); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

func TestTwinsInFlightMakeOneSetOfMessages(t *testing.T) {
	t.Parallel()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phones(50)...)
	answers := make([]messaging.SendAnswer, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			var err error
			if answers[i], err = b.sends.Accept(context.Background(), b.actor, b.request("twin", phones(50)...)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	first := 0
	for _, a := range answers {
		if !a.Repeated {
			first++
		}
		if len(a.Results) != 50 || a.Results[49] != answers[0].Results[49] || a.Results[0] != answers[0].Results[0] {
			t.Errorf("twins are answered differently")
		}
	}
	if n := b.count("SELECT count(*) FROM message"); n != 50 || first != 1 {
		t.Errorf("%d messages and %d first answers, want 50 and 1", n, first)
	}
}

func TestAcceptCostsAConstantNumberOfStatements(t *testing.T) {
	t.Parallel()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phones(1000)...)
	cost := func(key string, n int) int64 {
		before := b.Statements.Count()
		if _, err := b.sends.Accept(context.Background(), b.actor, b.request(key, phones(n)...)); err != nil {
			t.Fatal(err)
		}
		return b.Statements.Count() - before
	}
	cost("warm", 1) // keys are read once
	if one, many := cost("one", 1), cost("many", 1000); one != many || many > 16 {
		t.Errorf("%d statements for 1 recipient, %d for 1,000; want the same and at most 16", one, many)
	}
	if n := b.count("SELECT count(*) FROM chunk WHERE cardinality(message_ids) = 200 AND positions[200] = 199"); n != 5 {
		t.Errorf("%d full chunks, want 5", n)
	}
}

func TestStorageModesKeepWhatTheyMay(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, test := range []struct {
		address, content              privacy.Mode
		keepsAddress, keepsText, told bool
	}{
		{privacy.Plain, privacy.Plain, true, true, true},
		{privacy.Plain, privacy.None, true, false, true},
		{privacy.Hashed, privacy.Hashed, false, false, true},
		{privacy.None, privacy.None, false, false, false},
	} {
		b := newSendBench(t, func(t *messaging.Tenant) { t.AddressMode, t.ContentMode = test.address, test.content })
		b.consent(messaging.PurposeMarketing, phone(1))
		answer, err := b.sends.Accept(ctx, b.actor, b.request("k", phone(1)))
		if err != nil || codes(answer) != "ok" {
			t.Fatal(codes(answer), err)
		}
		address := storetest.Owner[[]byte](t, b.Bench, "SELECT address_sealed FROM message")
		content := storetest.Owner[[]byte](t, b.Bench, "SELECT content_sealed FROM message")
		if (address != nil) != test.keepsAddress || (content != nil) != test.keepsText {
			t.Errorf("%s/%s: address %t, content %t", test.address, test.content, address != nil, content != nil)
		}
		keys, err := b.Keys.Of(ctx, b.tenant.ID)
		if err != nil {
			t.Fatal(err)
		}
		id := answer.Results[0].ID
		if test.keepsAddress {
			if plain, err := keys.Open(nil, messaging.MessageAddressPlace(id), address); err != nil || string(plain) != phone(1) {
				t.Errorf("the address opens as %d bytes, %v", len(plain), err)
			}
		}
		if test.keepsText {
			if plain, err := keys.Open(nil, messaging.MessageContentPlace(id), content); err != nil || !strings.Contains(string(plain), "Asha") {
				t.Errorf("the content does not open: %v", err)
			}
		}
		if events := b.events(); len(events) != 1 || (events[0].Recipient != 0) != test.told {
			t.Errorf("%s: the event tells the person apart: %t", test.address, events[0].Recipient != 0)
		}
		// Whatever the mode, it can be sent: the payload opens, and only at its place.
		err = b.Store.ReadTenant(ctx, b.tenant.ID, func(tx *store.Tx) error {
			var payload, day = messaging.ID(0), privacy.DayOf(b.Clock.Now())
			var sealed []byte
			if err := tx.Tx.QueryRow(ctx, "SELECT id, sealed FROM payload").Scan(&payload, &sealed); err != nil {
				return err
			}
			opened, err := tx.OpenPayload(ctx, b.Keys, payload, day, sealed)
			if err == nil && (opened.Recipients[0].Phone != phone(1) || opened.ContentFor(0).Template.Body[0].Text != "Asha") {
				t.Error("the payload is not what was accepted")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestExpiryIsStampedFromThePlannedDay(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, test := range []struct {
		days, stateDays int
		ahead           time.Duration
	}{{90, 90, 0}, {7, 45, 0}, {7, 45, 29 * 24 * time.Hour}, {1, 45, 10 * 24 * time.Hour}} {
		b := newSendBench(t, func(t *messaging.Tenant) { t.MessageDays, t.Zone = test.days, "Pacific/Auckland" })
		b.consent(messaging.PurposeMarketing, phone(1))
		request := b.request("k", phone(1))
		planned := b.Clock.Now()
		if test.ahead > 0 {
			planned = planned.Add(test.ahead)
			request.SendAt = planned
		}
		answer, err := b.sends.Accept(ctx, b.actor, request)
		if err != nil {
			t.Fatal(err)
		}
		zone, err := time.LoadLocation("Pacific/Auckland")
		if err != nil {
			t.Fatal(err)
		}
		local := planned.In(zone)
		day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
		weekOf := func(d time.Time) int { return int(d.Sub(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).Hours() / 24 / 7) }
		if got, want := storetest.Owner[time.Time](t, b.Bench, "SELECT expires_on FROM message"), day.AddDate(0, 0, test.days); !got.Equal(want) {
			t.Errorf("%d days, %s ahead: expires on %s, want %s", test.days, test.ahead, got, want)
		}
		week, state := b.count("SELECT week FROM message"), b.count("SELECT state_week FROM message")
		if want := weekOf(day.AddDate(0, 0, test.days)); week != want || answer.Results[0].Week != want {
			t.Errorf("week %d and %d, want %d", week, answer.Results[0].Week, want)
		}
		if want := weekOf(day.AddDate(0, 0, test.stateDays)); state != want {
			t.Errorf("%d days: state week %d, want %d", test.days, state, want)
		}
		if runAt := storetest.Owner[time.Time](t, b.Bench, "SELECT run_at FROM chunk"); !runAt.Equal(planned) {
			t.Errorf("due at %s, want %s", runAt, planned)
		}
	}
}
