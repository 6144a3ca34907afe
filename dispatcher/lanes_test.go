package dispatcher

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"posthaste/messaging"
)

func TestQuotasUseAllRoomAndStarveNoLane(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var credit [3]float64
		waited := [3]int{}
		for range 200 {
			room := rapid.IntRange(1, 50).Draw(t, "room")
			sizes := [3]int{rapid.IntRange(0, 80).Draw(t, "a"), rapid.IntRange(0, 80).Draw(t, "b"), rapid.IntRange(0, 80).Draw(t, "c")}
			take := quotas(room, sizes, &credit)
			total, all := 0, 0
			for lane := range take {
				if take[lane] < 0 || take[lane] > sizes[lane] {
					t.Fatalf("lane %d of %d gives %d", lane, sizes[lane], take[lane])
				}
				total, all = total+take[lane], all+sizes[lane]
				if waited[lane]++; take[lane] > 0 || sizes[lane] == 0 {
					waited[lane] = 0
				}
				if waited[lane] > 16 {
					t.Fatalf("lane %d has waited for %d slices", lane, waited[lane])
				}
			}
			if total != min(room, all) {
				t.Fatalf("%d of %d are used, %d wait", total, room, all)
			}
		}
	})
}

func TestClaimsAreInOrderAndSharedByCampaigns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var l lane
		id := messaging.ID(1)
		for campaign := range rapid.IntRange(1, 5).Draw(t, "campaigns") {
			for range rapid.IntRange(1, 3).Draw(t, "chunks") {
				n := rapid.IntRange(1, 20).Draw(t, "recipients")
				c := &messaging.Chunk{ID: id, Campaign: messaging.ID(campaign), RunAt: time.Unix(0, 0), Messages: make([]messaging.ID, n)}
				c.Intent = rapid.IntRange(0, n-1).Draw(t, "intent")
				l.put(&work{chunk: c})
				id++
			}
		}
		size, n := l.size(), rapid.IntRange(0, 120).Draw(t, "n")
		left := map[messaging.ID]int{}
		for _, c := range l.campaigns {
			for _, w := range c.chunks {
				left[c.id] += w.chunk.Len() - w.chunk.Intent
			}
		}
		got, taken := 0, map[messaging.ID]int{}
		full := map[messaging.ID]messaging.ID{} // of each campaign, the last chunk that was not claimed whole
		for _, claim := range l.claims(n) {
			c := claim.Chunk
			if claim.To <= c.Intent || claim.To > c.Len() {
				t.Fatalf("a claim to %d of a chunk of %d with intent %d", claim.To, c.Len(), c.Intent)
			}
			if before := full[c.Campaign]; before != 0 && before < c.ID {
				t.Fatal("a later chunk was claimed before an earlier one was whole")
			}
			if claim.To < c.Len() {
				full[c.Campaign] = c.ID
			}
			got += claim.To - c.Intent
			taken[c.Campaign] += claim.To - c.Intent
		}
		if got != min(n, size) {
			t.Fatalf("%d claimed, %d asked for, %d there", got, n, size)
		}
		for a := range left {
			for b := range left {
				if taken[a] < left[a] && taken[b] > taken[a]+len(left)+1 {
					t.Fatalf("one campaign got %d while another with more to send got %d", taken[b], taken[a])
				}
			}
		}
	})
}
