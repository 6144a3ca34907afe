// Package ledger makes a history that cannot be altered unnoticed: each entry's link is a keyed hash over the link before
// it, so a change, a removal in the middle or another order breaks the chain, and a signed checkpoint kept elsewhere
// shows a removal at the end. Audit and consent are its two uses, with one chain each per tenant.
//
// The chain covers what must be erasable as digests only: the values live beside it and can be deleted without breaking
// it.
package ledger

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"iter"

	"posthaste/privacy"
)

// Link is the link of entry seq, the first being 1: HMAC(key, prev ‖ seq ‖ canonical), each part preceded by its length.
// One transaction appends one link, with the sequence taken under a lock of the tenant's chain row, so there are no gaps.
func Link(key privacy.Key, prev [32]byte, seq int64, canonical []byte) [32]byte {
	return key.MAC(prev[:], bits(seq), canonical)
}

// Head is the end of a chain: its last sequence number and link. The zero Head is that of the empty chain.
type Head struct {
	Seq  int64
	Link [32]byte
}

// Append makes the next head.
func (h Head) Append(key privacy.Key, canonical []byte) Head {
	return Head{Seq: h.Seq + 1, Link: Link(key, h.Link, h.Seq+1, canonical)}
}

// Record is one stored entry.
type Record struct {
	Seq       int64
	Canonical []byte
	Link      [32]byte
}

// ErrTampered wraps every finding of Verify.
var ErrTampered = errors.New("ledger: the chain is broken")

// Pins are heads known from elsewhere, such as checkpoints whose signatures were checked.
type Pins struct {
	links   map[int64][32]byte
	highest int64
}

// NewPins refuses heads that contradict each other: one of the two histories they were taken from was replaced.
func NewPins(heads ...Head) (Pins, error) {
	p := Pins{links: make(map[int64][32]byte, len(heads))}
	for _, h := range heads {
		if other, twice := p.links[h.Seq]; twice && other != h.Link {
			return p, fmt.Errorf("%w: two checkpoints contradict each other at %d", ErrTampered, h.Seq)
		}
		p.links[h.Seq] = h.Link
		p.highest = max(p.highest, h.Seq)
	}
	return p, nil
}

// Meet compares a head with the pin of its sequence number, if there is one.
func (p Pins) Meet(head Head) error {
	if want, ok := p.links[head.Seq]; ok && want != head.Link {
		return fmt.Errorf("%w: entry %d is not the one of the checkpoint", ErrTampered, head.Seq)
	}
	return nil
}

// Reached tells whether a chain that ends at head holds everything that was pinned.
func (p Pins) Reached(head Head) error {
	if head.Seq < p.highest {
		return fmt.Errorf("%w: it ends at %d, before the checkpoint at %d", ErrTampered, head.Seq, p.highest)
	}
	return nil
}

// Verify walks the records in ascending order from the head `from` (the zero Head for all) and gives the head it reached.
// checkpoints are heads known from elsewhere, whose signatures were checked; each that lies behind `from` must be met
// exactly, and the records must reach the highest of them, or what was removed at the end would not show. An error wraps
// ErrTampered with the sequence number at which the chain breaks, or is the one that records yielded.
func Verify(key privacy.Key, from Head, records iter.Seq2[Record, error], checkpoints ...Head) (Head, error) {
	pins, err := NewPins(checkpoints...)
	if err != nil {
		return from, err
	}
	head := from
	if err := pins.Meet(head); err != nil {
		return head, err
	}
	for r, err := range records {
		if err != nil {
			return head, fmt.Errorf("ledger: read the chain: %w", err)
		}
		if r.Seq != head.Seq+1 {
			return head, fmt.Errorf("%w: entry %d follows entry %d", ErrTampered, r.Seq, head.Seq)
		}
		next := head.Append(key, r.Canonical)
		if subtle.ConstantTimeCompare(next.Link[:], r.Link[:]) != 1 {
			return head, fmt.Errorf("%w: entry %d was changed", ErrTampered, r.Seq)
		}
		if err := pins.Meet(next); err != nil {
			return head, err
		}
		head = next
	}
	return head, pins.Reached(head)
}
