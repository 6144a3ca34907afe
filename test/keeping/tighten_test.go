package keeping

import (
	"errors"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

func (w *world) approvals() *auth.Approvals {
	return &auth.Approvals{Access: &auth.Access{Store: store.NewAccess(w.Store, w.Keys, w.IDs), IDs: w.IDs, Now: w.Clock.Now}}
}

func (w *world) person(t *testing.T, name string, role auth.Role) messaging.Actor {
	t.Helper()
	id := w.IDs.Next()
	storetest.Owner[int](t, w.Bench, `INSERT INTO app_user (tenant_id, id, email_key, email_sealed, name, role, password_hash, password_changed_at, created_at)
		VALUES ($1, $2, convert_to($3, 'UTF8'), '', $3, $4, '', $5, $5) RETURNING 1`, int64(w.tenant.ID), int64(id), name, string(role), w.Clock.Now())
	return messaging.Actor{Tenant: w.tenant.ID, User: id, Session: 1, Permissions: auth.PermissionsOf(role)}
}

func (w *world) keeping(t *testing.T) messaging.Keeping {
	t.Helper()
	tenant, err := w.Store.Tenant(t.Context(), w.tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	return tenant.Keeping()
}

// work runs the tightening as the server does: now, and once what began before is over.
func (w *world) work(t *testing.T) {
	t.Helper()
	tightener := store.NewTightener(w.Store, w.Keys, w.IDs, w.figures, w.Clock.Now)
	for range 2 {
		if err := tightener.Work(t.Context(), w.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(2 * time.Minute)
	}
}

func (w *world) tightenings(t *testing.T, state messaging.JobState) int {
	t.Helper()
	return storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM job WHERE kind = 'TIGHTEN' AND state = $1", string(state))
}

// TestTighteningTakesWhatIsThere goes down the ladder of modes with messages and an inbound already there.
func TestTighteningTakesWhatIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Plain, privacy.Plain)
	asha := w.person(t, "Asha", auth.Owner)
	w.hear(t, "")
	w.accept(t, time.Time{})
	w.deliver(t)
	w.export(t)
	for _, step := range []struct{ address, content privacy.Mode }{
		{privacy.Plain, privacy.Hashed}, {privacy.Hashed, privacy.Hashed}, {privacy.Hashed, privacy.None}, {privacy.None, privacy.None},
	} {
		next := w.keeping(t)
		next.AddressMode, next.ContentMode = step.address, step.content
		if _, err := w.approvals().SetKeeping(t.Context(), asha, next); err != nil {
			t.Fatal(err)
		}
		if _, err := w.approvals().SetKeeping(t.Context(), asha, messaging.Keeping{AddressMode: "PLAIN", ContentMode: "PLAIN", MessageDays: 90, SummaryDays: 365}); messaging.CodeOf(err) != messaging.CodeConflict {
			t.Errorf("changed while the last change is carried out: %v", err)
		}
		w.work(t)
		if n := w.tightenings(t, messaging.JobDone); n == 0 || w.tightenings(t, messaging.JobRunning)+w.tightenings(t, messaging.JobWaiting) > 0 {
			t.Fatalf("to %v: %d are done", step, n)
		}
	}
	// Who has an open window is known in passing until it closes.
	if subject := storetest.Owner[int64](t, w.Bench, "SELECT DISTINCT subject FROM passing_identity"); subject != storetest.Owner[int64](t, w.Bench, "SELECT subject FROM service_window") {
		t.Error("the open window is somebody else's now")
	}
	w.later(t)
	got := w.scan(t)
	got.HashBytes, got.ProviderByte = nil, nil // what was allowed when it was written stays in free space until that is used again
	judgeRows(t, got)
	for action, want := range map[messaging.AuditAction]int{messaging.AuditKeepingChanged: 4, messaging.AuditTightenStarted: 4, messaging.AuditTightenDone: 4} {
		if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM audit_event WHERE action = $1", string(action)); n != want {
			t.Errorf("%s is recorded %d times", action, n)
		}
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM audit_event WHERE action LIKE 'keeping.tight%' AND (user_id IS NOT NULL OR detail ? 'actor')"); n != 0 {
		t.Errorf("%d steps of the work that nobody does are somebody's", n)
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM audit_event WHERE action = 'keeping.changed' AND detail->>'addressMode' = 'HASHED → NONE'"); n != 1 {
		t.Error("old and new are not in the ledger")
	}
}

func judgeRows(t *testing.T, got found) {
	t.Helper()
	for what, list := range map[string][]string{
		"addresses": got.Address, "texts": got.Content, "readable bytes": got.PlainBytes, "lasting hashes": got.LastingHash, "passing hashes": got.PassingHash,
		"hashes of contents": got.ContentHash, "hashes of the provider's id": got.ProviderHash, "links": got.Linked,
	} {
		if len(list) > 0 {
			t.Errorf("%s are left in %v", what, list)
		}
	}
	if got.Counted {
		t.Error("ClickHouse still tells the person from others")
	}
}

// TestTheHashOfATextIsMadeBeforeTheTextGoes: from plain to hashed the hash takes the value's place.
func TestTheHashOfATextIsMadeBeforeTheTextGoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Plain, privacy.Plain)
	asha := w.person(t, "Asha", auth.Owner)
	w.hear(t, "")
	w.accept(t, time.Time{})
	next := w.keeping(t)
	next.ContentMode = privacy.Hashed
	if _, err := w.approvals().SetKeeping(t.Context(), asha, next); err != nil {
		t.Fatal(err)
	}
	w.work(t)
	got := w.scan(t)
	if !has(got.ContentHash, "message.content_hash") || !has(got.ContentHash, "inbound.content_hash") {
		t.Errorf("hashes of contents are found in %v", got.ContentHash)
	}
	if has(got.Content, "message.content_sealed") || has(got.Content, "inbound.content_sealed") || !has(got.Content, "payload.sealed") {
		t.Errorf("texts are found in %v", got.Content)
	}
}

// TestATighteningGoesOnWhereItWasLeft has its process die in the first round.
func TestATighteningGoesOnWhereItWasLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Plain, privacy.Plain)
	asha := w.person(t, "Asha", auth.Owner)
	w.hear(t, "")
	w.accept(t, time.Time{})
	w.accept(t, time.Time{})
	next := w.keeping(t)
	next.AddressMode, next.ContentMode = privacy.Hashed, privacy.None
	if _, err := w.approvals().SetKeeping(t.Context(), asha, next); err != nil {
		t.Fatal(err)
	}
	// The first message was looked at, and then the process died.
	storetest.Owner[int](t, w.Bench, `UPDATE job SET state = 'RUNNING', started_at = now(), beat_at = now() - interval '1 hour', done = 1,
		detail = detail || jsonb_build_object('after', (SELECT min(id) FROM message)) WHERE kind = 'TIGHTEN' RETURNING 1`)
	if _, err := w.Store.FailStalledJobs(t.Context(), time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := store.NewTightener(w.Store, w.Keys, w.IDs, w.figures, w.Clock.Now).Work(t.Context(), w.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM message WHERE address_sealed IS NOT NULL"); n != 1 {
		t.Errorf("%d messages still have their address; it was to go on after the first", n)
	}
	w.work(t)
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM message WHERE address_sealed IS NOT NULL OR content_sealed IS NOT NULL"); n != 0 {
		t.Errorf("the second round left %d messages as they were", n)
	}
	if w.tightenings(t, messaging.JobDone) != 1 {
		t.Error("the job is not done")
	}
}

// TestAShorterTermHoldsForWhatIsThereAndALongerOneDoesNot moves a term down and up again.
func TestAShorterTermHoldsForWhatIsThereAndALongerOneDoesNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Hashed, privacy.Hashed)
	asha := w.person(t, "Asha", auth.Owner)
	set := func(messages, summaries int) {
		t.Helper()
		next := w.keeping(t)
		next.MessageDays, next.SummaryDays = messages, summaries
		if _, err := w.approvals().SetKeeping(t.Context(), asha, next); err != nil {
			t.Fatal(err)
		}
	}
	w.hear(t, "")
	w.accept(t, time.Time{})
	old := w.message
	w.deliver(t)
	w.export(t)
	set(7, 30)
	w.work(t)
	there := func(ref messaging.MessageRef) bool {
		return storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM message WHERE id = $1", int64(ref.ID)) == 1
	}
	events := func() (n uint64) {
		if err := w.clickhouse.QueryRow(t.Context(), "SELECT count() FROM events").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if !there(old) || events() == 0 {
		t.Fatal("a message of today went with a term of seven days")
	}
	w.Clock.Advance(10 * time.Minute)
	set(90, 365)
	w.Clock.Advance(time.Minute)
	w.hear(t, "")
	w.accept(t, time.Time{})
	fresh := w.message
	if n := w.tightenings(t, messaging.JobWaiting); n != 0 {
		t.Errorf("%d jobs wait though nothing became stricter", n)
	}
	w.Clock.Advance(8 * 24 * time.Hour)
	w.tidy(t)
	if err := store.ForgetCutEvents(t.Context(), w.Store, w.figures, w.Clock.Now(), 0); err != nil {
		t.Fatal(err)
	}
	if there(old) {
		t.Error("the message of before outlives the seven days that were its term for a while")
	}
	if !there(fresh) {
		t.Error("a message that was made under the longer term went with the others")
	}
	if n := events(); n != 0 {
		t.Errorf("%d events of before are left", n)
	}
}

// TestKeepingWaitsForASecondPerson: the change is done as it was asked for, by another person, and not when it has changed
// meanwhile what it changes.
func TestKeepingWaitsForASecondPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Hashed, privacy.Hashed)
	asha, ben := w.person(t, "Asha", auth.Owner), w.person(t, "Ben", auth.SecurityAdmin)
	storetest.Owner[int](t, w.Bench, "UPDATE tenant SET approve_acts = '{CHANGE_KEEPING}' WHERE id = $1 RETURNING 1", int64(w.tenant.ID))
	next := w.keeping(t)
	next.AddressMode, next.MessageDays = privacy.None, 30
	_, err := w.approvals().SetKeeping(t.Context(), asha, next)
	pending, ok := errors.AsType[*auth.PendingApproval](err)
	if !ok {
		t.Fatalf("one person changed it: %v", err)
	}
	if w.keeping(t) == next {
		t.Fatal("it is changed before anybody approved")
	}
	if want := []auth.Change{{Field: "addressMode", Before: "HASHED", After: "NONE"}, {Field: "messageDays", Before: "90", After: "30"}}; len(pending.Approval.Changes) != 2 ||
		pending.Approval.Changes[0] != want[0] || pending.Approval.Changes[1] != want[1] {
		t.Errorf("the second person sees %v", pending.Approval.Changes)
	}
	if _, err := w.approvals().Approve(t.Context(), asha, pending.Approval.ID); messaging.CodeOf(err) != messaging.CodeForbidden {
		t.Errorf("its maker approved: %v", err)
	}
	storetest.Owner[int](t, w.Bench, "UPDATE tenant SET content_mode = 'PLAIN' WHERE id = $1 RETURNING 1", int64(w.tenant.ID))
	if _, err := w.approvals().Approve(t.Context(), ben, pending.Approval.ID); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("approved though something else would change now: %v", err)
	}
	storetest.Owner[int](t, w.Bench, "UPDATE tenant SET content_mode = 'HASHED' WHERE id = $1 RETURNING 1", int64(w.tenant.ID))
	if _, err := w.approvals().Approve(t.Context(), ben, pending.Approval.ID); err != nil {
		t.Fatal(err)
	}
	if w.keeping(t) != next || w.tightenings(t, messaging.JobWaiting) != 1 {
		t.Errorf("approved, it is %+v", w.keeping(t))
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(DISTINCT seq) FROM audit_event WHERE action IN ('keeping.changed', 'approval.approved')"); n != 1 {
		t.Errorf("change and approval are covered by %d links", n)
	}
}
