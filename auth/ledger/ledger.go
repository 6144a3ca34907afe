// Package ledger makes a history that cannot be altered unnoticed: each entry's link is a keyed hash over the link before
// it, so a change, a removal in the middle or another order breaks the chain, and a signed checkpoint kept elsewhere
// shows a removal at the end. Audit and consent are its two uses, with one chain each per tenant.
//
// The chain covers what must be erasable as digests only: the values live beside it and can be deleted without breaking
// it.
package ledger

import (
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"

	"posthaste/privacy"
)

// Link is the link of entry seq, the first being 1: HMAC(key, prev ‖ seq ‖ canonical), each part preceded by its length.
// One transaction appends one link, with the sequence taken under a lock of the tenant's chain row, so there are no gaps.
func Link(key privacy.Key, prev [32]byte, seq int64, canonical []byte) [32]byte {
	return key.MAC(prev[:], binary.BigEndian.AppendUint64(nil, uint64(seq)), canonical)
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

// Verify walks the records in ascending order from the head `from` (the zero Head for all) and gives the head it reached.
// checkpoints are heads known from elsewhere, whose signatures were checked; each that lies behind `from` must be met
// exactly, and the records must reach the highest of them, or what was removed at the end would not show. An error wraps
// ErrTampered with the sequence number at which the chain breaks, or is the one that records yielded.
func Verify(key privacy.Key, from Head, records iter.Seq2[Record, error], checkpoints ...Head) (Head, error) {
	expected := make(map[int64][32]byte, len(checkpoints))
	var highest int64
	for _, c := range checkpoints {
		if other, twice := expected[c.Seq]; twice && other != c.Link {
			return from, fmt.Errorf("%w: two checkpoints contradict each other at %d", ErrTampered, c.Seq)
		}
		expected[c.Seq] = c.Link
		highest = max(highest, c.Seq)
	}
	head := from
	if err := meet(expected, head); err != nil {
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
		if err := meet(expected, next); err != nil {
			return head, err
		}
		head = next
	}
	if head.Seq < highest {
		return head, fmt.Errorf("%w: it ends at %d, before the checkpoint at %d", ErrTampered, head.Seq, highest)
	}
	return head, nil
}

// meet compares a head with the checkpoint of its sequence number, if there is one.
func meet(expected map[int64][32]byte, head Head) error {
	if want, ok := expected[head.Seq]; ok && want != head.Link {
		return fmt.Errorf("%w: entry %d is not the one of the checkpoint", ErrTampered, head.Seq)
	}
	return nil
}
