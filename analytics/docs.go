package analytics

import (
	"fmt"
	"strings"
)

// Docs is the page about metrics, written from the registry.
func Docs() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Metrics")
	line("")
	line("Written by `go run ./analytics/docgen` from the registry in `analytics/metric.go`; do not edit.")
	line("")
	line("Every number belongs to the day and the 15-minute slot in which its message was *sent*: a read receipt that comes a")
	line("week later is counted there, so a rate never passes 100 %%. Numbers of the last 72 hours still grow.")
	line("")
	line("| name | shown as | unit | formula | good | sums over rows |")
	line("|---|---|---|---|---|---|")
	for _, m := range Metrics() {
		sums := "yes"
		if !m.Additive() {
			sums = "no, computed again"
		}
		line("| `%s` | %s | %s | %s | %s | %s |", m.Name, m.Display, strings.ToLower(string(m.Unit)), m.Formula, goodWord(m.Good), sums)
	}
	line("")
	for _, m := range Metrics() {
		if m.Description != "" {
			line("- **%s**: %s", m.Display, m.Description)
		}
	}
	line("")
	line("## What can be asked")
	line("")
	line("At most %d dimensions, %d rows a page and %d values in a list of a filter.", MaxDimensions, MaxPage, MaxFilter)
	line("")
	line("| granularity | widest range |")
	line("|---|---|")
	for _, g := range Granularities() {
		line("| %s | %d days |", g, MaxDays(g))
	}
	line("")
	line("Grouped by `ERROR_CODE`, only metrics whose facts carry a code are shown (%s); by `BUTTON`, only %s. Two or more of",
		namesOf(func(m Metric) bool { return m.byCode }), namesOf(func(m Metric) bool { return m.byButton }))
	line("`TEMPLATE`, `CAMPAIGN`, `COUNTRY`, `ERROR_CODE` and `BUTTON` together (except template with campaign and template with")
	line("button), and any of them by the hour or in another zone than the tenant's, are answered from events, which are kept as")
	line("long as messages; all else from summaries.")
	line("")
	line("A metric that cannot be given is null, with a reason:")
	line("")
	for _, r := range [][2]string{
		{ReasonZone, "people and times are merged by whole days of the tenant's own zone"},
		{ReasonGranularity, "they are merged by whole days: not by the hour, not for parts of days"},
		{ReasonDimension, "the facts behind it do not carry this dimension"},
		{ReasonStorageMode, "addresses are not kept, so people cannot be told apart"},
		{ReasonRetention, "the range begins before what is kept; the rows cover the rest"},
		{ReasonNoPrice, "no report has told a price"},
		{ReasonCurrencies, "prices are in several currencies; group or filter until one is left"},
	} {
		line("- `%s`: %s", r[0], r[1])
	}
	return b.String()
}

func goodWord(d Direction) string {
	return map[Direction]string{Up: "more", Down: "less", Neutral: "-"}[d]
}

func namesOf(keep func(Metric) bool) string {
	var names []string
	for _, m := range Metrics() {
		if keep(m) {
			names = append(names, "`"+m.Name+"`")
		}
	}
	return strings.Join(names, ", ")
}

// Header are the columns of a file: the bucket, the dimensions and the metrics, as they are called in the schema.
func Header(g Granularity, groupBy []Dimension, metrics []string) []string {
	var out []string
	if g != Whole {
		out = append(out, "bucketStart", "bucketLabel")
	}
	for _, d := range inOrder(groupBy) {
		out = append(out, map[Dimension][]string{ByChannel: {"channel"}, ByCategory: {"category"}, BySender: {"senderId", "senderName"},
			ByTemplate: {"templateId", "templateName"}, ByCampaign: {"campaignId", "campaignName"}, ByCountry: {"country"},
			ByErrorCode: {"errorCode", "errorText"}, ByButton: {"button"}}[d]...)
	}
	for _, m := range metrics {
		if out = append(out, m); m == "spendMicros" {
			out = append(out, "currency")
		}
	}
	return out
}
