// Package analytics is what is known about messages as numbers: events, the registry of metrics and the questions that
// can be asked. It is pure; the driver and its statements are in analytics/clickhouse.
package analytics

import (
	"math"
	"time"

	"posthaste/messaging"
)

// Status is what an event says. The numbers are stored; never change one.
type Status uint8

const (
	Targeted          Status = 1 // accepted by us, or a row of an audience that was refused
	Suppressed        Status = 2 // not sent; Code says why (messaging.Refused…)
	Attempted         Status = 3 // the provider was called
	Sent              Status = 4
	Delivered         Status = 5
	Read              Status = 6
	Failed            Status = 7
	Unknown           Status = 8  // the answer was lost
	Unsettled         Status = 9  // ended unknown
	PossibleDuplicate Status = 10 // retried though the provider may have had it
	Replied           Status = 11
	Clicked           Status = 12
	OptedOut          Status = 13
	Cancelled         Status = 14
	Retried           Status = 15 // replaced by a later attempt; such an attempt has not Failed
)

// Event is one new fact about one attempt. All events of an attempt carry the bucket and the day of its *send*, so a
// rate never passes 100 %.
type Event struct {
	Tenant     messaging.ID
	Message    messaging.ID
	Attempt    uint8 // 1, 2 …; 0 for Targeted and refusals before any attempt
	Status     Status
	Channel    messaging.Channel
	Category   messaging.Category
	Sender     messaging.ID
	Template   messaging.ID // 0: none
	Campaign   messaging.ID // 0: none
	Country    string       // ISO 3166, "ZZ" unknown
	Code       int32        // the provider's error or messaging.Refused…
	Button     string       // Clicked: the button's label as in the template
	Bucket     uint32       // 15-minute slot of the send since 1970, UTC
	ReportDay  time.Time    // the send's day in the tenant's zone
	At         time.Time    // when it happened
	Recipient  uint64       // keyed hash of the subject under the tenant's analytics key
	PriceMicro int64        // in millionths of Currency; 0 while unknown
	Currency   string       // "" while no price is known
	LatencyMS  uint32       // Delivered: since Sent; Read: since Delivered; Failed: since Sent, at least 1, or 0 where it was never sent
	Expires    time.Time    // day on which the event is gone
	KPIExpires time.Time    // day on which its part of the summaries is gone
}

// BucketOf is the 15-minute slot of a moment after 1970.
func BucketOf(t time.Time) uint32 {
	return uint32(max(0, min(t.Unix()/900, math.MaxUint32))) // #nosec G115 -- between the bounds
}

// Statuses maps newly set bits to events, in the order in which they happen.
func Statuses(fresh messaging.State) []Status {
	var out []Status
	for _, pair := range [...]struct {
		bit    messaging.State
		status Status
	}{
		{messaging.Suppressed, Suppressed}, {messaging.Cancelled, Cancelled}, {messaging.Attempted, Attempted},
		{messaging.Unknown, Unknown}, {messaging.Sent, Sent}, {messaging.Delivered, Delivered}, {messaging.Read, Read},
		{messaging.Failed, Failed}, {messaging.Replied, Replied}, {messaging.Clicked, Clicked},
		{messaging.OptedOut, OptedOut}, {messaging.Retried, Retried}, {messaging.PossibleDuplicate, PossibleDuplicate},
		{messaging.Unsettled, Unsettled},
	} {
		if fresh.Has(pair.bit) {
			out = append(out, pair.status)
		}
	}
	return out
}
