package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store"
)

// A stream ends with its reader's session, and its last word is the code.
func TestStreamsEndWithACode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, secret := s.owner(t, "203.0.113.7")
	c.signIn(t, secret)
	waba := s.Waba(t, s.tenant, s.Portfolio(t, s.tenant))
	sender, template := s.Sender(t, s.tenant, waba), s.Template(t, s.tenant, waba)
	campaigns := messaging.NewCampaigns(store.NewSending(s.Store, s.Keys), s.IDs, s.Clock.Now)
	made, err := campaigns.Create(t.Context(), s.Actor(s.tenant), "Diwali", template.ID, sender.ID)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"query": `subscription($id: ID!) { campaignProgress(id: $id) { state } }`, "variables": map[string]any{"id": made.ID.String()}})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = c.address + ":4711"
		s.handler.ServeHTTP(w, r)
	}))
	defer listener.Close()
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodPost, listener.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	ask.Header.Set("Content-Type", "application/json")
	ask.Header.Set("Accept", "text/event-stream")
	ask.Header.Set("Authorization", "Bearer "+c.bearer)
	response, err := (&http.Client{Timeout: time.Minute}).Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	begun := make([]byte, 4096)
	told := ""
	for !strings.Contains(told, `"DRAFT"`) {
		n, err := response.Body.Read(begun)
		if told += string(begun[:n]); err != nil {
			t.Fatalf("%q, then %v", told, err)
		}
	}
	c.get(t, &struct{}{}, "signOut", `mutation { signOut { userErrors { code } } }`, nil)
	rest, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("the stream does not end: %v", err)
	}
	if !strings.Contains(string(rest), `"code":"UNAUTHENTICATED"`) || !strings.Contains(string(rest), "event: complete") {
		t.Errorf("the end of the stream: %q", rest)
	}
}

// A session holds ten streams open and no more, a key ten of its own; one that is closed makes room.
func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, secret := s.owner(t, "203.0.113.7")
	c.signIn(t, secret)
	actor, err := s.access.Enter(t.Context(), c.bearer, auth.Visit{Address: netip.MustParseAddr(c.address)})
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := s.access.CreateKey(t.Context(), actor, auth.NewKey{Name: "BI", Quota: 600, Days: 1, Scopes: []messaging.Permission{messaging.PermMessageRead, messaging.PermCampaignManage, messaging.PermAnalyticsRead}})
	if err != nil {
		t.Fatal(err)
	}
	waba := s.Waba(t, s.tenant, s.Portfolio(t, s.tenant))
	sender, template := s.Sender(t, s.tenant, waba), s.Template(t, s.tenant, waba)
	made, err := messaging.NewCampaigns(store.NewSending(s.Store, s.Keys), s.IDs, s.Clock.Now).Create(t.Context(), s.Actor(s.tenant), "Diwali", template.ID, sender.ID)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]any{"query": `subscription($id: ID!) { campaignProgress(id: $id) { state } }`, "variables": map[string]any{"id": made.ID.String()}})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RemoteAddr = c.address + ":4711"
		s.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(listener.Close)
	client := &http.Client{Transport: &http.Transport{}, Timeout: time.Minute}
	open := func(bearer string) (told string, hangUp func()) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		ask, err := http.NewRequestWithContext(ctx, http.MethodPost, listener.URL+"/graphql", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		ask.Header.Set("Content-Type", "application/json")
		ask.Header.Set("Accept", "text/event-stream")
		ask.Header.Set("Authorization", "Bearer "+bearer)
		response, err := client.Do(ask)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cancel(); response.Body.Close() })
		for part := make([]byte, 4096); !strings.Contains(told, `"DRAFT"`) && !strings.Contains(told, "event: complete"); {
			n, err := response.Body.Read(part)
			if told += string(part[:n]); err != nil {
				break
			}
		}
		return told, cancel
	}
	var hangUp func()
	for n := range 10 {
		told, cancel := open(c.bearer)
		if hangUp = cancel; !strings.Contains(told, `"DRAFT"`) {
			t.Fatalf("stream %d: %q", n+1, told)
		}
	}
	if told, _ := open(c.bearer); !strings.Contains(told, `"code":"LIMITED"`) || strings.Contains(told, "DRAFT") {
		t.Errorf("the eleventh: %q", told)
	}
	if told, _ := open(key); !strings.Contains(told, `"DRAFT"`) {
		t.Errorf("a key of the same person: %q", told)
	}
	hangUp()
	limit := time.Now().Add(20 * time.Second)
	for told := ""; !strings.Contains(told, `"DRAFT"`); { // the server notices in its own time
		if told, _ = open(c.bearer); time.Now().After(limit) {
			t.Fatalf("after one has hung up: %q", told)
		}
	}
}

// Whoever shows no credential is slowed down by address, and of IPv6 by /64; others at other addresses are not.
func TestStrangersAreSlowedDownByAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	refused := func(address string) bool {
		r := httptest.NewRequest("POST", "https://ph.example/graphql", strings.NewReader(`{"query":"{ sendsMail }"}`))
		r.RemoteAddr = address
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w.Code == http.StatusTooManyRequests
	}
	n := 0
	for ; n < 1000 && !refused("[2001:db8::"+strconv.FormatInt(int64(n+1), 16)+"]:4711"); n++ {
	}
	if n != 100 {
		t.Errorf("refused after %d, want 100", n)
	}
	if refused("[2001:db8:0:1::1]:4711") || refused("203.0.113.7:4711") {
		t.Error("another address suffers")
	}
	s.Clock.Advance(time.Second)
	if refused("[2001:db8::1]:4711") {
		t.Error("refused after a rest")
	}
}
