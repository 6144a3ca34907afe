package store

import (
	"context"

	"posthaste/messaging"
)

// note audits a change of configuration in the transaction that makes it. detail holds what may be shown for ever: names
// and numbers of ours, never a secret or a person's datum.
func (tx *Tx) note(ctx context.Context, by messaging.Author, action messaging.AuditAction, target messaging.ID, detail map[string]string) error {
	event := by.Actor.Audited(action, target, detail)
	if tx.tell != nil {
		if err := tx.tell(ctx, tx, by.At, event); err != nil {
			return err
		}
	}
	return tx.Audit(ctx, by.Ledger, by.At, []messaging.ID{by.EventID}, []messaging.AuditEvent{event})
}
