package analytics

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"posthaste/messaging"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func berlin(t testing.TB) Tenant {
	return Tenant{ID: 42, Zone: location(t, "Europe/Berlin"), SummaryDays: 365, MessageDays: 180}
}

func planned(t *testing.T, q Query) *Plan {
	t.Helper()
	p, err := NewPlan(q, berlin(t), noon, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestStatementsInExactWords(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		query Query
		want  string
		after *Place
	}{
		"a year by day": {
			query: Query{Preset: Last365Days, Granularity: Daily, Metrics: []string{"sent", "readRate"}},
			want: `SELECT toInt64(toUInt16(report_day)) AS b, toInt64(sum(sent)) AS n_sent, toInt64(sum(read)) AS n_read, toInt64(sum(delivered)) AS n_delivered
FROM kpi_day
WHERE tenant_id = {tenant:UInt64} AND kpi_expires > toDate({today:UInt16}) AND report_day >= toDate({from:UInt16}) AND report_day < toDate({to:UInt16})
GROUP BY b
ORDER BY b
LIMIT 1001`,
		},
		"hours in India": {
			query: Query{Preset: Yesterday, Zone: "Asia/Kolkata", Granularity: Hourly, Metrics: []string{"failed"}, Where: Filter{Channels: []messaging.Channel{messaging.SMS}}},
			want: `SELECT toInt64(bucket) - (toInt64(bucket) + 22) % 4 AS b, toInt64(sum(failed)) AS n_failed
FROM kpi_15m
WHERE tenant_id = {tenant:UInt64} AND kpi_expires > toDate({today:UInt16}) AND bucket >= {from:UInt32} AND bucket < {to:UInt32} AND toInt8(channel) IN {channels:Array(Int8)}
GROUP BY b
ORDER BY b
LIMIT 1001`,
		},
		"days in New York over the change of clocks": {
			query: Query{From: time.Date(2026, 10, 30, 4, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 3, 5, 0, 0, 0, time.UTC), Zone: "America/New_York",
				Granularity: Daily, Metrics: []string{"sent"}},
			want: `SELECT intDiv((toInt64(bucket) + multiIf(bucket < 1992792, -16, -20)), 96) AS b, toInt64(sum(sent)) AS n_sent
FROM kpi_15m
WHERE tenant_id = {tenant:UInt64} AND kpi_expires > toDate({today:UInt16}) AND bucket >= {from:UInt32} AND bucket < {to:UInt32}
GROUP BY b
ORDER BY b
LIMIT 1001`,
		},
		"people by campaign": {
			query: Query{Preset: Last30Days, GroupBy: []Dimension{ByCampaign}, OrderBy: SentDesc, First: 10, Metrics: []string{"recipients"}},
			after: &Place{"-5", "0", "31"},
			want: `SELECT n.*, p.recipients
FROM (
SELECT toInt64(0) AS b, campaign_id AS by_campaign_id, toInt64(sum(sent)) AS n_sent
FROM kpi_day_campaign
WHERE tenant_id = {tenant:UInt64} AND kpi_expires > toDate({today:UInt16}) AND report_day >= toDate({from:UInt16}) AND report_day < toDate({to:UInt16})
GROUP BY b, by_campaign_id
HAVING (-n_sent, b, by_campaign_id) > ({after0:Int64}, {after1:Int64}, {after2:UInt64})
ORDER BY -n_sent, b, by_campaign_id
LIMIT 11
) AS n
LEFT JOIN (
SELECT toInt64(0) AS b, campaign_id AS by_campaign_id, uniqCombined64Merge(12)(recipients) AS recipients
FROM kpi_day_campaign_people
WHERE tenant_id = {tenant:UInt64} AND kpi_expires > toDate({today:UInt16}) AND report_day >= toDate({from:UInt16}) AND report_day < toDate({to:UInt16})
GROUP BY b, by_campaign_id
) AS p USING (b, by_campaign_id)
ORDER BY -n_sent, b, by_campaign_id`,
		},
		"countries of a template, from events": {
			query: Query{Preset: Last7Days, GroupBy: []Dimension{ByCountry}, Where: Filter{Templates: []messaging.ID{21}}, Metrics: []string{"sent"}},
			want: `SELECT toInt64(0) AS b, toString(country) AS by_country, toInt64(countIf(status = 'SENT')) AS n_sent
FROM events
WHERE tenant_id = {tenant:UInt64} AND kpi_expires > toDate({today:UInt16}) AND expires > toDate({today:UInt16}) AND report_day >= toDate({from:UInt16}) AND report_day < toDate({to:UInt16}) AND template_id IN {templates:Array(UInt64)}
GROUP BY b, by_country
ORDER BY b, by_country
LIMIT 1001`,
		},
	} {
		p, err := NewPlan(test.query, berlin(t), noon, test.after)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, parameters := p.Rows.SQL()
		if got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, test.want)
		}
		if parameters[0] != (Parameter{"tenant", "42"}) {
			t.Errorf("%s: the first parameter is %v, not the tenant", name, parameters[0])
		}
	}
}

// TestEveryDoorAsksForTheTenantAndForWhatLives draws questions and reads the statements made of them.
func TestEveryDoorAsksForTheTenantAndForWhatLives(t *testing.T) {
	t.Parallel()
	var metrics []string
	for _, m := range Metrics() {
		metrics = append(metrics, m.Name)
	}
	tables := regexp.MustCompile(`FROM (events|kpi_\w+)\nWHERE tenant_id = \{tenant:UInt64\} AND kpi_expires > toDate\(\{today:UInt16\}\) AND `)
	from := regexp.MustCompile(`FROM (events|kpi_)`)
	tenant := berlin(t)
	rapid.Check(t, func(t *rapid.T) {
		q := Query{
			Preset:      rapid.SampledFrom([]Preset{Today, Last28Days, Last90Days}).Draw(t, "preset"),
			Zone:        rapid.SampledFrom([]string{"", "UTC", "Asia/Kathmandu", "America/Sao_Paulo"}).Draw(t, "zone"),
			Granularity: rapid.SampledFrom([]Granularity{Whole, Daily, Weekly, Monthly}).Draw(t, "granularity"),
			GroupBy:     rapid.SliceOfNDistinct(rapid.SampledFrom(Dimensions()), 0, 3, rapid.ID).Draw(t, "dimensions"),
			Metrics:     rapid.SliceOfDistinct(rapid.SampledFrom(metrics), rapid.ID).Draw(t, "metrics"),
			OrderBy:     rapid.SampledFrom([]Order{"", BucketDesc, ReadRateDesc}).Draw(t, "order"),
			Compare:     rapid.SampledFrom([]Comparison{"", Previous, LastYear}).Draw(t, "compare"),
			Totals:      true,
		}
		if rapid.Bool().Draw(t, "filtered") {
			q.Where = Filter{Templates: []messaging.ID{7777}, Countries: []string{"QX"}}
		}
		after := Place{"-1", "2", "3", "hostile'); DROP", "5"}[:rapid.IntRange(0, 5).Draw(t, "after")]
		p, err := NewPlan(q, tenant, noon, &after)
		if err != nil {
			if CodeRangeTooOld == messaging.CodeOf(err) {
				return // the range compared with reaches further back than events are kept
			}
			t.Fatal(err)
		}
		for _, s := range []*Statement{&p.Rows, p.Totals, p.Comparison} {
			if s == nil {
				continue
			}
			sql, parameters := s.SQL()
			if doors, guarded := len(from.FindAllString(sql, -1)), len(tables.FindAllString(sql, -1)); doors == 0 || doors != guarded {
				t.Fatalf("%d of %d tables are asked without tenant or expiry:\n%s", doors-guarded, doors, sql)
			}
			if strings.Contains(sql, "FROM events") && !strings.Contains(sql, "AND expires > toDate({today:UInt16})") {
				t.Fatalf("events that have expired are seen:\n%s", sql)
			}
			for _, foreign := range []string{"7777", "QX", "hostile"} {
				if strings.Contains(sql, foreign) {
					t.Fatalf("a value of the caller's is in the text:\n%s", sql)
				}
			}
			if parameters[0].Name != "tenant" || parameters[0].Value != "42" {
				t.Fatalf("the first parameter is %v", parameters[0])
			}
		}
	})
}

func TestLimitsSayWhatIsAllowed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		query Query
		code  messaging.Code
		says  string
	}{
		"quarters":    {Query{Preset: Last7Days, Granularity: Quarter}, CodeRangeTooWide, "at most 3 days; asked for 7; the finest for that is HOUR"},
		"hours":       {Query{Preset: Last90Days, Granularity: Hourly}, CodeRangeTooWide, "at most 31 days; asked for 90; the finest for that is DAY"},
		"days":        {Query{From: noon.AddDate(-2, 0, 0), To: noon, Granularity: Daily}, CodeRangeTooWide, "at most 400 days"},
		"dimensions":  {Query{Preset: Today, GroupBy: []Dimension{ByChannel, ByCategory, BySender, ByCountry}}, CodeTooMany, "at most 3 dimensions; asked for 4"},
		"page":        {Query{Preset: Today, First: 10_001}, CodePageTooLarge, "1 to 10000 rows; asked for 10001"},
		"zone":        {Query{Preset: Today, Zone: "Mars/Olympus"}, CodeUnknownZone, "IANA"},
		"local zone":  {Query{Preset: Today, Zone: "Local"}, CodeUnknownZone, "IANA"},
		"backwards":   {Query{From: noon, To: noon}, messaging.CodeInvalid, "ends after it begins"},
		"no range":    {Query{}, messaging.CodeInvalid, "preset"},
		"both ranges": {Query{Preset: Today, From: noon, To: noon.Add(time.Hour)}, messaging.CodeInvalid, "not both"},
		"events gone": {Query{Preset: Last365Days, GroupBy: []Dimension{ByCountry, ByTemplate}}, CodeRangeTooOld, "kept for 180 days; asked for 364; the oldest day is 2026-05-26"},
		"country":     {Query{Preset: Today, Where: Filter{Countries: []string{"x'"}}}, messaging.CodeInvalid, "two capital letters"},
		"order":       {Query{Preset: Today, OrderBy: "sent; DROP"}, messaging.CodeInvalid, "order"},
		"dimension":   {Query{Preset: Today, GroupBy: []Dimension{"1"}}, messaging.CodeInvalid, "dimension"},
		"metric":      {Query{Preset: Today, Metrics: []string{"count()"}}, messaging.CodeInvalid, "metric"},
	} {
		_, err := NewPlan(test.query, berlin(t), noon, nil)
		if messaging.CodeOf(err) != test.code || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v, want %s with %q", name, err, test.code, test.says)
		}
	}
}

func TestReasonsOfNulls(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		query     Query
		anonymous bool
		want      Unavailable
	}{
		"zone":        {Query{Preset: Today, Zone: "UTC", Metrics: []string{"readP50Ms"}}, false, Unavailable{"readP50Ms", ReasonZone}},
		"hours":       {Query{Preset: Today, Granularity: Hourly, Metrics: []string{"recipients"}}, false, Unavailable{"recipients", ReasonGranularity}},
		"half a day":  {Query{From: noon.Add(-time.Hour), To: noon, Metrics: []string{"recipients"}}, false, Unavailable{"recipients", ReasonGranularity}},
		"by country":  {Query{Preset: Today, GroupBy: []Dimension{ByCountry}, Metrics: []string{"recipients"}}, false, Unavailable{"recipients", ReasonDimension}},
		"by code":     {Query{Preset: Today, GroupBy: []Dimension{ByErrorCode}, Metrics: []string{"read"}}, false, Unavailable{"read", ReasonDimension}},
		"by button":   {Query{Preset: Today, GroupBy: []Dimension{ByButton}, Metrics: []string{"clickRate"}}, false, Unavailable{"clickRate", ReasonDimension}},
		"nobody kept": {Query{Preset: Today, Metrics: []string{"recipients"}}, true, Unavailable{"recipients", ReasonStorageMode}},
		"too old":     {Query{From: noon.AddDate(-2, 0, 0), To: noon, Metrics: []string{"sent"}}, false, Unavailable{"*", ReasonRetention}},
	} {
		tenant := berlin(t)
		tenant.Anonymous = test.anonymous
		p, err := NewPlan(test.query, tenant, noon, nil)
		if err != nil || !reflect.DeepEqual(p.Unavailable, []Unavailable{test.want}) {
			t.Errorf("%s: %v (%v), want %v", name, p, err, test.want)
		}
	}
	// A zone of another name that shows the same time is no foreign zone.
	if p := planned(t, Query{Preset: Last28Days, Zone: "Europe/Vienna", Metrics: []string{"recipients"}}); len(p.Unavailable) != 0 {
		t.Errorf("Vienna is not Berlin: %v", p.Unavailable)
	}
}

func TestComparedRanges(t *testing.T) {
	t.Parallel()
	z := location(t, "Europe/Berlin")
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, z) }
	for name, test := range map[string]struct {
		from, to   time.Time
		compare    Comparison
		then, thus time.Time
	}{
		"a week over the change of clocks": {day(2026, 10, 26), day(2026, 11, 2), Previous, day(2026, 10, 19), day(2026, 10, 26)},
		"ten days, by weekday":             {day(2026, 11, 12), day(2026, 11, 22), PreviousMatchWeekday, day(2026, 10, 29), day(2026, 11, 8)},
		"a month":                          {day(2026, 3, 1), day(2026, 4, 1), Previous, day(2026, 2, 1), day(2026, 3, 1)},
		"last year":                        {day(2026, 11, 1), day(2026, 11, 8), LastYear, day(2025, 11, 1), day(2025, 11, 8)},
		"an hour":                          {noon, noon.Add(time.Hour), Previous, noon.Add(-time.Hour), noon},
	} {
		p := planned(t, Query{From: test.from, To: test.to, Compare: test.compare})
		if got := [2]time.Time{slotTime(p.compared.from), slotTime(p.compared.to)}; !got[0].Equal(test.then) || !got[1].Equal(test.thus) {
			t.Errorf("%s: %v, want %v to %v", name, got, test.then, test.thus)
		}
	}
}

// TestBucketsFollowTheClockOfEveryZone compares slot arithmetic with the library's calendar.
func TestBucketsFollowTheClockOfEveryZone(t *testing.T) {
	t.Parallel()
	zones := []string{"UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/Sao_Paulo", "America/Havana", "Australia/Lord_Howe", "Africa/Casablanca",
		"Pacific/Apia", "America/St_Johns", "Asia/Tehran", "Europe/Dublin", "Antarctica/Troll", "Asia/Beirut"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		slot := rapid.Int64Range(900_000, 2_100_000).Draw(t, "slot") // 1995 to 2029
		spans := spansOf(zone, slot-100, slot+100)
		local := slotTime(slot).In(zone)
		day := spans.dayOf(slot)
		if got := dateOf(day).Format(time.DateOnly); got != local.Format(time.DateOnly) {
			t.Fatalf("slot %d is on %s, want %s", slot, got, local)
		}
		start := spans.startOf(day)
		if first := slotTime(start).In(zone); first.Day() != local.Day() || slotTime(start-1).In(zone).Day() == local.Day() && first.Day() == local.Day() && slotTime(start-1).In(zone).YearDay() == local.YearDay() {
			t.Fatalf("%s begins at %s", dateOf(day).Format(time.DateOnly), first)
		}
		if label := slotTime(spans.local(slot)).Format("2006-01-02T15:04"); label != local.Format("2006-01-02T15:04") {
			t.Fatalf("slot %d is %s, want %s", slot, label, local)
		}
	})
}

func TestDocsAreThoseOfTheRegistry(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != Docs() {
		t.Error("docs/metrics.md is not the registry's; run: go run ./analytics/docgen")
	}
}

// TestTheSchemaHasEveryMetric reads the schema's row type and finds each metric of the registry, and no other number.
func TestTheSchemaHasEveryMetric(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "../graph/models.generated.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != "MessageStatsRow" {
			return true
		}
		for _, f := range spec.Type.(*ast.StructType).Fields.List {
			kind, ok := f.Type.(*ast.StarExpr)
			if !ok {
				continue
			}
			if name, ok := kind.X.(*ast.Ident); ok && (name.Name == "int64" || name.Name == "float64") {
				tag, _ := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Lookup("json")
				fields = append(fields, strings.TrimSuffix(tag, ",omitempty"))
			}
		}
		return false
	})
	var names []string
	for _, m := range Metrics() {
		names = append(names, m.Name)
	}
	slices.Sort(fields)
	slices.Sort(names)
	if !slices.Equal(fields, names) {
		t.Errorf("the schema has %v, the registry %v", fields, names)
	}
}
