package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store"
	"posthaste/store/storetest"
)

// asked makes a campaign of two people that one person may not start, and asks for it.
func (b *sendBench) asked(runAt time.Time) (*auth.Approvals, messaging.Actor, messaging.Campaign, auth.Approval) {
	b.t.Helper()
	ctx := context.Background()
	people := &auth.Access{Store: store.NewAccess(b.Store, b.Keys, b.IDs), IDs: b.IDs, Now: b.Clock.Now}
	approvals := &auth.Approvals{Access: people, Campaigns: b.campaigns}
	b.consent(messaging.PurposeMarketing, phone(1), phone(2))
	c := b.campaign()
	if _, err := b.upload(ctx, c.ID, strings.NewReader(audienceFile(phone(1), phone(2)))); err != nil {
		b.t.Fatal(err)
	}
	user := func(name string, role auth.Role) messaging.ID {
		id := b.IDs.Next()
		storetest.Owner[int](b.t, b.Bench, `INSERT INTO app_user (tenant_id, id, email_key, email_sealed, name, role, password_hash, password_changed_at, created_at)
			VALUES ($1, $2, convert_to($3, 'UTF8'), '', $3, $4, '', $5, $5) RETURNING 1`, int64(b.tenant.ID), int64(id), name, string(role), b.Clock.Now())
		return id
	}
	maker := messaging.Actor{Tenant: b.tenant.ID, User: user("Asha", auth.BrandManager), Permissions: auth.PermissionsOf(auth.BrandManager)}
	checker := messaging.Actor{Tenant: b.tenant.ID, User: user("Ben", auth.Approver), Session: 1, Permissions: auth.PermissionsOf(auth.Approver)}
	storetest.Owner[int](b.t, b.Bench, "UPDATE tenant SET approve_above = 1 WHERE id = $1 RETURNING 1", int64(b.tenant.ID))
	_, err := approvals.StartCampaign(ctx, maker, c.ID, runAt)
	pending, ok := errors.AsType[*auth.PendingApproval](err)
	if !ok {
		b.t.Fatalf("started by one person: %v", err)
	}
	return approvals, checker, c, pending.Approval
}

func TestALargeCampaignWaitsForASecondPerson(t *testing.T) {
	t.Parallel()
	b := newSendBench(t)
	runAt := b.Clock.Now().Add(time.Hour)
	approvals, checker, c, w := b.asked(runAt)
	if state := b.reload(c.ID).State; state != messaging.CampaignReady {
		t.Fatalf("before the approval it is %s", state)
	}
	b.Clock.Advance(10 * time.Minute)
	if _, err := approvals.Approve(context.Background(), checker, w.ID); err != nil {
		t.Fatal(err)
	}
	if got := b.reload(c.ID); got.State != messaging.CampaignRunning || !got.RunAt.Equal(runAt) {
		t.Errorf("started as %s at %s, asked for %s", got.State, got.RunAt, runAt)
	}
	if n := b.count("SELECT count(*) FROM chunk WHERE run_at = $1", runAt); n != 1 {
		t.Errorf("%d chunks are planned", n)
	}
	if n := b.count("SELECT count(DISTINCT seq) FROM audit_event WHERE action IN ('campaign.started', 'approval.approved')"); n != 1 {
		t.Errorf("the start and its approval are covered by %d links of the ledger", n)
	}
	if n := b.count("SELECT count(*) FROM audit_event WHERE action = 'campaign.started' AND user_id = $1 AND detail->>'recipients' = '2'", int64(w.Maker)); n != 1 {
		t.Error("the ledger does not say who started it, and to how many")
	}
}

func TestACampaignThatWentOnCannotBeApproved(t *testing.T) {
	t.Parallel()
	b := newSendBench(t)
	approvals, checker, c, w := b.asked(time.Time{})
	if _, err := b.campaigns.Stop(context.Background(), b.actor, c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := approvals.Approve(context.Background(), checker, w.ID); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("a stopped campaign is started: %v", err)
	}
	if found, err := approvals.Find(context.Background(), checker, w.ID); err != nil || found.State != auth.ApprovalPending {
		t.Errorf("the approval is %s, %v", found.State, err)
	}
}

// What is approved is what was shown: people who were added meanwhile need a new wish.
func TestACampaignThatGrewCannotBeApproved(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	approvals, checker, c, w := b.asked(time.Time{})
	b.consent(messaging.PurposeMarketing, phone(3))
	if _, err := b.upload(ctx, c.ID, strings.NewReader(audienceFile(phone(3)))); err != nil {
		t.Fatal(err)
	}
	_, err := approvals.Approve(ctx, checker, w.ID)
	if messaging.CodeOf(err) != messaging.CodeConflict || !strings.Contains(err.Error(), "3 people") {
		t.Errorf("approving a campaign that grew: %v", err)
	}
	if got := b.reload(c.ID); got.State != messaging.CampaignReady || got.Accepted != 3 {
		t.Errorf("it is %s with %d people", got.State, got.Accepted)
	}
	maker := messaging.Actor{Tenant: b.tenant.ID, User: w.Maker, Session: 2, Permissions: auth.PermissionsOf(auth.BrandManager)}
	if _, err := approvals.Withdraw(ctx, maker, w.ID); err != nil {
		t.Fatal(err)
	}
	_, err = approvals.StartCampaign(ctx, maker, c.ID, time.Time{})
	pending, ok := errors.AsType[*auth.PendingApproval](err)
	if !ok {
		t.Fatalf("asked again: %v", err)
	}
	if _, err := approvals.Approve(ctx, checker, pending.Approval.ID); err != nil {
		t.Errorf("what was shown cannot be approved: %v", err)
	}
}

// TestCampaignActsAreAudited: each act is one entry, in the transaction of the act.
func TestCampaignActsAreAudited(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phone(1))
	c := b.campaign()
	if _, err := b.upload(ctx, c.ID, strings.NewReader(audienceFile(phone(1)))); err != nil {
		t.Fatal(err)
	}
	start := func(ctx context.Context, actor messaging.Actor, id messaging.ID) (messaging.Campaign, error) {
		return b.campaigns.Start(ctx, actor, id, time.Time{})
	}
	for action, act := range map[string]func(context.Context, messaging.Actor, messaging.ID) (messaging.Campaign, error){"pause": b.campaigns.Pause, "resume": b.campaigns.Resume} {
		if _, err := act(ctx, b.actor, c.ID); messaging.CodeOf(err) != messaging.CodeConflict {
			t.Errorf("%s a campaign that does not run: %v", action, err)
		}
	}
	for _, act := range []func(context.Context, messaging.Actor, messaging.ID) (messaging.Campaign, error){start, b.campaigns.Pause, b.campaigns.Resume, b.campaigns.Stop} {
		if _, err := act(ctx, b.actor, c.ID); err != nil {
			t.Fatal(err)
		}
	}
	got := storetest.Owner[string](t, b.Bench, "SELECT string_agg(action, ' ' ORDER BY seq) FROM audit_event WHERE target = $1 AND action LIKE 'campaign.%'", int64(c.ID))
	if want := "campaign.created campaign.started campaign.paused campaign.resumed campaign.stopped"; got != want {
		t.Errorf("audited %q, want %q", got, want)
	}
}
