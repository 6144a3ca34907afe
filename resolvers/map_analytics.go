package resolvers

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"posthaste/analytics"
	"posthaste/graph"
	"posthaste/messaging"
	"posthaste/privacy"
)

func statsTenant(t messaging.Tenant) analytics.Tenant {
	return analytics.Tenant{ID: t.ID, Zone: t.Location(), SummaryDays: t.SummaryDays, MessageDays: t.MessageDays,
		Anonymous: !t.AddressMode.Allows(privacy.Distinct)}
}

// statsActor gives who asks and the settings of their tenant.
func (r *Resolver) statsActor(ctx context.Context) (messaging.Actor, messaging.Tenant, error) {
	actor, err := messaging.ActorFrom(ctx)
	if err != nil {
		return actor, messaging.Tenant{}, err
	}
	tenant, err := r.StatsReads.Tenant(ctx, actor.Tenant)
	return actor, tenant, err
}

// statsSelection is what of a result the caller wants to see; the rest is not computed.
type statsSelection struct {
	metrics []string
	totals  bool
	names   bool
}

func statsSelected(ctx context.Context) statsSelection {
	var s statsSelection
	operation := graphql.GetOperationContext(ctx)
	var row func(fields []graphql.CollectedField)
	row = func(fields []graphql.CollectedField) {
		for _, f := range fields {
			name := f.Name
			switch name {
			case "rows":
				row(graphql.CollectFields(operation, f.Selections, nil))
				continue
			case "totals":
				s.totals = true
				row(graphql.CollectFields(operation, f.Selections, nil))
				continue
			case "comparison":
				row(graphql.CollectFields(operation, f.Selections, nil))
				continue
			case "senderName", "templateName", "campaignName":
				s.names = true
			case "currency":
				name = "spendMicros"
			}
			if _, known := analytics.MetricNamed(name); known && !slices.Contains(s.metrics, name) {
				s.metrics = append(s.metrics, name)
			}
		}
	}
	row(graphql.CollectFieldsCtx(ctx, nil))
	return s
}

func statsFilter(in *graph.MessageStatsFilter) analytics.Filter {
	if in == nil {
		return analytics.Filter{}
	}
	return analytics.Filter{Channels: in.Channels.Value(), Categories: in.Categories.Value(), Senders: in.SenderIds.Value(),
		Templates: in.TemplateIds.Value(), Campaigns: in.CampaignIds.Value(), Countries: in.Countries.Value()}
}

func statsRange(q *analytics.Query, in graph.TimeRangeInput) {
	if preset := in.Preset.Value(); preset != nil {
		q.Preset = analytics.Preset(*preset)
	}
	q.From, q.To = value(in.From.Value()), value(in.To.Value())
}

func statsDimensions(in []graph.MessageDimension) []analytics.Dimension {
	out := make([]analytics.Dimension, len(in))
	for i, d := range in {
		out[i] = analytics.Dimension(d)
	}
	return out
}

// statsResult turns an answer into the schema's.
func (r *Resolver) statsResult(ctx context.Context, tenant messaging.ID, a *analytics.Result, selected statsSelection) (*graph.MessageStatsResult, error) {
	names, err := r.statsNames(ctx, tenant, a, selected)
	if err != nil {
		return nil, err
	}
	through, err := r.StatsReads.DataThrough(ctx, tenant)
	if err != nil {
		return nil, err
	}
	row := statsRowMaker{a.GroupBy, names, r.playTexts()}
	out := &graph.MessageStatsResult{
		Rows: row.all(a.Rows), Totals: row.of(a.Totals, nil), PageInfo: &graph.PageInfo{HasNextPage: a.HasNext, EndCursor: optional(a.EndCursor)},
		Meta: &graph.ResultMeta{From: a.From, To: a.To, TimeZone: a.Zone, Granularity: graph.Granularity(a.Granularity), RowCount: len(a.Rows),
			Truncated: a.HasNext, DataThrough: through, Maturing: a.Maturing, Approximate: append([]string{}, a.Approximate...),
			Unavailable: []*graph.Unavailable{}, ElapsedMs: a.Elapsed.Milliseconds()},
	}
	for _, u := range a.Unavailable {
		out.Meta.Unavailable = append(out.Meta.Unavailable, &graph.Unavailable{Metric: u.Metric, Reason: u.Reason})
	}
	if a.Compared != nil {
		out.Comparison = &graph.MessageStatsComparison{From: a.ComparedFrom, To: a.ComparedTo, Rows: row.all(a.Compared), Totals: row.of(a.ComparedTotals, nil)}
	}
	return out, nil
}

// statsNames looks names up in one go, if they are wanted.
func (r *Resolver) statsNames(ctx context.Context, tenant messaging.ID, a *analytics.Result, selected statsSelection) (analytics.Names, error) {
	var senders, templates, campaigns []messaging.ID
	add := func(to *[]messaging.ID, id uint64) {
		if id != 0 {
			*to = append(*to, messaging.IDFromUint64(id))
		}
	}
	for _, line := range a.Rows {
		add(&senders, line.Key.Sender)
		add(&templates, line.Key.Template)
		add(&campaigns, line.Key.Campaign)
	}
	if !selected.names || len(senders)+len(templates)+len(campaigns) == 0 {
		return analytics.Names{}, nil
	}
	return r.StatsReads.Names(ctx, tenant, unique(senders), unique(templates), unique(campaigns))
}

func unique(ids []messaging.ID) []messaging.ID {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// statsRowMaker turns lines into rows.
type statsRowMaker struct {
	groupBy []analytics.Dimension
	names   analytics.Names
	texts   map[int]string
}

func (m statsRowMaker) all(lines []analytics.Line) []*graph.MessageStatsRow {
	out := make([]*graph.MessageStatsRow, len(lines))
	for i, line := range lines {
		out[i] = m.of(line, m.groupBy)
	}
	return out
}

func (m statsRowMaker) of(line analytics.Line, groupBy []analytics.Dimension) *graph.MessageStatsRow {
	row := &graph.MessageStatsRow{BucketStart: optional(line.Start), BucketLabel: optional(line.Label), Currency: optional(line.Currency)}
	if _, priced := line.Values["spendMicros"]; !priced {
		row.Currency = nil
	}
	for _, d := range groupBy {
		m.dimension(row, d, line.Key)
	}
	count := func(name string) *int64 {
		if v, ok := line.Values[name]; ok {
			n := int64(v)
			return &n
		}
		return nil
	}
	rate := func(name string) *float64 {
		if v, ok := line.Values[name]; ok {
			return &v
		}
		return nil
	}
	row.Targeted, row.Suppressed, row.Attempted, row.Sent = count("targeted"), count("suppressed"), count("attempted"), count("sent")
	row.Delivered, row.Read, row.Failed, row.Unknown = count("delivered"), count("read"), count("failed"), count("unknown")
	row.PossibleDuplicates, row.InFlight, row.Replies = count("possibleDuplicates"), count("inFlight"), count("replies")
	row.Clicks, row.OptOuts, row.Recipients = count("clicks"), count("optOuts"), count("recipients")
	row.DeliveryRate, row.ReadRate, row.FailureRate = rate("deliveryRate"), rate("readRate"), rate("failureRate")
	row.ReplyRate, row.ClickRate, row.OptOutRate = rate("replyRate"), rate("clickRate"), rate("optOutRate")
	row.SpendMicros = count("spendMicros")
	row.DeliverP50Ms, row.DeliverP95Ms = count("deliverP50Ms"), count("deliverP95Ms")
	row.ReadP50Ms, row.ReadP95Ms = count("readP50Ms"), count("readP95Ms")
	return row
}

func (m statsRowMaker) dimension(row *graph.MessageStatsRow, d analytics.Dimension, key analytics.Key) {
	switch d {
	case analytics.ByChannel:
		row.Channel = optional(analytics.ChannelOf(key.Channel))
	case analytics.ByCategory:
		row.Category = optional(analytics.CategoryOf(key.Category))
	case analytics.BySender:
		row.SenderID = optional(messaging.IDFromUint64(key.Sender))
		row.SenderName = optional(m.names.Senders[messaging.IDFromUint64(key.Sender)])
	case analytics.ByTemplate:
		row.TemplateID = optional(messaging.IDFromUint64(key.Template))
		row.TemplateName = optional(m.names.Templates[messaging.IDFromUint64(key.Template)])
	case analytics.ByCampaign:
		row.CampaignID = optional(messaging.IDFromUint64(key.Campaign))
		row.CampaignName = optional(m.names.Campaigns[messaging.IDFromUint64(key.Campaign)])
	case analytics.ByCountry:
		row.Country = optional(key.Country)
	case analytics.ByErrorCode:
		code := int(key.Code)
		row.ErrorCode, row.ErrorText = &code, optional(m.texts[code])
	case analytics.ByButton:
		row.Button = optional(key.Button)
	}
}

// playTexts are the sentences for error codes: the providers' and our own refusals.
func (r *Resolver) playTexts() map[int]string {
	texts := map[int]string{}
	for _, p := range append(slices.Clone(r.Plays), refusalPlays()...) {
		texts[p.Code] = strings.TrimSpace(p.Happened + " " + p.Next)
	}
	return texts
}

// playbook lists our own refusals and then the provider's codes.
func playbook(plays []Play) []*graph.PlaybookEntry {
	out := []*graph.PlaybookEntry{}
	for _, p := range append(refusalPlays(), plays...) {
		out = append(out, &graph.PlaybookEntry{Code: p.Code, Action: p.Action, Sentence: strings.TrimSpace(p.Happened + " " + p.Next)})
	}
	return out
}

// refusalPlays explain the numbers with which we refuse to send.
func refusalPlays() []Play {
	const never = "FINAL"
	return []Play{
		{messaging.RefusedNoConsent, never, "Not sent: the person has not opted in.", "Collect an opt-in first."},
		{messaging.RefusedOptedOut, never, "Not sent: the person has opted out.", "Nothing to do."},
		{messaging.RefusedTemplate, never, "Not sent: the template was not approved at that time.", "Look at the template's state."},
		{messaging.RefusedWindow, never, "Not sent: free text needs an open service window.", "Send an approved template instead."},
		{messaging.RefusedDeadline, never, "Not sent: the deadline had passed.", "Allow more time or more messages per second."},
		{messaging.RefusedSuspended, never, "Not sent: the account is suspended.", "Ask the operator."},
		{messaging.RefusedSenderStopped, never, "Not sent: the sender was stopped.", "Look at the sender's state."},
		{messaging.RefusedInvalid, never, "Not sent: the address or the variables are not valid.", "Correct the list."},
		{messaging.RefusedDuplicate, never, "Not sent: the person was in the audience already.", "Nothing to do."},
	}
}

// datasets describes what can be asked for, from the registry.
func datasets(t messaging.Tenant, through time.Time) []*graph.AnalyticsDataset {
	set := &graph.AnalyticsDataset{Name: "messageStats", MaxDimensions: analytics.MaxDimensions, MaxPageSize: analytics.MaxPage,
		RetentionDays: t.SummaryDays, DataThrough: through}
	for _, m := range analytics.Metrics() {
		set.Metrics = append(set.Metrics, &graph.Metric{Name: m.Name, DisplayName: m.Display, Unit: string(m.Unit), Formula: m.Formula,
			Description: m.Description, GoodDirection: string(m.Good), Additive: m.Additive()})
	}
	for _, d := range analytics.Dimensions() {
		set.Dimensions = append(set.Dimensions, graph.MessageDimension(d))
	}
	for _, g := range analytics.Granularities() {
		set.Limits = append(set.Limits, &graph.DatasetLimits{Granularity: graph.Granularity(g), MaxDays: analytics.MaxDays(g)})
	}
	return []*graph.AnalyticsDataset{set}
}
