package server

import (
	"posthaste/graph"
	"posthaste/messaging"
)

// weigh prices the lists by what they may return: a page costs its size times one row.
func weigh(c *graph.ComplexityRoot) {
	c.Query.Audit = func(child, first int, _, _ *string) int { return page(child, first) }
	c.Query.BlockedAttempts = func(child, first int) int { return page(child, first) }
	c.Query.Campaigns = func(child, first int, _ *string, _ []graph.CampaignState) int { return page(child, first) }
	c.Query.Jobs = func(child int, _ *graph.JobKind, first int) int { return page(child, first) }
	c.Query.Messages = func(child, first int, _ *string, _ *graph.MessageFilter) int { return page(child, first) }
	c.Query.Templates = func(child, first int, _ *string, _ *graph.TemplateFilter) int { return page(child, first) }
	c.Query.Senders = func(child int, _ *messaging.Channel) int { return page(child, 50) }
	// A row of figures is cheap: its cost is the query, and the limits of the dataset bound that.
	c.Analytics.MessageStats = func(child int, _ graph.TimeRangeInput, _ *string, _ graph.Granularity, _ []graph.MessageDimension,
		_ *graph.MessageStatsFilter, _ *graph.Comparison, _ *graph.MessageStatsOrder, first int, _ *string, _ bool) int {
		return 100 + page(child, first)/20
	}
}

// page saturates, so that a huge first cannot overflow into a small price.
func page(child, first int) int {
	const ceiling = 1 << 30
	if first < 1 {
		first = 1
	}
	if child > ceiling/first {
		return ceiling
	}
	return 1 + child*first
}
