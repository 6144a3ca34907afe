package store

import (
	"context"
	"encoding/json"
	"math"
	"net/netip"
	"time"

	"posthaste/auth/ledger"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// Audit records acts in the transaction that does them, under one link of the ledger. key is the tenant's for
// privacy.ForAuditLedger; each event has its id. It locks the end of the ledger, so it comes last in a transaction.
func (tx *Tx) Audit(ctx context.Context, key privacy.Key, at time.Time, ids []messaging.ID, events []messaging.AuditEvent) error {
	if len(events) == 0 {
		return nil
	}
	at = at.UTC().Truncate(time.Microsecond) // what a column keeps
	head, err := tx.LockLedger(ctx)
	if err != nil {
		return err
	}
	params := sqlcgen.InsertAuditEventsParams{TenantID: int64(tx.Tenant), Seq: head.Seq + 1, At: at, Ids: int64s(ids)}
	entries := make([][]byte, len(events))
	for i, e := range events {
		record := messaging.AuditRecord{AuditEvent: e, ID: ids[i], At: at}
		if entries[i], err = auditEntry(record); err != nil {
			return err
		}
		detail, err := auditDetail(e.Detail)
		if err != nil {
			return err
		}
		params.Actions = append(params.Actions, string(e.Action))
		params.Users, params.Keys = append(params.Users, int64(e.User)), append(params.Keys, int64(e.Key))
		params.Targets = append(params.Targets, int64(e.Target))
		params.Addresses = append(params.Addresses, addressText(e.Address))
		params.Details = append(params.Details, detail)
	}
	if _, err := tx.AppendLink(ctx, AuditLink, key, head, at, entries); err != nil {
		return err
	}
	return tx.Queries.InsertAuditEvents(ctx, tx.Tx, params)
}

// auditEntry is the canonical form of an event: every column but the link's own number.
func auditEntry(r messaging.AuditRecord) ([]byte, error) {
	detail, err := auditDetail(r.Detail)
	if err != nil {
		return nil, err
	}
	kind := ledger.Kind{Name: string(r.Action), Fields: []string{"id", "at", "user", "key", "address", "target", "detail"}}
	return kind.Encode(ledger.Number("id", int64(r.ID)), ledger.Time("at", r.At), ledger.Number("user", int64(r.User)),
		ledger.Number("key", int64(r.Key)), ledger.Text("address", addressText(r.Address)), ledger.Number("target", int64(r.Target)),
		ledger.Text("detail", detail))
}

// auditDetail writes the details with their names in order, so that what jsonb gives back has the same form.
func auditDetail(detail map[string]string) (string, error) {
	if detail == nil {
		detail = map[string]string{}
	}
	text, err := json.Marshal(detail)
	return string(text), err
}

func addressText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.Unmap().WithZone("").String()
}

func auditRecordOf(row sqlcgen.AuditEvent) (messaging.AuditRecord, error) {
	r := messaging.AuditRecord{ID: messaging.ID(row.ID), Seq: row.Seq, At: row.At.UTC(), AuditEvent: messaging.AuditEvent{
		Action: messaging.AuditAction(row.Action), User: messaging.ID(numberOf(row.UserID)), Key: messaging.ID(numberOf(row.KeyID)),
		Target: messaging.ID(numberOf(row.Target)),
	}}
	if row.Address != nil {
		r.Address = *row.Address
	}
	return r, json.Unmarshal(row.Detail, &r.Detail)
}

// AuditEvents lists a tenant's acts, the newest first: at most count of those before the id (0: from the newest on), of
// one action or, if it is empty, of all.
func (s *Store) AuditEvents(ctx context.Context, tenant, before messaging.ID, action messaging.AuditAction, count int) ([]messaging.AuditRecord, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	var records []messaging.AuditRecord
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.AuditEvents(ctx, tx.Tx, sqlcgen.AuditEventsParams{
			TenantID: int64(tenant), Before: int64(before), Action: string(action), Count: integer(count),
		})
		if err != nil {
			return err
		}
		for _, row := range rows {
			r, err := auditRecordOf(row)
			if err != nil {
				return err
			}
			records = append(records, r)
		}
		return nil
	})
	return records, err
}
