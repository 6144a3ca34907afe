package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// TightenEvents is what a stricter keeping asks of the store of events; clickhouse.Store.
type TightenEvents interface {
	ForgetPeople(ctx context.Context, tenant int64) error
	// ForgetEvents deletes events of days before first and of messages with ids below the given one.
	ForgetEvents(ctx context.Context, tenant int64, first time.Time, below int64) error
	// ForgetFigures deletes figures of days before first.
	ForgetFigures(ctx context.Context, tenant int64, first time.Time) error
}

// Tightener carries stricter keepings out on what was there: in batches, each a transaction that notes how far it has come,
// so whoever takes the job up goes on from there. It goes round twice: transactions that began under the old settings may
// still write what these allowed, so the second round begins when they are over.
type Tightener struct {
	store  *Store
	keys   *Keys
	ids    *messaging.IDs
	events TightenEvents
	now    func() time.Time
}

// NewTightener makes a tightener.
func NewTightener(s *Store, keys *Keys, ids *messaging.IDs, events TightenEvents, now func() time.Time) *Tightener {
	return &Tightener{s, keys, ids, events, now}
}

// Work does what can be done now for every tenant with an open job. Only one process at a time may call it.
func (t *Tightener) Work(ctx context.Context, _ time.Time) error {
	var open []sqlcgen.OpenWorkRow
	err := t.store.AcrossTenants(ctx, "tighten", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		open, err = q.OpenWork(ctx, tx, string(messaging.JobTighten))
		return err
	})
	for _, row := range open { // one that fails does not keep the others
		if failed := t.carryOut(ctx, row); failed != nil {
			err = errors.Join(err, fmt.Errorf("tighten tenant %d: %w", row.TenantID, failed))
		}
	}
	return err
}

// tightenJob is one job under way.
type tightenJob struct {
	*Tightener
	tightening
	tenant messaging.ID
	id     int64
	done   int64
	total  int64
	keys   *privacy.TenantKeys
}

func (t *Tightener) carryOut(ctx context.Context, row sqlcgen.OpenWorkRow) error {
	keys, err := t.keys.Of(ctx, messaging.ID(row.TenantID))
	if err != nil {
		return err
	}
	j := &tightenJob{Tightener: t, tenant: messaging.ID(row.TenantID), id: row.ID, done: row.Done, total: row.Total, keys: keys}
	if err := json.Unmarshal(row.Detail, &j.tightening); err != nil {
		return fmt.Errorf("read what is to be carried out: %w", err)
	}
	if row.State == string(messaging.JobWaiting) {
		if err := j.start(ctx); err != nil {
			return err
		}
	}
	if j.Round == 0 {
		if err := j.round(ctx); err != nil {
			return err
		}
	}
	if t.now().Before(row.CreatedAt.Add(settleTime)) {
		return nil
	}
	if err := j.round(ctx); err != nil {
		return err
	}
	if whole, err := j.finishEvents(ctx, row.CreatedAt.Add(settleTime)); err != nil || !whole {
		return err
	}
	return j.finish(ctx)
}

func (j *tightenJob) start(ctx context.Context) error {
	now := j.now()
	return j.store.InTenant(ctx, j.tenant, func(tx *Tx) (err error) {
		if _, err := tx.Queries.StartWork(ctx, tx.Tx, sqlcgen.StartWorkParams{TenantID: int64(j.tenant), ID: j.id, Now: &now}); err != nil {
			return err
		}
		if j.total, err = tx.Queries.CountMessages(ctx, tx.Tx, sqlcgen.CountMessagesParams{TenantID: int64(j.tenant), ThisWeek: j.week()}); err != nil {
			return err
		}
		return j.note(ctx, tx, messaging.AuditTightenStarted, now, nil)
	})
}

func (j *tightenJob) finish(ctx context.Context) error {
	now := j.now()
	return j.store.InTenant(ctx, j.tenant, func(tx *Tx) error {
		n, err := tx.Queries.FinishWork(ctx, tx.Tx, sqlcgen.FinishWorkParams{TenantID: int64(j.tenant), ID: j.id, Done: j.done, Now: &now})
		if err != nil || n == 0 {
			return err
		}
		return j.note(ctx, tx, messaging.AuditTightenDone, now, map[string]string{"messages": fmt.Sprint(j.done)})
	})
}

func (j *tightenJob) note(ctx context.Context, tx *Tx, action messaging.AuditAction, now time.Time, detail map[string]string) error {
	author := messaging.AuthorOf(messaging.Actor{Tenant: j.tenant}, j.ids, now, j.keys)
	return tx.record(ctx, author, messaging.AuditEvent{Action: action, Target: messaging.ID(j.id), Detail: detail})
}

func (j *tightenJob) week() int16 { return smallint(messaging.WeekOf(j.now())) }

// round does the parts that are left of a round.
func (j *tightenJob) round(ctx context.Context) error {
	parts := []func(context.Context, *Tx) (bool, error){j.messages, j.inbound, j.states, j.identities}
	for j.Part < len(parts) {
		for more := true; more; {
			err := j.store.InTenant(ctx, j.tenant, func(tx *Tx) (err error) {
				if more, err = parts[j.Part](ctx, tx); err != nil {
					return err
				}
				return j.beat(ctx, tx)
			})
			if err != nil {
				return err
			}
		}
		j.Part, j.After, j.Kind, j.Key = j.Part+1, 0, 0, nil
	}
	if err := j.rest(ctx); err != nil {
		return err
	}
	j.Round, j.Part = j.Round+1, 0
	return j.store.InTenant(ctx, j.tenant, func(tx *Tx) error { return j.beat(ctx, tx) })
}

func (j *tightenJob) beat(ctx context.Context, tx *Tx) error {
	detail, err := json.Marshal(j.tightening)
	if err != nil {
		return fmt.Errorf("write down how far it has come: %w", err)
	}
	now := j.now()
	n, err := tx.Queries.BeatWork(ctx, tx.Tx, sqlcgen.BeatWorkParams{
		TenantID: int64(j.tenant), ID: j.id, Done: j.done, Total: j.total, Detail: detail, Now: &now,
	})
	if err == nil && n == 0 {
		err = errors.New("the job is no longer under way")
	}
	return err
}

// hashes are those of contents of which only the hash stays; empty for all others.
func (j *tightenJob) hashes(ctx context.Context, sealed [][]byte, ids []int64, place func(messaging.ID) privacy.AAD) ([][]byte, error) {
	keys, err := j.Tightener.keys.Of(ctx, j.tenant) // anew for each page: the data key may be rotated meanwhile
	if err != nil {
		return nil, err
	}
	hashes := make([][]byte, len(ids))
	for i, s := range sealed {
		if hashes[i] = []byte{}; s == nil {
			continue
		}
		plain, err := keys.Open(nil, place(messaging.ID(ids[i])), s)
		if err != nil {
			return nil, err
		}
		hash := keys.ContentHash(plain)
		clear(plain)
		hashes[i] = hash[:]
	}
	return hashes, nil
}

func (j *tightenJob) messages(ctx context.Context, tx *Tx) (more bool, err error) {
	page, err := tx.Queries.MessagePage(ctx, tx.Tx, sqlcgen.MessagePageParams{
		TenantID: int64(j.tenant), ThisWeek: j.week(), After: j.After, Contents: j.Next.ContentMode == privacy.Hashed, Most: tightenBatch,
	})
	if err != nil || len(page) == 0 {
		return false, err
	}
	p := sqlcgen.TightenMessagesParams{
		TenantID: int64(j.tenant), AddressValue: j.Next.AddressMode.KeepsValue(), AddressHash: j.Next.AddressMode.KeepsHash(),
		ContentValue: j.Next.ContentMode.KeepsValue(), ContentHash: j.Next.ContentMode.KeepsHash(),
	}
	sealed := make([][]byte, len(page))
	for i, row := range page {
		p.Ids, p.Weeks, sealed[i] = append(p.Ids, row.ID), append(p.Weeks, row.Week), row.ContentSealed
	}
	if p.Hashes, err = j.hashes(ctx, sealed, p.Ids, messaging.MessageContentPlace); err != nil {
		return false, err
	}
	if j.Round == 0 {
		j.done += int64(len(page))
	}
	j.After = p.Ids[len(p.Ids)-1]
	_, err = tx.Queries.TightenMessages(ctx, tx.Tx, p)
	return len(page) == tightenBatch, err
}

func (j *tightenJob) inbound(ctx context.Context, tx *Tx) (more bool, err error) {
	page, err := tx.Queries.InboundPage(ctx, tx.Tx, sqlcgen.InboundPageParams{
		TenantID: int64(j.tenant), ThisWeek: j.week(), After: j.After, Contents: j.Next.ContentMode == privacy.Hashed, Most: tightenBatch,
	})
	if err != nil || len(page) == 0 {
		return false, err
	}
	p := sqlcgen.TightenInboundParams{
		TenantID: int64(j.tenant), AddressValue: j.Next.AddressMode.KeepsValue(), AddressHash: j.Next.AddressMode.KeepsHash(),
		ContentValue: j.Next.ContentMode.KeepsValue(), ContentHash: j.Next.ContentMode.KeepsHash(),
	}
	sealed := make([][]byte, len(page))
	for i, row := range page {
		p.Ids, p.Weeks, sealed[i] = append(p.Ids, row.ID), append(p.Weeks, row.Week), row.ContentSealed
	}
	place := func(id messaging.ID) privacy.AAD { return messaging.InboundPlace(j.tenant, id, "content_sealed") }
	if p.Hashes, err = j.hashes(ctx, sealed, p.Ids, place); err != nil {
		return false, err
	}
	j.After = p.Ids[len(p.Ids)-1]
	_, err = tx.Queries.TightenInbound(ctx, tx.Tx, p)
	return len(page) == tightenBatch, err
}

func (j *tightenJob) states(ctx context.Context, tx *Tx) (more bool, err error) {
	if j.Next.AddressMode.KeepsValue() {
		return false, nil
	}
	page, err := tx.Queries.StatePage(ctx, tx.Tx, sqlcgen.StatePageParams{TenantID: int64(j.tenant), ThisWeek: j.week(), After: j.After, Most: tightenBatch})
	if err != nil || len(page) == 0 {
		return false, err
	}
	p := sqlcgen.TightenStatesParams{TenantID: int64(j.tenant), AddressHash: j.Next.AddressMode.KeepsHash()}
	for _, row := range page {
		p.Ids, p.Weeks = append(p.Ids, row.ID), append(p.Weeks, row.Week)
	}
	j.After = p.Ids[len(p.Ids)-1]
	_, err = tx.Queries.TightenStates(ctx, tx.Tx, p)
	return len(page) == tightenBatch, err
}

// identities takes the lasting hashes of people without consent. Who has something under way, or an open window, is known
// in passing until that is over, so that their no is still heard.
func (j *tightenJob) identities(ctx context.Context, tx *Tx) (more bool, err error) {
	if j.Next.AddressMode.KeepsHash() {
		return false, nil
	}
	page, err := tx.Queries.UnconsentedPage(ctx, tx.Tx, sqlcgen.UnconsentedPageParams{
		TenantID: int64(j.tenant), Kind: j.Kind, Key: append([]byte{}, j.Key...), Most: tightenBatch,
	})
	if err != nil || len(page) == 0 {
		return false, err
	}
	drop := sqlcgen.DropIdentitiesParams{TenantID: int64(j.tenant)}
	subjects := make([]int64, len(page))
	for i, row := range page {
		drop.Kinds, drop.Keys, subjects[i] = append(drop.Kinds, row.Kind), append(drop.Keys, row.Key), row.Subject
	}
	busy, err := tx.Queries.BusySubjects(ctx, tx.Tx, sqlcgen.BusySubjectsParams{TenantID: int64(j.tenant), Subjects: subjects})
	if err != nil {
		return false, err
	}
	if err := j.letPass(ctx, tx, page, busy); err != nil {
		return false, err
	}
	last := page[len(page)-1]
	j.Kind, j.Key = last.Kind, last.Key
	_, err = tx.Queries.DropIdentities(ctx, tx.Tx, drop)
	return len(page) == tightenBatch, err
}

func (j *tightenJob) letPass(ctx context.Context, tx *Tx, page []sqlcgen.UnconsentedPageRow, busy []int64) error {
	under := make(map[int64]bool, len(busy))
	for _, s := range busy {
		under[s] = true
	}
	var keys []IdentityKey
	var subjects []messaging.ID
	var which []int
	for _, row := range page {
		if under[row.Subject] {
			which = append(which, len(keys))
			keys, subjects = append(keys, IdentityKey{addressKind(row.Kind), [32]byte(row.Key)}), append(subjects, messaging.ID(row.Subject))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	today := messaging.DayIn(j.now(), time.UTC)
	last, err := tx.Queries.LastPayloadDay(ctx, tx.Tx, sqlcgen.LastPayloadDayParams{TenantID: int64(j.tenant), Today: today})
	if err != nil {
		return err
	}
	for _, day := range []time.Time{today, last} {
		if err := tx.insertPassing(ctx, privacy.DayOf(day), keys, which, subjects); err != nil {
			return err
		}
	}
	return nil
}

// tightenBatch is how many rows one transaction looks at.
const tightenBatch = 2000

// rest is what needs the second role: webhooks that could not be read, and terms.
func (j *tightenJob) rest(ctx context.Context) error {
	err := j.store.AcrossTenants(ctx, "tighten", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		if j.Next.AddressMode.KeepsValue() && j.Next.ContentMode.KeepsValue() {
			return nil
		}
		_, err := q.DropPlainWebhooks(ctx, tx, int64(j.tenant))
		return err
	})
	if err != nil {
		return err
	}
	_, err = forgetCuts(ctx, j.store, j.now(), j.tenant)
	return err
}

// finishEvents does to the events what was done to the messages, once all that were made before have arrived. whole is
// false while some are on their way.
func (j *tightenJob) finishEvents(ctx context.Context, made time.Time) (whole bool, err error) {
	if !j.Next.AddressMode.KeepsHash() {
		var holds bool
		err := j.store.AcrossTenants(ctx, "tighten", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
			if _, err = q.DropDeadEvents(ctx, tx, sqlcgen.DropDeadEventsParams{TenantID: int64(j.tenant), Before: made}); err != nil {
				return err
			}
			holds, err = q.OutboxHolds(ctx, tx, sqlcgen.OutboxHoldsParams{TenantID: int64(j.tenant), Before: made})
			return err
		})
		if err != nil || holds {
			return false, err
		}
		if err := j.events.ForgetPeople(ctx, int64(j.tenant)); err != nil {
			return false, err
		}
	}
	return true, ForgetCutEvents(ctx, j.store, j.events, j.now(), j.tenant)
}
