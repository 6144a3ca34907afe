package messaging

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"posthaste/privacy"
)

const (
	// MaxRecipients is how many recipients one call may name.
	MaxRecipients = 1000
	// MaxPlanAhead is how far ahead a send may be planned.
	MaxPlanAhead = 30 * 24 * time.Hour
	// MaxKeyLength bounds an idempotency key.
	MaxKeyLength = 255

	// PayloadLife is the hard limit after the last planned attempt.
	PayloadLife = 72 * time.Hour
)

// SendRequest is one call: the same content for each recipient, with each one's values.
type SendRequest struct {
	IdempotencyKey string
	Sender         ID
	Template       ID     // either a template
	Text           string // or free text
	Recipients     []SendRecipient
	SendAt         time.Time // zero: now
	Campaign       ID        // zero: none
	Held           bool      // a campaign that has not been started: nothing is due before it is
}

// SendRecipient is one recipient as the caller wrote it.
type SendRecipient struct {
	To        string
	Variables map[string]string
	URLSuffix string
}

// SendResult is one recipient's answer: an id, or why not.
type SendResult struct {
	ID      ID
	Week    int
	Refusal *Error
}

// Ref is the message's name outside: the week lets an access touch one partition only.
func (r SendResult) Ref() MessageRef { return MessageRef{r.ID, r.Week} }

// SendAnswer is what a call gives: a result per recipient, in order.
type SendAnswer struct {
	Results  []SendResult
	Repeated bool // the key had been used; this is the first call's answer
}

// Accepted counts the results that became messages.
func (a SendAnswer) Accepted() int {
	n := 0
	for _, r := range a.Results {
		if r.Refusal == nil {
			n++
		}
	}
	return n
}

// SendFacts is what an acceptance needs to know of tenant, sender and template. The gate reads it all again.
type SendFacts struct {
	Zone        *time.Location
	Country     string // reads numbers without "+"
	Suspended   bool
	AddressMode privacy.Mode
	ContentMode privacy.Mode
	MessageDays int
	SummaryDays int
	// ApproveAbove is how many people one person may start a campaign to; 0: any number.
	ApproveAbove int
	Portfolio    ID
	Channel      Channel
	Stopped      bool // the sender
	WABA         ID
	Template     *Template // nil for free text
}

// AcceptedSend is what an acceptance writes.
type AcceptedSend struct {
	Facts     SendFacts
	Sender    ID
	Category  Category
	Template  ID
	Campaign  ID
	Key       ID // the API key that sent it
	PlannedAt time.Time
	ExpiresOn time.Time // a day
	KPIUntil  time.Time // a day
	Deadline  time.Time
	DeleteBy  time.Time
	Held      bool
	Messages  []AcceptedMessage
	Refused   []RefusedRow
	Chunks    []AcceptedChunk
}

// AcceptedMessage is one message to be.
type AcceptedMessage struct {
	ID            ID
	Subject       ID
	Country       string
	AddressSealed []byte // plain mode only
	ContentSealed []byte // plain mode only
	ContentHash   []byte // hashed mode only
}

// RefusedRow is a recipient that became no message; it is counted.
type RefusedRow struct {
	ID     ID
	Number int // messaging.Refused…
}

// AcceptedChunk is a slice [First, Last) of Messages with their payload.
type AcceptedChunk struct {
	ID, PayloadID ID
	First, Last   int
	Payload       Payload
}

// SendTx is one transaction of an acceptance.
type SendTx interface {
	// ClaimKey takes an idempotency key, or gives the answer and fingerprint of its first use.
	ClaimKey(ctx context.Context, hash, fingerprint [32]byte, now time.Time) (first bool, answer []byte, same bool, err error)
	AnswerKey(ctx context.Context, hash [32]byte, answer []byte) error
	SendFacts(ctx context.Context, sender, template ID) (SendFacts, error)
	// People answers by position; an unknown address gives the zero Person.
	People(ctx context.Context, sender ID, channel Channel, category Category, keys []AddressKey) ([]Person, error)
	// Introduce makes unknown addresses known: fresh are the subjects to use, by position, and what it gives are those that count.
	// Where the tenant keeps no hashes they are known until what is planned is over.
	Introduce(ctx context.Context, keys []AddressKey, fresh []ID, now, planned time.Time) ([]ID, error)
	// InCampaign tells which subjects have a message of the campaign already.
	InCampaign(ctx context.Context, campaign ID, today time.Time, subjects []ID) (map[ID]bool, error)
	WriteSend(ctx context.Context, a AcceptedSend) error
}

// SendStore opens a transaction of one tenant, and wakes the dispatchers once it is committed.
type SendStore interface {
	InSend(ctx context.Context, tenant ID, fn func(SendTx) error) error
	Wake(ctx context.Context)
}

// Sends accepts messages: it answers for each recipient, and what it accepted is durable before it answers.
type Sends struct {
	// Sandboxed tells that whatever is sent reaches the sandbox only. Elsewhere a test key may not send.
	Sandboxed bool

	store SendStore
	keys  TenantKeys
	ids   *IDs
	now   func() time.Time
}

// NewSends makes the service.
func NewSends(store SendStore, keys TenantKeys, ids *IDs, now func() time.Time) *Sends {
	return &Sends{store: store, keys: keys, ids: ids, now: now}
}

// Accept takes a call of 1 to MaxRecipients recipients. An error refuses the whole call; a result's Refusal refuses one
// recipient.
func (s *Sends) Accept(ctx context.Context, actor Actor, request SendRequest) (SendAnswer, error) {
	now := s.now()
	if actor.TestKey && !s.Sandboxed {
		return SendAnswer{}, Refuse(CodeForbidden, "", "a test key sends only where WhatsApp is a sandbox")
	}
	if err := request.check(now); err != nil {
		return SendAnswer{}, err
	}
	keys, err := s.keys.Of(ctx, actor.Tenant)
	if err != nil {
		return SendAnswer{}, err
	}
	var answer SendAnswer
	err = s.store.InSend(ctx, actor.Tenant, func(tx SendTx) error {
		answer, err = s.once(ctx, tx, actor, request, now, func() (SendAnswer, error) {
			return s.accept(ctx, tx, keys, actor, request, now)
		})
		return err
	})
	if err != nil {
		return SendAnswer{}, err
	}
	if !request.Held && answer.Accepted() > 0 {
		s.store.Wake(ctx)
	}
	return answer, nil
}

func (r SendRequest) check(now time.Time) error {
	switch {
	case r.IdempotencyKey == "" && r.Campaign == 0:
		return Refuse(CodeInvalid, "idempotencyKey", "give a key that is new for each new send, such as an order number")
	case len(r.IdempotencyKey) > MaxKeyLength:
		return Refuse(CodeInvalid, "idempotencyKey", "a key has at most %d characters", MaxKeyLength)
	case len(r.Recipients) == 0:
		return Refuse(CodeInvalid, "recipients", "name at least one recipient")
	case len(r.Recipients) > MaxRecipients:
		return Refuse(CodeLimited, "recipients", "a call takes at most %d recipients; this one has %d", MaxRecipients, len(r.Recipients))
	case (r.Template == 0) == (r.Text == ""):
		return Refuse(CodeInvalid, "templateId", "give either a template or a text")
	case len([]rune(r.Text)) > MaxTextLength:
		return Refuse(CodeInvalid, "text", "a text has at most %d characters", MaxTextLength)
	case r.SendAt.After(now.Add(MaxPlanAhead)):
		return Refuse(CodeInvalid, "sendAt", "a send can be planned at most 30 days ahead")
	}
	return nil
}

// MaxTextLength is the longest free text, in characters.
const MaxTextLength = 4096

// once runs accept under the call's idempotency key. Calls without one (a campaign's rows) have their own protection.
func (s *Sends) once(ctx context.Context, tx SendTx, actor Actor, request SendRequest, now time.Time, accept func() (SendAnswer, error)) (SendAnswer, error) {
	if request.IdempotencyKey == "" {
		return accept()
	}
	keys, err := s.keys.Of(ctx, actor.Tenant)
	if err != nil {
		return SendAnswer{}, err
	}
	// A key of the tenant's: a root key may be rotated between a call and its repetition, which must not send twice.
	own := keys.Derive(privacy.ForIdempotency)
	hash := own.MAC([]byte("key"), []byte(request.IdempotencyKey))
	print, err := fingerprint(own, request)
	if err != nil {
		return SendAnswer{}, err
	}
	first, stored, same, err := tx.ClaimKey(ctx, hash, print, now)
	switch {
	case err != nil:
		return SendAnswer{}, err
	case !first && !same:
		return SendAnswer{}, Refuse(CodeConflict, "idempotencyKey", "this key was used for another send")
	case !first:
		return decodeAnswer(stored)
	}
	answer, err := accept()
	if err != nil {
		return SendAnswer{}, err
	}
	encoded, err := answer.encode()
	if err != nil {
		return SendAnswer{}, err
	}
	return answer, tx.AnswerKey(ctx, hash, encoded)
}

// fingerprint is the HMAC of the canonical input.
func fingerprint(own privacy.Key, request SendRequest) ([32]byte, error) {
	canonical, err := request.canonical()
	if err != nil {
		return [32]byte{}, fmt.Errorf("encode a send: %w", err)
	}
	return own.MAC([]byte("input"), canonical), nil
}

// canonical is the same for equal requests and differs for all others: JSON of what the recipients share, then each
// one's texts with their lengths, values in the order of their names.
func (r SendRequest) canonical() ([]byte, error) {
	shared := r
	shared.Recipients = nil
	b, err := json.Marshal(shared)
	if err != nil {
		return nil, err
	}
	b = slices.Grow(b, 64*len(r.Recipients))
	var names []string
	for _, to := range r.Recipients {
		b = appendText(appendText(b, to.To), to.URLSuffix)
		b = binary.AppendUvarint(b, uint64(len(to.Variables)))
		names = slices.AppendSeq(names[:0], maps.Keys(to.Variables))
		slices.Sort(names)
		for _, name := range names {
			b = appendText(appendText(b, name), to.Variables[name])
		}
	}
	return b, nil
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func (s *Sends) accept(ctx context.Context, tx SendTx, keys *privacy.TenantKeys, actor Actor, request SendRequest, now time.Time) (SendAnswer, error) {
	facts, err := tx.SendFacts(ctx, request.Sender, request.Template)
	if err != nil {
		return SendAnswer{}, err
	}
	if err := facts.refusal(request.Held); err != nil {
		return SendAnswer{}, err
	}
	planned := now
	if request.SendAt.After(now) {
		planned = request.SendAt
	}
	batch := newAcceptance(s, keys, facts, actor, request, planned)
	batch.parse()
	if err := batch.judge(ctx, tx, now); err != nil {
		return SendAnswer{}, err
	}
	accepted, err := batch.build()
	if err != nil {
		return SendAnswer{}, err
	}
	return SendAnswer{Results: batch.results}, tx.WriteSend(ctx, accepted)
}

// refusal tells why nothing at all can be sent now. What is held is judged again when it is started, so sender and
// template need not be fit by now.
func (f SendFacts) refusal(held bool) error {
	switch {
	case f.Suspended:
		return Refuse(CodeSuspended, "", "this tenant is suspended; nothing is sent")
	case f.Stopped && !held:
		return Refuse(CodeSuspended, "senderId", "this sender is stopped; see Numbers for the reason")
	case f.Template != nil && f.Template.WabaID != f.WABA:
		return Refuse(CodeInvalid, "templateId", "this template belongs to another WhatsApp Business account than the sender")
	case f.Template != nil && !held && !f.Template.Sendable():
		return Refuse(CodeNotApproved, "templateId", "this template may not be sent now: %s", f.Template.State)
	}
	return nil
}

// storedAnswer keeps an answer under its key by columns: a few bytes a recipient.
type storedAnswer struct {
	Week    int             `json:"w"`           // of all messages: they are planned for one moment
	Steps   []ID            `json:"s"`           // each recipient's id less the id before it; 0 for a refused one
	Refused []storedRefusal `json:"r,omitempty"` // in the order of the refused
}

type storedRefusal struct {
	Code    Code   `json:"c"`
	Field   string `json:"f,omitempty"`
	Message string `json:"m"`
}

func (a SendAnswer) encode() ([]byte, error) {
	stored := storedAnswer{Steps: make([]ID, len(a.Results))}
	var last ID
	for i, r := range a.Results {
		if r.Refusal != nil {
			stored.Refused = append(stored.Refused, storedRefusal{r.Refusal.Code, r.Refusal.Field, r.Refusal.Message})
			continue
		}
		stored.Week, stored.Steps[i], last = r.Week, r.ID-last, r.ID
	}
	return json.Marshal(stored)
}

func decodeAnswer(encoded []byte) (SendAnswer, error) {
	var stored storedAnswer
	if err := json.Unmarshal(encoded, &stored); err != nil {
		return SendAnswer{}, fmt.Errorf("read a stored answer: %w", err)
	}
	answer := SendAnswer{Repeated: true, Results: make([]SendResult, len(stored.Steps))}
	var last ID
	for i, step := range stored.Steps {
		if step != 0 {
			last += step
			answer.Results[i] = SendResult{ID: last, Week: stored.Week}
			continue
		}
		if len(stored.Refused) == 0 {
			return SendAnswer{}, errors.New("a stored answer lacks a refusal")
		}
		r := stored.Refused[0]
		answer.Results[i].Refusal, stored.Refused = Refuse(r.Code, r.Field, "%s", r.Message), stored.Refused[1:]
	}
	return answer, nil
}
