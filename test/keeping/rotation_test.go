package keeping

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

// settles is how long a step of a rotation waits for processes and transactions that began before it.
const settles = 2 * time.Minute

// estate is what a tenant has under its data key beside messages.
type estate struct {
	app         messaging.ID
	user        auth.User
	totp        []byte
	inviteEmail string
}

func (w *world) routes() *store.Routes { return store.NewRoutes(w.Store, w.Keys, w.IDs) }

func (w *world) accessStore() *store.Access { return store.NewAccess(w.Store, w.Keys, w.IDs) }

// settle gives the tenant a value in every column that a rotation has to find.
func (w *world) settle(t *testing.T) estate {
	t.Helper()
	digester := func(p privacy.Purpose) auth.Digester { return auth.NewDigester(w.Ring.Keys(p)) }
	access := &auth.Access{
		Store: w.accessStore(), Passwords: auth.NewPasswords(w.Ring.Keys(privacy.ForPasswords), 100<<20, rand.Reader), Policy: auth.NewPasswordPolicy(),
		Emails: digester(privacy.ForUserEmails), Invites: digester(privacy.ForInvites), Recovery: digester(privacy.ForRecoveryCodes),
		IDs: w.IDs, Now: w.Clock.Now, Random: rand.Reader,
	}
	e := estate{inviteEmail: "meera@acme.example"}
	secret, err := auth.NewTOTPSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	e.totp = slices.Clone(secret.Bytes())
	if e.user, err = access.SeedUser(t.Context(), w.tenant.ID, auth.Seed{Email: "asha@acme.example", Name: "Asha", Role: auth.Owner, Password: "correct horse battery", TOTP: secret}); err != nil {
		t.Fatal(err)
	}
	err = access.Store.Act(t.Context(), w.tenant.ID, func(tx auth.AccessTx) error {
		_, err := access.InviteOwner(t.Context(), tx, w.tenant.ID, "Acme Tea", e.inviteEmail)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	waba := storetest.Owner[int64](t, w.Bench, "SELECT min(id) FROM waba WHERE tenant_id = $1", int64(w.tenant.ID))
	senders := &messaging.Senders{Store: w.Store, Keys: w.Keys, IDs: w.IDs, Now: w.Clock.Now, Random: rand.Reader}
	if err := senders.ReplaceAppSecret(t.Context(), messaging.Actor{Tenant: w.tenant.ID, User: 42}, messaging.ID(waba), privacy.NewSecret("another-secret")); err != nil {
		t.Fatal(err)
	}
	e.app = messaging.ID(storetest.Owner[int64](t, w.Bench, "SELECT id FROM provider_app WHERE tenant_id = $1", int64(w.tenant.ID)))
	w.unread(t, w.routes(), "what nobody could read")
	w.hear(t, "")
	w.accept(t, time.Time{})
	w.deliver(t)
	w.accept(t, w.Clock.Now().Add(time.Hour)) // waits under the key of its day
	return e
}

// unread keeps a webhook that could not be read.
func (w *world) unread(t *testing.T, routes *store.Routes, body string) {
	t.Helper()
	app := messaging.RoutedApp{Tenant: w.tenant.ID, ID: 1, MessageDays: storetest.MessageDays, KeepsPlain: true}
	if err := routes.KeepRaw(t.Context(), app, w.Clock.Now(), "test", []byte(body)); err != nil {
		t.Error(err)
	}
}

// opens reads everything back through the product.
func (w *world) opens(t *testing.T, e estate) {
	t.Helper()
	app, found, err := w.routes().RoutedApp(t.Context(), e.app)
	if err != nil || !found || app.Secret.Reveal() != "another-secret" || app.OldSecret.Reveal() != "sandbox-secret" {
		t.Errorf("the app's secrets: %v, %v", found, err)
	}
	account, err := w.accessStore().Account(t.Context(), w.tenant.ID, e.user.ID)
	if err != nil || account.User.Email != "asha@acme.example" {
		t.Errorf("the user is %q: %v", account.User.Email, err)
	}
	invites, err := w.accessStore().OpenInvites(t.Context(), w.tenant.ID)
	if err != nil || len(invites) != 1 || invites[0].Email != e.inviteEmail {
		t.Errorf("the invites are %+v: %v", invites, err)
	}
	err = w.accessStore().Act(t.Context(), w.tenant.ID, func(tx auth.AccessTx) error {
		factor, found, err := tx.TOTP(t.Context(), e.user.ID, false)
		if !found || !slices.Equal(factor.Secret.Bytes(), e.totp) {
			t.Errorf("the second factor: %v", found)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	keys, err := w.Keys.Of(t.Context(), w.tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	token := storetest.Owner[[]byte](t, w.Bench, "SELECT token_sealed FROM portfolio WHERE id = $1", int64(w.portfolio))
	if plain, err := keys.Open(nil, privacy.AAD{Table: "portfolio", Column: "token_sealed", Row: int64(w.portfolio)}, token); err != nil || string(plain) != "sandbox-token" {
		t.Errorf("the portfolio's token: %v", err)
	}
	got := w.scan(t)
	for _, name := range []string{"message.address_sealed", "inbound.address_sealed", "payload.sealed"} {
		if !has(got.Address, name) {
			t.Errorf("the address does not come out of %s", name)
		}
	}
	for _, name := range []string{"message.content_sealed", "inbound.content_sealed", "payload.sealed"} {
		if !has(got.Content, name) {
			t.Errorf("the texts do not come out of %s", name)
		}
	}
	if len(got.PlainBytes) > 0 {
		t.Errorf("the address or a text is readable in %v", got.PlainBytes)
	}
	var provider privacy.Secret
	bucket := storetest.Owner[int32](t, w.Bench, "SELECT bucket FROM message_state WHERE provider_sealed IS NOT NULL")
	sealedID := storetest.Owner[[]byte](t, w.Bench, "SELECT provider_sealed FROM message_state WHERE provider_sealed IS NOT NULL")
	message := storetest.Owner[int64](t, w.Bench, "SELECT id FROM message_state WHERE provider_sealed IS NOT NULL")
	err = w.Store.InTenant(t.Context(), w.tenant.ID, func(tx *store.Tx) (err error) {
		provider, err = tx.OpenProvider(t.Context(), w.Keys, messaging.ID(message), uint32(bucket), sealedID)
		return err
	})
	if err != nil || provider.Reveal() != w.wamid {
		t.Errorf("the provider's id: %v", err)
	}
}

// under counts the values of a column that name the key.
func (w *world) under(t *testing.T, column string, id privacy.KeyID) int {
	t.Helper()
	table, name, _ := strings.Cut(column, ".")
	return storetest.Owner[int](t, w.Bench, fmt.Sprintf("SELECT count(*) FROM %s WHERE substr(%s, 1, 1) = '\\x01' AND substr(%[2]s, 2, 4) = $1 AND length(%[2]s) > 32", table, name), id[:])
}

func (w *world) sealing(t *testing.T) []privacy.KeyID {
	t.Helper()
	w.Keys.Forget(w.tenant.ID)
	keys, err := w.Keys.Of(t.Context(), w.tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	return keys.DataKeys()
}

func (w *world) rotate(t *testing.T) (old, fresh privacy.KeyID) {
	t.Helper()
	old = w.sealing(t)[0]
	fresh, err := w.Store.RotateDataKey(t.Context(), w.Ring, w.Keys, w.IDs, rand.Reader, w.tenant.ID, w.Clock.Now())
	if err != nil || fresh == old {
		t.Fatalf("%s becomes %s: %v", old, fresh, err)
	}
	return old, fresh
}

func (w *world) reseal(t *testing.T) {
	t.Helper()
	if err := store.NewResealer(w.Store, w.Keys, w.Ring, w.IDs, w.Clock.Now).Work(t.Context(), w.Clock.Now()); err != nil {
		t.Fatal(err)
	}
}

func (w *world) stands(t *testing.T) store.DataKeys {
	t.Helper()
	stands, err := w.Store.DataKeys(t.Context(), w.Keys, w.tenant.ID, w.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return stands
}

// destroyed tells whether the old key is gone and nothing is under it in any column of bytes.
func (w *world) destroyed(t *testing.T, old, fresh privacy.KeyID) {
	t.Helper()
	if keys := w.sealing(t); len(keys) != 1 || keys[0] != fresh {
		t.Errorf("the data keys are %v, and %s was to be alone", keys, fresh)
	}
	for name := range columns() {
		if n := w.under(t, name, old); n > 0 {
			t.Errorf("%d values of %s are under the destroyed key", n, name)
		}
	}
}

// TestADataKeyIsRotated goes through a whole rotation, beside a process that learns of each step late.
func TestADataKeyIsRotated(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Plain, privacy.Plain)
	e := w.settle(t)
	before := w.sealing(t)[0]
	for _, name := range store.SealedColumns() {
		if w.under(t, name, before) == 0 {
			t.Errorf("nothing in %s is under the data key: the test would not see it", name)
		}
	}
	late := *w // another process, with keys of its own in memory
	late.Bench = &storetest.Bench{}
	*late.Bench = *w.Bench
	late.Keys = store.NewKeys(w.Store, w.Ring, rand.Reader, w.Clock.Now)
	own := w.Keys
	lateKeys := func() *privacy.TenantKeys {
		keys, err := late.Keys.Of(t.Context(), w.tenant.ID)
		if err != nil {
			t.Fatal(err)
		}
		return keys
	}

	lateKeys()
	old, fresh := w.rotate(t)
	if old != before {
		t.Fatalf("the key was %s, and is %s", before, old)
	}
	if _, err := w.Store.RotateDataKey(t.Context(), w.Ring, own, w.IDs, rand.Reader, w.tenant.ID, w.Clock.Now()); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("a second rotation beside the first: %v", err)
	}
	w.reseal(t)
	if keys := w.sealing(t); keys[0] != old || !w.stands(t).Rotation.Waits {
		t.Fatalf("%v: the new key seals before every process knows it", keys)
	}
	w.Clock.Advance(settles)
	if keys := lateKeys().DataKeys(); !slices.Equal(keys, []privacy.KeyID{old, fresh}) {
		t.Fatalf("the late process knows %v", keys)
	}
	w.reseal(t)
	if keys := w.sealing(t); keys[0] != fresh {
		t.Fatalf("the keys are %v; %s was to seal", keys, fresh)
	}
	for name := range columns() {
		if n := w.under(t, name, old); n > 0 {
			t.Errorf("after the first round %d values of %s are under the old key", n, name)
		}
	}
	late.opens(t, e) // with the keys of before, which know the new one as the next
	w.unread(t, late.routes(), "sealed by the old key, after the round")
	if n := w.under(t, "webhook_raw.sealed", old); n != 1 {
		t.Fatalf("%d webhooks are under the old key", n)
	}
	w.reseal(t)
	w.Clock.Advance(settles)
	w.reseal(t) // finds what came late
	if keys := w.sealing(t); len(keys) != 2 {
		t.Errorf("the old key went though a value was just under it: %v", keys)
	}
	w.Clock.Advance(settles)
	w.reseal(t)
	w.destroyed(t, old, fresh)
	w.opens(t, e)
	if got := w.stands(t); got.Rotation != nil || got.Seals != fresh {
		t.Errorf("it stands as %+v", got)
	}
	for _, action := range []messaging.AuditAction{messaging.AuditDataKeyDrawn, messaging.AuditDataKeyChanged, messaging.AuditDataKeyDestroyed} {
		if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM audit_event WHERE tenant_id = $1 AND action = $2", int64(w.tenant.ID), string(action)); n != 1 {
			t.Errorf("%s is recorded %d times", action, n)
		}
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM audit_event WHERE action LIKE 'data_key.%' AND detail->>'actor' = 'host'"); n != 1 {
		t.Errorf("the host, who asked for it, is said to have done %d steps", n)
	}
	again, _ := w.rotate(t)
	if again != fresh {
		t.Errorf("the next rotation replaces %s", again)
	}
}

// TestARotationGoesOnWhereItBrokeOff has a round fail half-way, and another process take it up.
func TestARotationGoesOnWhereItBrokeOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Plain, privacy.Plain)
	e := w.settle(t)
	old, fresh := w.rotate(t)
	w.Clock.Advance(settles)
	w.run(t, `CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broke off'; END $$;
		CREATE TRIGGER break_off BEFORE UPDATE ON message FOR EACH ROW EXECUTE FUNCTION break_off()`)
	if err := store.NewResealer(w.Store, w.Keys, w.Ring, w.IDs, w.Clock.Now).Work(t.Context(), w.Clock.Now()); err == nil {
		t.Fatal("the round did not break off")
	}
	if w.under(t, "invite.email_sealed", old) != 0 || w.under(t, "message.address_sealed", old) == 0 {
		t.Fatal("the round did not break off in between")
	}
	halfway := w.stands(t).Rotation
	if halfway == nil || halfway.Column != "message.address_sealed" || halfway.Resealed == 0 {
		t.Fatalf("it stands at %+v", halfway)
	}
	w.opens(t, e)
	w.run(t, "DROP TRIGGER break_off ON message")
	w.run(t, `CREATE FUNCTION spared() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'gone through again'; END $$;
		CREATE TRIGGER spared BEFORE UPDATE ON invite FOR EACH ROW EXECUTE FUNCTION spared()`)
	w.Keys = store.NewKeys(w.Store, w.Ring, rand.Reader, w.Clock.Now) // a new process
	for range 3 {
		w.reseal(t)
		w.Clock.Advance(settles)
	}
	w.destroyed(t, old, fresh)
	w.opens(t, e)
}

// TestWhatDoesNotOpenKeepsTheOldKey plants a value that cannot be sealed anew, and a mail that waits.
func TestWhatDoesNotOpenKeepsTheOldKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Plain, privacy.Plain)
	e := w.settle(t)
	storetest.Owner[int](t, w.Bench, `INSERT INTO webhook_raw (tenant_id, id, app_id, received_at, expires_on, reason, sealed)
		SELECT tenant_id, 4711, app_id, received_at, expires_on, reason, sealed FROM webhook_raw RETURNING 1`) // moved from its place
	keys, err := w.Keys.Of(t.Context(), w.tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	mail := keys.Seal(nil, privacy.AAD{Table: "river_job", Column: "mail", Row: 1}, []byte("{}"))
	storetest.Owner[int](t, w.Bench, `INSERT INTO river.river_job (kind, queue, max_attempts, args)
		VALUES ('mail', 'default', 5, jsonb_build_object('tenant', $1::text, 'id', '1', 'sealed', $2::text)) RETURNING 1`, w.tenant.ID.String(), base64.StdEncoding.EncodeToString(mail))
	old, fresh := w.rotate(t)
	for range 5 {
		w.Clock.Advance(settles)
		w.reseal(t)
	}
	stands := w.stands(t)
	if stands.Seals != fresh || len(stands.Opens) != 1 || stands.Rotation == nil || stands.Rotation.Left != 1 || stands.Rotation.LeftIn != "webhook_raw.sealed" {
		t.Fatalf("with a value that does not open it stands as %+v %+v", stands, stands.Rotation)
	}
	w.opens(t, e)
	storetest.Owner[int](t, w.Bench, "DELETE FROM webhook_raw WHERE id = 4711 RETURNING 1")
	w.Clock.Advance(time.Hour)
	w.reseal(t)
	if stands := w.stands(t); stands.Rotation == nil || !stands.Rotation.Mails {
		t.Fatalf("with a mail that waits it stands as %+v %+v", stands, stands.Rotation)
	}
	storetest.Owner[int](t, w.Bench, "UPDATE river.river_job SET state = 'completed', finalized_at = now() RETURNING 1")
	w.reseal(t)
	w.destroyed(t, old, fresh)
}

// TestARotationBesideWriters has two processes write while the key changes. Their clock does not move within a write: a
// transaction that lasts longer than a rotation waits is ended by the database.
func TestARotationBesideWriters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Plain, privacy.Plain)
	e := w.settle(t)
	var clock sync.RWMutex
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	written := make([]int, 2)
	processes := []*store.Routes{
		store.NewRoutes(w.Store, store.NewKeys(w.Store, w.Ring, rand.Reader, w.Clock.Now), w.IDs),
		store.NewRoutes(w.Store, store.NewKeys(w.Store, w.Ring, rand.Reader, w.Clock.Now), w.IDs),
	}
	for n, routes := range processes {
		writers.Go(func() {
			for ctx.Err() == nil {
				clock.RLock()
				w.unread(t, routes, fmt.Sprintf("body %d of %d", written[n], n))
				clock.RUnlock()
				written[n]++
			}
		})
	}
	old, fresh := w.rotate(t)
	rounds := 0
	for ; w.stands(t).Rotation != nil && rounds < 100; rounds++ {
		clock.Lock()
		w.Clock.Advance(20 * time.Second)
		clock.Unlock()
		w.reseal(t)
	}
	stop()
	writers.Wait()
	w.destroyed(t, old, fresh)
	t.Logf("%d rounds beside %d writes", rounds, written[0]+written[1])
	keys, err := w.Keys.Of(t.Context(), w.tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	bodies := storetest.Owner[[]string](t, w.Bench, "SELECT array_agg(id || ' ' || encode(sealed, 'hex')) FROM webhook_raw")
	if want := 1 + written[0] + written[1]; len(bodies) != want || want < 20 {
		t.Errorf("%d bodies are kept of %d", len(bodies), want)
	}
	for _, body := range bodies {
		var id int64
		var text string
		if _, err := fmt.Sscan(body, &id, &text); err != nil {
			t.Fatal(err)
		}
		value, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := keys.Open(nil, privacy.AAD{Table: "webhook_raw", Column: "sealed", Row: id}, value); err != nil || len(plain) == 0 {
			t.Fatalf("after %d rounds the body of %d does not open: %v", rounds, id, err)
		}
	}
	w.opens(t, e)
}

// passedBy are the columns that hold values under the data key and that a rotation would pass by, and those that it looks
// into for nothing.
func passedBy(known map[string]column, gone []string) (names []string) {
	for name, c := range known {
		if c.data != slices.Contains(gone, name) {
			names = append(names, name)
		}
	}
	return names
}

func TestARotationGoesThroughEveryColumn(t *testing.T) {
	t.Parallel()
	if names := passedBy(columns(), store.SealedColumns()); len(names) > 0 {
		t.Errorf("the rotation of the data key and the list of columns differ on %v", names)
	}
	planted := columns()
	planted["campaign.planted_sealed"] = column{sealed, "planted", true}
	if names := passedBy(planted, store.SealedColumns()); !slices.Equal(names, []string{"campaign.planted_sealed"}) {
		t.Errorf("a column was planted, and the guard names %v", names)
	}
}
