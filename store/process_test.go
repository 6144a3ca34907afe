package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

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
