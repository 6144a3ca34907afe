package messaging

import (
	"time"

	"posthaste/privacy"
)

// Reports is what a provider tells of one tenant's messages and people, verified and parsed. The tenant comes from the
// signed route alone: reports on what is not the tenant's have no effect.
type Reports struct {
	Now      time.Time
	Statuses []StatusReport
	Inbound  []Inbound
	Wishes   []Wish
	// AfterFailure says what follows a reported failure where an attempt can still follow. It must not wait.
	AfterFailure func(i int, category Category, attempt int, deadline time.Time) (again bool, runAt time.Time)
}

// StatusReport is what is told of one attempt.
type StatusReport struct {
	Sender   ID
	Evidence Evidence
	Newest   time.Time // the provider's newest time in it
	Stop     *StopSending
	OptedOut *Alias // the failure says that the person wants no marketing; the address it went to
}

// Inbound is what a person has sent.
type Inbound struct {
	ProviderID privacy.Secret
	Sender     ID
	Channel    Channel
	From       []Alias // all addresses that were told, the one it came from first
	At         time.Time
	Kind       string
	Keyword    Keyword
	ReplyTo    privacy.Secret // the provider's id of our message that was quoted or tapped
	Answers    bool           // it counts as an answer: no reaction, no correction, no notice of the system
	Tapped     bool
	Button     string // the label that was tapped
	Address    []byte // in plain; sealed and kept only where the tenant keeps addresses
	Content    []byte // likewise
}

// Wish is a person's preference, told by the provider.
type Wish struct {
	What    Signal
	Channel Channel
	From    []Alias
	At      time.Time
}

// Learned is what reports have changed.
type Learned struct {
	Strangers int  // statuses of messages that are not there
	Repeated  int  // inbound messages that were told of before
	Events    int  // facts that were new
	Retries   bool // work is due: wake the dispatchers
}

// ReplyWindow is how long after a send an answer counts as one to it, and ServiceWindow how long an inbound message lets
// a brand answer in free text.
const (
	ReplyWindow   = 72 * time.Hour
	ServiceWindow = 24 * time.Hour
	// StateDays is how long message_state lives at least: a provider's late reports come up to 30 days after the send.
	StateDays = 45
)

// InboundPlace is where a part of an inbound message is sealed to: column address_sealed or content_sealed.
func InboundPlace(tenant, id ID, column string) privacy.AAD {
	return privacy.AAD{Tenant: int64(tenant), Table: "inbound", Column: column, Row: int64(id)}
}
