package messaging_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"posthaste/messaging"
)

func TestRateNeverPassesThePlatformsLimitInAnySecond(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(5, 1000).Draw(t, "limit")
		now := time.Unix(1_790_000_000, 0)
		r := messaging.NewRate(limit, now)
		var starts []time.Time
		for range rapid.IntRange(1, 60).Draw(t, "slices") {
			now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "gap")) * time.Millisecond)
			for range rapid.IntRange(0, 200).Draw(t, "wanted") {
				if r.Room(now, 100*time.Millisecond) == 0 {
					break
				}
				at := r.Take(now)
				if at.Before(now) || at.After(now.Add(101*time.Millisecond)) {
					t.Fatalf("a message may start %v after its slice began", at.Sub(now))
				}
				starts = append(starts, at)
			}
		}
		for i := range starts {
			n := 0
			for j := i; j < len(starts) && starts[j].Sub(starts[i]) < time.Second; j++ {
				n++
			}
			if n > limit {
				t.Fatalf("%d messages within a second, the limit is %d", n, limit)
			}
		}
	})
}

func TestRateUsesItsShareAndGivesWay(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0)
	r := messaging.NewRate(80, now)
	count := func() (n int) {
		for end := now.Add(10 * time.Second); now.Before(end); now = now.Add(50 * time.Millisecond) {
			for r.Room(now, 50*time.Millisecond) > 0 {
				r.Take(now)
				n++
			}
		}
		return n
	}
	if n := count(); n < 700 || n > 730 {
		t.Errorf("%d messages in 10 s at 80 a second, want nine tenths: 720", n)
	}
	r.Set(80, 30)
	if n := count(); n < 400 || n > 430 {
		t.Errorf("%d messages in 10 s beside 30 inbound a second, want 420", n)
	}
	r.Set(80, 0)
	r.Slow(now)
	if before := r.PerSecond(); before < 50 || before > 51 {
		t.Errorf("%v a second after a complaint, want 72 × 0.7", before)
	}
	count()
	if after := r.PerSecond(); after < 56 || after > 58 {
		t.Errorf("%v a second ten seconds later, want a tenth of 72 more", after)
	}
	r.Pause(now.Add(time.Minute))
	if r.Room(now, time.Second) != 0 {
		t.Error("a paused sender may send")
	}
}

func TestPairsAllowABurstAndThenWaitForItsDebt(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0)
	p := messaging.NewPairs()
	n := 0
	for p.Wait(1, 2, now) == 0 {
		p.Take(1, 2, now)
		n++
	}
	if n != 45 {
		t.Errorf("a burst of %d, want 45", n)
	}
	if wait := p.Wait(1, 2, now); wait != 45*6*time.Second+time.Second {
		t.Errorf("then a wait of %v, want six seconds for each of 45 and one for their way", wait)
	}
	if p.Wait(1, 3, now) != 0 || p.Wait(2, 2, now) != 0 {
		t.Error("another person or another sender has to wait too")
	}
	// Twenty at once: about two minutes.
	for range 20 {
		p.Take(1, 4, now)
	}
	late := now.Add(5 * time.Second)
	if wait := p.Wait(1, 4, late); wait != 116*time.Second {
		t.Errorf("after a burst of 20 a wait of %v, want 116 s of the two minutes and one", wait)
	}
	p.Take(1, 3, now.Add(time.Hour))
	if p.Len() != 1 {
		t.Errorf("%d pairs are remembered an hour later, want the new one alone", p.Len())
	}
}

// platformPair is the rule as the platform states it, over the moments in which messages arrive: one in six seconds, or
// up to 45 within six seconds, which are borrowed from the future: nothing is taken until the debt is paid.
func platformPair(arrivals []time.Time) (refused int) {
	var begun, paid time.Time
	burst := 0
	for _, at := range arrivals {
		switch {
		case !at.Before(paid):
			begun, burst, paid = at, 1, at.Add(6*time.Second)
		case burst < 45 && at.Before(begun.Add(6*time.Second)):
			burst++
			paid = paid.Add(6 * time.Second)
		default:
			refused++
		}
	}
	return refused
}

// Whatever is wanted when, and however long each message takes up to a second: the platform takes all that we admit, and
// who waits as long as told to is admitted then.
func TestWhatPairsAdmitThePlatformTakes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := messaging.NewPairs()
		now := time.Unix(1_790_000_000, 0)
		var arrivals []time.Time
		for range rapid.IntRange(1, 300).Draw(t, "wishes") {
			now = now.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 20, 400, 900, 1000, 5000, 6000, 7000, 30_000, 271_000}).Draw(t, "after ms")) * time.Millisecond)
			if wait := p.Wait(1, 2, now); wait > 0 {
				if again := p.Wait(1, 2, now.Add(wait)); again != 0 {
					t.Fatalf("after a wait of %v another of %v", wait, again)
				}
				continue
			}
			p.Take(1, 2, now)
			arrivals = append(arrivals, now.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "way ms"))*time.Millisecond))
		}
		slices.SortFunc(arrivals, time.Time.Compare)
		if n := platformPair(arrivals); n > 0 {
			t.Fatalf("the platform refuses %d of %d", n, len(arrivals))
		}
	})
}

// The model keeps every message and counts distinct people over the last 24 hours the slow way.
func TestLimitWindowHoldsInEveryRollingDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(0, 12).Draw(t, "limit")
		reserve := rapid.IntRange(0, limit).Draw(t, "reserve")
		w := messaging.NewLimitWindow(limit, reserve)
		type message struct {
			subject   messaging.ID
			at        time.Time
			marketing bool
		}
		var sent []message
		now := time.Unix(1_790_000_000, 0)
		distinct := func(at time.Time, span time.Duration, marketingOnly bool) int {
			people := map[messaging.ID]bool{}
			for _, m := range sent {
				if at.Sub(m.at) < span && !m.at.After(at) {
					people[m.subject] = true
				}
			}
			return len(people)
		}
		for range rapid.IntRange(1, 150).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 180).Draw(t, "minutes")) * time.Minute)
			subject := messaging.ID(rapid.IntRange(1, 30).Draw(t, "subject"))
			category := rapid.SampledFrom([]messaging.Category{messaging.Marketing, messaging.Utility}).Draw(t, "category")
			inside := false
			for _, m := range sent {
				inside = inside || m.subject == subject && now.Sub(m.at) < messaging.LimitSpan
			}
			room := limit
			if category == messaging.Marketing {
				room -= reserve
			}
			want := inside || distinct(now, messaging.LimitSpan, false) < room
			freeAt := w.FreeAt(category, 1, now)
			if got := w.Admit(subject, category, now); got != want {
				t.Fatalf("admitted %v, want %v", got, want)
			}
			if !want && (!freeAt.After(now) || room > 0 && distinct(freeAt, messaging.LimitSpan, false) >= room) {
				t.Fatalf("said to be free in %v, but it is not", freeAt.Sub(now))
			}
			if want {
				sent = append(sent, message{subject, now, category == messaging.Marketing})
			}
			if n := distinct(now, 24*time.Hour, false); n > limit {
				t.Fatalf("%d people within 24 hours, the limit is %d", n, limit)
			}
			if got, want := w.Used(now), distinct(now, messaging.LimitSpan, false); got != want {
				t.Fatalf("%d used, want %d", got, want)
			}
		}
	})
}

func TestLimitWindowReloadsAsItWas(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0)
	w := messaging.NewLimitWindow(3, 0)
	for i := range 3 {
		w.Load(messaging.ID(i+1), now.Add(time.Duration(i-10)*time.Hour))
	}
	if w.Admit(9, messaging.Utility, now) || !w.Admit(2, messaging.Utility, now) {
		t.Error("the loaded window must be full for a fourth person and open for the second")
	}
	if !w.Admit(9, messaging.Utility, now.Add(14*time.Hour+time.Minute)) {
		t.Error("the first person left after a day and a minute")
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		set := rapid.SliceOfDistinct(rapid.IntRange(0, messaging.MaxChunk-1), rapid.ID[int]).Draw(t, "set")
		var m messaging.Marks
		for _, i := range set {
			m.Set(i)
		}
		if m.Count() != len(set) {
			t.Fatalf("counts %d of %d", m.Count(), len(set))
		}
		for _, i := range set {
			if !m.Has(i) {
				t.Fatalf("%d is missing", i)
			}
		}
	})
}
