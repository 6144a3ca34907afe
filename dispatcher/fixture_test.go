package dispatcher_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"posthaste/analytics"
	"posthaste/channels"
	"posthaste/dispatcher"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

// bench is a tenant with one portfolio and one sender on a database of its own, a provider that keeps a call log, and as
// many dispatchers as a test starts.
type bench struct {
	*storetest.Bench
	t         testing.TB
	tenant    messaging.Tenant
	portfolio messaging.ID
	sender    messaging.ID
	waba      messaging.ID
	attempts  *store.Attempts
	one       *store.Store // see onOneConnection
	provider  *provider
	owner     *pgxpool.Pool // past row-level security, for assertions
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{Bench: storetest.New(t), t: t, provider: newProvider()}
	b.tenant = b.Tenant(t)
	b.attempts = store.NewAttempts(b.Store, b.Keys, b.IDs)
	owner, err := pgxpool.New(context.Background(), b.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(owner.Close)
	b.owner = owner
	app := b.IDs.Next()
	b.exec("INSERT INTO provider_app (tenant_id, id, meta_app_id, secret_sealed, verify_token_hash, created_at) VALUES ($1, $2, '1', '', '', now())", b.tenant.ID, app)
	b.portfolio = b.addPortfolio(messaging.Unlimited, 0)
	b.waba = b.IDs.Next()
	b.exec("INSERT INTO waba (tenant_id, id, portfolio_id, provider_app_id, meta_id, name, created_at) VALUES ($1, $2, $3, $4, '1', 'Acme', now())", b.tenant.ID, b.waba, b.portfolio, app)
	b.sender = b.addSender(b.portfolio, 1000)
	return b
}

// now is the real time: leases and timers are real in these tests.
func now() time.Time { return time.Now().UTC() }

func (b *bench) exec(sql string, args ...any) {
	b.t.Helper()
	if _, err := b.owner.Exec(context.Background(), sql, args...); err != nil {
		b.t.Fatalf("owner's statement: %v", err)
	}
}

func (b *bench) count(sql string, args ...any) (n int) {
	b.t.Helper()
	if err := b.owner.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		b.t.Fatalf("owner's query: %v", err)
	}
	return n
}

func (b *bench) addPortfolio(limit, reserve int) messaging.ID {
	id := b.IDs.Next()
	b.exec("INSERT INTO portfolio (tenant_id, id, meta_id, name, daily_limit, reserve, created_at) VALUES ($1, $2, $3, 'Acme', $4, $5, now())",
		b.tenant.ID, id, id.String(), limit, reserve)
	return id
}

func (b *bench) addSender(portfolio messaging.ID, perSecond int) messaging.ID {
	id := b.IDs.Next()
	b.exec("INSERT INTO sender (tenant_id, id, portfolio_id, channel, provider_id, display, messages_second, created_at) VALUES ($1, $2, $3, 'WHATSAPP', $4, '+1', $5, now())",
		b.tenant.ID, id, portfolio, id.String(), perSecond)
	return id
}

func (b *bench) addTemplate(category messaging.Category) messaging.ID {
	id := b.IDs.Next()
	b.exec("INSERT INTO template (tenant_id, id, waba_id, name, language, category, asked_category, components, state, state_at, created_at) VALUES ($1, $2, $3, $4, 'en', $5, $5, '[]', 'APPROVED', now(), now())",
		b.tenant.ID, id, b.waba, "t"+id.String(), string(category))
	return id
}

func (b *bench) addCampaign(template messaging.ID) messaging.ID {
	id := b.IDs.Next()
	b.exec("INSERT INTO campaign (tenant_id, id, name, template_id, sender_id, state, created_at) VALUES ($1, $2, 'Diwali', $3, $4, 'RUNNING', now())", b.tenant.ID, id, template, b.sender)
	return id
}

// batch is a chunk of messages to make.
type batch struct {
	n         int
	sender    messaging.ID // the bench's if 0
	portfolio messaging.ID
	category  messaging.Category // UTILITY if empty
	campaign  messaging.ID
	template  messaging.ID
	subjects  []messaging.ID // new ones with consent if nil
	runAt     time.Time
	deadline  time.Time // in an hour if zero
}

// enqueue makes one chunk and gives its messages.
func (b *bench) enqueue(in batch) (messages, subjects []messaging.ID) {
	b.t.Helper()
	if in.sender == 0 {
		in.sender, in.portfolio = b.sender, b.portfolio
	}
	if in.category == "" {
		in.category = messaging.Utility
	}
	if in.runAt.IsZero() {
		in.runAt = now().Add(-time.Second)
	}
	if in.deadline.IsZero() {
		in.deadline = now().Add(time.Hour)
	}
	if in.subjects == nil {
		in.subjects = b.people(in.n, in.category)
	}
	messages = b.IDs.Take(len(in.subjects))
	week, payload := messaging.WeekOf(now().AddDate(0, 0, storetest.MessageDays)), b.IDs.Next()
	p := messaging.Payload{Content: messaging.Content{Text: &messaging.Text{Body: "hello"}}}
	positions := make([]int16, len(messages))
	for i, m := range messages {
		positions[i] = int16(i)
		p.Recipients = append(p.Recipients, messaging.PayloadRecipient{Phone: phoneOf(m)})
	}
	b.exec(`INSERT INTO message (tenant_id, id, week, state_week, expires_on, sender_id, channel, category, subject, country, template_id, campaign_id, planned_at)
		SELECT $1, unnest($2::bigint[]), $3, $3, $4, $5, 'WHATSAPP', $6, unnest($7::bigint[]), 'IN', $8, $9, $10`,
		b.tenant.ID, numbers(messages), week, now().AddDate(0, 0, storetest.MessageDays), in.sender, string(in.category), numbers(in.subjects), null(in.template), null(in.campaign), in.runAt)
	err := b.Store.InTenant(context.Background(), b.tenant.ID, func(tx *store.Tx) error {
		return tx.PutPayload(context.Background(), b.Keys, payload, privacy.DayOf(now()), now().Add(72*time.Hour), p)
	})
	if err != nil {
		b.t.Fatalf("enqueue: %v", err)
	}
	b.exec(`INSERT INTO chunk (tenant_id, id, portfolio_id, sender_id, campaign_id, template_id, channel, category, priority, run_at, deadline,
		payload_id, positions, message_ids, subjects, week, state_week)
		VALUES ($1, $2, $3, $4, $5, $6, 'WHATSAPP', $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)`,
		b.tenant.ID, b.IDs.Next(), in.portfolio, in.sender, null(in.campaign), null(in.template), string(in.category),
		messaging.PriorityOf(in.category), in.runAt, in.deadline, payload, positions, numbers(messages), numbers(in.subjects), week)
	return messages, in.subjects
}

// people makes subjects who have agreed to the category.
func (b *bench) people(n int, category messaging.Category) []messaging.ID {
	subjects := b.IDs.Take(n)
	b.exec("INSERT INTO consent_state (tenant_id, subject, channel, purpose, granted, event_id, at) SELECT $1, s, 'WHATSAPP', $3, true, 1, now() FROM unnest($2::bigint[]) AS s",
		b.tenant.ID, numbers(subjects), string(category))
	return subjects
}

func numbers(ids []messaging.ID) []int64 {
	list := make([]int64, len(ids))
	for i, id := range ids {
		list[i] = int64(id)
	}
	return list
}

func null(id messaging.ID) *int64 {
	if id == 0 {
		return nil
	}
	n := int64(id)
	return &n
}

// phoneOf gives each message a number of its own.
func phoneOf(m messaging.ID) string { return fmt.Sprintf("+91%010d", 6000000000+int64(m)%3999999999) }

// quick are times that make a test short.
func quick() dispatcher.Config {
	return dispatcher.Config{
		Lease: 6 * time.Second, Heartbeat: 500 * time.Millisecond, Probe: 30 * time.Millisecond, Rebalance: 50 * time.Millisecond,
		GateSlice: 20 * time.Millisecond, OutcomeWait: 10 * time.Millisecond, PostTimeout: 500 * time.Millisecond, Grace: 5 * time.Second,
		Recheck: 200 * time.Millisecond, DoubtTick: 50 * time.Millisecond, Backoff: time.Millisecond, BackoffCode: time.Millisecond,
	}
}

// running is a dispatcher that a test has started.
type running struct {
	Process store.Process
	cancel  context.CancelFunc
	done    chan struct{}
	err     error

	dispatcher *dispatcher.Dispatcher
}

// stop drains it.
func (r *running) stop() error {
	r.cancel()
	<-r.done
	return r.err
}

// options are those of a dispatcher with the bench's ports; change may put others in.
func (b *bench) options(p store.Process, joined time.Time, config dispatcher.Config) dispatcher.Options {
	return dispatcher.Options{
		Ports: dispatcher.Ports{
			Ledger: b.attempts, Owners: b.attempts, Lease: b.Store, Waker: b.Store, Keys: b.Keys,
			Correlate: func(m messaging.ID, attempt, week int, bucket uint32) string {
				return fmt.Sprintf("%d/%d/%d/%d", m, attempt, week, bucket)
			},
		},
		Channels: map[messaging.Channel]channels.Channel{messaging.WhatsApp: b.provider},
		Process:  p.ID, Joined: joined, Clock: now, Rand: rand.New(rand.NewPCG(1, 2)), Logger: logger(b.t), Config: config,
	}
}

func (b *bench) start(config dispatcher.Config, change ...func(*dispatcher.Options)) *running {
	b.t.Helper()
	joined := time.Now()
	lease := config.Lease
	if lease == 0 {
		lease = 10 * time.Second
	}
	process, err := b.Store.Join(context.Background(), store.DispatchProcess, "test", lease)
	if err != nil {
		b.t.Fatal(err)
	}
	o := b.options(process, joined, config)
	for _, f := range change {
		f(&o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	d := dispatcher.New(o)
	r := &running{Process: process, dispatcher: d, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		r.err = d.Run(ctx)
	}()
	b.t.Cleanup(func() { _ = r.stop() })
	return r
}

// until waits for a condition that the program brings about by itself.
func (b *bench) until(what string, condition func() bool) {
	b.t.Helper()
	deadline := time.NewTimer(2 * time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-deadline.C:
			b.t.Fatalf("never: %s (calls %d, chunks %d, unsettled %d)", what, b.provider.total(),
				b.count("SELECT count(*) FROM chunk"), b.count("SELECT count(*) FROM unsettled"))
		}
	}
}

func (b *bench) idle() bool { return b.count("SELECT count(*) FROM chunk") == 0 }

// settled tells whether nothing is queued and nothing unknown, at one moment.
func (b *bench) settled() bool {
	return b.count("SELECT (SELECT count(*) FROM chunk) + (SELECT count(*) FROM unsettled)") == 0
}

// bits is what is known of an attempt; 0 for none.
func (b *bench) bits(m messaging.ID, attempt int) messaging.State {
	b.t.Helper()
	return messaging.State(b.count("SELECT COALESCE(max(bits), 0) FROM message_state WHERE id = $1 AND attempt = $2", m, attempt))
}

// events unpacks the outbox.
func (b *bench) events() (list []analytics.Event) {
	b.t.Helper()
	rows, err := b.owner.Query(context.Background(), "SELECT block FROM outbox ORDER BY id")
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var block []byte
		if err := rows.Scan(&block); err != nil {
			b.t.Fatal(err)
		}
		events, err := analytics.DecodeBlock(block)
		if err != nil {
			b.t.Fatal(err)
		}
		list = append(list, events...)
	}
	return list
}

// tally counts the events of each (message, attempt, status).
func tally(events []analytics.Event) map[string]int {
	n := map[string]int{}
	for _, e := range events {
		n[fmt.Sprintf("%d/%d/%d", e.Message, e.Attempt, e.Status)]++
	}
	return n
}

// provider is a channel that keeps a log of the calls it has got.
type provider struct {
	mu     sync.Mutex
	calls  []recorded
	answer func(n int, out channels.Outgoing) channels.Outcome // of the n-th call, from 0
}

type recorded struct {
	correlation string
	sender      string
	at          time.Time
}

func newProvider() *provider { return &provider{answer: accept} }

func accept(n int, out channels.Outgoing) channels.Outcome {
	return channels.Outcome{Verdict: channels.Accepted, ProviderID: "wamid." + out.Correlation, Phone: out.To.Phone}
}

func (p *provider) Send(_ context.Context, out channels.Outgoing) channels.Outcome {
	p.mu.Lock()
	n, answer := len(p.calls), p.answer
	p.calls = append(p.calls, recorded{out.Correlation, out.Account.SenderID, time.Now()})
	p.mu.Unlock()
	return answer(n, out)
}

func (p *provider) total() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.calls)
}

// perMessage counts the calls of each message.
func (p *provider) perMessage() map[messaging.ID]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := map[messaging.ID]int{}
	for _, c := range p.calls {
		var m messaging.ID
		if _, err := fmt.Sscanf(c.correlation, "%d/", &m); err == nil {
			n[m]++
		}
	}
	return n
}

// logger writes into the test's log, which shows only when it fails.
func logger(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(testLog{t}, nil))
}

type testLog struct{ t testing.TB }

func (l testLog) Write(line []byte) (int, error) {
	l.t.Logf("%s", line)
	return len(line), nil
}

// log tells of the calls of one message.
func (p *provider) log(m messaging.ID) (lines []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.calls {
		if strings.HasPrefix(c.correlation, m.String()+"/") {
			lines = append(lines, c.at.Format("05.000")+" "+c.correlation)
		}
	}
	return lines
}
