package auth

import (
	"testing"
	"time"

	"posthaste/messaging"
)

// TestTheCountOfAMinute walks one server's count through what it reads, tells and hears. The numbers are added by hand.
func TestTheCountOfAMinute(t *testing.T) {
	t.Parallel()
	var q Quotas
	k := APIKey{Tenant: 1, ID: 2, Quota: 5}
	take := func(shared int, at time.Time, wantOK bool, wantLeft int) {
		t.Helper()
		left, ok, _ := q.take(k, shared, at)
		if ok != wantOK || left.Left != wantLeft || left.Quota != k.Quota {
			t.Errorf("at %v with %d shared: %+v %t, want %d left and %t", at.Sub(noon), shared, left, ok, wantLeft, wantOK)
		}
	}
	at := noon.Add(20 * time.Second)
	take(2, at, true, 2) // two by others, one here
	take(2, at, true, 1)
	told := q.untold(at)
	if len(told) != 1 || told[0] != (KeyRequests{1, 2, noon, 2}) {
		t.Fatalf("told %+v", told)
	}
	take(2, at, true, 0) // what was read before the two were added says no less of the others
	take(4, at, false, 0)
	q.untell(told)
	if again := q.untold(at); len(again) != 1 || again[0].Count != 3 {
		t.Errorf("after a failure told %+v, want all 3", again)
	}
	q.heard([]KeyRequests{{1, 2, noon, 7}}) // 3 here, 4 by others: more than was let in together
	take(0, at, false, 0)
	if more := q.untold(at); len(more) != 0 {
		t.Errorf("refused requests are told: %+v", more)
	}
	other := k
	other.ID = 3
	if _, ok, _ := q.take(other, 0, at); !ok {
		t.Error("another key suffers")
	}
	next := noon.Add(time.Minute)
	take(0, next.Add(-time.Millisecond), false, 0)
	take(0, next, true, 4)
	if left, _, _ := q.take(k, 0, next.Add(45*time.Second)); left.Reset != 15*time.Second {
		t.Errorf("the next minute is %v away", left.Reset)
	}
	take(5, next, false, 0)
	k.Quota = 10
	take(5, next, true, 2)
}

// TestTheFirstRefusalOfAMinuteIsTold: once, and again in the next minute.
func TestTheFirstRefusalOfAMinuteIsTold(t *testing.T) {
	t.Parallel()
	var q Quotas
	k := APIKey{Tenant: 1, ID: 2, Quota: 1}
	var firsts []bool
	for _, at := range []time.Duration{0, 1, 2, 60, 61, 62} {
		_, _, first := q.take(k, 0, noon.Add(at*time.Second))
		firsts = append(firsts, first)
	}
	for i, want := range []bool{false, true, false, false, true, false} {
		if firsts[i] != want {
			t.Errorf("of %v", firsts)
		}
	}
}

// TestCountsAreForgotten: memory is as large as the keys of the last minutes, even while nothing can be told.
func TestCountsAreForgotten(t *testing.T) {
	t.Parallel()
	var q Quotas
	for i := range 300 {
		at := noon.Add(time.Duration(i) * time.Minute)
		q.take(APIKey{Tenant: 1, ID: messaging.ID(i%10 + 1), Quota: 5}, 0, at)
		q.untell(q.untold(at))
		if len(q.counts) > 2 {
			t.Fatalf("%d counts are kept", len(q.counts))
		}
	}
}

// TestACheckCostsMicroseconds: no allocation, and a thousandth of the time that a question to a database takes.
func TestACheckCostsMicroseconds(t *testing.T) {
	var q Quotas
	keys := make([]APIKey, 1000)
	for i := range keys {
		keys[i] = APIKey{Tenant: 1, ID: messaging.ID(i + 1), Quota: MaxKeyQuota}
		q.take(keys[i], 0, noon)
	}
	n := 0
	if allocated := testing.AllocsPerRun(1000, func() { q.take(keys[n%len(keys)], 0, noon); n++ }); allocated != 0 {
		t.Errorf("a check allocates %v times", allocated)
	}
	r := testing.Benchmark(func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				q.take(keys[i%len(keys)], 0, noon)
			}
		})
	})
	t.Logf("a check with 1,000 keys in use: %d ns", r.NsPerOp())
	if r.NsPerOp() > 10_000 {
		t.Errorf("a check takes %d ns", r.NsPerOp())
	}
}
