package analytics

import (
	"time"

	"posthaste/messaging"
)

// Granularity is the length of a bucket.
type Granularity string

// The granularities. Whole has one row for the whole range.
const (
	Whole   Granularity = "NONE"
	Quarter Granularity = "MINUTE_15"
	Hourly  Granularity = "HOUR"
	Daily   Granularity = "DAY"
	Weekly  Granularity = "WEEK" // ISO, from Monday
	Monthly Granularity = "MONTH"
)

// Dimension is something to group by.
type Dimension string

// The dimensions.
const (
	ByChannel   Dimension = "CHANNEL"
	ByCategory  Dimension = "CATEGORY"
	BySender    Dimension = "SENDER"
	ByTemplate  Dimension = "TEMPLATE"
	ByCampaign  Dimension = "CAMPAIGN"
	ByCountry   Dimension = "COUNTRY"
	ByErrorCode Dimension = "ERROR_CODE"
	ByButton    Dimension = "BUTTON"
)

// Preset is a range that is resolved in the asked zone at the time of the question.
type Preset string

// The presets.
const (
	Today       Preset = "TODAY"
	Yesterday   Preset = "YESTERDAY"
	Last7Days   Preset = "LAST_7_DAYS" // today included
	Last28Days  Preset = "LAST_28_DAYS"
	Last30Days  Preset = "LAST_30_DAYS"
	Last90Days  Preset = "LAST_90_DAYS"
	ThisMonth   Preset = "THIS_MONTH"
	LastMonth   Preset = "LAST_MONTH"
	Last365Days Preset = "LAST_365_DAYS"
)

// Comparison is the range to compare with.
type Comparison string

// The comparisons.
const (
	Previous             Comparison = "PREVIOUS"
	PreviousMatchWeekday Comparison = "PREVIOUS_MATCH_WEEKDAY"
	LastYear             Comparison = "LAST_YEAR"
)

// Order is the order of the rows; ties are broken by bucket and dimensions, so it is total.
type Order string

// The orders.
const (
	BucketAsc     Order = "BUCKET_ASC"
	BucketDesc    Order = "BUCKET_DESC"
	SentDesc      Order = "SENT_DESC"
	DeliveredDesc Order = "DELIVERED_DESC"
	FailedDesc    Order = "FAILED_DESC"
	ReadRateDesc  Order = "READ_RATE_DESC"
)

// Filter keeps what fits all its lists; an empty list keeps everything.
type Filter struct {
	Channels   []messaging.Channel
	Categories []messaging.Category
	Senders    []messaging.ID
	Templates  []messaging.ID
	Campaigns  []messaging.ID
	Countries  []string
}

// Query is a question about messages.
type Query struct {
	Preset      Preset    // or From and To
	From, To    time.Time // half-open
	Zone        string    // IANA; "" is the tenant's
	Granularity Granularity
	GroupBy     []Dimension
	Where       Filter
	Compare     Comparison // "" for none
	OrderBy     Order      // "" is BucketAsc
	First       int
	After       string   // the cursor of the row before
	Metrics     []string // names of the registry; only these are computed
	Totals      bool
	FillGaps    bool
}

// Tenant is what a question must know of the tenant who asks.
type Tenant struct {
	ID          messaging.ID
	Zone        *time.Location
	SummaryDays int
	MessageDays int
	Anonymous   bool // addresses are not kept at all, so people cannot be counted
}

// Limits of questions. They are part of the answer to analyticsDatasets.
const (
	MaxDimensions = 3
	MaxPage       = 10_000
	MaxFilter     = 1_000 // values of one list of a filter
)

// MaxDays is the widest range of a granularity in days.
func MaxDays(g Granularity) int {
	switch g {
	case Quarter:
		return 3
	case Hourly:
		return 31
	case Daily:
		return 400
	}
	return 3 * 366
}

// Granularities lists them, the finest first after Whole.
func Granularities() []Granularity {
	return []Granularity{Whole, Quarter, Hourly, Daily, Weekly, Monthly}
}

// Dimensions lists them in the order of the columns.
func Dimensions() []Dimension {
	return []Dimension{ByChannel, ByCategory, BySender, ByTemplate, ByCampaign, ByCountry, ByErrorCode, ByButton}
}
