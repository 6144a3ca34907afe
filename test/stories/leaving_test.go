package stories

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"posthaste/test/harness"
)

// What a person and a program may ask alike.
const (
	anyone      = `{ analyticsDatasets { __typename } }`
	liveNumbers = `subscription { live { __typename } }`
)

// watch opens a stream of live numbers, and tells when the server has ended it.
func watch(t *testing.T, box *harness.Box, bearer string) (ended <-chan struct{}) {
	t.Helper()
	question, err := json.Marshal(map[string]any{"query": liveNumbers})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, box.URL+"/graphql", bytes.NewReader(question))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+bearer)
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("open a stream: %v", err)
	}
	first := make([]byte, 1)
	if _, err := io.ReadFull(response.Body, first); err != nil {
		t.Fatalf("the stream says nothing: %v", err)
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}()
	return over
}

// shut tells that a credential is let in no more. It is shown by itself: a browser would try to renew its session, and give
// that up for good.
func shut(t *testing.T, box *harness.Box, what, bearer string) {
	t.Helper()
	c := box.Client(t)
	c.Bearer = bearer
	if answer := c.Ask(t, anyone, nil); answer.Code() != "UNAUTHENTICATED" {
		t.Errorf("%s is answered %s", what, answer.Raw)
	}
}

// report posts a webhook as the provider does, with something that a person wrote.
func report(t *testing.T, box *harness.Box, e *harness.Enterprise) int {
	t.Helper()
	phone := box.Phones(1)[0][1:]
	body := fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":%q,"changes":[{"field":"messages","value":{"messaging_product":"whatsapp",
		"metadata":{"display_phone_number":"911100000000","phone_number_id":%q},"contacts":[{"profile":{"name":"Asha"},"wa_id":%q}],
		"messages":[{"from":%q,"id":"wamid.%s","timestamp":"%d","type":"text","text":{"body":"a question"}}]}}]}]}`,
		e.MetaWaba, e.PhoneNumber, phone, phone, harness.Letters(24), time.Now().Unix())
	mac := hmac.New(sha256.New, []byte(e.AppSecret))
	mac.Write(body)
	status, _, _ := visit(t, box, http.MethodPost, e.WebhookURL, body, map[string]string{"Content-Type": "application/json", "X-Hub-Signature-256": "sha256=" + hex.EncodeToString(mac.Sum(nil))})
	return status
}

// leftOf lists the tables of PostgreSQL that still name the tenant.
func leftOf(t *testing.T, box *harness.Box, tenant string) (tables []string) {
	t.Helper()
	all := harness.Rows[string](t, box, `SELECT DISTINCT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`)
	if len(all) < 30 {
		t.Fatalf("only %d tables hold tenants' rows", len(all))
	}
	for _, table := range all {
		if harness.Row[bool](t, box, "SELECT EXISTS (SELECT FROM "+table+" WHERE tenant_id = "+tenant+")") {
			tables = append(tables, table)
		}
	}
	return tables
}

func eventsOf(t *testing.T, box *harness.Box, e *harness.Enterprise) uint64 {
	t.Helper()
	return box.Counts(t, "SELECT count() FROM events WHERE tenant_id = "+e.ID)[0]
}

// The host suspends a tenant, lets it go on, and deletes it, on a box at work; what the tenant has open ends, and another
// tenant, whose data key is changed meanwhile, notices nothing.
func TestTheHostSuspendsAndDeletesATenant(t *testing.T) {
	t.Parallel()
	box := harness.Start(t)
	sandbox := box.Sandbox(t)
	sandbox.Plain(t)
	box.Run(t, "user", "create-operator", "--email", box.Secret("olga."+harness.Letters(10)+"@example.com"))
	leaving, staying := stocked(t, box, "Leaving"), stocked(t, box, "Staying")
	key := leaving.Key(t, "reader", "ANALYTICS_READ")
	key.Must(t, anyone, nil, nil)
	arrives := func(s *stock, phone string) {
		t.Helper()
		harness.Eventually(t, time.Minute, "a message is sent", func() bool { return len(sandbox.CallsTo(t, phone)) == 1 })
	}
	send := func(s *stock, at *time.Time) (phone string) {
		t.Helper()
		phone = box.Phones(1)[0]
		s.Consent(t, phone)
		s.Send(t, s.Owner, harness.Letters(20), s.ids["template"], at, phone)
		return phone
	}
	arrives(leaving, send(leaving, nil))
	if said := box.Refused(t, "tenant", "delete", leaving.Name, "--yes-delete", leaving.Name); !strings.Contains(said, "suspend the tenant first") {
		t.Errorf("an active tenant: %s", said)
	}

	soon := time.Now().Add(20 * time.Second).Truncate(time.Second) // as it is sent
	held := send(leaving, &soon)
	person, program := watch(t, box, leaving.Owner.Bearer), watch(t, box, key.Bearer)
	box.Run(t, "tenant", "suspend", leaving.Name)
	shut(t, box, "a session of a suspended tenant", leaving.Owner.Bearer)
	shut(t, box, "an API key of a suspended tenant", key.Bearer)
	for what, ended := range map[string]<-chan struct{}{"a person's": person, "a program's": program} {
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Errorf("%s stream goes on after the suspension", what)
		}
	}
	enters := box.Client(t).Ask(t, `mutation($i: SignInInput!) { signIn(input: $i) { state userErrors { code } } }`,
		map[string]any{"i": map[string]any{"email": leaving.Email, "password": leaving.Password}})
	if !bytes.Contains(enters.Data, []byte(`"UNAUTHENTICATED"`)) {
		t.Errorf("somebody of a suspended tenant begins a sign-in: %s", enters.Raw)
	}
	later := soon.Add(5 * time.Second)
	arrives(staying, send(staying, &later))
	if calls := sandbox.CallsTo(t, held); len(calls) != 0 || time.Now().Before(later) {
		t.Errorf("%d messages of a suspended tenant were sent", len(calls))
	}
	if status := report(t, box, leaving.Enterprise); status != http.StatusOK {
		t.Errorf("a webhook for a suspended tenant is answered %d", status)
	}
	box.Run(t, "tenant", "resume", leaving.Name)
	arrives(leaving, held)
	leaving.Owner.Must(t, anyone, nil, nil)

	harness.Eventually(t, time.Minute, "both tenants' events are counted", func() bool {
		return eventsOf(t, box, leaving.Enterprise) > 0 && eventsOf(t, box, staying.Enterprise) > 0
	})
	rotate(t, box, staying)
	leave(t, box, leaving, key)
	rotated(t, box, staying)
	arrives(staying, send(staying, nil))
	if said := box.Run(t, "audit", "verify"); !strings.Contains(said, "verified") {
		t.Errorf("the ledgers: %s", said)
	}
}

// leave deletes the tenant, and waits until nothing of it is left.
func leave(t *testing.T, box *harness.Box, leaving *stock, key *harness.Client) {
	t.Helper()
	box.Run(t, "tenant", "suspend", leaving.Name)
	if said := box.Refused(t, "tenant", "delete", leaving.Name, "--yes-delete", "Another"); !strings.Contains(said, "not the tenant's name") {
		t.Errorf("another name: %s", said)
	}
	box.Run(t, "tenant", "delete", leaving.Name, "--yes-delete", leaving.Name)
	if n := harness.Row[int64](t, box, "SELECT count(*) FROM tenant_key WHERE tenant_id = "+leaving.ID); n != 0 {
		t.Errorf("%d keys of the deleted tenant are there", n)
	}
	shut(t, box, "a session of a deleted tenant", leaving.Owner.Bearer)
	shut(t, box, "an API key of a deleted tenant", key.Bearer)
	if said := box.Refused(t, "tenant", "rotate-key", leaving.ID); said == "" {
		t.Error("a deleted tenant gets a key")
	}
	// What a process still remembers is taken and goes with the rest; then it is a stranger's. Never is it our failure, for
	// which the provider would come again and again.
	harness.Eventually(t, 2*time.Minute, "its webhooks are a stranger's", func() bool {
		status := report(t, box, leaving.Enterprise)
		if status != http.StatusOK && status != http.StatusForbidden {
			t.Errorf("a webhook for a deleted tenant is answered %d", status)
		}
		return status == http.StatusForbidden
	})
	// Not asked by the command each time: every call of it takes a node number for ten minutes.
	harness.Eventually(t, 5*time.Minute, "the tenant is gone", func() bool {
		return len(leftOf(t, box, leaving.ID)) == 0 && eventsOf(t, box, leaving.Enterprise) == 0 &&
			!strings.Contains(box.Run(t, "tenant", "list"), leaving.Name)
	})
	if tables := leftOf(t, box, leaving.ID); len(tables) > 0 {
		t.Errorf("rows of the deleted tenant are left in %v", tables)
	}
	if n := eventsOf(t, box, leaving.Enterprise); n != 0 {
		t.Errorf("%d events of the deleted tenant are left", n)
	}
	if n := harness.Row[int64](t, box, "SELECT count(*) FROM portfolio_owner WHERE portfolio_id = "+leaving.Portfolio); n != 0 {
		t.Error("a dispatcher still holds its portfolio")
	}
}

// rotate begins to change the data key of a tenant at work.
func rotate(t *testing.T, box *harness.Box, staying *stock) {
	t.Helper()
	box.Run(t, "tenant", "rotate-key", staying.Name)
	if said := box.Run(t, "tenant", "keys", staying.Name); !strings.Contains(said, "will seal, not before") {
		t.Errorf("after the rotation began: %s", said)
	}
	if said := box.Refused(t, "tenant", "rotate-key", staying.Name); !strings.Contains(said, "still under way") {
		t.Errorf("a second rotation: %s", said)
	}
}

// rotated waits until the new key seals. That the old one is destroyed in the end takes longer than a story.
func rotated(t *testing.T, box *harness.Box, staying *stock) {
	t.Helper()
	harness.Eventually(t, 4*time.Minute, "the new key seals", func() bool {
		return strings.Contains(box.Run(t, "tenant", "keys", staying.Name), "are sealed anew")
	})
	staying.Owner.Must(t, `{ users { email } }`, nil, nil)
	if box.Client(t).Password(t, staying.Email, staying.Password) == "" {
		t.Error("nobody can begin a sign-in")
	}
}
