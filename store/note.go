package store

import (
	"context"

	"posthaste/messaging"
)

// note audits a change of configuration in the transaction that makes it. detail holds what may be shown for ever: names
// and numbers of ours, never a secret or a person's datum.
func (tx *Tx) note(ctx context.Context, by messaging.Author, action messaging.AuditAction, target messaging.ID, detail map[string]string) error {
	return tx.record(ctx, by, by.Actor.Audited(action, target, detail))
}

// record audits events as they are: those of one change together, and what the installation does of its own accord, which
// is no actor's.
func (tx *Tx) record(ctx context.Context, by messaging.Author, events ...messaging.AuditEvent) error {
	for _, event := range events {
		if tx.tell == nil {
			break
		}
		if err := tx.tell(ctx, tx, by.At, event); err != nil {
			return err
		}
	}
	return tx.Audit(ctx, by.Ledger, by.At, by.IDs.Take(len(events)), events)
}
