package store

import (
	"context"
	"errors"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// passersBy fills in, for keys that no lasting identity has, the subjects known in passing: under the keys of the days
// that are not over for somebody.
func (tx *Tx) passersBy(ctx context.Context, keys []IdentityKey, subjects []messaging.ID) error {
	var unknown []int
	for i, s := range subjects {
		if s == 0 {
			unknown = append(unknown, i)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	days, err := tx.Queries.PassingDays(ctx, tx.Tx, int64(tx.Tenant))
	if err != nil || len(days) == 0 {
		return err
	}
	p := sqlcgen.PassingSubjectsParams{TenantID: int64(tx.Tenant)}
	for _, day := range days {
		asked, err := tx.passingColumns(ctx, privacy.DayOf(day), keys, unknown)
		if errors.Is(err, privacy.ErrKeyGone) {
			continue
		}
		if err != nil {
			return err
		}
		for j, at := range unknown {
			p.Positions, p.Days = append(p.Positions, integer(at)), append(p.Days, day)
			p.Kinds, p.Keys = append(p.Kinds, asked.Kinds[j]), append(p.Keys, asked.Keys[j])
		}
	}
	rows, err := tx.Queries.PassingSubjects(ctx, tx.Tx, p)
	for _, row := range rows {
		if s := &subjects[row.Position]; *s == 0 || messaging.ID(row.Subject) < *s { // one answer, whatever the order
			*s = messaging.ID(row.Subject)
		}
	}
	return err
}

// Pass is Subjects for a tenant that keeps no hash of its people: who is not known by a lasting identity is known in
// passing, today and until the day of what is planned for them is over.
func (tx *Tx) Pass(ctx context.Context, keys []IdentityKey, candidates []messaging.ID, now, planned time.Time) ([]messaging.ID, error) {
	lasting, err := tx.lastingSubjects(ctx, keys)
	if err != nil {
		return nil, err
	}
	var passing []int
	for i, s := range lasting {
		if s == 0 {
			passing = append(passing, i)
		}
	}
	subjects := append([]messaging.ID{}, lasting...)
	if err := tx.passersBy(ctx, keys, subjects); err != nil || len(passing) == 0 {
		return subjects, err
	}
	for i, s := range subjects {
		if s == 0 {
			subjects[i] = candidates[i]
		}
	}
	// Of two who meet the same person at once the one whose row of today stands decides for both.
	today := privacy.DayOf(now.UTC())
	if err := tx.insertPassing(ctx, today, keys, passing, subjects); err != nil {
		return nil, err
	}
	final := append([]messaging.ID{}, lasting...)
	if err := tx.passersBy(ctx, keys, final); err != nil {
		return nil, err
	}
	if day := privacy.DayOf(planned.UTC()); day > today {
		err = tx.insertPassing(ctx, day, keys, passing, final)
	}
	return final, err
}

func (tx *Tx) insertPassing(ctx context.Context, day privacy.Day, keys []IdentityKey, which []int, subjects []messaging.ID) error {
	if tx.keys == nil {
		return errors.New("store: people in passing need the keys of days")
	}
	if _, err := tx.keys.DayKey(ctx, tx, day); err != nil {
		return err
	}
	p, err := tx.passingColumns(ctx, day, keys, which)
	if err != nil {
		return err
	}
	for _, at := range which {
		p.Subjects = append(p.Subjects, int64(subjects[at]))
	}
	return tx.Queries.InsertPassing(ctx, tx.Tx, p)
}

// passingColumns hashes the chosen keys under the key of a day. The error wraps privacy.ErrKeyGone once that is destroyed.
func (tx *Tx) passingColumns(ctx context.Context, day privacy.Day, keys []IdentityKey, which []int) (sqlcgen.InsertPassingParams, error) {
	p := sqlcgen.InsertPassingParams{TenantID: int64(tx.Tenant), Day: dateOf(day)}
	if tx.keys == nil {
		return p, errors.New("store: people in passing need the keys of days")
	}
	key, err := tx.keys.ExistingDayKey(ctx, tx, day)
	if err != nil {
		return p, err
	}
	for _, at := range which {
		hash := key.Passing(keys[at].Key)
		p.Kinds, p.Keys = append(p.Kinds, IdentityKind(keys[at].Kind)), append(p.Keys, hash[:])
	}
	return p, nil
}

// remember makes lasting what consent is about to be recorded of: its proof is a keyed hash in every mode.
func (tx *Tx) remember(ctx context.Context, signals []messaging.ConsentSignal) error {
	p := sqlcgen.MakeSubjectsParams{TenantID: int64(tx.Tenant)}
	for _, s := range signals {
		if kind := IdentityKind(s.Kind); kind != 0 {
			p.Kinds, p.Keys, p.Subjects = append(p.Kinds, kind), append(p.Keys, s.Key[:]), append(p.Subjects, int64(s.Subject))
		}
	}
	if len(p.Kinds) == 0 {
		return nil
	}
	return tx.Queries.MakeSubjects(ctx, tx.Tx, p)
}
