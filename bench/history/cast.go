// Package history makes the past of a demo tenant: a year of sends with weekdays and hours, campaigns, countries, failures,
// opt-outs, a paused template and one bad day. The same seed makes the same past. It goes to the event store by the
// exporter's own function; the last month also goes to Postgres, by rows that the wiring writes.
package history

import (
	"time"

	"posthaste/messaging"
)

// TemplateRole is a part that a template plays in the story. The wiring makes the templates and says their ids.
type TemplateRole struct {
	Name     string // of the template, too
	Category messaging.Category
	Buttons  []string // labels of quick replies
	share    float64  // of the transactional messages; 0: sent by campaigns
	read     float64  // of the delivered
}

// Roles are the templates of the story.
func Roles() []TemplateRole {
	return []TemplateRole{
		{Name: "order_confirmation", Category: messaging.Utility, share: 0.34, read: 0.81},
		{Name: "delivery_update", Category: messaging.Utility, Buttons: []string{"Where is it?", "Change the day"}, share: 0.28, read: 0.84},
		{Name: "appointment_reminder", Category: messaging.Utility, Buttons: []string{"Confirm", "Move it"}, share: 0.12, read: 0.77},
		{Name: "login_code", Category: messaging.Authentication, share: 0.26, read: 0.93},
		{Name: "season_offer", Category: messaging.Marketing, Buttons: []string{"Shop now", "Not for me"}, read: 0.58},
		{Name: "back_in_stock", Category: messaging.Marketing, Buttons: []string{"Reserve"}, read: 0.66},
		{Name: "loyalty_points", Category: messaging.Marketing, Buttons: []string{"See my points"}, read: 0.49},
	}
}

// country is where recipients live and what a message there costs and how well it arrives.
type country struct {
	code    string
	share   float64
	deliver float64
	prices  map[messaging.Category]int64 // micros of the currency of the tenant
}

func countries() []country {
	price := func(marketing, utility, authentication int64) map[messaging.Category]int64 {
		return map[messaging.Category]int64{messaging.Marketing: marketing, messaging.Utility: utility, messaging.Authentication: authentication}
	}
	return []country{
		{"IN", 0.62, 0.965, price(785_000, 115_000, 115_000)},
		{"BR", 0.14, 0.972, price(5_200_000, 560_000, 2_600_000)},
		{"ID", 0.10, 0.948, price(3_400_000, 1_700_000, 2_500_000)},
		{"AE", 0.06, 0.981, price(3_200_000, 1_300_000, 1_500_000)},
		{"DE", 0.05, 0.985, price(11_400_000, 4_600_000, 6_400_000)},
		{"GB", 0.03, 0.979, price(4_400_000, 1_800_000, 3_000_000)},
	}
}

// hours are the weights of the hours of a day for transactional messages, weekdays those of the days from Sunday.
func hours() [24]float64 {
	return [24]float64{1, 1, 1, 1, 1, 2, 4, 8, 13, 16, 17, 16, 14, 13, 14, 15, 16, 18, 20, 21, 18, 12, 6, 3}
}

func weekdays() [7]float64 { return [7]float64{0.72, 1.06, 1.02, 1.0, 1.05, 1.18, 0.97} }

// The turns of the story, in days before its end.
const (
	badDay      = 41 // the provider had a bad day: failures and slowness
	pausedFrom  = 78 // season_offer was paused for falling quality …
	pausedUntil = 71 // … and approved again
	// PausedTemplate is the one that was paused.
	PausedTemplate = "season_offer"
)

// Campaign is one campaign of the story.
type Campaign struct {
	ID        messaging.ID
	Name      string
	Template  messaging.ID
	Sender    messaging.ID
	StartedAt time.Time
	EndedAt   time.Time
	Accepted  int
	Refused   int
	Results   messaging.CampaignProgress // at the end of the past
}

// Attempt is what became of one attempt of a message.
type Attempt struct {
	Number      int
	State       messaging.State
	Code        int
	Bucket      uint32
	SentAt      time.Time // zero: not
	DeliveredAt time.Time
	ReadAt      time.Time
	FailedAt    time.Time
}

// Message is a message of the last month with its attempts, for Postgres.
type Message struct {
	ID        messaging.ID
	Sender    messaging.ID
	Channel   messaging.Channel
	Category  messaging.Category
	Template  messaging.ID
	Campaign  messaging.ID // 0: none
	Person    int          // 0-based; the wiring makes the subject
	Country   string
	PlannedAt time.Time
	ReportDay time.Time // the send's day in the tenant's zone
	Attempts  []Attempt
}
