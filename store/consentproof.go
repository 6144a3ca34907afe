package store

import (
	"context"
	"time"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// ConsentProof implements messaging.ConsentStore. Its audit entry holds the lock of the tenant's ledger, so no word is
// recorded between the link that it names and what it reads.
func (s *Store) ConsentProof(ctx context.Context, by messaging.Author, q messaging.ConsentQuestion) (messaging.ConsentProof, error) {
	proof := messaging.ConsentProof{At: q.At, ReadAt: by.At}
	err := s.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		if err := tx.note(ctx, by, q.Act, 0, askedFor(q)); err != nil {
			return err
		}
		row, err := tx.Queries.LedgerHead(ctx, tx.Tx, int64(tx.Tenant))
		if err != nil {
			return err
		}
		head, err := headOf(row.Seq, row.Hash)
		if err != nil {
			return err
		}
		proof.LedgerSeq, proof.LedgerLink = head.Seq, head.Link
		subjects, err := tx.KnownSubjects(ctx, []IdentityKey{{q.Kind, q.Key}})
		if err != nil || subjects[0] == 0 {
			return err
		}
		proof.Known = true
		return tx.proveConsent(ctx, int64(subjects[0]), &proof)
	})
	return proof, err
}

func askedFor(q messaging.ConsentQuestion) map[string]string {
	if !q.Past {
		return nil
	}
	return map[string]string{"at": q.At.Format(time.RFC3339)}
}

// proveConsent reads what had been recorded of the subject until the proof's moment. Times are shown to the millisecond,
// so the whole of it counts: what is shown as recorded at that moment is in the proof of that moment.
func (tx *Tx) proveConsent(ctx context.Context, subject int64, proof *messaging.ConsentProof) error {
	tenant, before := int64(tx.Tenant), proof.At.Add(time.Millisecond)
	states, err := tx.Queries.ConsentStatesAt(ctx, tx.Tx, sqlcgen.ConsentStatesAtParams{TenantID: tenant, Subject: subject, Before: before})
	if err != nil {
		return err
	}
	deciding := make([]int64, len(states))
	for i, s := range states {
		deciding[i] = s.EventID
		proof.States = append(proof.States, messaging.ConsentState{
			Channel: messaging.Channel(s.Channel), Purpose: messaging.Purpose(s.Purpose), Granted: s.Granted,
			EventID: messaging.ID(s.EventID), At: s.OccurredAt, Undated: s.Undated,
		})
	}
	channels, err := tx.Queries.SuppressionsAt(ctx, tx.Tx, sqlcgen.SuppressionsAtParams{TenantID: tenant, Subject: subject, Before: before})
	if err != nil {
		return err
	}
	for _, c := range channels {
		proof.Suppressed = append(proof.Suppressed, messaging.Channel(c))
	}
	events, err := tx.Queries.ConsentEventsAt(ctx, tx.Tx, sqlcgen.ConsentEventsAtParams{
		TenantID: tenant, Subject: subject, Before: before, Deciding: deciding,
	})
	for _, e := range events {
		proof.Held = int(e.Held)
		proof.Events = append(proof.Events, messaging.ConsentEvent{
			ID: messaging.ID(e.ID), Channel: messaging.Channel(e.Channel), Purpose: messaging.Purpose(e.Purpose),
			Granted: e.Granted, Source: messaging.ConsentSource(e.Source), WordingVersion: e.WordingVersion,
			Language: e.Language, OccurredAt: e.OccurredAt, Undated: e.Undated, RecordedAt: e.RecordedAt, Seq: e.Seq,
		})
	}
	return err
}
