package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/store"
	"posthaste/store/storetest"
)

func TestJoinGivesEachProcessItsOwnNode(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	nodes := make([]int, 12)
	var group sync.WaitGroup
	for i := range nodes {
		group.Go(func() {
			p, err := b.Store.Join(ctx, store.ServeProcess, "test", time.Minute)
			if err != nil {
				t.Error(err)
			}
			nodes[i] = p.Node
		})
	}
	group.Wait()
	seen := map[int]bool{}
	for _, n := range nodes {
		if n < 1 || n > len(nodes) || seen[n] {
			t.Fatalf("nodes %v", nodes)
		}
		seen[n] = true
	}
}

func TestNodeIsFreeTenMinutesAfterTheLease(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	first, err := b.Store.Join(ctx, store.DispatchProcess, "test", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Store.Leave(ctx, first.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Store.Beat(ctx, first.ID, time.Minute); !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("a beat after the lease ended: %v", err)
	}
	second, err := b.Store.Join(ctx, store.DispatchProcess, "test", time.Minute)
	if err != nil || second.Node == first.Node {
		t.Fatalf("node %d was given again at once (%v)", second.Node, err)
	}
	storetest.Owner[int64](t, b, "UPDATE process SET lease_until = lease_until - interval '11 minutes' WHERE id = $1 RETURNING id", first.ID)
	third, err := b.Store.Join(ctx, store.DispatchProcess, "test", time.Minute)
	if err != nil || third.Node != first.Node || third.ID == first.ID {
		t.Fatalf("node %d, want %d again under another id (%v)", third.Node, first.Node, err)
	}
	until, err := b.Store.Beat(ctx, third.ID, time.Hour)
	if err != nil || time.Until(until) < 50*time.Minute {
		t.Errorf("a beat gave a lease until %v (%v)", until, err)
	}
}

// TestHostCommandsDoNotUseUpTheNodes has more commands come and go than there are numbers, each of which makes an id.
func TestHostCommandsDoNotUseUpTheNodes(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	seen := map[messaging.ID]bool{}
	for n := range 1100 {
		p, err := b.Store.Join(t.Context(), store.ToolProcess, "test", time.Minute)
		if err != nil {
			t.Fatalf("command %d: %v", n, err)
		}
		ids := p.IDs(time.Now)
		if n%2 == 0 {
			id := ids.Next()
			if seen[id] {
				t.Fatalf("command %d made an id again", n)
			}
			seen[id] = true
		} else if !ids.Spent().IsZero() {
			t.Fatalf("without an id it is spent until %v", ids.Spent())
		}
		if err := b.Store.GiveBack(t.Context(), p.ID, ids.Spent()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Store.Beat(t.Context(), 1100, time.Minute); !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("a beat after the number was given back: %v", err)
	}
}

// TestHostCommandsThatOnlyLeaveUseUpTheNodes is the breach that the giving back mends: a thousand have left just now.
func TestHostCommandsThatOnlyLeaveUseUpTheNodes(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	storetest.Owner[int64](t, b, `INSERT INTO process (node, kind, version, lease_until)
		SELECT n, 'tool', 'test', clock_timestamp() FROM generate_series(1, 1000) AS n RETURNING id`)
	for n := 1001; n <= 1024; n++ {
		p, err := b.Store.Join(t.Context(), store.ToolProcess, "test", time.Minute)
		switch {
		case n <= messaging.MaxNode && err != nil:
			t.Fatalf("command %d: %v", n, err)
		case n <= messaging.MaxNode:
			if err := b.Store.Leave(t.Context(), p.ID); err != nil {
				t.Fatal(err)
			}
		case messaging.CodeOf(err) != messaging.CodeUnavailable:
			t.Fatalf("command %d: %v", n, err)
		}
	}
}

// TestANodeGivenBackMakesNoIDTwice has the clocks of those who hold it be wrong.
func TestANodeGivenBackMakesNoIDTwice(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first, second time.Duration // by which the clocks of the two holders are ahead
		made          int
		kept          bool // the number waits for the clock to come to the last id
	}{
		"nothing made":             {first: time.Hour},
		"right clocks":             {made: 1},
		"a full millisecond":       {made: 4096},
		"the next clock is behind": {second: -time.Hour, made: 1},
		"both clocks are behind":   {first: -time.Hour, second: -time.Hour, made: 5000},
		"the first clock is ahead": {first: time.Hour, made: 1, kept: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := storetest.New(t)
			hold := func(ahead time.Duration, made int) (store.Process, []messaging.ID) {
				t.Helper()
				p, err := b.Store.Join(t.Context(), store.ToolProcess, "test", time.Minute)
				if err != nil {
					t.Fatal(err)
				}
				at := time.Now().Add(ahead)
				ids := p.IDs(func() time.Time { return at })
				out := ids.Take(made)
				if err := b.Store.GiveBack(t.Context(), p.ID, ids.Spent()); err != nil {
					t.Fatal(err)
				}
				return p, out
			}
			first, made := hold(test.first, test.made)
			second, next := hold(test.second, 1)
			for range 200 { // the millisecond of the last id may not be over yet
				if second.Node == first.Node || test.kept {
					break
				}
				second, next = hold(test.second, 1)
			}
			if (second.Node != first.Node) != test.kept {
				t.Fatalf("node %d after %d", second.Node, first.Node)
			}
			if !test.kept && len(made) > 0 && next[0] <= made[len(made)-1] {
				t.Errorf("%s after %s", next[0], made[len(made)-1])
			}
		})
	}
}
