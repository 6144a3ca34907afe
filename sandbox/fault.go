package sandbox

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// FaultMode is a way to fail.
type FaultMode string

const (
	// DropReply executes the call (accepts, logs, sends webhooks) and closes
	// the connection instead of answering.
	DropReply FaultMode = "drop_reply"
	// SlowReply executes the call and answers only after Delay.
	SlowReply FaultMode = "slow_reply"
	// HangReply executes the call and never answers.
	HangReply FaultMode = "hang_reply"
	// Error answers with the platform error Code without executing.
	Error FaultMode = "error"
	// HTTPError answers with HTTP Status and an HTML page without executing,
	// as a proxy in front would.
	HTTPError FaultMode = "http_error"
	// RateLimit answers 130429 without executing.
	RateLimit FaultMode = "rate_limit"
	// Slow waits for Delay, then executes and answers.
	Slow FaultMode = "slow"
	// Hang never executes and never answers.
	Hang FaultMode = "hang"
	// Reset sends a TCP reset without executing.
	Reset FaultMode = "reset"
	// WebhookOutage holds back all webhooks while it is on; they come later.
	WebhookOutage FaultMode = "webhook_outage"
	// NoDelivered lets sent be the last status of a message.
	NoDelivered FaultMode = "no_delivered"
)

// Fault is one thing that goes wrong, until its count is used up or it is
// removed.
type Fault struct {
	ID   string    `json:"id"` // given by the sandbox
	Mode FaultMode `json:"mode"`
	// NumberID restricts the fault to calls of one number; empty is all.
	NumberID string `json:"phone_number_id,omitempty"`
	// Probability per call; 0 means always.
	Probability float64 `json:"probability,omitempty"`
	// Count is how many calls it hits before it ends; 0 is no end.
	Count int `json:"count,omitempty"`
	// Delay of Slow and SlowReply; 0 is 5 s.
	Delay  Duration `json:"delay,omitempty"`
	Code   int      `json:"code,omitempty"`   // of Error; 0 is 131000
	Status int      `json:"status,omitempty"` // of HTTPError; 0 is 502
	Seed   uint64   `json:"seed,omitempty"`   // of the probability; 0 derives one
	// Hits is how often it has struck.
	Hits int `json:"hits"`
}

func (f Fault) validate() error {
	switch f.Mode {
	case DropReply, SlowReply, HangReply, Error, HTTPError, RateLimit, Slow, Hang, Reset, WebhookOutage, NoDelivered:
	default:
		return errors.New("sandbox: unknown fault mode")
	}
	if !(f.Probability >= 0 && f.Probability <= 1) || f.Count < 0 || f.Delay < 0 {
		return errors.New("sandbox: a fault has a probability from 0 to 1, and no negative count or delay")
	}
	if f.Status != 0 && (f.Status < 400 || f.Status > 599) {
		return errors.New("sandbox: the status of a fault is from 400 to 599")
	}
	return nil
}

// faults is what is broken now.
type faults struct {
	mu     sync.Mutex
	seed   uint64
	made   int
	active []*activeFault
}

type activeFault struct {
	Fault
	random *rand.Rand
}

func (f *faults) add(fault Fault) (Fault, error) {
	if err := fault.validate(); err != nil {
		return Fault{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.made++
	fault.ID = strconv.Itoa(f.made)
	fault.Seed = orDefault(fault.Seed, hashOf(f.seed, "fault", fault.ID))
	fault.Delay = orDefault(fault.Delay, Duration(5*time.Second))
	fault.Code = orDefault(fault.Code, codeUnknown)
	fault.Status = orDefault(fault.Status, http.StatusBadGateway)
	fault.Hits = 0
	f.active = append(f.active, &activeFault{fault, rand.New(rand.NewPCG(fault.Seed, mix(fault.Seed)))}) // #nosec G404 -- a simulation that is to be repeated from its seed
	return fault, nil
}

// remove ends the fault with the id, or all for "".
func (f *faults) remove(id string) (found bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := f.active[:0]
	for _, fault := range f.active {
		if id == "" || fault.ID == id {
			found = true
			continue
		}
		kept = append(kept, fault)
	}
	clear(f.active[len(kept):])
	f.active = kept
	return found
}

func (f *faults) list() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([]Fault, 0, len(f.active))
	for _, fault := range f.active {
		all = append(all, fault.Fault)
	}
	return all
}

// strikes returns the first fault among the modes that hits this call.
func (f *faults) strikes(numberID string, modes ...FaultMode) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fault := range f.active {
		if fault.is(modes) && (fault.NumberID == "" || fault.NumberID == numberID) && fault.hits() {
			return fault.Fault, true
		}
	}
	return Fault{}, false
}

func (f *activeFault) is(modes []FaultMode) bool {
	for _, mode := range modes {
		if f.Mode == mode {
			return true
		}
	}
	return false
}

func (f *activeFault) hits() bool {
	if f.Count > 0 && f.Hits >= f.Count {
		return false
	}
	if f.Probability > 0 && f.random.Float64() >= f.Probability {
		return false
	}
	f.Hits++
	return true
}

// outage tells whether webhooks are held back.
func (f *faults) outage() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fault := range f.active {
		if fault.Mode == WebhookOutage {
			return true
		}
	}
	return false
}

// hangUp closes the connection without an answer; with reset the peer sees
// "connection reset" rather than an end of file.
func hangUp(w http.ResponseWriter, reset bool) {
	if reset {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // best effort: without it the close is only less rude
			}
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler) // net/http's way to drop a connection
}
