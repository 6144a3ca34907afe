package store

import (
	"context"
	"fmt"
	"slices"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// IdentityKey names a person: the kind of an address and its keyed hash (privacy.TenantKeys.SubjectHash).
type IdentityKey struct {
	Kind messaging.AddressKind
	Key  [32]byte
}

// Subjects gives the subject of each key and makes it lasting. A key that nobody has yet becomes the candidate of the same
// position; when others make the same person at that moment, one candidate wins for all.
func (tx *Tx) Subjects(ctx context.Context, keys []IdentityKey, candidates []messaging.ID) ([]messaging.ID, error) {
	subjects, err := tx.lastingSubjects(ctx, keys)
	if err != nil || !slices.Contains(subjects, 0) {
		return subjects, err
	}
	if err := tx.passersBy(ctx, keys, subjects); err != nil {
		return nil, err
	}
	for i, s := range subjects {
		if s == 0 {
			subjects[i] = candidates[i]
		}
	}
	kinds, hashes := identityColumns(keys)
	err = tx.Queries.MakeSubjects(ctx, tx.Tx, sqlcgen.MakeSubjectsParams{
		TenantID: int64(tx.Tenant), Kinds: kinds, Keys: hashes, Subjects: int64s(subjects),
	})
	if err != nil {
		return nil, err
	}
	subjects, err = tx.lastingSubjects(ctx, keys)
	if err == nil && slices.Contains(subjects, 0) {
		return nil, fmt.Errorf("an identity that was just made is not there")
	}
	return subjects, err
}

// KnownSubjects gives the subject of each key, 0 for one that nobody has.
func (tx *Tx) KnownSubjects(ctx context.Context, keys []IdentityKey) ([]messaging.ID, error) {
	subjects, err := tx.lastingSubjects(ctx, keys)
	if err != nil {
		return nil, err
	}
	return subjects, tx.passersBy(ctx, keys, subjects)
}

// lastingSubjects is KnownSubjects without those who are known in passing only.
func (tx *Tx) lastingSubjects(ctx context.Context, keys []IdentityKey) ([]messaging.ID, error) {
	kinds, hashes := identityColumns(keys)
	rows, err := tx.Queries.SubjectsOf(ctx, tx.Tx, sqlcgen.SubjectsOfParams{TenantID: int64(tx.Tenant), Kinds: kinds, Keys: hashes})
	subjects := make([]messaging.ID, len(keys))
	for _, row := range rows {
		subjects[row.Position] = messaging.ID(row.Subject)
	}
	return subjects, err
}

func identityColumns(keys []IdentityKey) (kinds []int16, hashes [][]byte) {
	kinds, hashes = make([]int16, len(keys)), make([][]byte, len(keys))
	for i, k := range keys {
		kinds[i], hashes[i] = IdentityKind(k.Kind), k.Key[:]
	}
	return kinds, hashes
}

// IdentityKind is the number under which identity.kind keeps the kind; 0, which the table refuses, for no kind.
func IdentityKind(k messaging.AddressKind) int16 {
	switch k {
	case messaging.KindPhone:
		return 1
	case messaging.KindUserID:
		return 2
	case messaging.KindEmail:
		return 3
	}
	return 0
}

// addressKind is the kind of IdentityKind's number.
func addressKind(n int16) messaging.AddressKind {
	return map[int16]messaging.AddressKind{1: messaging.KindPhone, 2: messaging.KindUserID, 3: messaging.KindEmail}[n]
}

func int64s(ids []messaging.ID) []int64 {
	out := make([]int64, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return out
}
