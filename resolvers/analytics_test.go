package resolvers

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/99designs/gqlgen/client"
	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/transport"

	"posthaste/analytics"
	"posthaste/graph"
	"posthaste/messaging"
	"posthaste/privacy"
)

// statsFake answers every statement with the same rows and keeps what it was asked.
type statsFake struct {
	asked []analytics.Statement
	names int
}

func (f *statsFake) Stats(_ context.Context, s analytics.Statement) ([]analytics.Row, error) {
	f.asked = append(f.asked, s)
	row := func(template uint64, numbers map[string]int64) analytics.Row {
		r := analytics.Row{Currency: "INR", Currencies: "INR"}
		if len(s.GroupBy) > 0 {
			r.Key.Template = template
		}
		for _, c := range s.Columns {
			r.Counts = append(r.Counts, numbers[c])
		}
		return r
	}
	if len(s.GroupBy) == 0 {
		return []analytics.Row{row(0, map[string]int64{"sent": 30, "delivered": 20, "read": 5})}, nil
	}
	return []analytics.Row{row(0, map[string]int64{"sent": 10}), row(7, map[string]int64{"sent": 20, "delivered": 20, "read": 5})}, nil
}

func (f *statsFake) Tenant(_ context.Context, id messaging.ID) (messaging.Tenant, error) {
	return messaging.Tenant{ID: id, Zone: "Asia/Kolkata", SummaryDays: 365, MessageDays: 180, AddressMode: privacy.Hashed}, nil
}

func (f *statsFake) Names(_ context.Context, _ messaging.ID, _, templates, _ []messaging.ID) (analytics.Names, error) {
	f.names++
	return analytics.Names{Templates: map[messaging.ID]string{7: "season_offer"}}, nil
}

func (f *statsFake) DataThrough(context.Context, messaging.ID) (time.Time, error) {
	return time.Date(2026, 11, 22, 11, 59, 59, 0, time.UTC), nil
}

func (f *statsFake) Live(context.Context, messaging.ID, int, time.Time) (analytics.Live, error) {
	return analytics.Live{Accepted: 5, Queued: 6, Unsettled: 7, Through: time.Date(2026, 11, 22, 11, 59, 58, 0, time.UTC)}, nil
}

type openCursors struct{}

func (openCursors) SealCursor(_ messaging.ID, place []string) (string, error) {
	b, err := json.Marshal(place)
	return string(b), err
}
func (openCursors) OpenCursor(_ messaging.ID, c string) (p []string, err error) {
	return p, json.Unmarshal([]byte(c), &p)
}

func statsClient(f *statsFake) *client.Client {
	r := &Resolver{StatsReads: f, Plays: []Play{{Code: 131026, Action: "FINAL", Happened: "It cannot be delivered.", Next: "Use another channel."}},
		Stats: &analytics.Questions{Store: f, Cursors: openCursors{}, Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }}}
	allowed := func(ctx context.Context, _ any, next graphql.Resolver, _ messaging.Permission) (any, error) {
		return next(ctx)
	}
	s := handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: r, Directives: graph.DirectiveRoot{Can: allowed}}))
	s.AddTransport(transport.POST{})
	s.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		return next(messaging.WithActor(ctx, messaging.Actor{Tenant: 42}))
	})
	return client.New(s)
}

func ask(t *testing.T, f *statsFake, query string) map[string]any {
	t.Helper()
	var answer map[string]any
	if err := statsClient(f).Post(query, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestOnlySelectedMetricsAreComputed(t *testing.T) {
	t.Parallel()
	f := &statsFake{}
	ask(t, f, `{analytics{messageStats(range:{preset:LAST_28_DAYS} groupBy:[TEMPLATE]){...parts}}}
		fragment parts on MessageStatsResult {rows{templateId sent ... on MessageStatsRow{readRate}} pageInfo{hasNextPage}}`)
	if len(f.asked) != 1 || f.names != 0 {
		t.Fatalf("%d statements and %d looks for names, want 1 and 0", len(f.asked), f.names)
	}
	if got := f.asked[0]; !slices.Equal(got.Columns, []string{"sent", "read", "delivered"}) || got.Money || len(got.States) > 0 || got.Tenant != 42 {
		t.Errorf("asked for %+v", got)
	}
}

func TestStatsInTheSchemasWords(t *testing.T) {
	t.Parallel()
	f := &statsFake{}
	answer := ask(t, f, `{analytics{messageStats(range:{preset:LAST_28_DAYS} groupBy:[TEMPLATE] where:{channels:[WHATSAPP]} compare:PREVIOUS){
		rows{templateId templateName sent readRate spendMicros currency channel bucketStart} totals{sent readRate}
		comparison{rows{sent} totals{sent}} meta{timeZone granularity rowCount truncated dataThrough unavailable{metric}}}}}`)
	stats := answer["analytics"].(map[string]any)["messageStats"].(map[string]any)
	rows := stats["rows"].([]any)
	first, second := rows[0].(map[string]any), rows[1].(map[string]any)
	if first["templateId"] != nil || first["readRate"] != nil || first["sent"] != float64(10) || first["channel"] != nil || first["bucketStart"] != nil {
		t.Errorf("the row without a template: %v", first)
	}
	if second["templateId"] != "7" || second["templateName"] != "season_offer" || second["readRate"] != 0.25 || second["currency"] != "INR" {
		t.Errorf("the row of template 7: %v", second)
	}
	if totals := stats["totals"].(map[string]any); totals["sent"] != float64(30) || totals["readRate"] != 0.25 {
		t.Errorf("totals: %v", totals)
	}
	if len(stats["comparison"].(map[string]any)["rows"].([]any)) != len(rows) {
		t.Error("the compared rows are not beside the rows")
	}
	meta := stats["meta"].(map[string]any)
	if meta["timeZone"] != "Asia/Kolkata" || meta["granularity"] != "NONE" || meta["rowCount"] != json.Number("2") && meta["rowCount"] != float64(2) || meta["truncated"] != false {
		t.Errorf("meta: %v", meta)
	}
}

func TestLiveNumbersPutBothStoresTogether(t *testing.T) {
	t.Parallel()
	live := ask(t, &statsFake{}, `{live{accepted queued unsettled sentToday exportLag}}`)["live"].(map[string]any)
	if live["accepted"] != float64(5) || live["queued"] != float64(6) || live["unsettled"] != float64(7) || live["sentToday"] != float64(30) || live["exportLag"] != float64(2) {
		t.Errorf("live: %v", live)
	}
}

func TestDatasetsAndPlaybookComeFromTheirRegistries(t *testing.T) {
	t.Parallel()
	answer := ask(t, &statsFake{}, `{analyticsDatasets{name maxDimensions metrics{name formula} limits{granularity maxDays} retentionDays} errorPlaybook{code sentence}}`)
	set := answer["analyticsDatasets"].([]any)[0].(map[string]any)
	if len(set["metrics"].([]any)) != len(analytics.Metrics()) || len(set["limits"].([]any)) != 6 || set["retentionDays"] != float64(365) {
		t.Errorf("datasets: %v", set)
	}
	found := false
	for _, entry := range answer["errorPlaybook"].([]any) {
		e := entry.(map[string]any)
		found = found || e["code"] == float64(131026) && e["sentence"] == "It cannot be delivered. Use another channel."
	}
	if !found {
		t.Error("the provider's code is not in the playbook")
	}
}

func TestStatsCursorsBelongToTheirTenant(t *testing.T) {
	t.Parallel()
	material, err := privacy.NewKeyFile(rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ring, err := privacy.ParseKeyring(material)
	if err != nil {
		t.Fatal(err)
	}
	cursors := StatsCursors{NewCursors(ring.Ring(privacy.ForCursors))}
	place := []string{"-5", "20779", "it's"}
	sealed, err := cursors.SealCursor(42, place)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := cursors.OpenCursor(42, sealed); err != nil || !slices.Equal(got, place) {
		t.Errorf("opened %v (%v), want %v", got, err, place)
	}
	if _, err := cursors.OpenCursor(43, sealed); err == nil {
		t.Error("another tenant opened the cursor")
	}
	if _, err := cursors.OpenCursor(42, sealed[:len(sealed)-4]+"AAAA"); err == nil {
		t.Error("a forged cursor was opened")
	}
	if _, err := cursors.OpenCursor(42, cursors.Seal("templates", 42, 7)); err == nil {
		t.Error("a cursor of another list was opened")
	}
}

// leaves lets an actor look a number of times.
type leaves int

func (l *leaves) Recheck(context.Context, messaging.Actor) error {
	if *l--; *l < 0 {
		return messaging.Refuse(messaging.CodeUnauthenticated, "", "the session is over")
	}
	return nil
}

func TestLiveStreamEndsWhenItsReaderMayNoLongerLook(t *testing.T) {
	t.Parallel()
	f, left := &statsFake{}, leaves(2)
	r := &Resolver{StatsReads: f, Rechecker: &left,
		Stats: &analytics.Questions{Store: f, Cursors: openCursors{}, Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }}}
	stream, err := r.Subscription().Live(messaging.WithActor(t.Context(), messaging.Actor{Tenant: 42}))
	if err != nil {
		t.Fatal(err)
	}
	for told := 0; ; told++ {
		select {
		case _, open := <-stream:
			if !open {
				if told != 3 {
					t.Errorf("told %d times, want at once and twice more", told)
				}
				return
			}
		case <-time.After(time.Minute):
			t.Fatal("the stream neither tells nor ends")
		}
		if told > 3 {
			t.Fatal("the stream goes on after its reader was shut out")
		}
	}
}
