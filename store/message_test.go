package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

func (b *sendBench) messages() *messaging.Messages {
	return &messaging.Messages{Store: b.door, Tenants: b.Store, Keys: b.Keys, IDs: b.IDs, Now: b.Clock.Now}
}

// attempt writes what is known of an attempt of a message, as the dispatcher does.
func (b *sendBench) attempt(id messaging.ID, number int, bits messaging.State, code int, sent time.Time) {
	b.t.Helper()
	b.count(`WITH x AS (INSERT INTO message_state (tenant_id, id, attempt, week, bits, code, bucket, sent_at)
		SELECT $1, $2, $3, state_week, $4, $5, $6, NULLIF($7, 'epoch'::timestamptz) FROM message WHERE id = $2 RETURNING 1) SELECT count(*) FROM x`,
		b.tenant.ID, id, number, int(bits.Implied()), code, sent.Unix()/900, sent)
}

func TestMessagesAreListedNewestFirst(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t, func(t *messaging.Tenant) { t.AddressMode = privacy.Plain })
	b.consent(messaging.PurposeMarketing, phones(30)...)
	var ids []messaging.ID
	for i := range 3 {
		answer, err := b.sends.Accept(ctx, b.actor, b.request(fmt.Sprint(i), phones(10 * (i + 1))[10*i:]...))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range answer.Results {
			ids = append(ids, r.ID)
		}
		b.Clock.Advance(time.Minute)
	}
	reads := b.messages()
	var got []messaging.ID
	for after, pages := messaging.ID(0), 0; ; pages++ {
		page, err := reads.List(ctx, b.actor, messaging.MessageFilter{}, "", after, 7)
		if err != nil || pages > 5 {
			t.Fatalf("page %d: %v", pages, err)
		}
		for _, m := range page.Messages {
			got = append(got, m.Ref.ID)
		}
		if after = page.After; after == 0 {
			break
		}
	}
	if len(got) != 30 {
		t.Fatalf("%d messages over all pages, want 30", len(got))
	}
	for i, id := range got {
		if id != ids[29-i] {
			t.Fatalf("place %d holds %s, want %s", i, id, ids[29-i])
		}
	}
	b.attempt(ids[4], 1, messaging.Retried, 131056, time.Unix(0, 0))
	b.attempt(ids[4], 2, messaging.Read, 0, b.Clock.Now())
	b.attempt(ids[15], 1, messaging.Failed, 131026, time.Unix(0, 0))
	for name, test := range map[string]struct {
		filter messaging.MessageFilter
		to     string
		want   []messaging.ID
	}{
		"read":           {messaging.MessageFilter{Statuses: []messaging.Status{messaging.StatusRead}}, "", ids[4:5]},
		"failed or read": {messaging.MessageFilter{Statuses: []messaging.Status{messaging.StatusRead, messaging.StatusFailed}}, "", []messaging.ID{ids[15], ids[4]}},
		"of a person":    {messaging.MessageFilter{}, "098100 00012", ids[12:13]},
		"of nobody":      {messaging.MessageFilter{}, "+14155550100", nil},
		"until":          {messaging.MessageFilter{Until: ids[1].Time().Add(time.Second)}, phone(3), ids[3:4]},
		"from":           {messaging.MessageFilter{From: ids[29].Time()}, phone(3), nil},
		"other template": {messaging.MessageFilter{Template: 99}, "", nil},
		"its sender":     {messaging.MessageFilter{Sender: b.sender.ID, Statuses: []messaging.Status{messaging.StatusFailed}}, "", ids[15:16]},
	} {
		page, err := reads.List(ctx, b.actor, test.filter, test.to, 0, 50)
		var found []messaging.ID
		for _, m := range page.Messages {
			found = append(found, m.Ref.ID)
		}
		if err != nil || fmt.Sprint(found) != fmt.Sprint(test.want) || page.After != 0 {
			t.Errorf("%s: %v, %v; want %v", name, found, err, test.want)
		}
	}
	if n := b.count("SELECT count(*) FROM audit_event WHERE action = 'message.person_searched'"); n != 4 {
		t.Errorf("%d look-ups of a person are audited, want 4", n)
	}
	m, err := reads.Get(ctx, b.actor, messaging.MessageRef{ID: ids[4], Week: b.count("SELECT week FROM message WHERE id = $1", ids[4])})
	if err != nil || len(m.Attempts) != 2 || m.Newest().State.Status() != messaging.StatusRead {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := reads.Get(ctx, b.actor, messaging.MessageRef{ID: ids[4], Week: m.Ref.Week + 1}); messaging.CodeOf(err) != messaging.CodeNotFound {
		t.Errorf("under another week: %v", err)
	}
	masked, err := reads.Masked(ctx, b.actor, []messaging.Message{m})
	if err != nil || masked[0] != "+91••••••0004" {
		t.Errorf("masked %v, %v", masked, err)
	}
	b.Clock.Advance(181 * 24 * time.Hour)
	if page, err := reads.List(ctx, b.actor, messaging.MessageFilter{}, "", 0, 50); err != nil || len(page.Messages) != 0 {
		t.Errorf("%d expired messages are listed, %v", len(page.Messages), err)
	}
	if _, err := reads.Get(ctx, b.actor, m.Ref); messaging.CodeOf(err) != messaging.CodeNotFound {
		t.Errorf("an expired message: %v", err)
	}
}

func TestNobodyIsSearchedWhereNothingIsKept(t *testing.T) {
	t.Parallel()
	b := newSendBench(t, func(t *messaging.Tenant) { t.AddressMode = privacy.None })
	_, err := b.messages().List(context.Background(), b.actor, messaging.MessageFilter{}, phone(1), 0, 10)
	if got := refusalIn(err); got.Code != messaging.CodeInvalid || got.Field != "where.to" {
		t.Errorf("%v", err)
	}
}

func TestProgressCountsNewestAttempts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phones(8)...)
	c := b.campaign()
	request := b.request("", phones(8)...)
	request.Campaign = c.ID
	answer, err := b.sends.Accept(ctx, b.actor, request)
	if err != nil {
		t.Fatal(err)
	}
	now, never := b.Clock.Now(), time.Unix(0, 0)
	for i, bits := range []messaging.State{messaging.Read, messaging.Delivered, messaging.Sent, messaging.Failed, messaging.Unknown, messaging.Suppressed} {
		sent := never
		if i < 3 {
			sent = now.Add(-time.Duration(i) * 40 * time.Second) // the third is older than a minute
		}
		b.attempt(answer.Results[i].ID, 1, bits, 0, sent)
	}
	b.attempt(answer.Results[6].ID, 1, messaging.Retried, 131056, never) // waits for its second attempt
	b.count("WITH x AS (UPDATE chunk SET intent = 6, marks = (repeat('1', 6) || repeat('0', 194))::bit(200) RETURNING 1) SELECT count(*) FROM x")
	p, err := b.door.Progress(ctx, b.tenant.ID, c.ID, now)
	want := messaging.CampaignProgress{Queued: 2, Sent: 3, Delivered: 2, Read: 1, Failed: 1, Unknown: 1, Suppressed: 1, Pace: 2.0 / 60}
	if err != nil || p != want {
		t.Errorf("%+v, %v; want %+v", p, err, want)
	}
	if done := p.DoneAt(now); !done.Equal(now.Add(time.Minute).Truncate(time.Second)) {
		t.Errorf("done at %s, now is %s", done, now)
	}
}

// The size of a chunk is taken from its lists, which are of one length, and bounds what may be sent of it.
func TestAChunkHasAsManyOfEach(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	put := func(positions []int16, messages, subjects []int64, intent int) error {
		return b.Store.InTenant(t.Context(), tenant.ID, func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO chunk (tenant_id, id, portfolio_id, sender_id, channel, category, priority, run_at, deadline,
				payload_id, positions, message_ids, subjects, week, state_week, intent)
				VALUES ($1, $2, 1, 1, 'WHATSAPP', 'UTILITY', 1, now(), now(), 1, $3, $4, $5, 1, 1, $6)`,
				int64(tenant.ID), int64(b.IDs.Next()), positions, messages, subjects, intent)
			return err
		})
	}
	if err := put([]int16{0, 1}, []int64{1, 2}, []int64{1, 2}, 2); err != nil {
		t.Fatalf("two of each: %v", err)
	}
	if n := storetest.Owner[int](t, b, "SELECT size FROM chunk"); n != 2 {
		t.Errorf("two of each have size %d", n)
	}
	long := make([]int64, 201)
	for name, err := range map[string]error{
		"a position too few":    put([]int16{0}, []int64{1, 2}, []int64{1, 2}, 0),
		"a subject too many":    put([]int16{0}, []int64{1}, []int64{1, 2}, 0),
		"nobody":                put([]int16{}, []int64{}, []int64{}, 0),
		"201":                   put(make([]int16, 201), long, long, 0),
		"sent more than it has": put([]int16{0, 1}, []int64{1, 2}, []int64{1, 2}, 3),
	} {
		if err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
