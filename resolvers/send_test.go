package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/transport"

	"posthaste/graph"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/resolvers"
	"posthaste/store"
	"posthaste/store/storetest"
)

// api is a tenant that sends over HTTP and GraphQL.
type api struct {
	*storetest.Bench
	tenant   messaging.Tenant
	sender   messaging.Sender
	template messaging.Template
	resolver *resolvers.Resolver
	campaign *messaging.Campaigns
	url      string
	revoked  atomic.Bool
}

// Recheck implements resolvers.Rechecker.
func (a *api) Recheck(context.Context, messaging.Actor) error {
	if a.revoked.Load() {
		return messaging.Refuse(messaging.CodeUnauthenticated, "", "sign in again")
	}
	return nil
}

type sentences map[int]string

func (s sentences) Explain(code int) string { return s[code] }

func newAPI(t testing.TB) *api {
	t.Helper()
	a := &api{Bench: storetest.New(t)}
	a.tenant = a.Tenant(t, func(t *messaging.Tenant) { t.AddressMode = privacy.Plain })
	waba := a.Waba(t, a.tenant, a.Portfolio(t, a.tenant))
	a.sender, a.template = a.Sender(t, a.tenant, waba), a.Template(t, a.tenant, waba)
	door := store.NewSending(a.Store, a.Keys)
	a.campaign = messaging.NewCampaigns(door, a.IDs, a.Clock.Now)
	a.resolver = &resolvers.Resolver{
		Cursors: resolvers.NewCursors(a.Ring.Ring(privacy.ForCursors)), PublicURL: "https://ph.example",
		Sends:        messaging.NewSends(door, a.Keys, a.IDs, a.Clock.Now),
		MessageReads: &messaging.Messages{Store: door, Tenants: a.Store, Keys: a.Keys, IDs: a.IDs, Now: a.Clock.Now},
		Relations:    a.Store, Explainer: sentences{131026: "The number is not on WhatsApp."}, CampaignWork: a.campaign, CampaignReads: door,
		CampaignCounts: messaging.NewProgressBoard(door, time.Now), AudienceJobs: a.Store, Rechecker: a, Now: a.Clock.Now, Tick: time.Millisecond,
	}
	config := graph.Config{Resolvers: a.resolver}
	config.Directives.Can = func(ctx context.Context, _ any, next graphql.Resolver, _ messaging.Permission) (any, error) {
		return next(ctx)
	}
	server := handler.New(graph.NewExecutableSchema(config))
	server.AddTransport(transport.POST{})
	actor := a.Actor(a.tenant)
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		server.ServeHTTP(w, r.WithContext(messaging.WithActor(r.Context(), actor)))
	}))
	t.Cleanup(listener.Close)
	a.url = listener.URL
	return a
}

// ask posts a document and decodes data into out; errors of the operation fail the test.
func (a *api) ask(t testing.TB, query string, variables any, out any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	a.post(t, body, out)
}

func (a *api) post(t testing.TB, body []byte, out any) {
	t.Helper()
	response, err := http.Post(a.url, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(raw, &answer); err != nil || len(answer.Errors) > 0 {
		t.Fatalf("%v %v", answer.Errors, err)
	}
	if err := json.Unmarshal(answer.Data, out); err != nil {
		t.Fatal(err)
	}
}

const sendDocument = `mutation($in: SendMessagesInput!) { sendMessages(input: $in) {
  results { index messageId error { field code } } accepted repeated userErrors { field code } } }`

type sendAnswer struct {
	SendMessages struct {
		Results []struct {
			Index     int
			MessageID *string
			Error     *struct {
				Field *string
				Code  string
			}
		}
		Accepted   int
		Repeated   bool
		UserErrors []struct{ Field, Code string }
	}
}

func (a *api) input(key string, phones ...string) map[string]any {
	to := make([]any, len(phones))
	for i, p := range phones {
		to[i] = map[string]any{"to": p, "variables": []any{map[string]any{"name": "1", "value": "Asha"}}}
	}
	return map[string]any{"in": map[string]any{
		"idempotencyKey": key, "senderId": a.sender.ID.String(), "templateId": a.template.ID.String(), "recipients": to,
	}}
}

func TestMessagesOverGraphQL(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.Consent(t, a.tenant, messaging.PurposeMarketing, "+919811107052", "+919811107053")
	var sent sendAnswer
	a.ask(t, sendDocument, a.input("k", "+919811107052", "nonsense", "+919811107053"), &sent)
	got := sent.SendMessages
	if got.Accepted != 2 || got.Repeated || len(got.Results) != 3 || got.Results[0].MessageID == nil || got.Results[1].MessageID != nil ||
		got.Results[1].Error.Code != "INVALID" || *got.Results[1].Error.Field != "recipients.1.to" || got.Results[2].Index != 2 {
		t.Fatalf("%+v", got)
	}
	var refused sendAnswer
	in := a.input("k", "+919811107053")
	a.ask(t, sendDocument, in, &refused)
	if e := refused.SendMessages.UserErrors; len(e) != 1 || e[0].Code != "CONFLICT" || e[0].Field != "idempotencyKey" || len(refused.SendMessages.Results) != 0 {
		t.Errorf("the key with other input: %+v", refused)
	}
	storetest.Owner[int](t, a.Bench, `WITH x AS (INSERT INTO message_state (tenant_id, id, attempt, week, bits, code, bucket, failed_at)
		SELECT tenant_id, id, 1, state_week, $1, 131026, 1, now() FROM message WHERE id = (SELECT min(id) FROM message) RETURNING 1) SELECT count(*) FROM x`,
		int(messaging.Failed.Implied()))
	before := a.Statements.Count()
	var list struct {
		Messages struct {
			Edges []struct {
				Cursor string
				Node   struct {
					ID, Status, Country, To string
					Reason                  *string
					ErrorCode               *int
					Sender                  struct{ Display string }
					Template                struct{ Name string }
					Campaign                *struct{ Name string }
					Timeline                []struct {
						Step string
						Note string
					}
				}
			}
			PageInfo struct {
				HasNextPage bool
				EndCursor   *string
			}
		}
	}
	const listDocument = `query($after: Cursor, $first: Int!) { messages(first: $first, after: $after) { edges { cursor node { id status country to reason errorCode
		sender { display } template { name } campaign { name } timeline { step note } } } pageInfo { hasNextPage endCursor } } }`
	a.ask(t, listDocument, map[string]any{"first": 10}, &list)
	// Tenant, messages, senders, templates: a transaction each.
	if cost := a.Statements.Count() - before; cost > 20 {
		t.Errorf("the list takes %d statements", cost)
	}
	edges := list.Messages.Edges
	if len(edges) != 2 || list.Messages.PageInfo.HasNextPage {
		t.Fatalf("%+v", list)
	}
	newest, failed := edges[0].Node, edges[1].Node
	if newest.ID != *got.Results[2].MessageID || newest.Status != "QUEUED" || newest.To != "+91••••••7053" || newest.Country != "IN" ||
		newest.Sender.Display != a.sender.Display || newest.Template.Name != a.template.Name || newest.Campaign != nil || newest.Reason != nil {
		t.Errorf("newest %+v", newest)
	}
	if failed.Status != "FAILED" || *failed.ErrorCode != 131026 || *failed.Reason != "The number is not on WhatsApp." {
		t.Errorf("failed %+v", failed)
	}
	var steps []string
	for _, s := range failed.Timeline {
		steps = append(steps, s.Step)
	}
	if strings.Join(steps, " ") != "ACCEPTED ATTEMPTED FAILED" || failed.Timeline[2].Note != "The number is not on WhatsApp." {
		t.Errorf("timeline %+v", failed.Timeline)
	}
	a.ask(t, listDocument, map[string]any{"first": 1}, &list)
	if len(list.Messages.Edges) != 1 || !list.Messages.PageInfo.HasNextPage {
		t.Fatalf("first page %+v", list)
	}
	a.ask(t, listDocument, map[string]any{"first": 1, "after": list.Messages.PageInfo.EndCursor}, &list)
	if len(list.Messages.Edges) != 1 || list.Messages.Edges[0].Node.ID != *got.Results[0].MessageID || list.Messages.PageInfo.HasNextPage {
		t.Errorf("second page %+v", list)
	}
}

func TestProgressStreamSendsChangesAndEndsWithTheSession(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	ctx, cancel := context.WithCancel(messaging.WithActor(context.Background(), a.Actor(a.tenant)))
	defer cancel()
	c, err := a.campaign.Create(ctx, a.Actor(a.tenant), "Diwali", a.template.ID, a.sender.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.resolver.Subscription().CampaignProgress(ctx, c.ID+1); messaging.CodeOf(err) != messaging.CodeNotFound {
		t.Errorf("a campaign that is not there: %v", err)
	}
	stream, err := a.resolver.Subscription().CampaignProgress(ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	next := func() *graph.Campaign {
		select {
		case got := <-stream:
			return got
		case <-time.After(time.Minute):
			t.Fatal("nothing came")
			return nil
		}
	}
	if got := next(); got.State != graph.CampaignStateDraft {
		t.Errorf("first %+v", got)
	}
	if _, err := a.campaign.Stop(ctx, a.Actor(a.tenant), c.ID); err != nil {
		t.Fatal(err)
	}
	if got := next(); got == nil || got.State != graph.CampaignStateStopped {
		t.Errorf("after the change %+v", got)
	}
	a.revoked.Store(true)
	if got := next(); got != nil {
		t.Errorf("the stream goes on after the session was revoked: %+v", got)
	}
}

// BenchmarkAccept sends 1,000 recipients a call over HTTP and GraphQL. It reports the CPU of this process (client, server
// and everything between) and of the database's backends, for one message.
func BenchmarkAccept(b *testing.B) {
	a := newAPI(b)
	phones := make([]string, messaging.MaxRecipients)
	for i := range phones {
		phones[i] = fmt.Sprintf("+9198%08d", 10000000+i)
	}
	a.Consent(b, a.tenant, messaging.PurposeMarketing, phones...)
	bodies := make([][]byte, 0, 1000)
	send := func(i int) {
		for len(bodies) <= i {
			body, err := json.Marshal(map[string]any{"query": sendDocument, "variables": a.input(fmt.Sprint(len(bodies)), phones...)})
			if err != nil {
				b.Fatal(err)
			}
			bodies = append(bodies, body)
		}
		var got sendAnswer
		a.post(b, bodies[i], &got)
		if got.SendMessages.Accepted != len(phones) {
			b.Fatalf("%d accepted", got.SendMessages.Accepted)
		}
	}
	n := 0
	for ; n < 8; n++ {
		send(n)
	}
	own, theirs := ownCPU(b), a.backendCPU(b)
	first := n
	for b.Loop() {
		send(n)
		n++
	}
	messages := float64((n - first) * len(phones))
	b.ReportMetric(float64((ownCPU(b)-own).Microseconds())/messages, "go-µs/msg")
	b.ReportMetric(float64((a.backendCPU(b)-theirs).Microseconds())/messages, "pg-µs/msg")
}

func ownCPU(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// backendCPU is what the backends that work for this database have used so far.
func (a *api) backendCPU(b *testing.B) time.Duration {
	pids := storetest.Owner[[]int32](b, a.Bench, "SELECT array_agg(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE 'posthaste%'")
	var ticks int64
	for _, pid := range pids {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			b.Fatal(err)
		}
		_, after, _ := strings.Cut(string(stat), ") ")
		fields := strings.Fields(after)
		var user, system int64
		if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
			b.Fatal(err)
		}
		ticks += user + system
	}
	return time.Duration(ticks) * 10 * time.Millisecond // USER_HZ is 100 on Linux
}
