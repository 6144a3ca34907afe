package store

import (
	"context"

	"time"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// RevealMessage implements messaging.RevealStore. The entry names message and person, and never what was read.
func (s *Sending) RevealMessage(ctx context.Context, by messaging.Author, ref messaging.MessageRef, today time.Time, detail map[string]string) (address, content []byte, err error) {
	err = s.store.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		row, err := tx.Queries.SealedMessage(ctx, tx.Tx, sqlcgen.SealedMessageParams{
			TenantID: int64(tx.Tenant), ID: int64(ref.ID), Week: smallint(ref.Week), Today: today,
		})
		if err != nil {
			return missing(err, "id", "no such message, or its time is over")
		}
		address, content = row.AddressSealed, row.ContentSealed
		return tx.note(ctx, by, messaging.AuditMessageRevealed, ref.ID, detail)
	})
	return address, content, err
}
