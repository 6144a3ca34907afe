package messaging

import (
	"context"
	"time"

	"posthaste/privacy"
)

// Evidence is what is newly known of one attempt of one message, from whatever side: a call's answer, a report of the
// provider, a decision of ours. It may come in any order and more than once.
type Evidence struct {
	Message ID
	Week    int // the message's expiry week
	Attempt int // 1, 2 …
	Bits    State
	Code    int    // the provider's error, or one of Refused…
	Bucket  uint32 // 15-minute slot of the send; used when this is the first evidence of the attempt
	At      time.Time
	// When the provider says it happened; zero where the bit is not set or At is meant.
	SentAt, DeliveredAt, ReadAt, FailedAt time.Time
	Pricing                               string         // type/category
	ProviderID                            privacy.Secret // of the message; it holds the address
	Button                                string         // the label that was tapped
}

// Follow is what comes after an attempt.
type Follow int

const (
	FollowNothing Follow = iota
	FollowSame           // the same attempt again, for nothing was sent
	FollowNext           // the next attempt
	FollowWait           // wait for evidence: the outcome is unknown
)

// CallOutcome is what became of one recipient of a chunk: of a call, or of the gate's decision not to call.
type CallOutcome struct {
	Chunk    *Chunk
	Index    int
	Evidence Evidence // without bits: there is nothing to record of the attempt
	Follow   Follow
	RunAt    time.Time // of FollowSame and FollowNext
	Aliases  []Alias
	// Resolved is set when no answer was awaited here: the call was another process's. It is recorded only if nobody has
	// recorded an outcome before.
	Resolved bool
}

// Alias is a further address of a subject, told by the provider.
type Alias struct {
	Kind AddressKind
	Key  [32]byte
}

// StopSending halts what a failure blames: Template if set, else Sender if set, else every sender of the portfolio.
type StopSending struct {
	Sender, Template ID
	Code             int
	Reason           string // a sentence of ours
}

// Owner is the right to send for a portfolio. Epoch grows each time it changes hands.
type Owner struct {
	Tenant, Portfolio ID
	Process           int64
	Epoch             int64
	// ClearIn is how long calls of the owner before may still be under way, from the moment in which the right was taken.
	ClearIn time.Duration
}

// Step is one transaction of a portfolio's owner: it records outcomes, reads again all that could forbid the next calls,
// has Decide judge, and writes the intent to make those calls.
type Step struct {
	Now      time.Time
	Outcomes []CallOutcome
	Stops    []StopSending
	Claims   []Claim
	// Decide is called inside the transaction and must not wait. It is not called when the owner is stale.
	Decide func(*Gate) Decision
}

// Claim names recipients of a chunk, from its Intent to To.
type Claim struct {
	Chunk *Chunk
	To    int
}

// Gate is what the gate knows of the claims.
type Gate struct {
	TenantState    TenantState
	Limit, Reserve int
	Token          privacy.Secret // the portfolio's
	Senders        map[ID]GateSender
	Templates      map[ID]string      // state
	Campaigns      map[ID]string      // state
	Gone           map[ID]bool        // chunks that are no longer there, or not as they were
	Standings      map[ID][]GateFacts // by chunk, in the order of the claim
}

// GateSender is a sender as it stands.
type GateSender struct {
	ProviderID     string
	Active         bool
	MessagesSecond int
	Inbound        int64 // messages received, ever
}

// GateFacts is what is known of one recipient.
type GateFacts struct {
	Standing
	Before State // bits of the attempt before; 0 for a first one
}

// Decision is what the gate says: how far each chunk's intent goes, and what becomes of those below it who are not
// called.
type Decision struct {
	Intents []Intent
	Refused []CallOutcome
	Window  []ID // subjects that now count in the limit window
}

// Intent moves a chunk on.
type Intent struct {
	Chunk *Chunk
	To    int
	RunAt time.Time // zero: as it is; else the rest waits until then
}

// Stepped is what a step did.
type Stepped struct {
	// Stale: another process owns the portfolio. Outcomes were recorded, nothing was claimed. Or the tenant is being deleted
	// and has no keys any more: nothing was recorded either.
	Stale bool
}

// Ledger keeps chunks, attempts and what follows from them.
type Ledger interface {
	// Step runs one step. Outcomes are recorded whoever owns the portfolio; claims only for the owner. Ids for what
	// follows come from ids. When it returns an error nothing has happened, or (a lost connection) the same step may be
	// given again: evidence and marks are idempotent.
	Step(ctx context.Context, o Owner, s Step) (Stepped, error)
	// Inherit reads what a new owner must know: the limit window, oldest first, and the chunks with calls of an owner
	// before that may be under way.
	Inherit(ctx context.Context, o Owner, since time.Time) ([]LimitEntry, []*Chunk, error)
	// Reload reads chunks as they stand; those that are gone are missing.
	Reload(ctx context.Context, tenant ID, chunks []ID) ([]*Chunk, error)
	// Payloads opens the payloads of chunks. One that is gone, or whose key is gone, is missing from the answer.
	Payloads(ctx context.Context, tenant ID, payloads []ID) (map[ID]Payload, error)
	// OptOut records people's wishes that the provider told of.
	OptOut(ctx context.Context, tenant ID, now time.Time, signals []ConsentSignal) error
	// Doubts lets the waits for evidence of a portfolio's unknown attempts grow by at most tick and ends those that judge
	// ends; left is how many wait on. Only for the owner.
	Doubts(ctx context.Context, o Owner, now time.Time, tick time.Duration, judge func(Doubt) DoubtEnd) (left int, err error)
}

// LimitEntry is a row of the limit window's durable twin.
type LimitEntry struct {
	Subject ID
	At      time.Time
}

// Doubt is an attempt whose outcome is unknown.
type Doubt struct {
	Message  ID
	Attempt  int
	Category Category
	Deadline time.Time
	Waited   time.Duration // time in which evidence would have come
}

// DoubtEnd is what becomes of an unknown attempt.
type DoubtEnd int

const (
	DoubtStays  DoubtEnd = iota // wait on
	DoubtRetry                  // try again, counted as a possible duplicate
	DoubtUnsent                 // ends unknown
)

// Shares is how the portfolios lie with the dispatchers that are alive.
type Shares struct {
	Live    int  // dispatchers, this one among them
	Mine    []ID // portfolios
	Others  int  // portfolios of other dispatchers
	Waiting []ID // portfolios with work that no live dispatcher holds
}

// Fair is how many portfolios one dispatcher should hold at most.
func (s Shares) Fair() int {
	return (len(s.Mine) + s.Others + len(s.Waiting) + max(s.Live, 1) - 1) / max(s.Live, 1)
}

// DueQuery asks for work.
type DueQuery struct {
	Now        time.Time
	Portfolios []ID
	Held       []ID // chunks that are in memory already
	Blocked    []Lane
	Per        int // at most so many of each lane
}

// Lane is the work of one priority of one sender.
type Lane struct {
	Sender   ID
	Priority int
}
