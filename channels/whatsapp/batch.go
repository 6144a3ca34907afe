package whatsapp

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"posthaste/channels"
)

// Batch is what one webhook tells, by kind, in the order in which it came.
type Batch struct {
	Statuses     []Status
	Messages     []Message
	Failures     []ReportedFailure // errors of an account or sender, not of a message
	Preferences  []Preference
	Templates    []TemplateChange
	Numbers      []NumberChange
	Capabilities []Capability
	Accounts     []AccountChange
	Unknown      []Fragment // of a kind we do not read: nothing to do
	Unparsed     []Fragment // of a kind we read, but malformed: to be kept sealed and read again by a later version
}

// Len is how many things were told: each status, message, error, preference and change counts one.
func (b Batch) Len() int {
	return len(b.Statuses) + len(b.Messages) + len(b.Failures) + len(b.Preferences) + len(b.Templates) + len(b.Numbers) +
		len(b.Capabilities) + len(b.Accounts) + len(b.Unknown) + len(b.Unparsed)
}

// Append adds what another webhook tells, behind what is there.
func (b *Batch) Append(o Batch) {
	b.Statuses = append(b.Statuses, o.Statuses...)
	b.Messages = append(b.Messages, o.Messages...)
	b.Failures = append(b.Failures, o.Failures...)
	b.Preferences = append(b.Preferences, o.Preferences...)
	b.Templates = append(b.Templates, o.Templates...)
	b.Numbers = append(b.Numbers, o.Numbers...)
	b.Capabilities = append(b.Capabilities, o.Capabilities...)
	b.Accounts = append(b.Accounts, o.Accounts...)
	b.Unknown = append(b.Unknown, o.Unknown...)
	b.Unparsed = append(b.Unparsed, o.Unparsed...)
}

// Fragment is a part that was not read. Raw is a whole webhook body around it, so ParseWebhook can be given it again; it
// holds addresses and texts. Reason is safe to show.
type Fragment struct {
	Origin
	Field  string
	Reason string
	Raw    []byte
}

// Origin is whom a thing concerns. The receiver finds the tenant by it and by the signed route.
type Origin struct {
	Account string    // WABA id
	Sender  string    // phone-number id, empty where the whole account is meant
	At      time.Time // when the platform says it sent the webhook, zero if not told
}

// Party is a person as a webhook names them. Either of Phone and UserID may be empty.
type Party struct {
	Phone        string // E.164 with "+", as the provider knows it: fold it with messaging.ParsePhone before hashing
	UserID       string // business-scoped user id
	ParentUserID string // the same across portfolios
	Username     string
	Name         string // what the person calls themselves
}

// StatusKind is how far a message has come.
type StatusKind string

const (
	Sent      StatusKind = "sent"
	Delivered StatusKind = "delivered"
	Read      StatusKind = "read"
	Played    StatusKind = "played" // a voice message was listened to
	Failed    StatusKind = "failed"
)

// Rank orders the kinds: a status of higher rank implies those below it, except that Failed (0) stands apart.
func (k StatusKind) Rank() int {
	switch k {
	case Sent:
		return 1
	case Delivered:
		return 2
	case Read:
		return 3
	case Played:
		return 4
	}
	return 0
}

// Status is a delivery report.
type Status struct {
	Origin
	Kind        StatusKind
	ProviderID  string // wamid; holds the address
	Correlation string // what we gave as Outgoing.Correlation; to be verified
	Time        time.Time
	Recipient   Party
	Pricing     Pricing
	Failure     channels.Failure // of Failed
}

// Pricing is what the platform says it charges. It comes on sent and on one of delivered and read.
type Pricing struct {
	Type     string // regular, free_customer_service, free_entry_point …; empty = not told
	Category string // marketing, utility, authentication, authentication_international, service, marketing_lite …
	Model    string // PMP
	Billable *bool  // being withdrawn by the platform; use Type
}

// ReportedFailure is an error of an account or sender.
type ReportedFailure struct {
	Origin
	Failure channels.Failure
}

// Preference is what a person has set in WhatsApp for the business's marketing messages.
type Preference struct {
	Origin
	Person   Party
	Category string // marketing_messages
	Stop     bool   // false = resume
	Time     time.Time
}

// TemplateEvent is what a TemplateChange is about.
type TemplateEvent string

const (
	TemplateReviewed   TemplateEvent = "STATUS"
	TemplateQuality    TemplateEvent = "QUALITY"
	TemplateCategory   TemplateEvent = "CATEGORY"
	TemplateComponents TemplateEvent = "COMPONENTS"
)

// TemplateChange is news of a template. Only the fields of its event are set.
type TemplateChange struct {
	Origin
	Event    TemplateEvent
	ID       string
	Name     string
	Language string
	Category string // as the platform has it now, where told

	Status         string // STATUS: APPROVED, REJECTED, PAUSED …
	Reason         string // STATUS: INVALID_FORMAT …, "NONE" left empty
	Explanation    string // STATUS: the reviewer's words
	Recommendation string // STATUS: what the reviewer recommends
	Pause          string // STATUS: FIRST_PAUSE, SECOND_PAUSE, RATE_LIMITING_PAUSE, UNPAUSE, DISABLED

	PreviousQuality, Quality string // QUALITY: GREEN, YELLOW, RED, UNKNOWN
	PreviousCategory         string // CATEGORY: set when the change is done
	CorrectCategory          string // CATEGORY: what it will become
	CategoryAt               time.Time
}

// NumberEvent is what a NumberChange is about.
type NumberEvent string

const (
	NumberQuality  NumberEvent = "QUALITY" // throughput or limit: see What
	NumberName     NumberEvent = "NAME"
	NumberSecurity NumberEvent = "SECURITY"
)

// NumberChange is news of a sender. The platform names the number, not its id.
type NumberChange struct {
	Origin
	Event         NumberEvent
	DisplayNumber string // digits, with the "+" that the platform leaves out
	What          string // QUALITY: THROUGHPUT_UPGRADE, ONBOARDING …; NAME: APPROVED, REJECTED …; SECURITY: PIN_CHANGED …
	Limit         string // QUALITY: TIER_1K …
	Name          string // NAME
	Reason        string // NAME: why it was rejected
}

// Capability is what the business may do now. 0 = not told, -1 = unlimited.
type Capability struct {
	Origin
	DailyRecipients    int // unique people in a rolling day, of the whole portfolio
	NumbersPerBusiness int
	NumbersPerAccount  int
}

// AccountChange is news of an account: an alert or an update.
type AccountChange struct {
	Origin
	Alert        bool
	Event        string // ACCOUNT_RESTRICTION, DISABLED_UPDATE …; of an alert: OBA_REJECTED …
	Severity     string // of an alert: INFORMATIONAL, WARNING, CRITICAL
	State        string // of an alert: ACTIVE, RESOLVED; of a ban: DISABLE …; of a review: APPROVED …
	EntityType   string // of an alert: BUSINESS, WABA, PHONE_NUMBER
	EntityID     string
	Explanation  string
	Restrictions []Restriction
	Violation    string
}

// Restriction is one thing that the account may not do until its end.
type Restriction struct {
	Type  string
	Until time.Time // zero = without end
}

// What holds an address or a text prints no more than its name.

func (Party) Format(f fmt.State, _ rune)    { _, _ = io.WriteString(f, "[party]") }
func (Fragment) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[fragment]") }
func (s Status) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[status "+string(s.Kind)+"]") }
func (Preference) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "[preference]")
}
func (b Batch) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "[batch of %d]", b.Len()) }

func (Party) LogValue() slog.Value      { return slog.StringValue("[party]") }
func (Fragment) LogValue() slog.Value   { return slog.StringValue("[fragment]") }
func (s Status) LogValue() slog.Value   { return slog.StringValue("[status " + string(s.Kind) + "]") }
func (Preference) LogValue() slog.Value { return slog.StringValue("[preference]") }
func (b Batch) LogValue() slog.Value    { return slog.IntValue(b.Len()) }
