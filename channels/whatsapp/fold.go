package whatsapp

import (
	"cmp"
	"slices"
	"time"

	"posthaste/channels"
)

// Marks is a set of the kinds of status that a message has reached.
type Marks uint8

const (
	MarkSent Marks = 1 << iota
	MarkDelivered
	MarkRead
	MarkPlayed
	MarkFailed
)

// Has tells whether all of m are in the set.
func (s Marks) Has(m Marks) bool { return s&m == m }

// Progress is all that a batch tells of one attempt of one message.
type Progress struct {
	Correlation
	Account, Sender string // whose report it is: must match the message's tenant
	ProviderID      string
	Recipient       Party
	Marks           Marks // a mark implies those below it; MarkFailed stands apart
	// The times of the marks, zero where not marked. A mark that was only implied has the time of the first one above.
	SentAt, DeliveredAt, ReadAt, PlayedAt, FailedAt time.Time
	Failure                                         channels.Failure // of MarkFailed
	Pricing                                         Pricing
}

// Lost is true where the message failed and nothing tells that it arrived all the same: a failure is final only if it
// is the last word.
func (p Progress) Lost() bool { return p.Marks.Has(MarkFailed) && !p.Marks.Has(MarkDelivered) }

// Fold brings the statuses of a batch together per attempt of a message, in the order of the messages' ids. The result
// does not depend on the order of the statuses nor on how often each came. verify reads a correlation and refuses what
// is not ours; strangers are the statuses it refused, in their order (sent by another program with the same number).
func Fold(statuses []Status, verify func(correlation string) (Correlation, error)) (progress []Progress, strangers []Status) {
	type key struct {
		Correlation
		account, sender string
	}
	index := make(map[key]int, len(statuses))
	texts := make(map[string]Correlation, len(statuses))
	for i := range statuses {
		s := &statuses[i]
		correlation, seen := texts[s.Correlation]
		if !seen {
			var err error
			if correlation, err = verify(s.Correlation); err != nil {
				strangers = append(strangers, *s)
				continue
			}
			texts[s.Correlation] = correlation
		}
		k := key{correlation, s.Account, s.Sender}
		at, found := index[k]
		if !found {
			at = len(progress)
			index[k] = at
			progress = append(progress, Progress{Correlation: correlation, Account: s.Account, Sender: s.Sender})
		}
		progress[at].add(s)
	}
	for i := range progress {
		progress[i].imply()
	}
	slices.SortFunc(progress, func(a, b Progress) int {
		return cmp.Or(cmp.Compare(a.Message, b.Message), cmp.Compare(a.Attempt, b.Attempt), cmp.Compare(a.Week, b.Week),
			cmp.Compare(a.Bucket, b.Bucket), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Sender, b.Sender))
	})
	return progress, strangers
}

// add takes what one status tells. Each field is the least or the greatest of what was told, so order has no say.
func (p *Progress) add(s *Status) {
	switch s.Kind {
	case Sent:
		p.mark(MarkSent, &p.SentAt, s.Time)
	case Delivered:
		p.mark(MarkDelivered, &p.DeliveredAt, s.Time)
	case Read:
		p.mark(MarkRead, &p.ReadAt, s.Time)
	case Played:
		p.mark(MarkPlayed, &p.PlayedAt, s.Time)
	case Failed:
		later := s.Time.Compare(p.FailedAt)
		if !p.Marks.Has(MarkFailed) || later < 0 || later == 0 && compareFailure(s.Failure, p.Failure) < 0 {
			p.Failure = s.Failure
		}
		p.mark(MarkFailed, &p.FailedAt, s.Time)
	}
	p.ProviderID = max(p.ProviderID, s.ProviderID)
	r := &p.Recipient
	r.Phone = max(r.Phone, s.Recipient.Phone)
	r.UserID = max(r.UserID, s.Recipient.UserID)
	r.ParentUserID = max(r.ParentUserID, s.Recipient.ParentUserID)
	r.Username = max(r.Username, s.Recipient.Username)
	r.Name = max(r.Name, s.Recipient.Name)
	if comparePricing(s.Pricing, p.Pricing) > 0 {
		p.Pricing = s.Pricing
	}
}

func (p *Progress) mark(m Marks, at *time.Time, t time.Time) {
	if !p.Marks.Has(m) || t.Before(*at) {
		*at = t
	}
	p.Marks |= m
}

// imply marks what lies below the highest mark: a person who reads has received, though no report may say so.
func (p *Progress) imply() {
	ladder := []struct {
		mark Marks
		at   *time.Time
	}{{MarkPlayed, &p.PlayedAt}, {MarkRead, &p.ReadAt}, {MarkDelivered, &p.DeliveredAt}, {MarkSent, &p.SentAt}}
	for i := 1; i < len(ladder); i++ {
		above, here := ladder[i-1], ladder[i]
		if p.Marks.Has(above.mark) && !p.Marks.Has(here.mark) {
			p.Marks |= here.mark
			*here.at = *above.at
		}
	}
}

func compareFailure(a, b channels.Failure) int {
	return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Reason, b.Reason))
}

// comparePricing puts what is told above what is not; between two that differ the choice is arbitrary but always the
// same.
func comparePricing(a, b Pricing) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Model, b.Model),
		cmp.Compare(billable(a), billable(b)))
}

func billable(p Pricing) int {
	switch {
	case p.Billable == nil:
		return 0
	case *p.Billable:
		return 2
	}
	return 1
}
