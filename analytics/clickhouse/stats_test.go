package clickhouse_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"posthaste/analytics"
	"posthaste/messaging"
)

// plain cursors are not sealed: what they hold is tested, not how.
type plain struct{}

func (plain) SealCursor(_ messaging.ID, place []string) (string, error) {
	b, err := json.Marshal(place)
	return string(b), err
}

func (plain) OpenCursor(_ messaging.ID, cursor string) (place []string, err error) {
	return place, json.Unmarshal([]byte(cursor), &place)
}

func (b bench) questions() *analytics.Questions {
	return &analytics.Questions{Store: b.Store, Cursors: plain{}, Now: func() time.Time { return noon }}
}

func (b bench) ask(t testing.TB, tenant analytics.Tenant, q analytics.Query) *analytics.Result {
	t.Helper()
	r, err := b.questions().MessageStats(context.Background(), tenant, q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return r
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

var counted = []string{"targeted", "suppressed", "attempted", "sent", "delivered", "read", "failed", "inFlight", "replies", "clicks", "optOuts"}

// recount counts events the plain way: by the wall clock of the zone and a map.
func recount(events []analytics.Event, tenant messaging.ID, z *time.Location, q analytics.Query) map[string]map[string]float64 {
	out := map[string]map[string]float64{}
	for _, e := range events {
		send := time.Unix(int64(e.Bucket)*900, 0).In(z)
		w := q.Where
		if e.Tenant != tenant || send.Before(q.From) || !send.Before(q.To) || !e.KPIExpires.After(noon.Truncate(24*time.Hour)) ||
			len(w.Channels) > 0 && !slices.Contains(w.Channels, e.Channel) || len(w.Templates) > 0 && !slices.Contains(w.Templates, e.Template) ||
			len(w.Countries) > 0 && !slices.Contains(w.Countries, e.Country) || len(w.Campaigns) > 0 && !slices.Contains(w.Campaigns, e.Campaign) {
			continue
		}
		label := ""
		switch q.Granularity {
		case analytics.Quarter:
			label = send.Format("2006-01-02T15:04")
		case analytics.Hourly:
			label = send.Format("2006-01-02T15") + ":00"
		case analytics.Daily:
			label = send.Format("2006-01-02")
		case analytics.Weekly:
			y, week := send.ISOWeek()
			label = fmt.Sprintf("%d-W%02d", y, week)
		case analytics.Monthly:
			label = send.Format("2006-01")
		}
		for _, d := range analytics.Dimensions() {
			if !slices.Contains(q.GroupBy, d) {
				continue
			}
			switch d {
			case analytics.ByChannel:
				label += fmt.Sprint("|", analytics.ChannelNumber(e.Channel))
			case analytics.BySender:
				label += fmt.Sprint("|", e.Sender)
			case analytics.ByTemplate:
				label += fmt.Sprint("|", e.Template)
			case analytics.ByCampaign:
				label += fmt.Sprint("|", e.Campaign)
			case analytics.ByCountry:
				label += fmt.Sprint("|", e.Country)
			}
		}
		row := out[label]
		if row == nil {
			row = map[string]float64{}
			out[label] = row
		}
		for _, name := range map[analytics.Status][]string{
			analytics.Targeted: {"targeted"}, analytics.Suppressed: {"suppressed"}, analytics.Attempted: {"attempted"},
			analytics.Sent: {"sent"}, analytics.Delivered: {"delivered"}, analytics.Read: {"read"}, analytics.Failed: {"failed"},
			analytics.Replied: {"replies"}, analytics.Clicked: {"clicks"}, analytics.OptedOut: {"optOuts"},
		}[e.Status] {
			row[name]++
		}
		switch {
		case e.Status == analytics.Sent:
			row["inFlight"]++
		case e.Status == analytics.Delivered, e.Status == analytics.Failed && e.LatencyMS > 0:
			row["inFlight"]--
		}
	}
	return out
}

func labelOf(r *analytics.Result, line analytics.Line) string {
	label := line.Label
	for _, d := range r.GroupBy {
		switch d {
		case analytics.ByChannel:
			label += fmt.Sprint("|", line.Key.Channel)
		case analytics.BySender:
			label += fmt.Sprint("|", line.Key.Sender)
		case analytics.ByTemplate:
			label += fmt.Sprint("|", line.Key.Template)
		case analytics.ByCampaign:
			label += fmt.Sprint("|", line.Key.Campaign)
		case analytics.ByCountry:
			label += fmt.Sprint("|", line.Key.Country)
		}
	}
	return label
}

// TestAnswersEqualARecount asks many questions in many zones and counts the same events in Go.
func TestAnswersEqualARecount(t *testing.T) {
	t.Parallel()
	b := open(t)
	random := source(11)
	home := zone(t, "Europe/Berlin")
	tenant := analytics.Tenant{ID: 42, Zone: home, SummaryDays: 365, MessageDays: 180}
	last := time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC) // over the end of summer time on both sides of the Atlantic
	events := campaign(random, 42, home, last, 40, 2500)
	events = append(events, campaign(random, 43, home, last, 40, 300)...)                                                           // another tenant
	events = append(events, campaign(random, 42, home, time.Date(2025, 11, 25, 0, 0, 0, 0, time.UTC), 5, 200)...)                   // partly expired
	events = append(events, campaign(random, 42, zone(t, "Europe/Berlin"), time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC), 8, 400)...) // begin of summer time
	b.insert(t, 1, "recount", events)

	zones := []string{"Europe/Berlin", "UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/Sao_Paulo", "America/New_York", "Australia/Lord_Howe",
		"America/St_Johns", "Pacific/Apia", "Africa/Casablanca"}
	groups := [][]analytics.Dimension{nil, {analytics.ByChannel}, {analytics.BySender, analytics.ByChannel}, {analytics.ByTemplate}, {analytics.ByCampaign},
		{analytics.ByCountry}, {analytics.ByCountry, analytics.ByTemplate}, {analytics.ByCampaign, analytics.ByTemplate}}
	filters := []analytics.Filter{{}, {Channels: []messaging.Channel{messaging.WhatsApp}}, {Templates: []messaging.ID{21, 22}},
		{Countries: []string{"IN"}}, {Campaigns: []messaging.ID{31}}}
	for i := range 150 {
		name := zones[i%len(zones)]
		z := zone(t, name)
		q := analytics.Query{Zone: name, GroupBy: groups[random.IntN(len(groups))], Where: filters[random.IntN(len(filters))], First: 10_000, Metrics: counted, Totals: true}
		q.Granularity = analytics.Granularities()[random.IntN(6)]
		day := time.Date(2026, 10, 2+random.IntN(30), 0, 0, 0, 0, z)
		days := 1 + random.IntN(30)
		switch {
		case q.Granularity == analytics.Quarter:
			days = 1 + random.IntN(2)
		case random.IntN(5) == 0 && len(q.GroupBy) < 2 && len(q.Where.Templates)+len(q.Where.Countries)+len(q.Where.Campaigns) == 0 && q.GroupBy == nil && q.Granularity != analytics.Hourly:
			day, days = time.Date(2025, 11, 15, 0, 0, 0, 0, z), 365 // long, with what has expired
		case random.IntN(5) == 0 && q.Granularity != analytics.Hourly:
			day, days = time.Date(2026, 6, 1, 0, 0, 0, 0, z), 150
		}
		q.From, q.To = day, day.AddDate(0, 0, days)
		if random.IntN(4) == 0 {
			q.From = q.From.Add(time.Duration(random.IntN(96)) * 15 * time.Minute)
		}
		same(t, fmt.Sprintf("%d %s %s %v %v %v..%v", i, name, q.Granularity, q.GroupBy, q.Where, q.From, q.To), b.ask(t, tenant, q), recount(events, 42, z, q))
	}
}

func same(t *testing.T, what string, got *analytics.Result, want map[string]map[string]float64) {
	t.Helper()
	sums, totals := map[string]map[string]float64{}, map[string]float64{}
	for _, line := range got.Rows {
		label := labelOf(got, line)
		if sums[label] == nil {
			sums[label] = map[string]float64{}
		}
		for name, v := range line.Values { // an hour that comes twice has one label
			sums[label][name] += v
		}
	}
	for label, row := range want {
		for _, name := range counted {
			totals[name] += row[name]
			if sums[label][name] != max(row[name], 0) {
				t.Fatalf("%s: %s of %q is %v, want %v", what, name, label, sums[label][name], row[name])
			}
		}
	}
	if len(sums) != len(want) {
		t.Fatalf("%s: %d groups, want %d", what, len(sums), len(want))
	}
	for _, name := range counted {
		if got.Totals.Values[name] != totals[name] {
			t.Fatalf("%s: the total of %s is %v, want %v", what, name, got.Totals.Values[name], totals[name])
		}
	}
}

// TestPagesAreOneAnswer goes through pages of every order and finds each row once.
func TestPagesAreOneAnswer(t *testing.T) {
	t.Parallel()
	b := open(t)
	tenant := analytics.Tenant{ID: 42, Zone: time.UTC, SummaryDays: 365, MessageDays: 180}
	events := campaign(source(12), 42, time.UTC, noon, 10, 900)
	for i := range events { // labels that a careless writer of SQL would stumble over
		if events[i].Button != "" {
			events[i].Button = []string{"it's", `back\slash`, "tab\there", "line\nend", "'; DROP TABLE events; --", "{x:String}", "日本"}[i%7]
		}
	}
	b.insert(t, 1, "pages", events)
	for _, order := range []analytics.Order{analytics.BucketAsc, analytics.BucketDesc, analytics.SentDesc, analytics.DeliveredDesc, analytics.FailedDesc, analytics.ReadRateDesc} {
		for _, q := range []analytics.Query{
			{Granularity: analytics.Daily, GroupBy: []analytics.Dimension{analytics.ByTemplate, analytics.ByChannel}, Metrics: []string{"sent", "readRate", "recipients"}},
			{GroupBy: []analytics.Dimension{analytics.ByButton}, Metrics: []string{"clicks"}},
			{GroupBy: []analytics.Dimension{analytics.ByCountry}, Granularity: analytics.Daily, FillGaps: true, Metrics: []string{"delivered", "failed"}},
		} {
			q.Preset, q.OrderBy, q.First = analytics.Last28Days, order, 10_000
			whole := b.ask(t, tenant, q)
			q.First = 3
			var pages []analytics.Line
			for len(pages) <= len(whole.Rows) {
				r := b.ask(t, tenant, q)
				pages = append(pages, r.Rows...)
				if q.After = r.EndCursor; !r.HasNext {
					break
				}
			}
			if len(pages) != len(whole.Rows) || len(pages) < 4 {
				t.Fatalf("%s %v: %d rows in pages, %d at once", order, q.GroupBy, len(pages), len(whole.Rows))
			}
			for i := range pages {
				if pages[i].Key != whole.Rows[i].Key || pages[i].Start != whole.Rows[i].Start {
					t.Fatalf("%s %v: row %d differs", order, q.GroupBy, i)
				}
			}
		}
	}
}

func TestPeopleAndLatenciesAreMergedNotSummed(t *testing.T) {
	t.Parallel()
	b := open(t)
	tenant := analytics.Tenant{ID: 42, Zone: time.UTC, SummaryDays: 365, MessageDays: 180}
	events := campaign(source(13), 42, time.UTC, noon, 6, 4000)
	for i, part := range slices.Collect(slices.Chunk(events, 2000)) {
		b.insert(t, int64(i), fmt.Sprint("people", i), part)
	}
	people, perDay := map[uint64]bool{}, map[time.Time]map[uint64]bool{}
	var waits []float64
	for _, e := range events {
		switch e.Status {
		case analytics.Sent:
			people[e.Recipient] = true
			if perDay[e.ReportDay] == nil {
				perDay[e.ReportDay] = map[uint64]bool{}
			}
			perDay[e.ReportDay][e.Recipient] = true
		case analytics.Delivered:
			waits = append(waits, float64(e.LatencyMS))
		}
	}
	slices.Sort(waits)
	r := b.ask(t, tenant, analytics.Query{Preset: analytics.Last28Days, Granularity: analytics.Daily, Totals: true, Metrics: []string{"recipients", "deliverP50Ms", "deliverP95Ms"}})
	near(t, "people", r.Totals.Values["recipients"], float64(len(people)), 0.05)
	near(t, "median", r.Totals.Values["deliverP50Ms"], waits[len(waits)/2], 0.05)
	near(t, "95th", r.Totals.Values["deliverP95Ms"], waits[len(waits)*95/100], 0.05)
	for _, line := range r.Rows {
		near(t, line.Label, line.Values["recipients"], float64(len(perDay[line.Start])), 0.05)
	}
	if !slices.Equal(r.Approximate, []string{"recipients", "deliverP50Ms", "deliverP95Ms"}) {
		t.Errorf("approximate: %v", r.Approximate)
	}
	foreign := b.ask(t, tenant, analytics.Query{Preset: analytics.Last28Days, Zone: "Asia/Kolkata", Granularity: analytics.Daily, Metrics: []string{"sent", "recipients"}})
	if len(foreign.Unavailable) != 1 || foreign.Unavailable[0] != (analytics.Unavailable{Metric: "recipients", Reason: analytics.ReasonZone}) {
		t.Errorf("in a foreign zone: %v", foreign.Unavailable)
	}
	if _, there := foreign.Rows[0].Values["recipients"]; there {
		t.Error("people are counted in a foreign zone")
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance*want+3 {
		t.Errorf("%s: %v, want about %v", what, got, want)
	}
}

func TestComparisonIsAlignedByPlace(t *testing.T) {
	t.Parallel()
	b := open(t)
	tenant := analytics.Tenant{ID: 42, Zone: time.UTC, SummaryDays: 365, MessageDays: 180}
	var events []analytics.Event
	for day, n := range []int{5, 7, 11, 13, 17, 19} { // 2026-11-01 to 06
		at := time.Date(2026, 11, 1+day, 9, 0, 0, 0, time.UTC)
		for _, e := range campaign(rand.New(rand.NewPCG(1, uint64(day))), 42, time.UTC, at, 1, n) {
			e.Bucket, e.ReportDay = analytics.BucketOf(at), at.Truncate(24*time.Hour)
			events = append(events, e)
		}
	}
	b.insert(t, 1, "compare", events)
	r := b.ask(t, tenant, analytics.Query{From: time.Date(2026, 11, 4, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 8, 0, 0, 0, 0, time.UTC),
		Granularity: analytics.Daily, Compare: analytics.Previous, FillGaps: true, Totals: true, Metrics: []string{"targeted"}})
	var now, then []float64
	for i := range r.Rows {
		now, then = append(now, r.Rows[i].Values["targeted"]), append(then, r.Compared[i].Values["targeted"])
	}
	if !slices.Equal(now, []float64{13, 17, 19, 0}) || !slices.Equal(then, []float64{0, 5, 7, 11}) {
		t.Errorf("now %v, then %v", now, then)
	}
	if r.Totals.Values["targeted"] != 49 || r.ComparedTotals.Values["targeted"] != 23 {
		t.Errorf("totals %v and %v, want 49 and 23", r.Totals.Values, r.ComparedTotals.Values)
	}
	if !r.Maturing == r.To.After(noon.Add(-72*time.Hour)) {
		t.Error("maturing is wrong")
	}
}

func TestMoneyOfSeveralCurrenciesIsNotSummed(t *testing.T) {
	t.Parallel()
	b := open(t)
	tenant := analytics.Tenant{ID: 42, Zone: time.UTC, SummaryDays: 365, MessageDays: 180}
	events := campaign(source(14), 42, time.UTC, noon, 2, 60)
	var rupees float64
	for i := range events {
		if events[i].Currency != "" && events[i].Country == "BR" {
			events[i].Currency = "BRL"
		} else if events[i].Country == "IN" {
			rupees += float64(events[i].PriceMicro)
		}
	}
	b.insert(t, 1, "money", events)
	r := b.ask(t, tenant, analytics.Query{Preset: analytics.Last7Days, GroupBy: []analytics.Dimension{analytics.ByCountry}, Totals: true, Metrics: []string{"spendMicros"}})
	for _, line := range r.Rows {
		if line.Key.Country == "IN" && (line.Values["spendMicros"] != rupees || line.Currency != "INR") {
			t.Errorf("India: %v %s, want %v INR", line.Values, line.Currency, rupees)
		}
	}
	if _, there := r.Totals.Values["spendMicros"]; there || len(r.Unavailable) != 1 || r.Unavailable[0].Reason != analytics.ReasonCurrencies {
		t.Errorf("the total mixes currencies: %v %v", r.Totals.Values, r.Unavailable)
	}
}
