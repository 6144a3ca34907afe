package store

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"posthaste/auth/ledger"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// verifyPage is how many links are checked at a time.
const verifyPage = 1000

// VerifyLedger reads a tenant's whole ledger, audit and consent, and gives its end. The error wraps ledger.ErrTampered when
// a link, an entry or the recorded end is not what was written, or when it differs from one of the checkpoints, whose
// signatures the caller has checked.
func (s *Store) VerifyLedger(ctx context.Context, tenant messaging.ID, keys *privacy.TenantKeys, checkpoints ...ledger.Head) (ledger.Head, error) {
	var head ledger.Head
	pins, err := ledger.NewPins(checkpoints...)
	if err != nil {
		return head, err
	}
	walk := ledgerWalk{tenant: tenant, pins: pins, keys: map[LedgerKind]privacy.Key{
		AuditLink: keys.Derive(privacy.ForAuditLedger), ConsentLink: keys.Derive(privacy.ForConsentLedger),
	}}
	err = s.ReadTenant(ctx, tenant, func(tx *Tx) (err error) {
		for more := true; more && err == nil; {
			head, more, err = walk.page(ctx, tx, head)
		}
		if err != nil {
			return err
		}
		return walk.end(ctx, tx, head)
	})
	return head, err
}

type ledgerWalk struct {
	tenant messaging.ID
	keys   map[LedgerKind]privacy.Key
	pins   ledger.Pins
}

// page checks the links that follow head; more is false at the end of the chain.
func (w ledgerWalk) page(ctx context.Context, tx *Tx, head ledger.Head) (ledger.Head, bool, error) {
	links, err := tx.Queries.LedgerLinks(ctx, tx.Tx, sqlcgen.LedgerLinksParams{TenantID: int64(w.tenant), After: head.Seq, Count: verifyPage})
	if err != nil || len(links) == 0 {
		return head, false, err
	}
	entries, err := w.entries(ctx, tx, links[0].Seq, links[len(links)-1].Seq)
	if err != nil {
		return head, false, err
	}
	for _, link := range links {
		kind := LedgerKind(link.Kind)
		covered := entries[linkOf{link.Seq, kind}]
		delete(entries, linkOf{link.Seq, kind})
		key, known := w.keys[kind]
		if !known || len(covered) != int(link.Rows) || !bytes.Equal(link.Prev, head.Link[:]) || len(link.Hash) != len(head.Link) {
			return head, false, fmt.Errorf("%w: link %d is not what was written", ledger.ErrTampered, link.Seq)
		}
		record := ledger.Record{Seq: link.Seq, Canonical: CanonicalLink(covered), Link: [32]byte(link.Hash)}
		if head, err = ledger.Verify(key, head, one(record)); err != nil {
			return head, false, err
		}
		if err := w.pins.Meet(head); err != nil {
			return head, false, err
		}
	}
	for at := range entries {
		return head, false, fmt.Errorf("%w: link %d does not cover an entry that names it", ledger.ErrTampered, at.seq)
	}
	return head, len(links) == verifyPage, nil
}

func one(r ledger.Record) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) { yield(r, nil) }
}

type linkOf struct {
	seq  int64
	kind LedgerKind
}

// entries reads the canonical forms of what the links from first to last may cover.
func (w ledgerWalk) entries(ctx context.Context, tx *Tx, first, last int64) (map[linkOf][][]byte, error) {
	entries := map[linkOf][][]byte{}
	acts, err := tx.Queries.AuditEventsOfLinks(ctx, tx.Tx, sqlcgen.AuditEventsOfLinksParams{TenantID: int64(w.tenant), First: first, Last: last})
	if err != nil {
		return nil, err
	}
	for _, row := range acts {
		record, err := auditRecordOf(row)
		if err != nil {
			return nil, fmt.Errorf("%w: entry %d is malformed", ledger.ErrTampered, row.ID)
		}
		entry, err := auditEntry(record)
		if err != nil {
			return nil, err
		}
		at := linkOf{row.Seq, AuditLink}
		entries[at] = append(entries[at], entry)
	}
	words, err := tx.Queries.ConsentEventsOfLinks(ctx, tx.Tx, sqlcgen.ConsentEventsOfLinksParams{TenantID: int64(w.tenant), First: first, Last: last})
	if err != nil {
		return nil, err
	}
	forms, err := ConsentEntries(words)
	if err != nil {
		return nil, err
	}
	for i, form := range forms {
		at := linkOf{words[i].Seq, ConsentLink}
		entries[at] = append(entries[at], form)
	}
	return entries, nil
}

// end compares the chain with its recorded end, and looks for entries beyond it.
func (w ledgerWalk) end(ctx context.Context, tx *Tx, head ledger.Head) error {
	if err := w.pins.Reached(head); err != nil {
		return err
	}
	row, err := tx.Queries.LedgerHead(ctx, tx.Tx, int64(w.tenant))
	if err != nil {
		return err
	}
	if row.Seq != head.Seq || !bytes.Equal(row.Hash, head.Link[:]) {
		return fmt.Errorf("%w: it ends at %d, not at %d", ledger.ErrTampered, head.Seq, row.Seq)
	}
	outside, err := tx.Queries.EventsOutsideLedger(ctx, tx.Tx, sqlcgen.EventsOutsideLedgerParams{TenantID: int64(w.tenant), Last: head.Seq})
	if err == nil && outside > 0 {
		err = fmt.Errorf("%w: %d entries are outside of it", ledger.ErrTampered, outside)
	}
	return err
}
