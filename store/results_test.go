package store_test

import (
	"context"
	"testing"
	"time"

	"posthaste/messaging"
)

// over is a campaign of 8 messages that is over, with its messages' ids.
func (b *sendBench) over() (messaging.Campaign, []messaging.ID) {
	b.t.Helper()
	b.consent(messaging.PurposeMarketing, phones(8)...)
	c := b.campaign()
	request := b.request("", phones(8)...)
	request.Campaign = c.ID
	answer, err := b.sends.Accept(context.Background(), b.actor, request)
	if err != nil {
		b.t.Fatal(err)
	}
	var ids []messaging.ID
	for _, r := range answer.Results {
		ids = append(ids, r.ID)
	}
	b.count("WITH x AS (DELETE FROM chunk RETURNING 1) SELECT count(*) FROM x")
	b.count("WITH x AS (UPDATE campaign SET state = 'DONE', finished_at = $1 WHERE id = $2 RETURNING 1) SELECT count(*) FROM x", b.Clock.Now(), c.ID)
	return c, ids
}

// progress is what is told of a campaign now.
func (b *sendBench) progress(id messaging.ID) messaging.CampaignProgress {
	b.t.Helper()
	p, err := b.door.Progress(context.Background(), b.tenant.ID, id, b.Clock.Now())
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func (b *sendBench) keepResults() {
	b.t.Helper()
	if err := b.door.KeepResults(context.Background(), b.Clock.Now()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *sendBench) counted(id messaging.ID) (at time.Time) {
	b.t.Helper()
	return time.Unix(int64(b.count("SELECT COALESCE(extract(epoch FROM counted_at), 0)::int FROM campaign WHERE id = $1", id)), 0)
}

func TestResultsOutliveTheMessages(t *testing.T) {
	t.Parallel()
	b := newSendBench(t)
	c, ids := b.over()
	sent := b.Clock.Now()
	for i, bits := range []messaging.State{messaging.Read, messaging.Delivered, messaging.Delivered, messaging.Sent, messaging.Failed, messaging.Unknown, messaging.Suppressed} {
		b.attempt(ids[i], 1, bits, 0, sent)
	}
	b.Clock.Advance(time.Hour)
	b.keepResults()
	want := messaging.CampaignProgress{Sent: 4, Delivered: 3, Read: 1, Failed: 1, Unknown: 1, Suppressed: 1}
	if got := b.progress(c.ID); got != want {
		t.Fatalf("%+v, want %+v", got, want)
	}

	// A report that comes later counts at once, kept or not.
	b.count("WITH x AS (UPDATE message_state SET bits = $2 WHERE id = $1 RETURNING 1) SELECT count(*) FROM x", ids[3], int(messaging.Read.Implied()))
	want.Delivered, want.Read = 4, 2
	if got := b.progress(c.ID); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	b.Clock.Advance(time.Hour)
	b.keepResults()

	// Some are forgotten, then all.
	for _, half := range []string{"id <= $1", "id > $1"} {
		b.count("WITH x AS (DELETE FROM message WHERE "+half+" RETURNING 1) SELECT count(*) FROM x", ids[3])
		if got := b.progress(c.ID); got != want {
			t.Errorf("after messages %s were forgotten: %+v, want %+v", half, got, want)
		}
		b.Clock.Advance(24 * time.Hour)
		b.keepResults()
	}
	b.Clock.Advance(40 * 24 * time.Hour)
	b.keepResults()
	if got := b.progress(c.ID); got != want || b.count("SELECT count(*) FROM campaign WHERE settled") != 1 {
		t.Errorf("in the end: %+v, want %+v, settled", got, want)
	}
}

// The longer a campaign is over, the less often it is counted; in the end it is left alone.
func TestResultsAreCountedLessAndLess(t *testing.T) {
	t.Parallel()
	b := newSendBench(t)
	c, ids := b.over()
	b.attempt(ids[0], 1, messaging.Sent, 0, b.Clock.Now())
	running := b.campaign()
	var counts int
	last := b.counted(c.ID)
	for range 40 * 24 {
		b.Clock.Advance(time.Hour)
		b.keepResults()
		if at := b.counted(c.ID); !at.Equal(last) {
			counts, last = counts+1, at
		}
	}
	// Hourly for four hours, then by a quarter: 4 × 1.25ⁿ hours reach the 840 of five weeks with n = 24.
	if counts < 20 || counts > 35 {
		t.Errorf("counted %d times in 40 days", counts)
	}
	if over := last.Sub(b.reload(c.ID).FinishedAt); over < 35*24*time.Hour {
		t.Errorf("the last count is of %s after the end", over)
	}
	if b.count("SELECT count(*) FROM campaign WHERE id = $1 AND (settled OR counted_at IS NOT NULL)", running.ID) != 0 {
		t.Error("a campaign that is not over was counted")
	}
}
