package server_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"posthaste/analytics"
	"posthaste/auth"
	"posthaste/channels/whatsapp"
	"posthaste/dispatcher"
	"posthaste/messaging"
	"posthaste/resolvers"
	"posthaste/server"
	"posthaste/store"
	"posthaste/store/storetest"
)

const webhookSecret = "sandbox-secret" // storetest's apps sign with it

// gate lets a test hold the bookings of one tenant, and counts all.
type gate struct {
	server.Learner
	held    messaging.ID
	entered chan struct{} // one for each booking of the held tenant
	open    chan struct{}

	mu    sync.Mutex
	calls []int // reports of each booking
}

func (g *gate) Learn(ctx context.Context, tenant messaging.ID, reports []dispatcher.Report, inbound []messaging.Inbound, wishes []messaging.Wish) (messaging.Learned, error) {
	g.mu.Lock()
	g.calls = append(g.calls, len(reports))
	g.mu.Unlock()
	if tenant == g.held {
		g.entered <- struct{}{}
		<-g.open
	}
	return g.Learner.Learn(ctx, tenant, reports, inbound, wishes)
}

func (g *gate) bookings() []int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]int(nil), g.calls...)
}

// hearing is a webhook receiver before a real database.
type hearing struct {
	*storetest.Bench
	t        *testing.T
	owner    *pgxpool.Pool
	receiver *server.WhatsApp
	gate     *gate
	tenant   heard
}

// heard is a tenant with messages that were accepted.
type heard struct {
	messaging.Tenant
	waba     messaging.Waba
	sender   messaging.Sender
	messages []messaging.MessageRef
}

func newHearing(t *testing.T, messages int) *hearing {
	t.Helper()
	b := storetest.New(t)
	owner, err := pgxpool.New(t.Context(), b.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(owner.Close)
	h := &hearing{Bench: b, t: t, owner: owner}
	h.tenant = h.newTenant(messages)
	learner := dispatcher.NewLearner(store.NewAttempts(b.Store, b.Keys, b.IDs), b.Clock.Now, rand.New(rand.NewPCG(1, 2)), dispatcher.Config{})
	h.gate = &gate{Learner: learner, entered: make(chan struct{}, 100), open: make(chan struct{})}
	h.receiver = &server.WhatsApp{
		Routes: store.NewRoutes(b.Store, b.Keys, b.IDs), Learner: h.gate, Keys: b.Keys, Correlation: [][]byte{[]byte("correlation")},
		Wake: func(context.Context) {}, Now: b.Clock.Now, Log: slog.New(slog.DiscardHandler),
	}
	return h
}

func (h *hearing) newTenant(messages int) heard {
	h.t.Helper()
	out := heard{Tenant: h.Tenant(h.t)}
	out.waba = h.Waba(h.t, out.Tenant, h.Portfolio(h.t, out.Tenant))
	out.sender = h.Sender(h.t, out.Tenant, out.waba)
	template := h.Template(h.t, out.Tenant, out.waba)
	request := messaging.SendRequest{IdempotencyKey: "k", Sender: out.sender.ID, Template: template.ID}
	var phones []string
	for i := range messages {
		phones = append(phones, fmt.Sprintf("+9198%08d", 10000000+i))
		request.Recipients = append(request.Recipients, messaging.SendRecipient{To: phones[i], Variables: map[string]string{"1": "Asha"}})
	}
	h.Consent(h.t, out.Tenant, messaging.PurposeMarketing, phones...)
	sends := messaging.NewSends(store.NewSending(h.Store, h.Keys), h.Keys, h.IDs, h.Clock.Now)
	answer, err := sends.Accept(h.t.Context(), h.Actor(out.Tenant), request)
	if err != nil || answer.Accepted() != messages {
		h.t.Fatalf("accepted %d of %d: %v", answer.Accepted(), messages, err)
	}
	for _, r := range answer.Results {
		out.messages = append(out.messages, r.Ref())
	}
	return out
}

// hold keeps the tenant's next bookings until release.
func (h *hearing) hold(tenant messaging.ID) (release func()) {
	h.gate.held = tenant
	return sync.OnceFunc(func() { close(h.gate.open) })
}

// body is a signed webhook with a status of each kind for the message; pricing is its price's type.
func (h *hearing) body(of heard, message messaging.MessageRef, pricing string, at time.Time, kinds ...string) (raw []byte, signature string) {
	h.t.Helper()
	correlation := whatsapp.SignCorrelation(h.receiver.Correlation[0], whatsapp.Correlation{
		Message: message.ID, Attempt: 1, Week: uint16(message.Week), Bucket: analytics.BucketOf(h.Clock.Now()),
	})
	var statuses []map[string]any
	for _, kind := range kinds {
		statuses = append(statuses, map[string]any{
			"id": "wamid." + message.ID.String(), "status": kind, "timestamp": fmt.Sprint(at.Unix()), "recipient_id": "919810000000",
			"biz_opaque_callback_data": correlation, "pricing": map[string]any{"billable": true, "type": pricing, "category": "marketing"},
		})
	}
	raw, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": []any{map[string]any{
		"id": of.waba.MetaID, "changes": []any{map[string]any{"field": "messages", "value": map[string]any{
			"messaging_product": "whatsapp", "statuses": statuses,
			"metadata": map[string]any{"display_phone_number": "911140001234", "phone_number_id": of.sender.ProviderID},
		}}},
	}}})
	if err != nil {
		h.t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte(webhookSecret))
	mac.Write(raw)
	return raw, "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// send gives a webhook to the receiver; the answer comes on the channel.
func (h *hearing) send(ctx context.Context, of heard, raw []byte, signature string) <-chan error {
	answer := make(chan error, 1)
	go func() { answer <- h.receiver.Receive(ctx, of.waba.AppID, raw, signature) }()
	return answer
}

// tell sends one status of a message, with an ordinary price.
func (h *hearing) tell(of heard, message int, kinds ...string) <-chan error {
	raw, signature := h.body(of, of.messages[message], "regular", h.Clock.Now(), kinds...)
	return h.send(h.t.Context(), of, raw, signature)
}

// until waits for what other goroutines bring about.
func (h *hearing) until(what string, so func() bool) {
	h.t.Helper()
	for end := time.Now().Add(20 * time.Second); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatal("never came: " + what)
		}
	}
}

func (h *hearing) waiting(of heard, n int) {
	h.t.Helper()
	h.until(fmt.Sprintf("%d webhooks wait", n), func() bool { return h.receiver.Waiting(of.waba.AppID) == n })
}

func (h *hearing) bits(of heard, message int) messaging.State {
	h.t.Helper()
	var bits int32
	err := h.owner.QueryRow(context.Background(), "SELECT COALESCE(sum(bits), 0) FROM message_state WHERE tenant_id = $1 AND id = $2", of.ID, of.messages[message].ID).Scan(&bits)
	if err != nil {
		h.t.Fatal(err)
	}
	return messaging.State(bits)
}

const known = messaging.Attempted | messaging.Sent

// What comes while a group is booked is one group: two transactions for thirty bodies, in which the kinds of status of
// one message come apart.
func TestWebhooksThatWaitAreBookedTogether(t *testing.T) {
	t.Parallel()
	h := newHearing(t, 11)
	release := h.hold(h.tenant.ID)
	defer release()
	answers := []<-chan error{h.tell(h.tenant, 10, "sent")}
	<-h.gate.entered
	for i := range 10 {
		for _, kind := range []string{"read", "sent", "delivered"} {
			answers = append(answers, h.tell(h.tenant, i, kind))
		}
	}
	h.waiting(h.tenant, 30)
	for _, answer := range answers {
		select {
		case err := <-answer:
			t.Fatalf("answered before the commit: %v", err)
		default:
		}
	}
	release()
	for _, answer := range answers {
		if err := <-answer; err != nil {
			t.Fatal(err)
		}
	}
	if calls := h.gate.bookings(); len(calls) != 2 || calls[0] != 1 || calls[1] != 10 {
		t.Errorf("bookings of %v attempts, want one of 1 and one of 10", calls)
	}
	for i := range 10 {
		if got := h.bits(h.tenant, i); got != known|messaging.Delivered|messaging.Read {
			t.Errorf("message %d has bits %b", i, got)
		}
	}
	var events, left int
	err := h.owner.QueryRow(t.Context(), "SELECT sum(events) FROM outbox").Scan(&events)
	if want := 11 + 2 + 10*4; err != nil || events != want { // targeted; attempted and sent; those, delivered and read
		t.Errorf("%d events, %v: want %d", events, err, want)
	}
	if left = h.receiver.Waiting(h.tenant.waba.AppID); left != 0 {
		t.Errorf("%d webhooks are left", left)
	}
}

func TestAWebhookThatCannotBeBookedHarmsNoOther(t *testing.T) {
	t.Parallel()
	h := newHearing(t, 8)
	release := h.hold(h.tenant.ID)
	defer release()
	first := h.tell(h.tenant, 7, "sent")
	<-h.gate.entered
	poison := map[int]bool{2: true, 5: true}
	var answers []<-chan error
	for i := range 7 {
		pricing := "regular"
		if poison[i] {
			pricing = "regu\x00lar" // no text of the database holds a zero byte
		}
		raw, signature := h.body(h.tenant, h.tenant.messages[i], pricing, h.Clock.Now(), "delivered")
		answers = append(answers, h.send(t.Context(), h.tenant, raw, signature))
		h.waiting(h.tenant, i+1)
	}
	release()
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	for i, answer := range answers {
		err := <-answer
		if poison[i] != (err != nil) || err != nil && messaging.CodeOf(err) != messaging.CodeInternal {
			t.Errorf("webhook %d: %v", i, err)
		}
		want := known | messaging.Delivered
		if poison[i] {
			want = 0
		}
		if got := h.bits(h.tenant, i); got != want {
			t.Errorf("message %d has bits %b, want %b", i, got, want)
		}
	}
}

// away is a database that cannot be reached.
type away struct{ asked int }

func (a *away) Learn(context.Context, messaging.ID, []dispatcher.Report, []messaging.Inbound, []messaging.Wish) (messaging.Learned, error) {
	a.asked++
	return messaging.Learned{}, messaging.Refuse(messaging.CodeUnavailable, "", "away")
}

func TestNobodyIsToBlameWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	h := newHearing(t, 6)
	broken := &away{}
	h.gate.Learner = broken
	release := h.hold(h.tenant.ID)
	defer release()
	answers := []<-chan error{h.tell(h.tenant, 5, "sent")}
	<-h.gate.entered
	for i := range 5 {
		answers = append(answers, h.tell(h.tenant, i, "sent"))
	}
	h.waiting(h.tenant, 5)
	release()
	for i, answer := range answers {
		if err := <-answer; messaging.CodeOf(err) != messaging.CodeUnavailable {
			t.Errorf("webhook %d: %v", i, err)
		}
	}
	if broken.asked != 2 {
		t.Errorf("the database was asked %d times for two groups", broken.asked)
	}
}

func TestWhatDoesNotFitIsToldToComeAgain(t *testing.T) {
	t.Parallel()
	h := newHearing(t, 4)
	raw, signature := h.body(h.tenant, h.tenant.messages[0], "regular", h.Clock.Now(), "sent")
	h.receiver.MaxWaiting = 2*len(raw) + len(raw)/2
	release := h.hold(h.tenant.ID)
	defer release()
	answers := []<-chan error{h.tell(h.tenant, 3, "sent")}
	<-h.gate.entered
	for i := range 2 {
		answers = append(answers, h.tell(h.tenant, i, "sent"))
	}
	h.waiting(h.tenant, 2)
	if err := <-h.send(t.Context(), h.tenant, raw, signature); messaging.CodeOf(err) != messaging.CodeUnavailable {
		t.Errorf("a webhook beyond the limit: %v", err)
	}
	release()
	for _, answer := range answers {
		if err := <-answer; err != nil {
			t.Error(err)
		}
	}
	if err := <-h.send(t.Context(), h.tenant, raw, signature); err != nil {
		t.Errorf("there is room again: %v", err)
	}
}

func TestOneTenantsFloodLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	h := newHearing(t, 3)
	other := h.newTenant(1)
	release := h.hold(h.tenant.ID)
	defer release()
	flood := []<-chan error{h.tell(h.tenant, 0, "sent")}
	<-h.gate.entered
	flood = append(flood, h.tell(h.tenant, 1, "sent"), h.tell(h.tenant, 2, "sent"))
	h.waiting(h.tenant, 2)
	if err := <-h.tell(other, 0, "delivered"); err != nil || h.bits(other, 0) != known|messaging.Delivered {
		t.Errorf("%v, bits %b: another tenant's webhook has to be booked meanwhile", err, h.bits(other, 0))
	}
	release()
	for _, answer := range flood {
		if err := <-answer; err != nil {
			t.Error(err)
		}
	}
}

func TestAWebhookWhoseSenderHangsUpIsBookedAllTheSame(t *testing.T) {
	t.Parallel()
	h := newHearing(t, 2)
	release := h.hold(h.tenant.ID)
	defer release()
	first := h.tell(h.tenant, 0, "sent")
	<-h.gate.entered
	raw, signature := h.body(h.tenant, h.tenant.messages[1], "regular", h.Clock.Now(), "read")
	ctx, hangUp := context.WithCancel(t.Context())
	gone := h.send(ctx, h.tenant, raw, signature)
	h.waiting(h.tenant, 1)
	hangUp()
	if err := <-gone; err == nil {
		t.Error("a caller that is gone was told that all is well before it was")
	}
	release()
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	h.until("the group is booked", func() bool { return h.bits(h.tenant, 1).Has(messaging.Read) })
}

// The server's end waits for the groups: each webhook that was taken is answered, with what is in the database.
func TestTheServersEndDrainsTheGroups(t *testing.T) {
	t.Parallel()
	h := newHearing(t, 5)
	public, err := url.Parse("https://ph.example")
	if err != nil {
		t.Fatal(err)
	}
	clientIP, err := auth.NewClientIP(nil, "", false)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(server.Options{
		Resolvers: &resolvers.Resolver{}, Receiver: h.receiver, Assets: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}},
		ClientIP: clientIP, PublicURL: public, Registry: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler), Now: time.Now, Grace: 20 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	listeners := make([]net.Listener, 2)
	for i := range listeners {
		if listeners[i], err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listeners[0], listeners[1]) }()
	release := h.hold(h.tenant.ID)
	defer release()
	answers := make(chan string, 5)
	post := func(message int) {
		raw, signature := h.body(h.tenant, h.tenant.messages[message], "regular", h.Clock.Now(), "read")
		go func() {
			r, err := http.NewRequest("POST", fmt.Sprintf("http://%s/webhooks/whatsapp/%s", listeners[0].Addr(), h.tenant.waba.AppID), bytes.NewReader(raw))
			if err == nil {
				r.Header.Set(whatsapp.SignatureHeader, signature)
				var response *http.Response
				if response, err = http.DefaultClient.Do(r); err == nil {
					_, err = io.Copy(io.Discard, response.Body)
					_ = response.Body.Close()
					answers <- response.Status
				}
			}
			if err != nil {
				answers <- err.Error()
			}
		}()
	}
	post(0)
	<-h.gate.entered
	for i := 1; i < 5; i++ {
		post(i)
	}
	h.waiting(h.tenant, 4)
	stop()
	h.until("no new connection is taken", func() bool {
		c, err := net.Dial("tcp", listeners[0].Addr().String())
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
	select {
	case err := <-ended:
		t.Fatalf("the server ended over open webhooks: %v", err)
	default:
	}
	release()
	for range 5 {
		if answer := <-answers; answer != "200 OK" {
			t.Errorf("answered %s", answer)
		}
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for i := range 5 {
		if !h.bits(h.tenant, i).Has(messaging.Read) {
			t.Errorf("message %d was answered and is not booked", i)
		}
	}
}

// A status that is no later than what is known of its sender leaves the sender's row alone: it is booked while another
// transaction holds the row. A later one moves the row, and none moves it back.
func TestAStatusLocksItsSenderOnlyToTellItSomething(t *testing.T) {
	t.Parallel()
	h := newHearing(t, 4)
	at := h.Clock.Now().Truncate(time.Second)
	tell := func(message int, at time.Time) error {
		raw, signature := h.body(h.tenant, h.tenant.messages[message], "regular", at, "delivered")
		return <-h.send(t.Context(), h.tenant, raw, signature)
	}
	heardAt := func() (at time.Time) {
		t.Helper()
		if err := h.owner.QueryRow(t.Context(), "SELECT event_at FROM sender_heard WHERE sender_id = $1", h.tenant.sender.ID).Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	if err := tell(0, at); err != nil || !heardAt().Equal(at) {
		t.Fatalf("%v, heard at %s, want %s", err, heardAt(), at)
	}
	other, err := h.owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Rollback(context.Background())
	if _, err := other.Exec(t.Context(), "SELECT FROM sender_heard WHERE sender_id = $1 FOR UPDATE", h.tenant.sender.ID); err != nil {
		t.Fatal(err)
	}
	for i, then := range []time.Time{at, at.Add(-time.Minute)} {
		if err := tell(1+i, then); err != nil || !h.bits(h.tenant, 1+i).Has(messaging.Delivered) {
			t.Errorf("a status of %s waited for its sender's row: %v", then, err)
		}
	}
	if err := other.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := tell(3, at.Add(time.Second)); err != nil || !heardAt().Equal(at.Add(time.Second)) {
		t.Errorf("%v, heard at %s, want a second later than %s", err, heardAt(), at)
	}
}
