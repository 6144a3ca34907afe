// Package channels is the contract of a way to a person. A channel turns an Outgoing into one call of its provider and
// tells what became of it; it keeps no state, never retries and never writes a store. The dispatcher decides what
// follows. Each implementation has a folder and must pass the suite in channeltest.
package channels

import (
	"context"
	"time"

	"posthaste/messaging"
)

// Channel sends one message.
//
// Send is called from many goroutines. It returns when the provider has answered or ctx has ended. It must not retry:
// a second call for the same Outgoing is a decision of the dispatcher. It must not log an address or a text.
type Channel interface {
	Send(ctx context.Context, out Outgoing) Outcome
}

// Outgoing is one attempt to deliver one message.
type Outgoing struct {
	Account     Account
	To          Recipient
	Content     messaging.Content
	Correlation string        // echoed in the provider's delivery reports, ≤ 512 characters
	TTL         time.Duration // how long the provider may go on trying; 0 = the provider's default. WhatsApp: the template's own counts
}

// Account is the sender at its provider with the credential that opens it.
type Account struct {
	SenderID string // WhatsApp: phone-number id
	Token    string // bearer token, or empty
}

// Recipient is where the message goes. Phone is E.164 with "+"; UserID is a business-scoped user id. Phone wins where
// both are set.
type Recipient struct {
	Phone  string
	UserID string
	Email  string
}

// Verdict says how sure we are about a call.
type Verdict int

const (
	// Accepted: the provider has the message and named it.
	Accepted Verdict = iota + 1
	// Refused: the provider has answered that it does not have the message. Failure says why.
	Refused
	// NotSent: nothing left this process (no connection, context over before the first byte).
	NotSent
	// Unknown: bytes were written and no usable answer came back. The provider may have the message. Failure says what
	// were to be done if it turned out not to have it; its RetryAfter slows the sender down all the same.
	Unknown
)

// Outcome is what became of one Send.
type Outcome struct {
	Verdict    Verdict
	ProviderID string  // Accepted: the provider's message id; holds the address, so it is hashed or sealed, never shown
	Held       bool    // Accepted, but held by the provider for a quality check
	Phone      string  // the phone the provider resolved ("wa_id" with "+"), may differ from To.Phone
	UserID     string  // the business-scoped user id the provider told, if any
	Failure    Failure // set unless Accepted
}

// Action is what a failure asks of the dispatcher.
type Action string

const (
	Retry  Action = "RETRY"   // again soon, with growing waits
	Delay  Action = "DELAY"   // again after hours
	Resend Action = "RESEND"  // only as a template
	Final  Action = "FINAL"   // never again on this channel
	Fix    Action = "FIX"     // our request is wrong: final, and someone must look
	Stop   Action = "STOP"    // account or token: stop the sender and alert
	OptOut Action = "OPT_OUT" // the person has opted out: record it, never again
)

// Scope is what a STOP or a throttle applies to.
type Scope string

const (
	OfMessage   Scope = "MESSAGE"
	OfPair      Scope = "PAIR" // this sender and this recipient
	OfSender    Scope = "SENDER"
	OfTemplate  Scope = "TEMPLATE"
	OfAccount   Scope = "ACCOUNT" // WABA or token
	OfPortfolio Scope = "PORTFOLIO"
)

// Failure is a named reason. Code is the provider's number (0: none, e.g. a broken connection). Reason is a plain
// sentence from our own table, safe to show; the provider's own text may hold an address and is dropped.
type Failure struct {
	Code       int
	Action     Action
	Scope      Scope
	Reason     string
	RetryAfter time.Duration // 0 = not told
}
