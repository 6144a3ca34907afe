package analytics

import (
	"math"
	"regexp"
	"slices"
	"time"

	"posthaste/messaging"
)

// Codes of refusals that name a limit; each message says the limit, what was asked and what is allowed.
const (
	CodeRangeTooWide messaging.Code = "RANGE_TOO_WIDE"
	CodeRangeTooOld  messaging.Code = "RANGE_TOO_OLD"
	CodeTooMany      messaging.Code = "TOO_MANY_DIMENSIONS"
	CodePageTooLarge messaging.Code = "PAGE_TOO_LARGE"
	CodeUnknownZone  messaging.Code = "UNKNOWN_TIME_ZONE"
)

// Reasons why a metric is null.
const (
	ReasonZone        = "ZONE"         // states are kept by day of the tenant's own zone
	ReasonGranularity = "GRANULARITY"  // states are kept by whole day
	ReasonDimension   = "DIMENSION"    // the facts behind it are not kept by this dimension
	ReasonStorageMode = "STORAGE_MODE" // people cannot be told apart
	ReasonRetention   = "RETENTION"    // the range begins before what is kept
	ReasonNoPrice     = "NO_PRICE"
	ReasonCurrencies  = "MIXED_CURRENCIES" // group or filter so that one currency is left
)

// Unavailable says why a metric is null. Metric "*" is all of them.
type Unavailable struct{ Metric, Reason string }

// Plan is how a question will be answered.
type Plan struct {
	Rows        Statement
	Totals      *Statement // nil: not asked for, or the rows can be summed
	Comparison  *Statement
	Unavailable []Unavailable

	query    Query
	zone     *time.Location
	zoneName string
	interval interval
	compared interval
	metrics  []Metric // that can be computed
}

// NewPlan checks a question against the limits and chooses the tables that answer it. It is pure: now and the tenant's
// settings are arguments. after is the place of the last row seen, nil for the first page.
func NewPlan(q Query, tenant Tenant, now time.Time, after *Place) (*Plan, error) {
	p := &Plan{query: q, zone: tenant.Zone, zoneName: tenant.Zone.String()}
	if err := p.query.complete(); err != nil {
		return nil, err
	}
	if q.Zone != "" {
		zone, err := time.LoadLocation(q.Zone)
		if err != nil || q.Zone == "Local" {
			return nil, messaging.Refuse(CodeUnknownZone, "timeZone", "not an IANA time zone")
		}
		p.zone, p.zoneName = zone, q.Zone
	}
	var err error
	if p.interval, err = p.query.resolve(p.zone, now); err != nil {
		return nil, err
	}
	if err := p.query.limits(p.interval); err != nil {
		return nil, err
	}
	today := uint16(floorDiv(now.Unix(), 86400)) // #nosec G115 -- days are counted until 2149, as in ClickHouse
	from, err := p.source(tenant, p.interval)
	if err != nil {
		return nil, err
	}
	if err := p.reaches(from, tenant, today); err != nil {
		return nil, err
	}
	states := p.choose(from, tenant)
	p.Rows = p.statement(from, states, tenant.ID, today, p.interval)
	p.Rows.Order, p.Rows.After, p.Rows.Limit = p.query.OrderBy, after, p.query.First+1
	if p.query.FillGaps {
		p.Rows.Order, p.Rows.After, p.Rows.Limit = BucketAsc, nil, MaxPage+1
	}
	if p.query.Totals && (p.query.Granularity != Whole || len(p.query.GroupBy) > 0) {
		totals := p.Rows
		totals.Granularity, totals.GroupBy, totals.After, totals.Limit, totals.Order = Whole, nil, nil, 1, BucketAsc
		totals.restrict = p.query.GroupBy
		p.Totals = &totals
	}
	if p.query.Compare != "" {
		return p, p.compare(tenant, today)
	}
	return p, nil
}

// compare plans the second range. The range before may need other tables, where the clocks of the two zones differ.
func (p *Plan) compare(tenant Tenant, today uint16) error {
	p.compared = p.interval.compared(p.zone, p.query.Compare)
	from, err := p.source(tenant, p.compared)
	if err != nil {
		return err
	}
	c := p.statement(from, p.Rows.States, tenant.ID, today, p.compared)
	if !from.daily {
		c.States = nil
	}
	c.Order, c.Limit = BucketAsc, 4*MaxPage
	p.Comparison = &c
	return nil
}

// complete fills in defaults and checks the words.
func (q *Query) complete() error {
	if q.Granularity == "" {
		q.Granularity = Whole
	}
	if q.OrderBy == "" {
		q.OrderBy = BucketAsc
	}
	if q.First == 0 {
		q.First = 1000
	}
	if !slices.Contains(Granularities(), q.Granularity) {
		return messaging.Refuse(messaging.CodeInvalid, "granularity", "there is no such granularity")
	}
	if !slices.Contains([]Order{BucketAsc, BucketDesc, SentDesc, DeliveredDesc, FailedDesc, ReadRateDesc}, q.OrderBy) {
		return messaging.Refuse(messaging.CodeInvalid, "orderBy", "there is no such order")
	}
	if !slices.Contains([]Comparison{"", Previous, PreviousMatchWeekday, LastYear}, q.Compare) {
		return messaging.Refuse(messaging.CodeInvalid, "compare", "there is no such comparison")
	}
	for i, d := range q.GroupBy {
		if !slices.Contains(Dimensions(), d) || slices.Contains(q.GroupBy[:i], d) {
			return messaging.Refuse(messaging.CodeInvalid, "groupBy", "each dimension is one of the list and named once")
		}
	}
	for _, name := range q.Metrics {
		if _, known := MetricNamed(name); !known {
			return messaging.Refuse(messaging.CodeInvalid, "metrics", "there is no such metric")
		}
	}
	return q.Where.check()
}

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

func (f Filter) check() error {
	for field, n := range map[string]int{"channels": len(f.Channels), "categories": len(f.Categories), "senderIds": len(f.Senders),
		"templateIds": len(f.Templates), "campaignIds": len(f.Campaigns), "countries": len(f.Countries)} {
		if n > MaxFilter {
			return messaging.Refuse(messaging.CodeLimited, "where."+field, "a list of a filter has at most %d values; asked for %d", MaxFilter, n)
		}
	}
	for _, c := range f.Channels {
		if ChannelNumber(c) == 0 {
			return messaging.Refuse(messaging.CodeInvalid, "where.channels", "there is no such channel")
		}
	}
	for _, c := range f.Categories {
		if CategoryNumber(c) == 0 {
			return messaging.Refuse(messaging.CodeInvalid, "where.categories", "there is no such category")
		}
	}
	for _, c := range f.Countries {
		if !countryForm.MatchString(c) {
			return messaging.Refuse(messaging.CodeInvalid, "where.countries", "a country has two capital letters, as in ISO 3166")
		}
	}
	return nil
}

func (q Query) limits(r interval) error {
	if n := len(q.GroupBy); n > MaxDimensions {
		return messaging.Refuse(CodeTooMany, "groupBy", "at most %d dimensions; asked for %d", MaxDimensions, n)
	}
	if q.First < 1 || q.First > MaxPage {
		return messaging.Refuse(CodePageTooLarge, "first", "a page has 1 to %d rows; asked for %d", MaxPage, q.First)
	}
	// A day of 25 hours is a day.
	if days := int(math.Ceil(float64(r.to-r.from-8) / 96)); days > MaxDays(q.Granularity) {
		wider := "no granularity"
		for _, g := range Granularities()[1:] {
			if MaxDays(g) >= days {
				wider = string(g)
				break
			}
		}
		return messaging.Refuse(CodeRangeTooWide, "range", "%s reaches over at most %d days; asked for %d; the finest for that is %s",
			q.Granularity, MaxDays(q.Granularity), days, wider)
	}
	return nil
}

// source is where numbers are read.
type source struct {
	table  string
	daily  bool   // keyed by report_day; else by 15-minute slot
	events bool   // no summary has these dimensions together
	people string // the table of states beside it, "" for none
}

// wide are the asked dimensions that only some summaries have.
func (p *Plan) wide() []Dimension {
	var out []Dimension
	for _, d := range p.query.GroupBy {
		if d != ByChannel && d != ByCategory && d != BySender {
			out = append(out, d)
		}
	}
	for d, n := range map[Dimension]int{ByTemplate: len(p.query.Where.Templates), ByCampaign: len(p.query.Where.Campaigns), ByCountry: len(p.query.Where.Countries)} {
		if n > 0 && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return out
}

func (p *Plan) source(tenant Tenant, r interval) (source, error) {
	wide := p.wide()
	only := func(dimensions ...Dimension) bool {
		return !slices.ContainsFunc(wide, func(d Dimension) bool { return !slices.Contains(dimensions, d) })
	}
	daily := p.query.Granularity != Quarter && p.query.Granularity != Hourly && r.wholeDays() && sameClock(p.zone, tenant.Zone, r.from, r.to)
	switch {
	case !daily && only():
		return source{table: "kpi_15m"}, nil
	case !daily:
		return source{table: "events", events: true}, nil
	case only():
		return source{table: "kpi_day", daily: true, people: "kpi_day_people"}, nil
	case only(ByTemplate):
		return source{table: "kpi_day_template_button", daily: true, people: "kpi_day_campaign_people"}, nil
	case only(ByTemplate, ByButton):
		return source{table: "kpi_day_template_button", daily: true}, nil
	case only(ByTemplate, ByCampaign):
		return source{table: "kpi_day_campaign", daily: true, people: "kpi_day_campaign_people"}, nil
	case only(ByCountry):
		return source{table: "kpi_day_country", daily: true}, nil
	case only(ByErrorCode):
		return source{table: "kpi_day_error", daily: true}, nil
	}
	return source{table: "events", daily: true, events: true}, nil
}

// reaches refuses what only events could answer and events are not kept for, and says where summaries end.
func (p *Plan) reaches(from source, tenant Tenant, today uint16) error {
	first := p.interval.zone.dayOf(p.interval.from)
	kept := tenant.SummaryDays
	if from.events {
		kept = tenant.MessageDays
	}
	oldest := int64(today) - int64(kept)
	if from.events && first < oldest {
		return messaging.Refuse(CodeRangeTooOld, "range",
			"this combination of dimensions and time zone is answered from events, kept for %d days; asked for %d; the oldest day is %s",
			kept, int64(today)-first, dateOf(oldest).Format(time.DateOnly))
	}
	if first < oldest {
		p.Unavailable = append(p.Unavailable, Unavailable{"*", ReasonRetention})
	}
	return nil
}

// choose keeps the metrics that the source can answer, notes the others, and tells which states are needed.
func (p *Plan) choose(from source, tenant Tenant) (states []string) {
	for _, name := range p.query.Metrics {
		m, _ := MetricNamed(name)
		if reason := p.missing(m, from, tenant); reason != "" {
			p.Unavailable = append(p.Unavailable, Unavailable{name, reason})
			continue
		}
		p.metrics = append(p.metrics, m)
		if m.state != "" && !slices.Contains(states, m.state) {
			states = append(states, m.state)
		}
	}
	slices.Sort(states)
	return states
}

func (p *Plan) missing(m Metric, from source, tenant Tenant) string {
	grouped := func(d Dimension) bool { return slices.Contains(p.query.GroupBy, d) }
	switch {
	case grouped(ByErrorCode) && !m.byCode, grouped(ByButton) && !m.byButton:
		return ReasonDimension
	case m.state == "":
		return ""
	case m.state == "recipients" && tenant.Anonymous:
		return ReasonStorageMode
	case p.query.Granularity == Quarter || p.query.Granularity == Hourly || !p.interval.wholeDays():
		return ReasonGranularity
	case !from.daily:
		return ReasonZone
	case from.people == "":
		return ReasonDimension
	}
	return ""
}

func (p *Plan) statement(from source, states []string, tenant messaging.ID, today uint16, r interval) Statement {
	s := Statement{Tenant: tenant, Today: today, Granularity: p.query.Granularity, GroupBy: inOrder(p.query.GroupBy), Where: p.query.Where,
		States: states, from: from, interval: r}
	need := func(columns ...string) {
		for _, c := range columns {
			if !slices.Contains(s.Columns, c) {
				s.Columns = append(s.Columns, c)
			}
		}
	}
	for _, m := range p.metrics {
		for _, part := range []*Metric{&m, m.parts[0], m.parts[1]} {
			if part != nil {
				need(part.plus...)
				need(part.minus...)
			}
		}
		s.Money = s.Money || m.Unit == Micros
	}
	switch p.query.OrderBy {
	case SentDesc:
		need("sent")
	case DeliveredDesc:
		need("delivered")
	case FailedDesc:
		need("failed")
	case ReadRateDesc:
		need("read", "delivered")
	}
	return s
}

// inOrder brings dimensions into the order of the columns, so that two ways of asking are one statement.
func inOrder(asked []Dimension) []Dimension {
	var out []Dimension
	for _, d := range Dimensions() {
		if slices.Contains(asked, d) {
			out = append(out, d)
		}
	}
	return out
}
