package analytics

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"posthaste/messaging"
)

// Statement is one question to the store. SQL writes it; nothing of the caller's ever gets into the text, only into the
// parameters, of which the tenant is the first.
type Statement struct {
	Tenant      messaging.ID
	Today       uint16 // UTC day: what expires on it or before is not seen
	Granularity Granularity
	GroupBy     []Dimension
	Where       Filter
	Columns     []string // summed columns, in the order of Row.Counts
	Money       bool     // the currencies are asked for too
	States      []string // of the people's tables, sorted
	Order       Order
	After       *Place
	Limit       int

	from     source
	interval interval
	restrict []Dimension // of totals: the rows that the grouping left out are left out here too
}

// Row is one row of an answer. Unasked parts are zero.
type Row struct {
	Bucket     int64
	Key        Key
	Counts     []int64 // one for each of Statement.Columns
	Currency   string  // the only one, or the smallest
	Currencies string  // the largest: another one means that money is mixed
	Recipients uint64
	DeliverMS  [2]float64 // median, 95th percentile; NaN without any
	ReadMS     [2]float64
}

// Key is the values of the dimensions; those not grouped by are zero.
type Key struct {
	Channel  int8
	Category int8
	Sender   uint64
	Template uint64
	Campaign uint64
	Country  string
	Code     int32
	Button   string
}

// Place is where a page ended: the numbers of its order and then bucket and dimensions, as text.
type Place []string

// Parameter is a value of a statement, in ClickHouse's text form.
type Parameter struct{ Name, Value string }

// column of a dimension: its name, how it is read, and the type of its parameter.
func (d Dimension) column() (name, read, kind string) {
	switch d {
	case ByChannel:
		return "channel", "toInt8(channel)", "Int8"
	case ByCategory:
		return "category", "toInt8(category)", "Int8"
	case BySender:
		return "sender_id", "sender_id", "UInt64"
	case ByTemplate:
		return "template_id", "template_id", "UInt64"
	case ByCampaign:
		return "campaign_id", "campaign_id", "UInt64"
	case ByCountry:
		return "country", "toString(country)", "String"
	case ByErrorCode:
		return "code", "code", "Int32"
	}
	return "button", "toString(button)", "String"
}

// alias of a dimension in an answer; it differs from the column's name, since ClickHouse lets an alias hide a column.
func (d Dimension) alias() string { name, _, _ := d.column(); return "by_" + name }

// SQL writes the statement and its parameters.
func (s Statement) SQL() (string, []Parameter) {
	w := &sqlWriter{parameters: []Parameter{{"tenant", s.Tenant.String()}}}
	numbers := s.numbersSQL(w)
	if len(s.States) == 0 {
		return numbers, w.parameters
	}
	keys := append([]string{"b"}, aliases(s.GroupBy)...)
	return "SELECT n.*, " + strings.Join(prefixed("p.", s.States), ", ") + "\nFROM (\n" + numbers + "\n) AS n\nLEFT JOIN (\n" + s.statesSQL(w) +
		"\n) AS p USING (" + strings.Join(keys, ", ") + ")\nORDER BY " + s.orderSQL(), w.parameters
}

// numbersSQL asks for the summed columns: a page of groups in their order.
func (s Statement) numbersSQL(w *sqlWriter) string {
	selected := s.keysSQL()
	for _, c := range s.Columns {
		selected = append(selected, "toInt64("+s.sumSQL(c)+") AS n_"+c)
	}
	if s.Money {
		selected = append(selected, "minIf(toString(currency), currency != '') AS currency_a", "maxIf(toString(currency), currency != '') AS currency_z")
	}
	sql := "SELECT " + strings.Join(selected, ", ") + "\nFROM " + s.from.table + "\nWHERE " + s.whereSQL(w) + s.groupSQL()
	if having := s.afterSQL(w); having != "" {
		sql += "\nHAVING " + having
	} else if len(s.GroupBy) == 0 && s.Granularity == Whole {
		sql += "\nHAVING count() > 0" // without keys there is a row even of nothing
	}
	return sql + "\nORDER BY " + s.orderSQL() + "\nLIMIT " + strconv.Itoa(s.Limit)
}

func (s Statement) statesSQL(w *sqlWriter) string {
	selected := s.keysSQL()
	for _, state := range s.States {
		merge := "arrayMap(x -> toFloat64(x), quantilesTDigestMerge(0.5, 0.95)(" + state + "))"
		if state == "recipients" {
			merge = "uniqCombined64Merge(12)(recipients)"
		}
		selected = append(selected, merge+" AS "+state)
	}
	people := s
	people.from.table = s.from.people
	return "SELECT " + strings.Join(selected, ", ") + "\nFROM " + s.from.people + "\nWHERE " + people.whereSQL(w) + s.groupSQL()
}

func (s Statement) keysSQL() []string {
	selected := []string{s.interval.bucketSQL(s.Granularity, s.from.daily) + " AS b"}
	for _, d := range s.GroupBy {
		_, read, _ := d.column()
		selected = append(selected, read+" AS "+d.alias())
	}
	return selected
}

func (s Statement) groupSQL() string {
	return "\nGROUP BY " + strings.Join(append([]string{"b"}, aliases(s.GroupBy)...), ", ")
}

func (s Statement) sumSQL(column string) string {
	if s.from.events {
		for _, c := range counters() {
			if c.column == column {
				return c.ofEvents
			}
		}
	}
	return "sum(" + column + ")"
}

// whereSQL holds every door's conditions: the tenant first, then what has not expired, the range and the filter.
func (s Statement) whereSQL(w *sqlWriter) string {
	conditions := []string{"tenant_id = {tenant:UInt64}", "kpi_expires > toDate(" + w.once("today", "UInt16", strconv.Itoa(int(s.Today))) + ")"}
	if s.from.events {
		conditions = append(conditions, "expires > toDate("+w.once("today", "UInt16", strconv.Itoa(int(s.Today)))+")")
	}
	if s.from.daily {
		first, beyond := s.interval.days()
		conditions = append(conditions, "report_day >= toDate("+w.once("from", "UInt16", fmt.Sprint(first))+")",
			"report_day < toDate("+w.once("to", "UInt16", fmt.Sprint(beyond))+")")
	} else {
		conditions = append(conditions, "bucket >= "+w.once("from", "UInt32", fmt.Sprint(s.interval.from)),
			"bucket < "+w.once("to", "UInt32", fmt.Sprint(s.interval.to)))
	}
	in := func(column, name, kind string, values []string) {
		if len(values) > 0 {
			conditions = append(conditions, column+" IN "+w.once(name, "Array("+kind+")", "["+strings.Join(values, ",")+"]"))
		}
	}
	in("toInt8(channel)", "channels", "Int8", texts(s.Where.Channels, func(c messaging.Channel) string { return fmt.Sprint(ChannelNumber(c)) }))
	in("toInt8(category)", "categories", "Int8", texts(s.Where.Categories, func(c messaging.Category) string { return fmt.Sprint(CategoryNumber(c)) }))
	in("sender_id", "senders", "UInt64", texts(s.Where.Senders, messaging.ID.String))
	in("template_id", "templates", "UInt64", texts(s.Where.Templates, messaging.ID.String))
	in("campaign_id", "campaigns", "UInt64", texts(s.Where.Campaigns, messaging.ID.String))
	in("country", "countries", "String", texts(s.Where.Countries, func(c string) string { return "'" + c + "'" }))
	grouped := append(slices.Clone(s.GroupBy), s.restrict...)
	if slices.Contains(grouped, ByErrorCode) {
		conditions = append(conditions, "code != 0")
	}
	if slices.Contains(grouped, ByButton) {
		conditions = append(conditions, "button != ''")
	}
	return strings.Join(conditions, " AND ")
}

// orderKeys are the expressions of a total order, all ascending, with the types of their parameters.
func (s Statement) orderKeys() (expressions, kinds []string) {
	bucket := "b"
	switch s.Order {
	case BucketDesc:
		bucket = "-b"
	case SentDesc:
		expressions = append(expressions, "-n_sent")
	case DeliveredDesc:
		expressions = append(expressions, "-n_delivered")
	case FailedDesc:
		expressions = append(expressions, "-n_failed")
	case ReadRateDesc: // in millionths: whole numbers are the same each time
		expressions = append(expressions, "if(n_delivered = 0, toInt64(1), -intDiv(n_read * 1000000, n_delivered))")
	}
	expressions = append(expressions, bucket)
	for range expressions {
		kinds = append(kinds, "Int64")
	}
	for _, d := range s.GroupBy {
		_, _, kind := d.column()
		expressions, kinds = append(expressions, d.alias()), append(kinds, kind)
	}
	return expressions, kinds
}

func (s Statement) orderSQL() string {
	expressions, _ := s.orderKeys()
	return strings.Join(expressions, ", ")
}

func (s Statement) afterSQL(w *sqlWriter) string {
	expressions, kinds := s.orderKeys()
	if s.After == nil || len(*s.After) != len(kinds) {
		return ""
	}
	var values []string
	for i, kind := range kinds {
		values = append(values, w.once(fmt.Sprintf("after%d", i), kind, escape((*s.After)[i])))
	}
	return "(" + strings.Join(expressions, ", ") + ") > (" + strings.Join(values, ", ") + ")"
}

// PlaceOf is where a row stands in the statement's order.
func (s Statement) PlaceOf(r Row) Place {
	var place Place
	number := func(n int64) { place = append(place, strconv.FormatInt(n, 10)) }
	n := func(column string) int64 {
		if i := slices.Index(s.Columns, column); i >= 0 {
			return r.Counts[i]
		}
		return 0
	}
	switch s.Order {
	case SentDesc:
		number(-n("sent"))
	case DeliveredDesc:
		number(-n("delivered"))
	case FailedDesc:
		number(-n("failed"))
	case ReadRateDesc:
		if n("delivered") == 0 {
			number(1)
		} else {
			number(-(n("read") * 1_000_000 / n("delivered")))
		}
	}
	if s.Order == BucketDesc {
		number(-r.Bucket)
	} else {
		number(r.Bucket)
	}
	for _, d := range s.GroupBy {
		place = append(place, fmt.Sprint(r.Key.value(d)))
	}
	return place
}

func (k Key) value(d Dimension) any {
	switch d {
	case ByChannel:
		return k.Channel
	case ByCategory:
		return k.Category
	case BySender:
		return k.Sender
	case ByTemplate:
		return k.Template
	case ByCampaign:
		return k.Campaign
	case ByCountry:
		return k.Country
	case ByErrorCode:
		return k.Code
	}
	return k.Button
}

// Pointer gives where a dimension's value of an answer goes.
func (k *Key) Pointer(d Dimension) any {
	switch d {
	case ByChannel:
		return &k.Channel
	case ByCategory:
		return &k.Category
	case BySender:
		return &k.Sender
	case ByTemplate:
		return &k.Template
	case ByCampaign:
		return &k.Campaign
	case ByCountry:
		return &k.Country
	case ByErrorCode:
		return &k.Code
	}
	return &k.Button
}

// sqlWriter gathers parameters; a name that comes twice is the same value.
type sqlWriter struct{ parameters []Parameter }

func (w *sqlWriter) once(name, kind, value string) string {
	if !slices.ContainsFunc(w.parameters, func(p Parameter) bool { return p.Name == name }) {
		w.parameters = append(w.parameters, Parameter{name, value})
	}
	return "{" + name + ":" + kind + "}"
}

// escape is how ClickHouse reads a parameter's text.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\x00", `\0`, "\b", `\b`, "\f", `\f`, "'", `\'`).Replace(s)
}

func aliases(dimensions []Dimension) []string { return texts(dimensions, Dimension.alias) }

func prefixed(prefix string, names []string) []string {
	return texts(names, func(name string) string { return prefix + name })
}

func texts[T any](values []T, text func(T) string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = text(v)
	}
	return out
}
