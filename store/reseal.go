package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// resealing is what a job of kind RESEAL knows of itself. While it waits, the fresh key opens only, until every process has
// learnt of it; when it runs, the fresh key seals.
type resealing struct {
	Old    string    `json:"old"`
	Fresh  string    `json:"fresh"`
	Round  int       `json:"round"`
	Begins time.Time `json:"begins"` // the round, at the earliest
	Part   int       `json:"part"`   // of sealedColumns
	After  int64     `json:"after"`  // the last row that was looked at
	Sub    int16     `json:"sub"`
	Moved  int64     `json:"moved"` // in this round
	Stuck  int64     `json:"stuck"` // in this round: values that do not open where they are
	Left   int64     `json:"left"`  // Stuck of the last whole round
	LeftIn string    `json:"leftIn"`
	Clean  bool      `json:"clean"` // a round that began when nobody could use the old key any more has found nothing under it
}

const (
	// resealBatch is how many rows one transaction looks at.
	resealBatch = 1000
	// stuckPause is how long values that do not open wait for the next round.
	stuckPause = time.Hour
)

// RotateDataKey draws a tenant's next data key, and leaves it to a Resealer to let it seal and to destroy the one before.
// CONFLICT while a rotation is under way. random is crypto/rand.Reader.
func (s *Store) RotateDataKey(ctx context.Context, ring *privacy.Keyring, keys *Keys, ids *messaging.IDs, random io.Reader, tenant messaging.ID, now time.Time) (fresh privacy.KeyID, err error) {
	err = s.InTenant(ctx, tenant, func(tx *Tx) error {
		wrapped, err := tx.Queries.LockTenantKeys(ctx, tx.Tx, int64(tenant))
		if err != nil {
			return err
		}
		own, err := ring.OpenTenantKeys(int64(tenant), wrapped)
		if err != nil {
			return err
		}
		if len(own.DataKeys()) > 1 {
			return messaging.Refuse(messaging.CodeConflict, "", "the last rotation of this tenant's data key is still under way")
		}
		if wrapped, fresh, err = ring.PrepareDataKey(random, int64(tenant), wrapped); err != nil {
			return err
		}
		if err := tx.Queries.RewrapTenantKeys(ctx, tx.Tx, sqlcgen.RewrapTenantKeysParams{TenantID: int64(tenant), Wrapped: wrapped}); err != nil {
			return err
		}
		detail, err := json.Marshal(resealing{Old: own.Data().ID().String(), Fresh: fresh.String(), Begins: now.Add(keysSettle)})
		if err != nil {
			return fmt.Errorf("write down what is to be sealed anew: %w", err)
		}
		job := ids.Next()
		err = tx.Queries.CreateWork(ctx, tx.Tx, sqlcgen.CreateWorkParams{
			TenantID: int64(tenant), ID: int64(job), Kind: string(messaging.JobReseal), Detail: detail, CreatedAt: now,
		})
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { keys.Forget(tenant) })
		event := messaging.AuditedHost(messaging.AuditDataKeyDrawn, job, map[string]string{"data_key": fresh.String()})
		return tx.Audit(ctx, own.Derive(privacy.ForAuditLedger), now, ids.Take(1), []messaging.AuditEvent{event})
	})
	return fresh, err
}

// Resealer carries rotations of data keys out. A fresh key seals once every process knows it. What the old one has sealed is
// sealed anew in rounds, a batch a transaction that notes how far it has come, so whoever takes the job up goes on from
// there. Processes and transactions that had begun before may still write under the old key, and read what they have seen
// under it: so only a round that begins when they are over and finds nothing lets the old key be destroyed.
type Resealer struct {
	store *Store
	keys  *Keys
	ring  *privacy.Keyring
	ids   *messaging.IDs
	now   func() time.Time
}

// NewResealer makes a resealer.
func NewResealer(s *Store, keys *Keys, ring *privacy.Keyring, ids *messaging.IDs, now func() time.Time) *Resealer {
	return &Resealer{s, keys, ring, ids, now}
}

// Work does what can be done now for every tenant with an open job. Only one process at a time may call it.
func (r *Resealer) Work(ctx context.Context, _ time.Time) error {
	var open []sqlcgen.OpenWorkRow
	err := r.store.AcrossTenants(ctx, "reseal", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		open, err = q.OpenWork(ctx, tx, string(messaging.JobReseal))
		return err
	})
	for _, row := range open { // one that fails does not keep the others
		if failed := r.carryOut(ctx, row); failed != nil {
			err = errors.Join(err, fmt.Errorf("seal anew for tenant %d: %w", row.TenantID, failed))
		}
	}
	return err
}

// resealJob is one job under way.
type resealJob struct {
	*Resealer
	resealing
	tenant     messaging.ID
	id, done   int64
	own        *privacy.TenantKeys
	old, fresh privacy.KeyID
}

func (r *Resealer) carryOut(ctx context.Context, row sqlcgen.OpenWorkRow) (err error) {
	j := &resealJob{Resealer: r, tenant: messaging.ID(row.TenantID), id: row.ID, done: row.Done}
	if err := json.Unmarshal(row.Detail, &j.resealing); err != nil {
		return fmt.Errorf("read what is to be sealed anew: %w", err)
	}
	if j.old, err = privacy.ParseKeyID(j.Old); err != nil {
		return err
	}
	if j.fresh, err = privacy.ParseKeyID(j.Fresh); err != nil {
		return err
	}
	if !j.Clean && r.now().Before(j.Begins) {
		return nil
	}
	if err := j.readKeys(ctx); err != nil {
		return err
	}
	if row.State == string(messaging.JobWaiting) {
		if err := j.promote(ctx); err != nil {
			return err
		}
		if err := j.readKeys(ctx); err != nil {
			return err
		}
	}
	if !j.Clean {
		if err := j.round(ctx); err != nil || !j.Clean {
			return err
		}
	}
	return j.destroy(ctx)
}

// readKeys reads the tenant's keys past the cache: what is sealed here must be under the fresh key.
func (j *resealJob) readKeys(ctx context.Context) (err error) {
	j.keys.Forget(j.tenant)
	j.own, err = j.keys.Of(ctx, j.tenant)
	return err
}

// promote lets the fresh key seal.
func (j *resealJob) promote(ctx context.Context) error {
	now := j.now()
	return j.change(ctx, messaging.AuditDataKeyChanged, j.fresh, now, j.ring.PromoteDataKey, func(tx *Tx) (int64, error) {
		return tx.Queries.StartWork(ctx, tx.Tx, sqlcgen.StartWorkParams{TenantID: int64(j.tenant), ID: j.id, Now: &now})
	})
}

// destroy ends the old key, unless a mail that waits is still under it.
func (j *resealJob) destroy(ctx context.Context) error {
	waits, err := j.store.mailsWait(ctx, j.tenant, j.old)
	if err != nil || waits {
		return err
	}
	now := j.now()
	return j.change(ctx, messaging.AuditDataKeyDestroyed, j.old, now, j.ring.DropDataKey, func(tx *Tx) (int64, error) {
		return tx.Queries.FinishWork(ctx, tx.Tx, sqlcgen.FinishWorkParams{TenantID: int64(j.tenant), ID: j.id, Done: j.done, Now: &now})
	})
}

// change changes the tenant's keys, moves the job and records it, all or nothing.
func (j *resealJob) change(ctx context.Context, action messaging.AuditAction, id privacy.KeyID, now time.Time,
	keys func(int64, []byte, privacy.KeyID) ([]byte, error), move func(*Tx) (int64, error)) error {
	return j.store.InTenant(ctx, j.tenant, func(tx *Tx) error {
		wrapped, err := tx.Queries.LockTenantKeys(ctx, tx.Tx, int64(j.tenant))
		if err != nil {
			return err
		}
		if n, err := move(tx); err != nil || n == 0 {
			return err // somebody else has moved it
		}
		if wrapped, err = keys(int64(j.tenant), wrapped, id); err != nil {
			return err
		}
		if err := tx.Queries.RewrapTenantKeys(ctx, tx.Tx, sqlcgen.RewrapTenantKeysParams{TenantID: int64(j.tenant), Wrapped: wrapped}); err != nil {
			return err
		}
		tx.AfterCommit(func() { j.keys.Forget(j.tenant) })
		author := messaging.AuthorOf(messaging.Actor{Tenant: j.tenant}, j.ids, now, j.own)
		return tx.record(ctx, author, messaging.AuditEvent{
			Action: action, Target: messaging.ID(j.id), Detail: map[string]string{"data_key": id.String()},
		})
	})
}

// round goes through what is left of a round, and settles when the next may begin.
func (j *resealJob) round(ctx context.Context) error {
	for columns := sealedColumns(); j.Part < len(columns); {
		err := j.store.InTenant(ctx, j.tenant, func(tx *Tx) error {
			if err := j.batch(ctx, tx, columns[j.Part]); err != nil {
				return err
			}
			return j.beat(ctx, tx)
		})
		if err != nil {
			return err
		}
	}
	// In the first round others may still have sealed by the old key.
	j.Clean = j.Round > 0 && j.Moved+j.Stuck == 0
	switch {
	case j.Moved > 0 || j.Round == 0:
		j.Begins = j.now().Add(keysSettle)
	case j.Stuck > 0:
		j.Begins = j.now().Add(stuckPause)
	}
	if j.Left = j.Stuck; j.Left == 0 {
		j.LeftIn = ""
	}
	j.Round, j.Part, j.After, j.Sub, j.Moved, j.Stuck = j.Round+1, 0, 0, 0, 0, 0
	return j.store.InTenant(ctx, j.tenant, func(tx *Tx) error { return j.beat(ctx, tx) })
}

// batch seals anew what is under the old key among the next rows of the column.
func (j *resealJob) batch(ctx context.Context, tx *Tx, c sealedColumn) error {
	week := smallint(messaging.WeekOf(j.now()))
	page, err := c.page(ctx, tx, j.old, j.After, j.Sub, week, resealBatch)
	if err != nil {
		return fmt.Errorf("read %s: %w", c, err)
	}
	var read []sealedRow
	var renewed [][]byte
	for _, row := range page {
		if row.value == nil {
			continue
		}
		value, _, err := j.own.Renew(c.place(messaging.ID(row.id)), row.value)
		if err != nil {
			j.Stuck, j.LeftIn = j.Stuck+1, c.String()
			continue
		}
		read, renewed = append(read, row), append(renewed, value)
	}
	if len(read) > 0 {
		if err := c.put(ctx, tx, read, renewed, week); err != nil {
			return fmt.Errorf("write %s: %w", c, err)
		}
	}
	j.Moved, j.done = j.Moved+int64(len(read)), j.done+int64(len(read))
	if len(page) < resealBatch {
		j.Part, j.After, j.Sub = j.Part+1, 0, 0
		return nil
	}
	last := page[len(page)-1]
	j.After, j.Sub = last.id, last.sub
	return nil
}

func (j *resealJob) beat(ctx context.Context, tx *Tx) error {
	detail, err := json.Marshal(j.resealing)
	if err != nil {
		return fmt.Errorf("write down how far it has come: %w", err)
	}
	now := j.now()
	n, err := tx.Queries.BeatWork(ctx, tx.Tx, sqlcgen.BeatWorkParams{TenantID: int64(j.tenant), ID: j.id, Done: j.done, Total: j.done, Detail: detail, Now: &now})
	if err == nil && n == 0 {
		err = errors.New("the job is no longer under way")
	}
	return err
}

// mailsWait tells whether a mail that is still to be sent is sealed under the key. They lie in River's table, which shows
// each tenant its own.
func (s *Store) mailsWait(ctx context.Context, tenant messaging.ID, under privacy.KeyID) (waits bool, err error) {
	err = s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		return tx.Tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM river.river_job WHERE kind = 'mail' AND args ->> 'tenant' = $1
			AND state NOT IN ('completed', 'cancelled', 'discarded') AND substr(decode(args ->> 'sealed', 'base64'), 2, 4) = $2)`,
			tenant.String(), under[:]).Scan(&waits)
	})
	return waits, err
}

// DataKeys is how a tenant's data keys stand.
type DataKeys struct {
	Seals    privacy.KeyID
	Opens    []privacy.KeyID // older, or the next one
	Rotation *DataKeyRotation
}

// DataKeyRotation is a rotation under way.
type DataKeyRotation struct {
	Old, Fresh string
	Waits      bool      // the fresh key does not seal yet
	Begins     time.Time // the next step, at the earliest; zero: now
	Round      int       // from 1
	Column     string    // that is gone through
	Resealed   int64
	Left       int64 // values that did not open in the last round; the old key stays while there are any
	LeftIn     string
	Mails      bool // nothing else is left, but mails that wait to be sent are under the old key
}

// DataKeys tells how a tenant's data keys stand, and how far a rotation has come.
func (s *Store) DataKeys(ctx context.Context, keys *Keys, tenant messaging.ID, now time.Time) (out DataKeys, err error) {
	keys.Forget(tenant)
	own, err := keys.Of(ctx, tenant)
	if err != nil {
		return out, err
	}
	out.Seals, out.Opens = own.DataKeys()[0], own.DataKeys()[1:]
	if len(out.Opens) == 0 {
		return out, nil
	}
	err = s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.Jobs(ctx, tx.Tx, sqlcgen.JobsParams{TenantID: int64(tenant), Kind: string(messaging.JobReseal), Count: 1})
		if err != nil || len(rows) == 0 {
			return err
		}
		out.Rotation, err = rotationOf(rows[0], now)
		return err
	})
	return out, err
}

func rotationOf(row sqlcgen.Job, now time.Time) (*DataKeyRotation, error) {
	var r resealing
	if err := json.Unmarshal(row.Detail, &r); err != nil {
		return nil, fmt.Errorf("read how far the rotation has come: %w", err)
	}
	out := &DataKeyRotation{
		Old: r.Old, Fresh: r.Fresh, Waits: row.State == string(messaging.JobWaiting), Round: r.Round + 1,
		Resealed: row.Done, Left: r.Left, LeftIn: r.LeftIn, Mails: r.Clean,
	}
	if r.Begins.After(now) && !r.Clean {
		out.Begins = r.Begins
	}
	if r.Part > 0 || r.After > 0 {
		out.Column = SealedColumns()[r.Part%len(SealedColumns())]
	}
	return out, nil
}
