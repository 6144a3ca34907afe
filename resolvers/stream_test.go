package resolvers

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"posthaste/analytics"
	"posthaste/messaging"
)

// breaking lets an actor look once more, and then panics with what nobody may read.
type breaking struct {
	CampaignReads
	looks int
}

func (b *breaking) Recheck(context.Context, messaging.Actor) error {
	if b.looks++; b.looks > 1 {
		panic("the text of a message to +919811107052")
	}
	return nil
}

func (b *breaking) Campaign(_ context.Context, _, id messaging.ID) (messaging.Campaign, error) {
	return messaging.Campaign{ID: id, State: messaging.CampaignRunning}, nil
}

func (b *breaking) Progress(context.Context, messaging.ID, messaging.ID, time.Time) (messaging.CampaignProgress, error) {
	return messaging.CampaignProgress{}, nil
}

// heard is a log that is written beside the test.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(b)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// TestAStreamThatBreaksEndsAlone: what a stream reads from is not guarded by what calls the resolver. Its reader sees the
// end, the log tells that something broke and not what it said, and the process goes on.
func TestAStreamThatBreaksEndsAlone(t *testing.T) {
	t.Parallel()
	stats := &statsFake{}
	for name, open := range map[string]func(*Resolver, context.Context) (end func() bool, err error){
		"live": func(r *Resolver, ctx context.Context) (func() bool, error) {
			stream, err := r.Subscription().Live(ctx)
			return func() bool { _, open := <-stream; return !open }, err
		},
		"campaignProgress": func(r *Resolver, ctx context.Context) (func() bool, error) {
			stream, err := r.Subscription().CampaignProgress(ctx, 7)
			return func() bool { _, open := <-stream; return !open }, err
		},
	} {
		log, door := &heard{}, &breaking{}
		r := &Resolver{
			StatsReads: stats, Rechecker: door, CampaignReads: door, CampaignCounts: door, Log: slog.New(slog.NewTextHandler(log, nil)),
			Stats: &analytics.Questions{Store: stats, Cursors: openCursors{}, Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }},
		}
		end, err := open(r, messaging.WithActor(t.Context(), messaging.Actor{Tenant: 42}))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		told := 0
		for !end() {
			told++
		}
		if told == 0 || told > 2 {
			t.Errorf("%s told %d times before it broke", name, told)
		}
		if said := log.String(); strings.Count(said, "a panic was caught") != 1 || !strings.Contains(said, "a stream") || strings.Contains(said, "98111") || strings.Contains(said, "the text of") {
			t.Errorf("%s: the log says %q", name, said)
		}
	}
}
