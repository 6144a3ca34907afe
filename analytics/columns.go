package analytics

import (
	"time"

	"posthaste/messaging"
)

// Columns are events by column, in the types in which ClickHouse takes them, so that many blocks can be sent without a
// struct per event. All slices have the same length.
type Columns struct {
	Tenant     []uint64
	Message    []uint64
	Attempt    []uint8
	Status     []int8
	Channel    []int8
	Category   []int8
	Sender     []uint64
	Template   []uint64
	Campaign   []uint64
	Country    []string
	Code       []int32
	Button     []string
	Bucket     []uint32
	ReportDay  []uint16 // days since 1970
	At         []int64  // milliseconds since 1970
	Recipient  []uint64
	PriceMicro []int64
	Currency   []string
	LatencyMS  []uint32
	Expires    []uint16
	KPIExpires []uint16
}

// Len is the number of events.
func (c *Columns) Len() int { return len(c.Tenant) }

// Reset empties the columns and keeps their memory.
func (c *Columns) Reset() { c.truncate(0) }

func (c *Columns) truncate(n int) {
	*c = Columns{
		Tenant: c.Tenant[:n], Message: c.Message[:n], Attempt: c.Attempt[:n], Status: c.Status[:n],
		Channel: c.Channel[:n], Category: c.Category[:n], Sender: c.Sender[:n], Template: c.Template[:n],
		Campaign: c.Campaign[:n], Country: c.Country[:n], Code: c.Code[:n], Button: c.Button[:n], Bucket: c.Bucket[:n],
		ReportDay: c.ReportDay[:n], At: c.At[:n], Recipient: c.Recipient[:n], PriceMicro: c.PriceMicro[:n],
		Currency: c.Currency[:n], LatencyMS: c.LatencyMS[:n], Expires: c.Expires[:n], KPIExpires: c.KPIExpires[:n],
	}
}

// Event gives one row as an event. It fails where a number stands for no status, channel or
// category.
func (c *Columns) Event(i int) (Event, error) {
	channel, ok := channelOf(c.Channel[i])
	category, known := categoryOf(c.Category[i])
	status := Status(c.Status[i]) // #nosec G115 -- what is below zero is past Retried then
	if !ok || !known || status == 0 || status > Retried {
		return Event{}, ErrBlock
	}
	return Event{
		Tenant: messaging.IDFromUint64(c.Tenant[i]), Message: messaging.IDFromUint64(c.Message[i]), Attempt: c.Attempt[i],
		Status: status, Channel: channel, Category: category, Sender: messaging.IDFromUint64(c.Sender[i]),
		Template: messaging.IDFromUint64(c.Template[i]), Campaign: messaging.IDFromUint64(c.Campaign[i]), Country: c.Country[i],
		Code: c.Code[i], Button: c.Button[i], Bucket: c.Bucket[i], ReportDay: dayTime(c.ReportDay[i]),
		At: time.UnixMilli(c.At[i]).UTC(), Recipient: c.Recipient[i], PriceMicro: c.PriceMicro[i],
		Currency: c.Currency[i], LatencyMS: c.LatencyMS[i], Expires: dayTime(c.Expires[i]),
		KPIExpires: dayTime(c.KPIExpires[i]),
	}, nil
}

// The numbers of channels and categories are stored; never change one.

// ChannelNumber is the stored number of a channel, 0 for none.
func ChannelNumber(c messaging.Channel) int8 {
	switch c {
	case messaging.WhatsApp:
		return 1
	case messaging.SMS:
		return 2
	case messaging.Email:
		return 3
	}
	return 0
}

func channelOf(n int8) (messaging.Channel, bool) {
	names := [...]messaging.Channel{"", messaging.WhatsApp, messaging.SMS, messaging.Email}
	if n < 1 || int(n) >= len(names) {
		return "", false
	}
	return names[n], true
}

// ChannelOf is the channel of a stored number, "" for none.
func ChannelOf(n int8) messaging.Channel { c, _ := channelOf(n); return c }

// CategoryOf is the category of a stored number, "" for none.
func CategoryOf(n int8) messaging.Category { c, _ := categoryOf(n); return c }

// CategoryNumber is the stored number of a category, 0 for none.
func CategoryNumber(c messaging.Category) int8 {
	switch c {
	case messaging.Marketing:
		return 1
	case messaging.Utility:
		return 2
	case messaging.Authentication:
		return 3
	case messaging.Service:
		return 4
	}
	return 0
}

func categoryOf(n int8) (messaging.Category, bool) {
	names := [...]messaging.Category{"", messaging.Marketing, messaging.Utility, messaging.Authentication, messaging.Service}
	if n < 1 || int(n) >= len(names) {
		return "", false
	}
	return names[n], true
}

// dayNumber counts the days from 1970 to the date that t shows in its own zone.
func dayNumber(t time.Time) int64 {
	_, offset := t.Zone()
	seconds := t.Unix() + int64(offset)
	if seconds < 0 {
		return -1
	}
	return seconds / 86400
}

func dayTime(day uint16) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }
