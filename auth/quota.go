package auth

import (
	"context"
	"maps"
	"strconv"
	"sync"
	"time"

	"posthaste/messaging"
)

// What the quota of a key may be, in requests a minute. What a request asks for is bounded by itself: a call for 1,000
// recipients is one.
const (
	DefaultKeyQuota = 600
	MaxKeyQuota     = 60_000
)

// settleEvery is how often a server tells the others what it has let in: so long it may let in what they have let in too.
const settleEvery = time.Second

func checkQuota(quota int) error {
	if quota < 1 || quota > MaxKeyQuota {
		return messaging.Refuse(messaging.CodeInvalid, "quota", "a key may make 1 to %d requests a minute", MaxKeyQuota)
	}
	return nil
}

// QuotaMinute is the minute that a moment belongs to: of the clock, so that all servers mean the same.
func QuotaMinute(at time.Time) time.Time { return at.UTC().Truncate(time.Minute) }

// Allowance is what a key may still do in this minute.
type Allowance struct {
	Quota int
	Left  int
	Reset time.Duration // until the next minute
}

// KeyRequests are requests that were let in with a key in a minute.
type KeyRequests struct {
	Tenant messaging.ID
	Key    messaging.ID
	Minute time.Time
	Count  int
}

// keyMinute names a count; the minute in Unix seconds.
type keyMinute struct {
	tenant, key messaging.ID
	minute      int64
}

// keyCount is a key's minute as one server knows it.
type keyCount struct {
	here    int  // let in by this server
	told    int  // of these, what the shared count has, or is about to have
	others  int  // let in by the other servers: at least so many
	refused bool // one was refused: the first tells the ledger
}

// Quotas counts the requests of keys. A request costs one look-up in memory: what all servers have let in was read together
// with the key, and what this one has not told yet is added. The zero value is ready.
type Quotas struct {
	mu       sync.Mutex
	counts   map[keyMinute]*keyCount
	settling sync.Mutex // one at a time; taken before mu
}

// take lets one request in, or not. shared is the count of all servers, as it was read for this request. first is true
// for the first refusal of the minute.
func (q *Quotas) take(k APIKey, shared int, now time.Time) (left Allowance, ok, first bool) {
	minute := QuotaMinute(now)
	left = Allowance{Quota: k.Quota, Reset: minute.Add(time.Minute).Sub(now)}
	q.mu.Lock()
	defer q.mu.Unlock()
	c := q.count(keyMinute{k.Tenant, k.ID, minute.Unix()})
	// What was read may be older than what was told since, so this is the least that the others have.
	c.others = max(c.others, shared-c.told)
	if c.here+c.others >= k.Quota {
		first = !c.refused
		c.refused = true
		return left, false, first
	}
	c.here++
	left.Left = k.Quota - c.here - c.others
	return left, true, false
}

func (q *Quotas) count(of keyMinute) *keyCount {
	c := q.counts[of]
	if c == nil {
		if q.counts == nil {
			q.counts = map[keyMinute]*keyCount{}
		}
		c = &keyCount{}
		q.counts[of] = c
	}
	return c
}

// untold takes what the others do not know of yet, and forgets the minutes that are over: of those before the last one too
// what could not be told, since it decides nothing any more.
func (q *Quotas) untold(now time.Time) []KeyRequests {
	this := QuotaMinute(now).Unix()
	q.mu.Lock()
	defer q.mu.Unlock()
	maps.DeleteFunc(q.counts, func(k keyMinute, c *keyCount) bool {
		return k.minute < this && c.here == c.told || k.minute < this-60
	})
	var out []KeyRequests
	for k, c := range q.counts {
		if n := c.here - c.told; n > 0 {
			out = append(out, KeyRequests{k.tenant, k.key, time.Unix(k.minute, 0).UTC(), n})
			c.told = c.here
		}
	}
	return out
}

// heard takes in what all servers have let in, this one's share included.
func (q *Quotas) heard(totals []KeyRequests) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, t := range totals {
		if c := q.counts[keyMinute{t.Tenant, t.Key, t.Minute.Unix()}]; c != nil {
			c.others = max(c.others, t.Count-c.told)
		}
	}
}

// untell takes back what could not be told; it is told the next time.
func (q *Quotas) untell(requests []KeyRequests) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range requests {
		if c := q.counts[keyMinute{r.Tenant, r.Key, r.Minute.Unix()}]; c != nil {
			c.told -= r.Count
		}
	}
}

// takeRequest counts a request of a key that is good. Refused ones cost nothing of the quota; that there were some is
// written down once for each minute.
func (a *Access) takeRequest(ctx context.Context, k KeyAccess, v Visit, now time.Time) error {
	left, ok, first := a.Quotas.take(k.Key, k.Requests, now)
	if v.SetAllowance != nil {
		v.SetAllowance(left)
	}
	if ok {
		return nil
	}
	if first {
		a.beside(ctx, func(ctx context.Context) { a.noteLimited(ctx, k.Key, v, now) })
	}
	return messaging.Refuse(messaging.CodeLimited, "", "the key has used up its %d requests of this minute", k.Key.Quota).After(left.Reset)
}

func (a *Access) noteLimited(ctx context.Context, k APIKey, v Visit, now time.Time) {
	_ = a.Store.Act(ctx, k.Tenant, func(tx AccessTx) error {
		first, err := tx.TellKeyLimited(ctx, k.ID, now)
		if err != nil || !first {
			return err
		}
		return tx.Audit(ctx, now, messaging.AuditEvent{
			Action: messaging.AuditKeyLimited, User: k.Creator, Key: k.ID, Address: v.Address, Target: k.ID,
			Detail: map[string]string{"quota": strconv.Itoa(k.Quota)},
		})
	})
}

// SettleQuotas tells the other servers what this one has let in, all keys in one statement, and hears what they have.
func (a *Access) SettleQuotas(ctx context.Context) error {
	a.Quotas.settling.Lock()
	defer a.Quotas.settling.Unlock()
	requests := a.Quotas.untold(a.Now())
	if len(requests) == 0 {
		return nil
	}
	totals, err := a.Store.AddKeyRequests(ctx, requests)
	if err != nil {
		a.Quotas.untell(requests)
		return err
	}
	a.Quotas.heard(totals)
	return nil
}

// KeepQuotas settles about once a second until ctx ends, and a last time then. While the database is away each server
// counts for itself; keys do not come in then anyway.
func (a *Access) KeepQuotas(ctx context.Context) error {
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), besideLimit)
			defer cancel()
			_ = a.SettleQuotas(last)
			return nil
		case <-tick.C:
		}
		if err := a.settle(ctx); err != nil && ctx.Err() == nil && a.Log != nil {
			a.Log.Warn("what API keys have used could not be told to the other servers", "error", err)
		}
	}
}

func (a *Access) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, besideLimit)
	defer cancel()
	return a.SettleQuotas(ctx)
}
