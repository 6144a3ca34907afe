package keeping

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	chdriver "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"posthaste/analytics/clickhouse"
	"posthaste/channels"
	"posthaste/dispatcher"
	"posthaste/engines/enginetest"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

type pgDate struct{ t time.Time }

// world is an installation with one tenant, one planted person, and what they said to each other.
type world struct {
	*storetest.Bench
	tenant     messaging.Tenant
	sender     messaging.Sender
	portfolio  messaging.ID
	attempts   *store.Attempts
	figures    *clickhouse.Store
	clickhouse driver.Conn

	phone, said, heard string
	wamid              string // our message's id at the provider; a real one holds the number too
	message            messaging.MessageRef
	provider           *provider
}

type provider struct {
	wamid string
	done  chan string // correlations
}

func (p *provider) Send(_ context.Context, out channels.Outgoing) channels.Outcome {
	p.done <- out.Correlation
	return channels.Outcome{Verdict: channels.Accepted, ProviderID: p.wamid, Phone: out.To.Phone}
}

func newWorld(t *testing.T, address, content privacy.Mode) *world {
	t.Helper()
	b := storetest.New(t)
	n := rand.IntN(90_000_000) + 10_000_000
	w := &world{Bench: b, phone: fmt.Sprintf("+9198%08d", n), said: fmt.Sprintf("your-parcel-%d-waits-at-the-gate", n), heard: fmt.Sprintf("please-ring-twice-%d-thanks", n)}
	w.wamid = "wamid." + base64.StdEncoding.EncodeToString([]byte("\n\x0c"+w.phone[1:]+"\x15\x02\x00\x11\x18\x12"+fmt.Sprint(n)))
	w.tenant = b.Tenant(t, func(x *messaging.Tenant) { x.AddressMode, x.ContentMode = address, content })
	p := b.Portfolio(t, w.tenant)
	w.portfolio = p.ID
	w.sender = b.Sender(t, w.tenant, b.Waba(t, w.tenant, p))
	w.attempts = store.NewAttempts(b.Store, b.Keys, b.IDs)
	w.provider = &provider{wamid: w.wamid, done: make(chan string, 1)}
	options := enginetest.ClickHouse(t)
	o := clickhouse.Options{URL: fmt.Sprintf("http://%s:%s@%s/%s", options.Auth.Username, options.Auth.Password, options.Addr[0], options.Auth.Database)}
	if err := clickhouse.Migrate(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	figures, err := clickhouse.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = figures.Close() })
	conn, err := chdriver.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	w.figures, w.clickhouse = figures, conn
	return w
}

// alias is the person under the tenant's keys.
func (w *world) alias(t *testing.T) messaging.Alias {
	t.Helper()
	keys, err := w.Keys.Of(t.Context(), w.tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	address, err := messaging.ParseAddress(w.phone, "IN")
	if err != nil {
		t.Fatal(err)
	}
	return messaging.Alias(messaging.KeyOf(keys, address))
}

// hear has the person write to the brand, which opens the service window.
func (w *world) hear(t *testing.T, keyword messaging.Keyword) {
	t.Helper()
	id := fmt.Sprintf("wamid.in.%d", w.IDs.Next())
	_, err := w.attempts.Learn(t.Context(), w.tenant.ID, messaging.Reports{Now: w.Clock.Now(), Inbound: []messaging.Inbound{{
		ProviderID: privacy.NewSecret(id), Sender: w.sender.ID, Channel: messaging.WhatsApp, From: []messaging.Alias{w.alias(t)}, At: w.Clock.Now(),
		Kind: "text", Keyword: keyword, Address: []byte(w.phone), Content: []byte(w.heard),
	}}})
	if err != nil {
		t.Fatal(err)
	}
}

// accept answers the person in free text, which only an open window allows.
func (w *world) accept(t *testing.T, at time.Time) messaging.SendAnswer {
	t.Helper()
	sends := messaging.NewSends(store.NewSending(w.Store, w.Keys), w.Keys, w.IDs, w.Clock.Now)
	answer, err := sends.Accept(t.Context(), messaging.Actor{Tenant: w.tenant.ID, User: 42}, messaging.SendRequest{
		IdempotencyKey: w.IDs.Next().String(), Sender: w.sender.ID, Text: w.said, SendAt: at, Recipients: []messaging.SendRecipient{{To: w.phone}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.message = answer.Results[0].Ref()
	return answer
}

// deliver lets a dispatcher send what waits, and the provider tell that it arrived.
func (w *world) deliver(t *testing.T) {
	t.Helper()
	message, attempt, week, bucket := w.dispatch(t)
	if n := storetest.Owner[int](t, w.Bench, "SELECT (SELECT count(*) FROM chunk WHERE tenant_id = $1) + (SELECT count(*) FROM payload WHERE tenant_id = $1)", int64(w.tenant.ID)); n != 0 {
		t.Fatalf("after the send %d chunks and payloads are left", n)
	}
	_, err := w.attempts.Learn(t.Context(), w.tenant.ID, messaging.Reports{Now: w.Clock.Now(), Statuses: []messaging.StatusReport{{
		Sender: w.sender.ID, Newest: w.Clock.Now(), Evidence: messaging.Evidence{
			Message: message, Week: week, Attempt: attempt, Bits: messaging.Delivered, Bucket: bucket, At: w.Clock.Now(), DeliveredAt: w.Clock.Now(),
			ProviderID: privacy.NewSecret(w.wamid),
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
}

// dispatch runs a dispatcher until the first call, and tells whose that was.
func (w *world) dispatch(t *testing.T) (message messaging.ID, attempt, week int, bucket uint32) {
	t.Helper()
	process, err := w.Store.Join(t.Context(), store.DispatchProcess, "test", 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	d := dispatcher.New(dispatcher.Options{
		Ports: dispatcher.Ports{
			Ledger: w.attempts, Owners: w.attempts, Lease: w.Store, Waker: w.Store, Keys: w.Keys,
			Correlate: func(m messaging.ID, attempt, week int, bucket uint32) string {
				return fmt.Sprintf("%d/%d/%d/%d", m, attempt, week, bucket)
			},
		},
		Channels: map[messaging.Channel]channels.Channel{messaging.WhatsApp: w.provider},
		Process:  process.ID, Joined: time.Now(), Clock: func() time.Time { return time.Now().UTC() }, Rand: rand.New(rand.NewPCG(1, 2)), Logger: slog.New(slog.DiscardHandler),
		Config: dispatcher.Config{Probe: 30 * time.Millisecond, Rebalance: 50 * time.Millisecond, GateSlice: 20 * time.Millisecond, OutcomeWait: 10 * time.Millisecond},
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	select {
	case correlation := <-w.provider.done:
		if _, err := fmt.Sscanf(correlation, "%d/%d/%d/%d", &message, &attempt, &week, &bucket); err != nil {
			t.Fatal(err)
		}
	case <-time.After(2 * time.Minute):
		t.Fatal("nothing was sent")
	}
	cancel() // it drains: the outcome is written before it ends
	if err := <-ended; err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
	return message, attempt, week, bucket
}

// export carries all events to ClickHouse.
func (w *world) export(t *testing.T) {
	t.Helper()
	exporter := dispatcher.NewExporter(w.Store.Outbox(), w.figures, "scan", dispatcher.ExportConfig{Events: 500, Hold: time.Minute}, slog.New(slog.DiscardHandler), nil)
	if err := exporter.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM outbox"); n != 0 {
		t.Fatalf("%d blocks are left in the outbox", n)
	}
}

// later is when the day's keys are over: the day after every window that could open on it has closed.
func (w *world) later(t *testing.T) {
	t.Helper()
	w.Clock.Advance(3 * 24 * time.Hour)
	w.tidy(t)
}

func (w *world) tidy(t *testing.T) {
	t.Helper()
	if busy, err := store.NewJanitor(w.Store, w.Keys, w.Options).Tidy(t.Context(), w.Clock.Now()); busy || err != nil {
		t.Fatalf("busy %v: %v", busy, err)
	}
}

func has(list []string, name string) bool { return slices.Contains(list, name) }
