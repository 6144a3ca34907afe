package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
)

// scanBudget is how many messages a page looks at when what it is filtered by has no index: something rare must not read
// a table.
const scanBudget = 5_000

// messageColumns are the facts; newestColumns what the newest attempt says.
const (
	messageColumns = `m.id, m.week, m.state_week, m.channel, m.category, m.sender_id, COALESCE(m.template_id, 0),
  COALESCE(m.campaign_id, 0), m.subject, m.country, m.planned_at, m.expires_on, m.address_sealed`
	newestColumns = `COALESCE(s.attempt, 0), COALESCE(s.bits, 0), COALESCE(s.code, 0), s.sent_at, s.delivered_at, s.read_at, s.failed_at,
  COALESCE(s.bucket, 0)`
	newestJoin = `LEFT JOIN LATERAL (
  SELECT attempt, bits, code, sent_at, delivered_at, read_at, failed_at, bucket FROM message_state t
  WHERE t.tenant_id = m.tenant_id AND t.id = m.id AND t.week = m.state_week ORDER BY t.attempt DESC LIMIT 1) s ON true`
)

// Message reads one message with all its attempts. What expires today is gone.
func (s *Sending) Message(ctx context.Context, tenant messaging.ID, ref messaging.MessageRef, today time.Time) (messaging.Message, error) {
	var m messaging.Message
	err := s.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Tx.Query(ctx, `SELECT `+messageColumns+`, COALESCE(s.attempt, 0), COALESCE(s.bits, 0), COALESCE(s.code, 0),
  s.sent_at, s.delivered_at, s.read_at, s.failed_at, COALESCE(s.bucket, 0)
FROM message m LEFT JOIN message_state s ON s.tenant_id = m.tenant_id AND s.id = m.id AND s.week = m.state_week
WHERE m.tenant_id = $1 AND m.id = $2 AND m.week = $3 AND m.expires_on > $4 ORDER BY s.attempt`,
			int64(tenant), int64(ref.ID), smallint(ref.Week), today)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, scanMessage)
		if err == nil && len(found) == 0 {
			return messaging.Refuse(messaging.CodeNotFound, "id", "no such message, or its time is over")
		}
		for i, row := range found {
			if i == 0 {
				m = row
				continue
			}
			m.Attempts = append(m.Attempts, row.Attempts...)
		}
		return err
	})
	return m, err
}

// Messages lists messages newest first, below the id after (0: from the newest).
func (s *Sending) Messages(ctx context.Context, tenant messaging.ID, f messaging.MessageFilter, after messaging.ID, first int, today time.Time) (messaging.MessagePage, error) {
	var page messaging.MessagePage
	err := s.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		var days int16
		err := tx.Tx.QueryRow(ctx, "SELECT message_days FROM tenant WHERE id = $1", int64(tenant)).Scan(&days)
		if err != nil {
			return err
		}
		query, args, look := listQuery(tenant, f, after, first, today, int(days))
		rows, err := tx.Tx.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, scanMessage)
		page = pageOf(found, f, first, look)
		return err
	})
	return page, err
}

// listQuery builds the list's statement from fixed parts; every value is a parameter. Weeks bound the partitions: nothing
// that lives now expires before this week or after the longest plan plus the term.
func listQuery(tenant messaging.ID, f messaging.MessageFilter, after messaging.ID, first int, today time.Time, days int) (query string, args []any, look int) {
	var where strings.Builder
	add := func(clause string, value any) {
		args = append(args, value)
		fmt.Fprintf(&where, " AND "+clause, len(args))
	}
	args = append(args, int64(tenant))
	add("m.expires_on > $%d", today)
	add("m.week >= $%d", messaging.WeekOf(today))
	add("m.week <= $%d", messaging.WeekOf(today.AddDate(0, 0, days+32)))
	for _, c := range []struct {
		clause string
		id     messaging.ID
	}{{"m.id < $%d", after}, {"m.campaign_id = $%d", f.Campaign}, {"m.subject = $%d", f.Subject}} {
		if c.id != 0 {
			add(c.clause, int64(c.id))
		}
	}
	if !f.From.IsZero() {
		add("m.id >= $%d", int64(messaging.FirstID(f.From)))
	}
	if !f.Until.IsZero() {
		add("m.id < $%d", int64(messaging.FirstID(f.Until)))
	}
	look = first + 1
	if sifted(f) {
		look = scanBudget
	}
	args = append(args, look)
	query = fmt.Sprintf(`SELECT %s, %s FROM (SELECT * FROM message m WHERE m.tenant_id = $1%s ORDER BY m.id DESC LIMIT $%d) m %s ORDER BY m.id DESC`,
		messageColumns, newestColumns, where.String(), len(args), newestJoin)
	return query, args, look
}

// sifted tells whether the filter has parts that are judged row by row.
func sifted(f messaging.MessageFilter) bool {
	return len(f.Statuses) > 0 || f.Template != 0 || f.Sender != 0
}

// pageOf keeps the messages asked for and finds where the next page begins.
func pageOf(found []messaging.Message, f messaging.MessageFilter, first, look int) messaging.MessagePage {
	var page messaging.MessagePage
	for i, m := range found {
		if len(page.Messages) == first {
			page.After = found[i-1].Ref.ID
			return page
		}
		if passes(m, f) {
			page.Messages = append(page.Messages, m)
		}
	}
	if sifted(f) && len(found) == look {
		page.After = found[len(found)-1].Ref.ID
	}
	return page
}

func passes(m messaging.Message, f messaging.MessageFilter) bool {
	return (f.Template == 0 || m.Template == f.Template) && (f.Sender == 0 || m.Sender == f.Sender) &&
		(len(f.Statuses) == 0 || slices.Contains(f.Statuses, m.Newest().State.Status()))
}

// FindPerson implements messaging.MessageStore.
func (s *Sending) FindPerson(ctx context.Context, by messaging.Author, key messaging.AddressKey) (messaging.ID, error) {
	var subject messaging.ID
	err := s.store.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		subjects, err := tx.KnownSubjects(ctx, []IdentityKey{IdentityKey(key)})
		if err != nil {
			return err
		}
		subject = subjects[0]
		return tx.note(ctx, by, messaging.AuditPersonSearched, subject, nil)
	})
	return subject, err
}

func scanMessage(row pgx.CollectableRow) (messaging.Message, error) {
	var (
		m                             messaging.Message
		a                             messaging.Attempt
		sent, delivered, read, failed *time.Time
	)
	err := row.Scan(&m.Ref.ID, &m.Ref.Week, &m.StateWeek, &m.Channel, &m.Category, &m.Sender, &m.Template, &m.Campaign, &m.Subject,
		&m.Country, &m.PlannedAt, &m.ExpiresOn, &m.Address, &a.Number, &a.State, &a.Code, &sent, &delivered, &read, &failed, &a.Bucket)
	m.AcceptedAt = m.Ref.ID.Time()
	a.SentAt, a.DeliveredAt, a.ReadAt, a.FailedAt = timeOf(sent), timeOf(delivered), timeOf(read), timeOf(failed)
	if a.Number > 0 {
		m.Attempts = []messaging.Attempt{a}
	}
	return m, err
}
