package analytics

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"posthaste/messaging"
)

// Store answers statements; clickhouse.Store is one.
type Store interface {
	Stats(ctx context.Context, s Statement) ([]Row, error)
}

// Cursors seal the places that callers carry between pages, bound to the tenant.
type Cursors interface {
	SealCursor(tenant messaging.ID, place []string) (string, error)
	OpenCursor(tenant messaging.ID, cursor string) ([]string, error)
}

// Questions answers questions about messages.
type Questions struct {
	Store   Store
	Cursors Cursors
	Now     func() time.Time
}

// Line is one row of a result.
type Line struct {
	Start  time.Time // zero without granularity
	Label  string
	Key    Key
	Values map[string]float64 // only asked metrics that have a value; whole numbers below 2^53 are exact
	// Currency of the spend, "" where no price is known or several are mixed.
	Currency string
	row      Row
}

// Result is the answer to a question.
type Result struct {
	From, To       time.Time
	Zone           string
	Granularity    Granularity
	GroupBy        []Dimension
	Rows           []Line
	Totals         Line
	Compared       []Line // aligned with Rows, nil without comparison
	ComparedTotals Line
	ComparedFrom   time.Time
	ComparedTo     time.Time
	EndCursor      string
	HasNext        bool
	Maturing       bool
	Approximate    []string
	Unavailable    []Unavailable
	Elapsed        time.Duration
}

// matures is how long a cohort grows.
const matures = 72 * time.Hour

// MessageStats answers a question.
func (s *Questions) MessageStats(ctx context.Context, tenant Tenant, q Query) (*Result, error) {
	now := s.Now()
	var after *Place
	if q.After != "" {
		place, err := s.Cursors.OpenCursor(tenant.ID, q.After)
		if err != nil {
			return nil, messaging.Refuse(messaging.CodeInvalid, "after", "this is no cursor of a page").Because(err)
		}
		after = (*Place)(&place)
	}
	p, err := NewPlan(q, tenant, now, after)
	if err != nil {
		return nil, err
	}
	if after != nil && len(*after) != len(p.shown().PlaceOf(Row{Counts: make([]int64, len(p.Rows.Columns))})) {
		return nil, messaging.Refuse(messaging.CodeInvalid, "after", "the cursor belongs to another question")
	}
	rows, err := s.Store.Stats(ctx, p.Rows)
	if err != nil {
		return nil, err
	}
	r := &Result{From: slotTime(p.interval.from), To: slotTime(p.interval.to), Zone: p.zoneName, Granularity: p.query.Granularity,
		GroupBy: p.Rows.GroupBy, Unavailable: p.Unavailable, Maturing: slotTime(p.interval.to).After(now.Add(-matures))}
	whole := after == nil && len(rows) < p.Rows.Limit
	page, err := p.page(rows, after)
	if err != nil {
		return nil, err
	}
	if r.HasNext = len(page) > p.query.First; r.HasNext {
		page = page[:p.query.First]
	}
	if len(page) > 0 {
		if r.EndCursor, err = s.Cursors.SealCursor(tenant.ID, p.shown().PlaceOf(page[len(page)-1])); err != nil {
			return nil, err
		}
	}
	if err := s.compare(ctx, p, r, page); err != nil {
		return nil, err
	}
	if r.Totals, err = s.totals(ctx, p, p.Totals, p.Rows, rows, whole, p.interval); err != nil {
		return nil, err
	}
	for _, row := range page {
		r.Rows = append(r.Rows, p.line(row, p.Rows, p.interval))
	}
	for _, m := range p.metrics {
		if m.Approximate() {
			r.Approximate = append(r.Approximate, m.Name)
		}
	}
	r.Unavailable = append(r.Unavailable, p.unpriced(r)...)
	r.Elapsed = s.Now().Sub(now)
	return r, nil
}

// shown is the statement whose order the caller sees.
func (p *Plan) shown() Statement {
	s := p.Rows
	s.Order = p.query.OrderBy
	return s
}

// page fills gaps and brings rows into the asked order, where the store has not.
func (p *Plan) page(rows []Row, after *Place) ([]Row, error) {
	if !p.query.FillGaps {
		return rows, nil
	}
	if len(rows) > MaxPage {
		return nil, messaging.Refuse(messaging.CodeLimited, "fillGaps", "gaps are filled in answers of at most %d rows", MaxPage)
	}
	keys, there := []Key{}, map[Key]map[int64]bool{}
	for _, r := range rows {
		if there[r.Key] == nil {
			there[r.Key] = map[int64]bool{}
			keys = append(keys, r.Key)
		}
		there[r.Key][r.Bucket] = true
	}
	if len(keys) == 0 && len(p.Rows.GroupBy) == 0 {
		keys = append(keys, Key{})
	}
	buckets := p.interval.buckets(p.query.Granularity)
	if len(keys)*len(buckets) > MaxPage {
		return nil, messaging.Refuse(messaging.CodeLimited, "fillGaps", "gaps are filled in answers of at most %d rows; asked for %d", MaxPage, len(keys)*len(buckets))
	}
	for _, key := range keys {
		for _, b := range buckets {
			if !there[key][b] {
				rows = append(rows, p.nothing(b, key))
			}
		}
	}
	shown := p.shown()
	slices.SortFunc(rows, func(a, b Row) int { return comparePlaces(shown, shown.PlaceOf(a), shown.PlaceOf(b)) })
	if after != nil {
		rows = slices.DeleteFunc(rows, func(r Row) bool { return comparePlaces(shown, shown.PlaceOf(r), *after) <= 0 })
	}
	return rows, nil
}

func (p *Plan) nothing(bucket int64, key Key) Row {
	nan := [2]float64{math.NaN(), math.NaN()}
	return Row{Bucket: bucket, Key: key, Counts: make([]int64, len(p.Rows.Columns)), DeliverMS: nan, ReadMS: nan}
}

// comparePlaces orders places as the store does: numbers as numbers, texts by bytes.
func comparePlaces(s Statement, a, b Place) int {
	_, kinds := s.orderKeys()
	for i, kind := range kinds {
		c := cmp.Compare(a[i], b[i])
		if kind != "String" {
			x, _ := strconv.ParseInt(a[i], 10, 64)
			y, _ := strconv.ParseInt(b[i], 10, 64)
			c = cmp.Compare(x, y)
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// compare finds for each row the one of the compared range with the same dimensions and the same place of its bucket.
func (s *Questions) compare(ctx context.Context, p *Plan, r *Result, page []Row) error {
	if p.Comparison == nil {
		return nil
	}
	rows, err := s.Store.Stats(ctx, *p.Comparison)
	if err != nil {
		return err
	}
	type spot struct {
		bucket int64
		key    Key
	}
	known := make(map[spot]Row, len(rows))
	for _, row := range rows {
		known[spot{row.Bucket, row.Key}] = row
	}
	here, then := p.interval.buckets(p.query.Granularity), p.compared.buckets(p.query.Granularity)
	r.Compared = []Line{}
	for _, row := range page {
		i, _ := slices.BinarySearch(here, row.Bucket)
		past := p.nothing(0, row.Key)
		if i < len(then) {
			past.Bucket = then[i]
			if row, ok := known[spot{then[i], row.Key}]; ok {
				past = row
			}
			r.Compared = append(r.Compared, p.line(past, *p.Comparison, p.compared))
			continue
		}
		r.Compared = append(r.Compared, Line{Key: row.Key}) // this range is longer: there was no such bucket
	}
	r.ComparedFrom, r.ComparedTo = slotTime(p.compared.from), slotTime(p.compared.to)
	var totals *Statement
	if p.query.Totals {
		t := *p.Comparison
		t.Granularity, t.GroupBy, t.Limit, t.restrict = Whole, nil, 1, p.query.GroupBy
		totals = &t
	}
	r.ComparedTotals, err = s.totals(ctx, p, totals, *p.Comparison, rows, len(rows) < p.Comparison.Limit, p.compared)
	return err
}

// totals sums the rows where they are all here and can be summed, else the store is asked.
func (s *Questions) totals(ctx context.Context, p *Plan, t *Statement, of Statement, rows []Row, whole bool, in interval) (Line, error) {
	single := p.query.Granularity == Whole && len(p.query.GroupBy) == 0
	if t == nil && !single {
		return Line{}, nil
	}
	sum := p.nothing(0, Key{})
	if single && len(rows) > 0 {
		return p.total(rows[0], of, in), nil
	}
	if whole && len(of.States) == 0 || single {
		for _, row := range rows {
			for i, n := range row.Counts {
				sum.Counts[i] += n
			}
			if row.Currency != "" && (sum.Currency == "" || row.Currency < sum.Currency) {
				sum.Currency = row.Currency
			}
			sum.Currencies = max(sum.Currencies, row.Currencies)
		}
		return p.total(sum, of, in), nil
	}
	answer, err := s.Store.Stats(ctx, *t)
	if err != nil {
		return Line{}, err
	}
	if len(answer) > 0 {
		sum = answer[0]
	}
	return p.total(sum, of, in), nil
}

func (p *Plan) total(row Row, of Statement, in interval) Line {
	line := p.line(row, of, in)
	line.Start, line.Label, line.Key = time.Time{}, "", Key{}
	return line
}

// line computes the asked metrics of a row.
func (p *Plan) line(row Row, s Statement, in interval) Line {
	line := Line{Key: row.Key, Values: make(map[string]float64, len(p.metrics)), row: row}
	line.Start, line.Label = in.bucketStart(p.query.Granularity, row.Bucket)
	if row.Currency == row.Currencies {
		line.Currency = row.Currency
	}
	for _, m := range p.metrics {
		if m.state != "" && !slices.Contains(s.States, m.state) {
			continue // the compared range has no states
		}
		if m.Unit == Micros && line.Currency == "" {
			continue
		}
		if v, ok := m.value(row, s.Columns); ok {
			line.Values[m.Name] = v
		}
	}
	return line
}

// value computes a metric of a row's columns; a ratio of nothing has none.
func (m Metric) value(row Row, columns []string) (float64, bool) {
	switch {
	case m.over != "":
		x, _ := m.parts[0].value(row, columns)
		y, _ := m.parts[1].value(row, columns)
		if y <= 0 {
			return 0, false
		}
		return min(x/y, 1), true
	case m.state == "recipients":
		return float64(row.Recipients), true
	case m.state == "deliver_ms":
		return math.Round(row.DeliverMS[m.level]), !math.IsNaN(row.DeliverMS[m.level])
	case m.state == "read_ms":
		return math.Round(row.ReadMS[m.level]), !math.IsNaN(row.ReadMS[m.level])
	}
	var n int64
	for i, c := range columns {
		if slices.Contains(m.plus, c) {
			n += row.Counts[i]
		}
		if slices.Contains(m.minus, c) {
			n -= row.Counts[i]
		}
	}
	return float64(max(n, 0)), true
}

// unpriced says why money is null, where it is.
func (p *Plan) unpriced(r *Result) []Unavailable {
	if !p.Rows.Money {
		return nil
	}
	priced, mixed := false, false
	for _, line := range append(slices.Clone(r.Rows), r.Totals) {
		priced = priced || line.row.Currency != ""
		mixed = mixed || line.row.Currency != line.row.Currencies
	}
	switch {
	case mixed:
		return []Unavailable{{"spendMicros", ReasonCurrencies}}
	case !priced:
		return []Unavailable{{"spendMicros", ReasonNoPrice}}
	}
	return nil
}
