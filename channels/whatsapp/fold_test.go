package whatsapp_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"posthaste/channels"
	"posthaste/channels/whatsapp"
	"posthaste/messaging"
)

// verifyPlain reads "message/attempt", so that Fold is tested apart from the signature.
func verifyPlain(s string) (whatsapp.Correlation, error) {
	var c whatsapp.Correlation
	if _, err := fmt.Sscanf(s, "%d/%d", &c.Message, &c.Attempt); err != nil {
		return c, errors.New("not ours")
	}
	return c, nil
}

func report(correlation string, kind whatsapp.StatusKind, second int64) whatsapp.Status {
	return whatsapp.Status{Origin: origin, Correlation: correlation, Kind: kind, Time: at(second), ProviderID: "w" + correlation}
}

func TestFold(t *testing.T) {
	t.Parallel()
	const s, d, r, p, f = whatsapp.MarkSent, whatsapp.MarkDelivered, whatsapp.MarkRead, whatsapp.MarkPlayed, whatsapp.MarkFailed
	none := time.Time{}
	for name, c := range map[string]struct {
		statuses []whatsapp.Status
		marks    whatsapp.Marks
		times    [5]time.Time // sent, delivered, read, played, failed
		lost     bool
	}{
		"sent":                 {[]whatsapp.Status{report("1/0", "sent", 10)}, s, [5]time.Time{at(10), none, none, none, none}, false},
		"twice, first time":    {[]whatsapp.Status{report("1/0", "sent", 12), report("1/0", "sent", 10)}, s, [5]time.Time{at(10), none, none, none, none}, false},
		"read implies":         {[]whatsapp.Status{report("1/0", "read", 40)}, s | d | r, [5]time.Time{at(40), at(40), at(40), none, none}, false},
		"read before sent":     {[]whatsapp.Status{report("1/0", "read", 40), report("1/0", "sent", 10)}, s | d | r, [5]time.Time{at(10), at(40), at(40), none, none}, false},
		"played implies":       {[]whatsapp.Status{report("1/0", "played", 50), report("1/0", "delivered", 20)}, s | d | r | p, [5]time.Time{at(20), at(20), at(50), at(50), none}, false},
		"failed":               {[]whatsapp.Status{report("1/0", "failed", 60)}, f, [5]time.Time{none, none, none, none, at(60)}, true},
		"failed after sent":    {[]whatsapp.Status{report("1/0", "failed", 60), report("1/0", "sent", 10)}, f | s, [5]time.Time{at(10), none, none, none, at(60)}, true},
		"failed but delivered": {[]whatsapp.Status{report("1/0", "failed", 60), report("1/0", "delivered", 70)}, f | s | d, [5]time.Time{at(70), at(70), none, none, at(60)}, false},
	} {
		got, strangers := whatsapp.Fold(c.statuses, verifyPlain)
		if len(got) != 1 || len(strangers) != 0 {
			t.Errorf("%s: %d folded, %d strangers", name, len(got), len(strangers))
			continue
		}
		g := got[0]
		times := [5]time.Time{g.SentAt, g.DeliveredAt, g.ReadAt, g.PlayedAt, g.FailedAt}
		if g.Marks != c.marks || times != c.times || g.Lost() != c.lost || g.Message != 1 || g.ProviderID != "w1/0" {
			t.Errorf("%s: marks %05b times %v lost %v", name, g.Marks, times, g.Lost())
		}
	}
}

func TestFoldKeepsAttemptsAndSendersApart(t *testing.T) {
	t.Parallel()
	elsewhere := report("2/0", "read", 30)
	elsewhere.Sender = "999"
	foreign := report("somebody else's", "sent", 10)
	got, strangers := whatsapp.Fold([]whatsapp.Status{
		report("2/1", "sent", 20), report("2/0", "failed", 10), foreign, report("1/0", "delivered", 5), elsewhere, foreign,
	}, verifyPlain)
	var order []string
	for _, p := range got {
		order = append(order, fmt.Sprintf("%d/%d@%s", p.Message, p.Attempt, p.Sender))
	}
	want := []string{"1/0@700100200", "2/0@700100200", "2/0@999", "2/1@700100200"}
	if !reflect.DeepEqual(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
	if len(strangers) != 2 {
		t.Errorf("%d strangers, want both reports", len(strangers))
	}
	if got[1].Marks != whatsapp.MarkFailed || got[2].Marks.Has(whatsapp.MarkFailed) {
		t.Error("evidence of one sender has moved another's message")
	}
}

// Whatever the order and however often each report comes, the outcome is the same; and it is what a plain reading of the
// set says.
func TestFoldOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	kinds := []whatsapp.StatusKind{whatsapp.Sent, whatsapp.Delivered, whatsapp.Read, whatsapp.Played, whatsapp.Failed}
	categories := []string{"", "marketing", "utility"}
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.Custom(func(t *rapid.T) whatsapp.Status {
			s := report(fmt.Sprintf("%d/%d", rapid.Int64Range(1, 4).Draw(t, "message"), rapid.IntRange(0, 1).Draw(t, "attempt")),
				rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.Int64Range(1, 5).Draw(t, "second"))
			s.Pricing.Category = rapid.SampledFrom(categories).Draw(t, "category")
			s.Recipient.UserID = rapid.SampledFrom([]string{"", "IN.1"}).Draw(t, "user")
			if s.Kind == whatsapp.Failed {
				s.Failure = channels.Failure{Code: rapid.IntRange(1, 3).Draw(t, "code")}
			}
			return s
		})
		statuses := rapid.SliceOfN(one, 1, 20).Draw(t, "statuses")
		again := rapid.Permutation(append(statuses, statuses[:rapid.IntRange(0, len(statuses)).Draw(t, "repeated")]...)).Draw(t, "again")
		a, _ := whatsapp.Fold(statuses, verifyPlain)
		b, _ := whatsapp.Fold(again, verifyPlain)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("the order matters:\n%#v\n%#v", a, b)
		}
		highest, failed := map[messaging.ID]int{}, map[messaging.ID]bool{}
		for _, s := range statuses {
			c, _ := verifyPlain(s.Correlation)
			id := c.Message*10 + messaging.ID(c.Attempt)
			highest[id] = max(highest[id], s.Kind.Rank())
			failed[id] = failed[id] || s.Kind == whatsapp.Failed
		}
		if len(a) != len(highest) {
			t.Fatalf("%d attempts, want %d", len(a), len(highest))
		}
		for _, p := range a {
			id := p.Message*10 + messaging.ID(p.Attempt)
			for rank, mark := range []whatsapp.Marks{whatsapp.MarkSent, whatsapp.MarkDelivered, whatsapp.MarkRead, whatsapp.MarkPlayed} {
				if p.Marks.Has(mark) != (rank < highest[id]) {
					t.Fatalf("message %d: marks %05b, highest rank %d", p.Message, p.Marks, highest[id])
				}
			}
			if p.Marks.Has(whatsapp.MarkFailed) != failed[id] || p.Lost() != (failed[id] && highest[id] < 2) {
				t.Fatalf("message %d: failed %v lost %v", p.Message, failed[id], p.Lost())
			}
		}
	})
}

// The fixture of one message's reports, disordered and twice, through the parser.
func TestFoldFixture(t *testing.T) {
	t.Parallel()
	b := parse(t, "status_all_in_one_disordered_twice.json")
	verify := func(s string) (whatsapp.Correlation, error) {
		if s != "t7|c42|m000981" {
			return whatsapp.Correlation{}, errors.New("not ours")
		}
		return whatsapp.Correlation{Message: 981}, nil
	}
	got, strangers := whatsapp.Fold(b.Statuses, verify)
	if len(got) != 1 || len(strangers) != 0 {
		t.Fatalf("%d folded, %d strangers", len(got), len(strangers))
	}
	g := got[0]
	if g.Marks != whatsapp.MarkSent|whatsapp.MarkDelivered|whatsapp.MarkRead || !g.SentAt.Equal(at(1793000010)) ||
		!g.DeliveredAt.Equal(at(1793000021)) || !g.ReadAt.Equal(at(1793000040)) || g.Pricing.Category != "marketing" {
		t.Errorf("%+v", g)
	}
}
