package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// Janitor forgets what is past its term. It uses the owner's connection for partitions and the second role for rows.
type Janitor struct {
	store   *Store
	keys    *Keys
	options Options
}

// NewJanitor makes a janitor. Its options name the owner of the tables.
func NewJanitor(s *Store, keys *Keys, o Options) *Janitor { return &Janitor{s, keys, o} }

const (
	janitorLock = 7203
	// forgetBatch bounds one transaction of deletions.
	forgetBatch = 5000
	// seenDays is how long an inbound id is remembered: the provider repeats a webhook for a week.
	seenDays = 8
	// idempotencyLife is how long a send call's key stands.
	idempotencyLife = 48 * time.Hour
)

// Tidy forgets everything that is past its term at now, drops the weeks that are over and makes those ahead. busy is true
// when another process is at it; nothing was done then.
func (j *Janitor) Tidy(ctx context.Context, now time.Time) (busy bool, err error) {
	db, err := openOwner(j.options)
	if err != nil {
		return false, err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return false, fmt.Errorf("tidy: %w", err)
	}
	defer conn.Close() // ends the lock with its session
	var locked bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", janitorLock).Scan(&locked); err != nil {
		return false, fmt.Errorf("tidy: %w", err)
	}
	if !locked {
		return true, nil
	}
	defer func() { // the end of the session does so too, but a moment later
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", janitorLock)
	}()
	// Each part by itself: one that fails does not keep the others from forgetting.
	return false, errors.Join(makeWeeks(ctx, db, now, j.options.LongestTerm), dropWeeks(ctx, conn, messaging.WeekOf(now)), j.forget(ctx, now), scrubKeys(ctx, conn))
}

// scrubKeys writes the small table of keys anew, so that keys which were destroyed do not stay behind in its pages. Those
// that an older snapshot could still see stay until the next time.
func scrubKeys(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "SET lock_timeout = '500ms'"); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "VACUUM (FULL) tenant_key"); err != nil {
		return fmt.Errorf("write the keys anew: %w", err)
	}
	return nil
}

// dropWeeks drops the partitions of weeks before the given one. A lock that is not had soon is left for the next time:
// waiting for it would make everyone else wait behind.
func dropWeeks(ctx context.Context, conn *sql.Conn, before int) error {
	if _, err := conn.ExecContext(ctx, "SET lock_timeout = '2s'"); err != nil {
		return err
	}
	parts, err := pastWeeks(ctx, conn, before)
	if err != nil {
		return fmt.Errorf("list the partitions: %w", err)
	}
	for _, p := range parts {
		mode := "CONCURRENTLY"
		if p.pending { // an earlier detach was interrupted
			mode = "FINALIZE"
		}
		if p.attached {
			if _, err := conn.ExecContext(ctx, fmt.Sprintf("ALTER TABLE %s DETACH PARTITION %s %s", p.parent, p.name, mode)); err != nil {
				return fmt.Errorf("detach %s: %w", p.name, err)
			}
		}
		if _, err := conn.ExecContext(ctx, "DROP TABLE "+p.name); err != nil {
			return fmt.Errorf("drop %s: %w", p.name, err)
		}
	}
	return nil
}

// partition is a week of a table.
type partition struct {
	name, parent      string
	attached, pending bool
}

// weekTable is how make_weeks names partitions.
var weekTable = regexp.MustCompile(`^(message|message_state|inbound)_w([0-9]{4,5})$`)

func pastWeeks(ctx context.Context, conn *sql.Conn, before int) (list []partition, err error) {
	rows, err := conn.QueryContext(ctx, `SELECT c.relname, i.inhrelid IS NOT NULL, COALESCE(i.inhdetachpending, false)
		FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname ~ '_w[0-9]+$' ORDER BY c.relname`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p partition
		if err := rows.Scan(&p.name, &p.attached, &p.pending); err != nil {
			return nil, err
		}
		match := weekTable.FindStringSubmatch(p.name)
		if match == nil {
			continue
		}
		if week, err := strconv.Atoi(match[2]); err == nil && week < before {
			p.parent = match[1]
			list = append(list, p)
		}
	}
	return list, rows.Err()
}

// forget deletes rows past their term, a batch a transaction.
func (j *Janitor) forget(ctx context.Context, now time.Time) error {
	today := messaging.DayIn(now, time.UTC)
	week := smallint(messaging.WeekOf(now))
	attempts := &Attempts{store: j.store}
	var failed []error
	for name, batch := range map[string]func(acrossTx) (int64, error){
		"messages": func(tx acrossTx) (int64, error) {
			return tx.ForgetMessages(ctx, tx.Tx, sqlcgen.ForgetMessagesParams{Week: week, Today: today, Most: forgetBatch})
		},
		"inbound": func(tx acrossTx) (int64, error) {
			return tx.ForgetInbound(ctx, tx.Tx, sqlcgen.ForgetInboundParams{Week: week, Today: today, Most: forgetBatch})
		},
		"webhooks": func(tx acrossTx) (int64, error) {
			return tx.ForgetWebhooks(ctx, tx.Tx, sqlcgen.ForgetWebhooksParams{Today: today, Now: &now, Most: forgetBatch})
		},
		"limit windows": func(tx acrossTx) (int64, error) {
			return tx.ForgetLimitWindows(ctx, tx.Tx, sqlcgen.ForgetLimitWindowsParams{Before: now.Add(-messaging.LimitSpan), Most: forgetBatch})
		},
		"service windows": func(tx acrossTx) (int64, error) {
			return tx.ForgetServiceWindows(ctx, tx.Tx, sqlcgen.ForgetServiceWindowsParams{Before: now, Most: forgetBatch})
		},
		"idempotency keys": func(tx acrossTx) (int64, error) {
			return tx.ForgetIdempotency(ctx, tx.Tx, sqlcgen.ForgetIdempotencyParams{Before: now.Add(-idempotencyLife), Most: forgetBatch})
		},
		"inbound ids": func(tx acrossTx) (int64, error) {
			return tx.ForgetInboundSeen(ctx, tx.Tx, sqlcgen.ForgetInboundSeenParams{Before: now.AddDate(0, 0, -seenDays), Most: forgetBatch})
		},
		"payloads": func(tx acrossTx) (int64, error) {
			return tx.ForgetPayloads(ctx, tx.Tx, sqlcgen.ForgetPayloadsParams{Now: now, Most: forgetBatch})
		},
	} {
		for {
			var n int64
			err := attempts.across(ctx, "forget", func(tx acrossTx) (err error) {
				n, err = batch(tx)
				return err
			})
			if err != nil {
				failed = append(failed, fmt.Errorf("forget %s: %w", name, err))
			}
			if err != nil || n < forgetBatch {
				break
			}
		}
	}
	if err := j.forgetCuts(ctx, now, today); err != nil {
		failed = append(failed, fmt.Errorf("forget what a shortened term takes: %w", err))
	}
	if err := j.forgetPassing(ctx, today); err != nil { // after the payloads, which hold them
		failed = append(failed, fmt.Errorf("forget people known in passing: %w", err))
	}
	return errors.Join(append(failed, j.destroyKeys(ctx, today))...)
}

// forgetCuts deletes what shortened terms take, and those that have nothing more to take.
func (j *Janitor) forgetCuts(ctx context.Context, now, today time.Time) error {
	if _, err := forgetCuts(ctx, j.store, now, 0); err != nil {
		return err
	}
	return (&Attempts{store: j.store}).across(ctx, "forget", func(tx acrossTx) error {
		_, err := tx.DropOldCuts(ctx, tx.Tx, today)
		return err
	})
}

func (j *Janitor) forgetPassing(ctx context.Context, today time.Time) error {
	for n := int64(forgetBatch); n == forgetBatch; {
		err := (&Attempts{store: j.store}).across(ctx, "forget", func(tx acrossTx) (err error) {
			n, err = tx.ForgetPassing(ctx, tx.Tx, sqlcgen.ForgetPassingParams{Yesterday: today.AddDate(0, 0, -1), Most: forgetBatch})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// destroyKeys ends the keys of days that are over, after their payloads.
func (j *Janitor) destroyKeys(ctx context.Context, today time.Time) error {
	var gone []sqlcgen.DestroyDayKeysRow
	err := (&Attempts{store: j.store}).across(ctx, "forget", func(tx acrossTx) (err error) {
		gone, err = tx.DestroyDayKeys(ctx, tx.Tx, today)
		return err
	})
	if err != nil {
		return fmt.Errorf("destroy the keys of past days: %w", err)
	}
	for _, k := range gone {
		j.keys.ForgetDay(messaging.ID(k.TenantID), privacy.DayOf(k.Day))
	}
	return nil
}
