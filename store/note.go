package store

import (
	"context"
	"encoding/json"

	"posthaste/auth/ledger"
	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// note audits a change of configuration in the transaction that makes it. detail holds what may be shown for ever: names
// and numbers of ours, never a secret or a person's datum.
func (tx *Tx) note(ctx context.Context, by messaging.Author, action messaging.AuditAction, target messaging.ID, detail map[string]string) error {
	if detail == nil {
		detail = map[string]string{}
	}
	text, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	head, err := tx.LockLedger(ctx)
	if err != nil {
		return err
	}
	kind := ledger.Kind{Name: string(action), Fields: []string{"id", "at", "user", "key", "target", "detail"}}
	entry, err := kind.Encode(ledger.Number("id", int64(by.EventID)), ledger.Time("at", by.At), ledger.Number("user", int64(by.Actor.User)),
		ledger.Number("key", int64(by.Actor.Key)), ledger.Number("target", int64(target)), ledger.Text("detail", string(text)))
	if err != nil {
		return err
	}
	next, err := tx.AppendLink(ctx, AuditLink, by.Ledger, head, by.At, [][]byte{entry})
	if err != nil {
		return err
	}
	event := sqlcgen.InsertAuditParams{
		TenantID: int64(tx.Tenant), ID: int64(by.EventID), Seq: next.Seq, At: by.At, Action: string(action),
		UserID: nullID(by.Actor.User), KeyID: nullID(by.Actor.Key), Target: nullID(target), Detail: text,
	}
	if by.Actor.Address.IsValid() {
		event.Address = &by.Actor.Address
	}
	return tx.Queries.InsertAudit(ctx, tx.Tx, event)
}
