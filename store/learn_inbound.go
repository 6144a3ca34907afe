package store

import (
	"context"
	"slices"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// inbound books what people have written: it opens the service window, finds the message that was answered and hears a
// STOP or START.
func (l *learning) inbound(ctx context.Context, list []messaging.Inbound) error {
	fresh, err := l.unseen(ctx, list)
	if err != nil || len(fresh) == 0 {
		return err
	}
	from := make([][]messaging.Alias, len(fresh))
	for i, in := range fresh {
		from[i] = in.From
	}
	subjects, err := l.people(ctx, from)
	if err != nil {
		return err
	}
	tenant, err := l.Queries.LearnTenant(ctx, l.Tx.Tx, int64(l.Tenant))
	if err != nil {
		return err
	}
	answers, err := l.answers(ctx, fresh, subjects, int(tenant.MessageDays))
	if err != nil {
		return err
	}
	if err := l.windows(ctx, fresh, subjects); err != nil {
		return err
	}
	for i, in := range fresh {
		what := map[messaging.Keyword]messaging.Signal{
			messaging.KeywordStop: messaging.SignalStop, messaging.KeywordStart: messaging.SignalStart,
		}[in.Keyword]
		at := in.At
		if what == messaging.SignalStop {
			at = l.noSince(at)
		}
		if what != "" && subjects[i] != 0 {
			l.signals = append(l.signals, messaging.ConsentSignal{What: what, Subject: subjects[i], Kind: in.From[0].Kind, Key: in.From[0].Key, Channel: in.Channel, At: at})
		}
	}
	return l.keep(ctx, fresh, subjects, answers, tenant)
}

// noSince is the moment from which a person's no counts. A provider tells whole seconds: a yes that we recorded within the
// same second came before it, and must not outlive it for looking newer.
func (l *learning) noSince(told time.Time) time.Time {
	end := told.Truncate(time.Second).Add(time.Second - time.Millisecond)
	if end.After(l.now) {
		end = l.now
	}
	if end.Before(told) {
		return told
	}
	return end
}

// unseen leaves out what was told of before, also within the list.
func (l *learning) unseen(ctx context.Context, list []messaging.Inbound) ([]messaging.Inbound, error) {
	if len(list) == 0 {
		return nil, nil
	}
	hashes := make([]int64, len(list))
	for i, in := range list {
		hashes[i] = l.providerHash(in.ProviderID)
	}
	rows, err := l.Queries.SeeInbound(ctx, l.Tx.Tx, sqlcgen.SeeInboundParams{TenantID: int64(l.Tenant), At: l.now, Hashes: hashes})
	if err != nil {
		return nil, err
	}
	var fresh []messaging.Inbound
	for i, in := range list {
		if at := slices.Index(rows, hashes[i]); at >= 0 {
			rows = slices.Delete(rows, at, at+1)
			fresh = append(fresh, in)
		} else {
			l.learned.Repeated++
		}
	}
	return fresh, nil
}

func (l *learning) windows(ctx context.Context, fresh []messaging.Inbound, subjects []messaging.ID) error {
	p := sqlcgen.OpenWindowsParams{TenantID: int64(l.Tenant)}
	for i, in := range fresh {
		if subjects[i] != 0 {
			p.Senders, p.Subjects = append(p.Senders, int64(in.Sender)), append(p.Subjects, int64(subjects[i]))
			p.OpenUntil = append(p.OpenUntil, in.At.Add(messaging.ServiceWindow))
		}
	}
	if len(p.Senders) == 0 {
		return nil
	}
	return l.Queries.OpenWindows(ctx, l.Tx.Tx, p)
}

// sent names the attempt that an inbound message answers.
type sent struct {
	message messaging.ID
	attempt int
	week    int
	bucket  uint32
}

// answers finds, for each inbound message, what it answers: the message that was quoted or tapped, else the sender's last
// one to the person within the reply window. It records the answer there.
func (l *learning) answers(ctx context.Context, fresh []messaging.Inbound, subjects []messaging.ID, term int) ([]sent, error) {
	weeks, stateWeeks := recentWeeks(l.now, term)
	found := make([]sent, len(fresh))
	if err := l.quoted(ctx, fresh, found, weeks, stateWeeks); err != nil {
		return nil, err
	}
	p := sqlcgen.LastMessagesParams{TenantID: int64(l.Tenant), Weeks: weeks, StateWeeks: stateWeeks, Since: l.now.Add(-messaging.ReplyWindow)}
	for i, in := range fresh {
		if found[i].message == 0 && in.Answers && subjects[i] != 0 {
			p.Positions = append(p.Positions, integer(i))
			p.Senders, p.Subjects = append(p.Senders, int64(in.Sender)), append(p.Subjects, int64(subjects[i]))
		}
	}
	if len(p.Positions) > 0 {
		rows, err := l.Queries.LastMessages(ctx, l.Tx.Tx, p)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			found[r.Position] = sent{messaging.ID(r.ID), int(r.Attempt), int(r.Week), natural(r.Bucket)}
		}
	}
	var evidence []messaging.Evidence
	for i, in := range fresh {
		s := found[i]
		if s.message == 0 || !in.Answers || in.At.Sub(time.Unix(int64(s.bucket)*15*60, 0)) > messaging.ReplyWindow {
			continue
		}
		evidence = append(evidence, messaging.Evidence{
			Message: s.message, Week: s.week, Attempt: s.attempt, Bits: answerBits(in), Bucket: s.bucket, At: in.At, Button: in.Button,
		})
	}
	_, err := l.record(ctx, evidence)
	return found, err
}

func answerBits(in messaging.Inbound) messaging.State {
	bits := messaging.Replied
	if in.Tapped {
		bits |= messaging.Clicked
	}
	if in.Keyword == messaging.KeywordStop {
		bits |= messaging.OptedOut
	}
	return bits
}

func (l *learning) quoted(ctx context.Context, fresh []messaging.Inbound, found []sent, weeks, stateWeeks []int16) error {
	p := sqlcgen.QuotedMessagesParams{TenantID: int64(l.Tenant), Weeks: weeks, StateWeeks: stateWeeks}
	for _, in := range fresh {
		if !in.ReplyTo.Empty() {
			p.Hashes = append(p.Hashes, l.providerHash(in.ReplyTo))
		}
	}
	if len(p.Hashes) == 0 {
		return nil
	}
	rows, err := l.Queries.QuotedMessages(ctx, l.Tx.Tx, p)
	if err != nil {
		return err
	}
	byHash := make(map[int64]sent, len(rows))
	for _, r := range rows {
		byHash[r.Hash] = sent{messaging.ID(r.ID), int(r.Attempt), int(r.Week), natural(r.Bucket)}
	}
	for i, in := range fresh {
		if !in.ReplyTo.Empty() {
			found[i] = byHash[l.providerHash(in.ReplyTo)]
		}
	}
	return nil
}

// recentWeeks are the partitions of what was planned for the days of the reply window.
func recentWeeks(now time.Time, term int) (weeks, stateWeeks []int16) {
	add := func(list []int16, day time.Time) []int16 {
		if week := smallint(messaging.WeekOf(day)); !slices.Contains(list, week) {
			return append(list, week)
		}
		return list
	}
	for d := -4; d <= 1; d++ {
		day := messaging.DayIn(now.AddDate(0, 0, d), time.UTC)
		weeks = add(weeks, day.AddDate(0, 0, term))
		stateWeeks = add(stateWeeks, day.AddDate(0, 0, max(term, messaging.StateDays)))
	}
	return weeks, stateWeeks
}

// keep writes the inbound rows; address and content only where the tenant keeps them.
func (l *learning) keep(ctx context.Context, fresh []messaging.Inbound, subjects []messaging.ID, answers []sent, tenant sqlcgen.LearnTenantRow) error {
	p := sqlcgen.InsertInboundParams{TenantID: int64(l.Tenant)}
	for i, id := range l.ids.Take(len(fresh)) {
		in := fresh[i]
		if subjects[i] == 0 {
			continue // from nobody: nothing to show it under
		}
		expires := messaging.DayIn(in.At, l.zone).AddDate(0, 0, int(tenant.MessageDays))
		p.Ids, p.Weeks, p.ExpiresOn = append(p.Ids, int64(id)), append(p.Weeks, smallint(messaging.WeekOf(expires))), append(p.ExpiresOn, expires)
		subject := int64(subjects[i])
		if !l.addresses.KeepsHash() {
			subject = 0
		}
		p.Senders, p.Subjects = append(p.Senders, int64(in.Sender)), append(p.Subjects, subject)
		p.Kinds, p.Keywords = append(p.Kinds, in.Kind), append(p.Keywords, string(in.Keyword))
		p.MessageIds, p.OccurredAt = append(p.MessageIds, int64(answers[i].message)), append(p.OccurredAt, in.At)
		p.Addresses = append(p.Addresses, l.sealIf(privacy.Mode(tenant.AddressMode), id, "address_sealed", in.Address))
		p.Contents = append(p.Contents, l.sealIf(privacy.Mode(tenant.ContentMode), id, "content_sealed", in.Content))
		p.ContentHashes = append(p.ContentHashes, l.hashIf(privacy.Mode(tenant.ContentMode), in.Content))
	}
	if len(p.Ids) == 0 {
		return nil
	}
	return l.Queries.InsertInbound(ctx, l.Tx.Tx, p)
}

// hashIf is the keyed hash of a content where only that is kept.
func (l *learning) hashIf(mode privacy.Mode, content []byte) []byte {
	if len(content) == 0 || mode != privacy.Hashed {
		return nil
	}
	hash := l.keys.ContentHash(content)
	return hash[:]
}

func (l *learning) sealIf(mode privacy.Mode, id messaging.ID, column string, plain []byte) []byte {
	if len(plain) == 0 || !mode.KeepsValue() {
		return nil
	}
	return l.keys.Seal(nil, messaging.InboundPlace(l.Tenant, id, column), plain)
}
