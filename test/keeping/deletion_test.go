package keeping

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/auth/ledger"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

func TestADeletedTenantLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Plain, privacy.Plain)
	tenants := w.tenants(t)
	w.tenant.Name = "Zebra Works Ltd"
	storetest.Owner[int](t, w.Bench, "UPDATE tenant SET name = $2, brand = 'Zebra' WHERE id = $1 RETURNING 1", int64(w.tenant.ID), w.tenant.Name)
	other := w.beside(t)
	other.live(t)
	w.live(t)
	w.credentials(t)
	w.Consent(t, w.tenant, messaging.PurposeMarketing, "+919810012345")
	// Tables that nobody has thought of when this was written, in both engines.
	w.plant(t, w.tenant.ID, other.tenant.ID)
	before, neighbour := w.named(t, w.tenant.ID), w.named(t, other.tenant.ID)
	for _, table := range []string{"message", "message_state", "inbound", "chunk", "payload", "outbox", "identity", "consent_event", "tenant_key", "audit_event",
		"ledger_link", "session", "api_key", "key_minute", "planted", "clickhouse.events", "clickhouse.kpi_day", "clickhouse.planted_events"} {
		if before[table] == 0 {
			t.Fatalf("%s holds nothing of the tenant before: %v", table, before)
		}
	}
	end := storetest.Owner[int64](t, w.Bench, "SELECT seq FROM ledger_head WHERE tenant_id = $1", int64(w.tenant.ID))
	w.deleteTenant(t, tenants)
	if err := w.deleter().Work(t.Context(), w.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	// A process that has yet to forget the keys writes once more.
	storetest.Owner[int](t, w.Bench, "INSERT INTO identity (tenant_id, kind, key, subject) VALUES ($1, 1, decode(repeat('ab', 32), 'hex'), 5) RETURNING 1", int64(w.tenant.ID))
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM tenant WHERE id = $1", int64(w.tenant.ID)); n != 1 {
		t.Error("the tenant was gone while others could still write for it")
	}
	w.Clock.Advance(3 * time.Minute)
	w.leave(t)
	if left := w.named(t, w.tenant.ID); len(left) > 0 {
		t.Errorf("rows of the tenant are left: %v", left)
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM tenant WHERE id = $1", int64(w.tenant.ID)); n != 0 {
		t.Error("the tenant itself is left")
	}
	after := w.named(t, other.tenant.ID)
	for _, rows := range []map[string]uint64{neighbour, after} {
		for table := range rows {
			if strings.HasPrefix(table, "clickhouse.kpi") {
				rows[table] = 1 // sums merge by themselves
			}
		}
	}
	if !maps.Equal(after, neighbour) {
		t.Errorf("the other tenant had %v and has %v", neighbour, after)
	}
	if tables := w.mentioning(t, "Zebra"); len(tables) > 0 {
		t.Errorf("the name is left in %v", tables)
	}
	for _, action := range []messaging.AuditAction{messaging.AuditTenantDeleting, messaging.AuditTenantDeleted} {
		if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM audit_event WHERE tenant_id = 1 AND action = $1 AND target = $2", string(action), int64(w.tenant.ID)); n != 1 {
			t.Errorf("the platform's ledger has %s %d times", action, n)
		}
	}
	// Who began it is known; that it is done is nobody's act, and so not the host's.
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM audit_event WHERE action = 'tenant.deleted' AND user_id IS NULL AND NOT detail ? 'actor'"); n != 1 {
		t.Error("the platform's ledger names somebody who finished the deletion")
	}
	// The suspension was one link more.
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM audit_event WHERE user_id = 7 AND detail->>'ledgerSeq' = $1", fmt.Sprint(end+1)); n != 1 {
		t.Error("the platform's ledger does not tell where the tenant's ended, and by whom")
	}
}

// TestAtOnceNothingOpensAndNobodyComesIn looks before any job has run.
func TestAtOnceNothingOpensAndNobodyComesIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Plain, privacy.Plain)
	tenants := w.tenants(t)
	other := w.beside(t)
	w.live(t)
	w.credentials(t)
	born, invite, err := tenants.Create(t.Context(), messaging.Actor{}, auth.NewTenant{Name: "Young Works", Brand: "Young", Zone: "UTC", Country: "IN", Currency: "INR", OwnerEmail: "yan@young.example"})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := tenants.Access.FindInvite(t.Context(), invite); err != nil || found == nil {
		t.Fatalf("before, its invite serves: %v %v", found, err)
	}
	app := messaging.ID(storetest.Owner[int64](t, w.Bench, "SELECT id FROM provider_app WHERE tenant_id = $1", int64(w.tenant.ID)))
	routes := store.NewRoutes(w.Store, w.Keys, w.IDs)
	if _, found, err := routes.RoutedApp(t.Context(), app); err != nil || !found {
		t.Fatalf("before, webhooks find their app: %v %v", found, err)
	}
	if _, found, err := tenants.Store.(*store.Access).AccountByEmail(t.Context(), [][]byte{[]byte("Asha")}); err != nil || !found {
		t.Fatalf("before, its owner is known: %v %v", found, err)
	}
	held, err := w.Keys.Of(t.Context(), w.tenant.ID) // by a process that has not forgotten them yet
	if err != nil {
		t.Fatal(err)
	}
	w.deleteTenant(t, tenants)
	young := *w
	young.tenant = born
	young.deleteTenant(t, tenants)
	if _, err := w.Keys.Of(t.Context(), w.tenant.ID); messaging.CodeOf(err) != messaging.CodeNotFound {
		t.Errorf("the tenant still has keys: %v", err)
	}
	today := privacy.DayOf(w.Clock.Now())
	err = w.Store.InTenant(t.Context(), w.tenant.ID, func(tx *store.Tx) error {
		if _, err := w.Keys.ExistingDayKey(t.Context(), tx, today); !errors.Is(err, privacy.ErrKeyGone) {
			t.Errorf("the day still has a key: %v", err)
		}
		wrapped, err := held.NewDayKey(rand.Reader, today)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tx.Exec(t.Context(), "INSERT INTO tenant_key (tenant_id, purpose, day, wrapped, created_at) VALUES ($1, 'DAY', current_date, $2, now())", int64(w.tenant.ID), wrapped)
		return err
	})
	if messaging.CodeOf(err) != messaging.CodeNotFound {
		t.Errorf("a process that holds the keys still made one of a day: %v", err)
	}
	for what, sql := range map[string]string{
		"keys":         "SELECT count(*) FROM tenant_key WHERE tenant_id = $1",
		"sessions":     "SELECT count(*) FROM session WHERE tenant_id = $1",
		"factors":      "SELECT count(*) FROM totp_factor WHERE tenant_id = $1",
		"users":        "SELECT count(*) FROM app_user WHERE tenant_id = $1 AND (state = 'ACTIVE' OR password_hash <> '')",
		"API keys":     "SELECT count(*) FROM api_key WHERE tenant_id = $1 AND revoked_at IS NULL",
		"links":        "SELECT count(*) FROM password_reset WHERE tenant_id = $1 AND used_at IS NULL",
		"tokens":       "SELECT count(*) FROM portfolio WHERE tenant_id = $1 AND token_sealed IS NOT NULL",
		"app secrets":  "SELECT count(*) FROM provider_app WHERE tenant_id = $1 AND (secret_sealed <> '' OR old_secret_sealed IS NOT NULL)",
		"open invites": "SELECT count(*) FROM invite WHERE tenant_id = $1 AND used_at IS NULL AND withdrawn_at IS NULL",
	} {
		for _, tenant := range []messaging.ID{w.tenant.ID, born.ID} {
			if n := storetest.Owner[int](t, w.Bench, sql, int64(tenant)); n != 0 {
				t.Errorf("%d %s are left", n, what)
			}
		}
	}
	if found, err := tenants.Access.FindInvite(t.Context(), invite); err != nil || found != nil {
		t.Errorf("its invite is not a stranger's: %+v, %v", found, err)
	}
	if _, found, err := tenants.Store.(*store.Access).AccountByEmail(t.Context(), [][]byte{[]byte("Asha")}); err != nil || found {
		t.Errorf("its owner is not a stranger: %v, %v", found, err)
	}
	if _, found, err := routes.RoutedApp(t.Context(), app); err != nil || found {
		t.Errorf("webhooks still find their app: %v %v", found, err)
	}
	sends := messaging.NewSends(store.NewSending(w.Store, w.Keys), w.Keys, w.IDs, w.Clock.Now)
	if _, err := sends.Accept(t.Context(), messaging.Actor{Tenant: w.tenant.ID, User: 42}, messaging.SendRequest{
		IdempotencyKey: "k", Sender: w.sender.ID, Text: w.said, Recipients: []messaging.SendRecipient{{To: w.phone}},
	}); err == nil {
		t.Error("it still accepts messages")
	}
	if _, err := w.Keys.Of(t.Context(), other.tenant.ID); err != nil {
		t.Errorf("the other tenant's keys: %v", err)
	}
}

// TestADispatchOfADeletedTenantStops: what was due first is not called, and who holds outcomes of it lets go.
func TestADispatchOfADeletedTenantStops(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Hashed, privacy.Hashed)
	tenants := w.tenants(t)
	other := w.beside(t)
	w.hear(t, "")
	w.accept(t, time.Time{})
	process, err := w.Store.Join(t.Context(), store.DispatchProcess, "test", 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	owners, err := w.attempts.Take(t.Context(), process.ID, []messaging.ID{w.portfolio}, 0)
	if err != nil || len(owners) != 1 {
		t.Fatalf("taken: %v, %v", owners, err)
	}
	chunks, err := w.attempts.Reload(t.Context(), w.tenant.ID, []messaging.ID{messaging.ID(storetest.Owner[int64](t, w.Bench, "SELECT id FROM chunk"))})
	if err != nil || len(chunks) != 1 {
		t.Fatalf("chunks: %v, %v", chunks, err)
	}
	w.deleteTenant(t, tenants)
	done, err := w.attempts.Step(t.Context(), owners[0], messaging.Step{
		Now: w.Clock.Now(), Claims: []messaging.Claim{{Chunk: chunks[0], To: 1}},
		Outcomes: []messaging.CallOutcome{{Chunk: chunks[0], Evidence: messaging.Evidence{Message: chunks[0].Messages[0], Week: chunks[0].Week, Attempt: 1, Bits: messaging.Attempted, At: w.Clock.Now()}}},
		Decide: func(*messaging.Gate) messaging.Decision {
			t.Error("a call was cleared")
			return messaging.Decision{}
		},
	})
	if err != nil || !done.Stale {
		t.Errorf("its owner goes on: %+v, %v", done, err)
	}
	if err := w.attempts.OptOut(t.Context(), w.tenant.ID, w.Clock.Now(), []messaging.ConsentSignal{{What: messaging.SignalRefusedMarketing, Subject: 5, Channel: messaging.WhatsApp}}); err != nil {
		t.Errorf("a wish of somebody who is forgotten holds its owner up: %v", err)
	}
	if err := w.Store.Leave(t.Context(), process.ID); err != nil {
		t.Fatal(err)
	}
	other.hear(t, "")
	other.accept(t, time.Time{})
	if called, _, _, _ := w.dispatch(t); called != other.message.ID {
		t.Errorf("message %d was called, and not the other tenant's %d", called, other.message.ID)
	}
}

func TestADeletionGoesOnWhereItWasLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Hashed, privacy.Hashed)
	tenants := w.tenants(t)
	w.live(t)
	w.deleteTenant(t, tenants)
	w.run(t, `CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$;
		CREATE TRIGGER die BEFORE DELETE ON waba FOR EACH ROW EXECUTE FUNCTION die()`)
	if err := w.deleter().Work(t.Context(), w.Clock.Now()); err == nil {
		t.Fatal("it was not stopped in the middle")
	}
	left := w.named(t, w.tenant.ID)
	if left["sender"] != 0 || left["waba"] == 0 || left["portfolio"] == 0 {
		t.Fatalf("it was stopped elsewhere: %v", left)
	}
	w.run(t, "DROP TRIGGER die ON waba")
	w.Clock.Advance(time.Hour)
	broken := store.NewDeleter(store.NewAccess(w.Store, w.Keys, w.IDs), away{}, w.Options, w.Clock.Now)
	if err := broken.Work(t.Context(), w.Clock.Now()); !errors.Is(err, errAway) {
		t.Fatalf("with ClickHouse away: %v", err)
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM tenant WHERE state = 'DELETING'"); n != 1 {
		t.Fatal("the tenant is gone though ClickHouse still has its events")
	}
	w.leave(t)
	w.leave(t) // nothing is left to do
	if left := w.named(t, w.tenant.ID); len(left) > 0 {
		t.Errorf("rows of the tenant are left: %v", left)
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM audit_event WHERE action = 'tenant.deleted'"); n != 1 {
		t.Errorf("its end is recorded %d times", n)
	}
}

var errAway = errors.New("away")

type away struct{}

func (away) ForgetTenant(context.Context, int64) error { return errAway }

// TestATenantStaysWhileATableNamesIt plants a table whose rows do not go.
func TestATenantStaysWhileATableNamesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Hashed, privacy.Hashed)
	tenants := w.tenants(t)
	w.run(t, fmt.Sprintf(`CREATE TABLE stubborn (tenant_id bigint); INSERT INTO stubborn VALUES (%d);
		CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
		CREATE TRIGGER stay BEFORE DELETE ON stubborn FOR EACH ROW EXECUTE FUNCTION stay()`, w.tenant.ID))
	w.deleteTenant(t, tenants)
	w.leave(t)
	gone := func() int {
		return storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM audit_event WHERE action = 'tenant.deleted'") -
			storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM tenant WHERE state = 'DELETING'")
	}
	if gone() != -1 {
		t.Error("a tenant was called gone that a table still names")
	}
	w.run(t, "DROP TRIGGER stay ON stubborn")
	w.leave(t)
	if gone() != 1 {
		t.Error("it never went")
	}
}

// TestWhatIsFrozenPassesFirst: a batch that may be under way to ClickHouse keeps its rows, for they decide its token.
func TestWhatIsFrozenPassesFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Hashed, privacy.Hashed)
	tenants := w.tenants(t)
	w.live(t)
	if n := storetest.Owner[int](t, w.Bench, "WITH frozen AS (UPDATE outbox SET batch = 99 RETURNING 1) SELECT count(*)::int FROM frozen"); n == 0 {
		t.Fatal("nothing was frozen")
	}
	frozen := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM outbox")
	w.deleteTenant(t, tenants)
	w.leave(t)
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM outbox"); n != frozen {
		t.Errorf("%d of %d frozen blocks are left", n, frozen)
	}
	if left := w.named(t, w.tenant.ID); left["clickhouse.events"] == 0 {
		t.Error("events were deleted before the last of them had come")
	}
	w.run(t, "DELETE FROM outbox WHERE batch = 99") // it has arrived
	w.leave(t)
	if left := w.named(t, w.tenant.ID); len(left) > 0 {
		t.Errorf("rows of the tenant are left: %v", left)
	}
}

func TestWhatIsNoDeletionIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Hashed, privacy.Hashed)
	olga := messaging.Actor{Tenant: messaging.PlatformTenant, User: 7}
	early := &auth.Tenants{Store: store.NewAccess(w.Store, w.Keys, w.IDs), Now: w.Clock.Now}
	if _, err := early.Delete(t.Context(), olga, w.tenant.ID, w.tenant.Name); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("with no platform to keep it: %v", err)
	}
	tenants := w.tenants(t)
	try := func(what string, tenant messaging.ID, name string, want messaging.Code) {
		t.Helper()
		if _, err := tenants.Delete(t.Context(), olga, tenant, name); messaging.CodeOf(err) != want {
			t.Errorf("%s: %v", what, err)
		}
	}
	w.run(t, `CREATE FUNCTION forgets(tenant bigint) RETURNS text LANGUAGE plpgsql AS $$
		BEGIN PERFORM forget_tenant_rows(tenant, 'public.audit_event', 10); RETURN 'forgotten'; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE; END $$`)
	try("one that is active", w.tenant.ID, w.tenant.Name, messaging.CodeConflict)
	if _, err := tenants.SetSuspended(t.Context(), olga, w.tenant.ID, true); err != nil {
		t.Fatal(err)
	}
	try("another name", w.tenant.ID, "acme tea ltd", messaging.CodeInvalid)
	try("no name", w.tenant.ID, "", messaging.CodeInvalid)
	try("the platform", messaging.PlatformTenant, "Platform", messaging.CodeConflict)
	try("one that is not", 4711, w.tenant.Name, messaging.CodeNotFound)
	if _, err := w.Keys.Of(t.Context(), w.tenant.ID); err != nil {
		t.Errorf("a refused deletion took the keys: %v", err)
	}
	// The door to the rows is shut for whoever is not being deleted, to the owner of the tables as well.
	for _, tenant := range []messaging.ID{w.tenant.ID, messaging.PlatformTenant} {
		gone := storetest.Owner[string](t, w.Bench, "SELECT forgets($1)", int64(tenant))
		if gone != "42501" {
			t.Errorf("asked to forget rows of tenant %d: %s", tenant, gone)
		}
	}
	try("as it should be", w.tenant.ID, w.tenant.Name, "")
	try("once more", w.tenant.ID, w.tenant.Name, messaging.CodeConflict)
	if _, err := tenants.SetSuspended(t.Context(), olga, w.tenant.ID, false); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Error("a tenant that is being deleted goes on")
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM audit_event WHERE action = 'tenant.deletion_started'"); n != 1 {
		t.Errorf("%d deletions are recorded", n)
	}
}

// TestOldCheckpointsKnowADeletedTenant: its absence is no breach where the platform's ledger tells of it, and is one where
// somebody removed it by hand.
func TestOldCheckpointsKnowADeletedTenant(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Hashed, privacy.Hashed)
	tenants := w.tenants(t)
	w.live(t)
	checkpoints, err := w.Store.Checkpoints(t.Context(), w.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	w.deleteTenant(t, tenants)
	check := func(checkpoints []ledger.Checkpoint) store.LedgerCheck {
		t.Helper()
		var found store.LedgerCheck
		err := w.Store.CheckLedgers(t.Context(), w.Keys, 0, checkpoints, func(c store.LedgerCheck) {
			if c.Tenant == w.tenant.ID {
				found = c
			} else if c.Err != nil {
				t.Errorf("tenant %s: %v", c.Tenant, c.Err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if c := check(checkpoints); c.Err != nil || !c.Deleted || c.Pinned != 1 {
		t.Errorf("while it is being deleted: %+v", c)
	}
	w.leave(t)
	if c := check(checkpoints); c.Err != nil || !c.Deleted || c.Pinned != 1 {
		t.Errorf("once it is gone: %+v", c)
	}
	forged := slices.Clone(checkpoints)
	for i := range forged {
		if forged[i].Tenant == int64(w.tenant.ID) {
			forged[i].Head.Seq += 1000
		}
	}
	if c := check(forged); !errors.Is(c.Err, ledger.ErrTampered) {
		t.Errorf("a checkpoint beyond its end: %+v", c)
	}
	if _, err := w.Store.Checkpoints(t.Context(), w.Clock.Now()); err != nil {
		t.Errorf("checkpoints afterwards: %v", err)
	}
}
