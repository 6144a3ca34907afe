package harness

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// loud answers as no server should: it repeats what it was told.
func loud(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, said, _ := strings.Cut(r.URL.Path[1:], "/")
		http.SetCookie(w, &http.Cookie{Name: "refresh", Value: "cookie-of-the-session"})
		switch kind {
		case "refused":
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(w, "%s may not", said)
		case "error":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"data":{"person":{"email":%q}},"errors":[{"message":"no %s"}]}`, said, said)
		case "user-error":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"data":{"sends":{"results":[{"error":{"code":"INVALID","message":"%s is bad"}}],"userErrors":[]}}}`, said)
		case "stream":
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprintf(w, "event: next\ndata: {\"errors\":[{\"message\":\"no %s\"}]}\n\n", said)
		case "fine":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"data":{"shown":%q,"userErrors":[],"signIn":{"accessToken":%q,"url":"https://x.example/uploads/the-ticket"}}}`, said, bearer())
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func bearer() string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"sid":"7345678901234567"}`)) + ".c2lnbmF0dXJl"
}

// A refusal that repeats a text is heard in each of its shapes, and what somebody may see is not taken for one.
func TestRefusalsAreOverheard(t *testing.T) {
	t.Parallel()
	s := loud(t)
	for kind, heard := range map[string]bool{"refused": true, "error": true, "user-error": true, "stream": true, "fine": false} {
		b := newBox(t.TempDir())
		said := b.Secret("whisper-" + Letters(12))
		response, err := b.Visitor().Get(s.URL + "/" + kind + "/" + said)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if found := b.search(t, []place{{name: "a refusal", text: append(b.heard.refused(), '.')}}); (len(found) > 0) != heard {
			t.Errorf("%s: heard %q", kind, found)
		}
		if found := b.search(t, []place{{name: "an address", text: b.heard.asked()}}); len(found) == 0 {
			t.Errorf("%s: the text in the address is not found", kind)
		}
	}
}

// What goes over the wire registers itself.
func TestWhatGoesByIsRegistered(t *testing.T) {
	t.Parallel()
	s, b := loud(t), newBox(t.TempDir())
	body := `{"query":"mutation …","variables":{"i":{"password":"a pass phrase","code":"135790","recipients":[{"to":"+919811107052","variables":[{"name":"first name","value":"Asha of Jaipur"}]}]}}}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/fine/x", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer ph_live_secretsecret")
	response, err := b.Visitor().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	for _, secret := range []string{
		"a pass phrase", `"135790"`, "919811107052", "Asha of Jaipur", "ph_live_secretsecret", "cookie-of-the-session", bearer(), "the-ticket", "session 7345678901234567",
	} {
		if found := b.search(t, []place{{name: "a log", text: []byte("said: " + secret)}}); len(found) == 0 {
			t.Errorf("not registered: %s", secret)
		}
	}
	if found := b.search(t, []place{{name: "the audit", text: []byte("7345678901234567"), sessions: true}, {name: "a log", text: []byte("first name, at 10:11:12.135790")}}); len(found) > 0 {
		t.Errorf("found what is no secret: %v", found)
	}
}

// The ticket of an upload is the one secret that an address may hold, and no other part of it.
func TestTicketsAreTakenOutOfAddresses(t *testing.T) {
	t.Parallel()
	b := newBox(t.TempDir())
	b.Secret("the-ticket-of-an-upload")
	b.Link("https://ph.example/uploads/the-ticket-of-an-upload")
	b.Link("https://ph.example/invite#the-token-of-an-invite")
	if found := b.search(t, []place{{name: "an address", text: b.heard.asked()}}); len(found) > 0 {
		t.Errorf("found %v", found)
	}
	b.Link("https://ph.example/invite?token=the-token-of-an-invite")
	b.Link("https://ph.example/evidence/x?next=the-ticket-of-an-upload")
	found := strings.Join(b.search(t, []place{{name: "an address", text: b.heard.asked()}}), "\n")
	for _, planted := range []string{"plain of the-token-of-an-invite", "plain of the-ticket-of-an-upload"} {
		if !strings.Contains(found, planted) {
			t.Errorf("not found: %s in\n%s", planted, found)
		}
	}
}
