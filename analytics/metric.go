package analytics

import "slices"

// Direction says which change of a metric is good news.
type Direction string

// The directions.
const (
	Up      Direction = "UP"
	Down    Direction = "DOWN"
	Neutral Direction = "NEUTRAL"
)

// Unit of a metric.
type Unit string

// The units.
const (
	Count        Unit = "COUNT"
	Ratio        Unit = "RATIO" // 0 to 1
	Milliseconds Unit = "MILLISECONDS"
	Micros       Unit = "MICROS" // millionths of the row's currency
)

// Metric is one definition behind GraphQL, CSV headers, tooltips, docs and SQL.
type Metric struct {
	Name        string // as in the schema and in headers
	Display     string
	Unit        Unit
	Formula     string // for people
	Description string
	Good        Direction
	// plus and minus are the summed columns that make up a count. A ratio divides over by under, which are metrics.
	plus, minus []string
	over, under string
	parts       [2]*Metric // over and under
	// state is a merged state of the people's tables, level its place in a list of quantiles (0-based).
	state string
	level int
	// byCode and byButton: the facts behind the metric carry an error code, a button.
	byCode, byButton bool
}

// Additive tells whether rows may be summed. A ratio or a state must be computed again.
func (m Metric) Additive() bool { return m.over == "" && m.state == "" }

// Approximate tells whether the number is an estimate.
func (m Metric) Approximate() bool { return m.state != "" }

// Metrics is the registry, in the order of columns.
func Metrics() []Metric {
	count := func(name, display, formula, description string, good Direction, columns ...string) Metric {
		return Metric{Name: name, Display: display, Unit: Count, Formula: formula, Description: description, Good: good, plus: columns}
	}
	coded := func(m Metric) Metric { m.byCode = true; return m }
	ratio := func(name, display, over, under, description string, good Direction) Metric {
		return Metric{Name: name, Display: display, Unit: Ratio, Formula: over + " / " + under, Description: description, Good: good, over: over, under: under}
	}
	wait := func(name, display, state string, level int, description string) Metric {
		return Metric{Name: name, Display: display, Unit: Milliseconds, Formula: []string{"median", "95th percentile"}[level] + " of " + description,
			Description: "Merged from t-digests, never averaged.", Good: Down, state: state, level: level}
	}
	inFlight := count("inFlight", "In flight", "sent - delivered - failures reported after sending",
		"Taken by the provider, and neither delivered nor failed yet.", Neutral, "sent")
	inFlight.minus = []string{"delivered", "failed_late"}
	attempted := count("attempted", "Attempted", "messages handed to the provider; repeats of one message count once",
		"How often the provider was called, without the attempts that a later one replaced.", Neutral, "attempted")
	attempted.minus = []string{"retried"}
	clicks := count("clicks", "Clicks", "messages whose quick reply was tapped", "Taps on a quick-reply button, by the person, at most one a message.", Up, "clicks")
	clicks.byButton = true
	spend := count("spendMicros", "Spend", "sum of the prices that the provider's reports tell",
		"In millionths of the row's currency; null where no price is known or currencies are mixed.", Down, "price_micros")
	spend.Unit = Micros
	return linked([]Metric{
		coded(count("targeted", "Targeted", "messages accepted, and rows of audiences that were refused", "Everyone the send was meant for.", Neutral, "targeted")),
		coded(count("suppressed", "Suppressed", "messages not sent: no consent, opted out, paused template, deadline, cancelled", "Kept back by us; the error code says why.", Neutral, "suppressed")),
		attempted,
		count("sent", "Sent", "messages that the provider took", "The provider has the message.", Up, "sent"),
		count("delivered", "Delivered", "messages on the person's device", "A read message counts as delivered.", Up, "delivered"),
		count("read", "Read", "messages with a read receipt", "A lower bound: people can switch receipts off.", Up, "read"),
		coded(count("failed", "Failed", "attempts with a definite failure", "The error code says why.", Down, "failed")),
		coded(count("unknown", "Unknown", "attempts whose outcome stayed unknown", "The provider's answer was lost and no evidence came.", Down, "unsettled")),
		coded(count("possibleDuplicates", "Possible duplicates", "attempts repeated though the provider may have had the message", "The person may have got it twice.", Down, "possible_duplicates")),
		inFlight,
		count("replies", "Replies", "messages that the person answered within 72 hours", "", Up, "replies"),
		clicks,
		count("optOuts", "Opt-outs", "messages answered with a STOP", "", Down, "opt_outs"),
		{Name: "recipients", Display: "Recipients", Unit: Count, Formula: "distinct people whose message was sent",
			Description: "Approximate, standard error about 1.6 %.", Good: Up, state: "recipients"},
		ratio("deliveryRate", "Delivery rate", "delivered", "sent", "", Up),
		ratio("readRate", "Read rate", "read", "delivered", "A lower bound, since read receipts can be off.", Up),
		ratio("failureRate", "Failure rate", "failed", "attempted", "", Down),
		ratio("replyRate", "Reply rate", "replies", "delivered", "", Up),
		ratio("clickRate", "Click rate", "clicks", "delivered", "", Up),
		ratio("optOutRate", "Opt-out rate", "optOuts", "delivered", "", Down),
		spend,
		wait("deliverP50Ms", "Median time to deliver", "deliver_ms", 0, "delivered - sent"),
		wait("deliverP95Ms", "95 % delivered within", "deliver_ms", 1, "delivered - sent"),
		wait("readP50Ms", "Median time to read", "read_ms", 0, "read - delivered"),
		wait("readP95Ms", "95 % read within", "read_ms", 1, "read - delivered"),
	})
}

// linked gives ratios their parts.
func linked(all []Metric) []Metric {
	for i := range all {
		for j := range all {
			if all[j].Name == all[i].over {
				all[i].parts[0] = &all[j]
			} else if all[j].Name == all[i].under {
				all[i].parts[1] = &all[j]
			}
		}
	}
	return all
}

// MetricNamed finds a metric.
func MetricNamed(name string) (Metric, bool) {
	all := Metrics()
	if i := slices.IndexFunc(all, func(m Metric) bool { return m.Name == name }); i >= 0 {
		return all[i], true
	}
	return Metric{}, false
}

// counters are the summed columns of every summary with what they count among the events.
func counters() []counter {
	return []counter{
		{"targeted", "countIf(status = 'TARGETED')"},
		{"suppressed", "countIf(status IN ('SUPPRESSED', 'CANCELLED'))"},
		{"attempted", "countIf(status = 'ATTEMPTED')"},
		{"retried", "countIf(status = 'RETRIED')"},
		{"sent", "countIf(status = 'SENT')"},
		{"delivered", "countIf(status = 'DELIVERED')"},
		{"read", "countIf(status = 'READ')"},
		{"failed", "countIf(status = 'FAILED')"},
		{"failed_late", "countIf(status = 'FAILED' AND latency_ms > 0)"},
		{"unsettled", "countIf(status = 'UNSETTLED')"},
		{"possible_duplicates", "countIf(status = 'POSSIBLE_DUPLICATE')"},
		{"replies", "countIf(status = 'REPLIED')"},
		{"clicks", "countIf(status = 'CLICKED')"},
		{"opt_outs", "countIf(status = 'OPTED_OUT')"},
		{"price_micros", "sum(price_micros)"},
	}
}

type counter struct{ column, ofEvents string }
