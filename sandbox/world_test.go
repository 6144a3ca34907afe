package sandbox

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testSecret = "app-secret-for-tests"
	testToken  = "token-for-tests"
	testNumber = "700100200"
	testWABA   = "55500011"
	asha       = "919811100022"
)

// clock is moved by the test alone.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) move(by time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(by) }

// receiver is a webhook endpoint that keeps what it acknowledged.
type receiver struct {
	t      *testing.T
	server *httptest.Server

	mu     sync.Mutex
	bodies [][]byte
	refuse int // answers this many posts with 503
	posts  int
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{t: t}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if q.Method == http.MethodGet {
		if q.URL.Query().Get("hub.mode") != "subscribe" || q.URL.Query().Get("hub.verify_token") != "verify-me" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, q.URL.Query().Get("hub.challenge"))
		return
	}
	body, err := io.ReadAll(q.Body)
	if err != nil {
		r.t.Errorf("webhook body: %v", err)
	}
	mac := hmac.New(sha256.New, []byte(testSecret))
	mac.Write(body)
	if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); q.Header.Get("X-Hub-Signature-256") != want {
		r.t.Errorf("webhook signature is wrong")
	}
	if i := bytes.IndexFunc(body, func(c rune) bool { return c > 0x7e }); i >= 0 {
		r.t.Errorf("webhook is not ASCII at %d", i)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.posts++
	if r.refuse > 0 {
		r.refuse--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	r.bodies = append(r.bodies, body)
}

type change struct {
	WABA  string
	Field string         `json:"field"`
	Value map[string]any `json:"value"`
}

// changes decodes all acknowledged webhooks.
func (r *receiver) changes() []change {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []change
	for _, body := range r.bodies {
		var hook struct {
			Object string `json:"object"`
			Entry  []struct {
				ID      string   `json:"id"`
				Changes []change `json:"changes"`
			} `json:"entry"`
		}
		if err := json.Unmarshal(body, &hook); err != nil || hook.Object != "whatsapp_business_account" {
			r.t.Fatalf("webhook is not the platform's: %v\n%s", err, body)
		}
		for _, entry := range hook.Entry {
			for _, c := range entry.Changes {
				c.WABA = entry.ID
				all = append(all, c)
			}
		}
	}
	return all
}

// items lists the statuses or messages received.
func (r *receiver) items(list string) []map[string]any {
	r.t.Helper()
	var all []map[string]any
	for _, c := range r.changes() {
		items, _ := c.Value[list].([]any)
		for _, item := range items {
			all = append(all, item.(map[string]any))
		}
	}
	return all
}

func (r *receiver) forget() { r.mu.Lock(); defer r.mu.Unlock(); r.bodies = nil }

// world is a sandbox with a server, a receiver and a clock.
type world struct {
	*Sandbox
	t       *testing.T
	clock   *clock
	hooks   *receiver
	api     *httptest.Server
	control *httptest.Server
}

func newWorld(t *testing.T, change func(*Options)) *world {
	t.Helper()
	c := &clock{now: time.Unix(1793000000, 0).UTC()}
	hooks := newReceiver(t)
	plain := Plain()
	opts := Options{
		Seed: 1, Now: c.Now, Behaviour: &plain, CallLog: filepath.Join(t.TempDir(), "calls.jsonl"),
		Apps: []App{{ID: "1001", Secret: testSecret, VerifyToken: "verify-me", CallbackURL: hooks.server.URL,
			Tokens: []Token{{Value: testToken}, {Value: "expired", Expired: true}, {Value: "elsewhere", WABAs: []string{"nowhere"}}}}},
		Portfolios: []Portfolio{{ID: "44", Name: "Acme", Tier: "TIER_UNLIMITED", Verified: true, WABAs: []WABA{{
			ID: testWABA, Name: "Acme Tea", Templates: testTemplates(),
			Numbers: []Number{{ID: testNumber, Display: "911140001234", VerifiedName: "Acme Tea", PIN: "123456"}}}}}},
	}
	if change != nil {
		change(&opts)
	}
	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddMedia(testWABA, "8800112233", "image/png", nil); err != nil {
		t.Fatal(err)
	}
	w := &world{Sandbox: s, t: t, clock: c, hooks: hooks, api: httptest.NewServer(s.Handler()), control: httptest.NewServer(s.ControlHandler())}
	t.Cleanup(func() {
		w.api.Close()
		w.control.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func testTemplates() []Template {
	part := func(kind string, more map[string]any) map[string]any {
		more["type"] = kind
		return more
	}
	list := func(items ...any) []any { return items }
	return []Template{
		{Name: "diwali_offer_v3", Language: "en_IN", Category: marketing, ParameterFormat: "NAMED", Components: []map[string]any{
			part("HEADER", map[string]any{"format": "IMAGE", "example": map[string]any{"header_handle": list("4::x")}}),
			part("BODY", map[string]any{"text": "Dear {{first_name}}, happy Diwali from all of us.", "example": map[string]any{
				"body_text_named_params": list(map[string]any{"param_name": "first_name", "example": "Asha"})}}),
			part("BUTTONS", map[string]any{"buttons": list(
				map[string]any{"type": "URL", "text": "Shop", "url": "https://tea.example/{{1}}", "example": "https://tea.example/x"},
				map[string]any{"type": "QUICK_REPLY", "text": "Stop promotions"})})}},
		{Name: "login_code", Language: "en", Category: authentication, Components: []map[string]any{
			part("BODY", map[string]any{"add_security_recommendation": true}),
			part("FOOTER", map[string]any{"code_expiration_minutes": 10}),
			part("BUTTONS", map[string]any{"buttons": list(map[string]any{"type": "OTP", "otp_type": "COPY_CODE"})})}},
		{Name: "order_update", Language: "en", Category: utility, Components: []map[string]any{
			part("BODY", map[string]any{"text": "Your order {{1}} is on its way and comes on {{2}}, thank you.", "example": map[string]any{"body_text": list(list("A1", "Monday"))}})}},
		{Name: "plain_news", Language: "en", Category: marketing, Components: []map[string]any{
			part("BODY", map[string]any{"text": "News from the tea garden."}),
			part("BUTTONS", map[string]any{"buttons": list(map[string]any{"type": "QUICK_REPLY", "text": "Tell me more"})})}},
	}
}

// do calls the API; the body is JSON text or anything to encode.
func (w *world) do(method, path string, body any) (int, map[string]any) {
	w.t.Helper()
	return w.call(w.api, testToken, method, "/v25.0/"+path, body)
}

// steer calls the control API and expects success.
func (w *world) steer(method, path string, body any) map[string]any {
	w.t.Helper()
	code, answer := w.call(w.control, "", method, "/_sandbox/"+path, body)
	if code != http.StatusOK {
		w.t.Fatalf("%s %s: %d %v", method, path, code, answer)
	}
	return answer
}

func (w *world) call(server *httptest.Server, token, method, path string, body any) (int, map[string]any) {
	w.t.Helper()
	var reader io.Reader
	switch content := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(content)
	case []byte:
		reader = bytes.NewReader(content)
	default:
		encoded, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		reader = bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, server.URL+path, reader)
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	answer := map[string]any{}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(raw) > 0 && raw[0] == '{' {
		if err := json.Unmarshal(raw, &answer); err != nil {
			w.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return response.StatusCode, answer
}

// send posts a message and returns the wamid.
func (w *world) send(body any) string {
	w.t.Helper()
	code, answer := w.do("POST", testNumber+"/messages", body)
	if code != http.StatusOK {
		w.t.Fatalf("send: %d %v", code, answer)
	}
	return answer["messages"].([]any)[0].(map[string]any)["id"].(string)
}

// refused posts a message and returns the error code.
func (w *world) refused(body any) (code int, details string) {
	w.t.Helper()
	status, answer := w.do("POST", testNumber+"/messages", body)
	fields, isError := answer["error"].(map[string]any)
	if !isError || status == http.StatusOK {
		w.t.Fatalf("was not refused: %d %v", status, answer)
	}
	if data, ok := fields["error_data"].(map[string]any); ok {
		details, _ = data["details"].(string)
	}
	return int(fields["code"].(float64)), details
}

// pass lets time go by and everything due happen.
func (w *world) pass(by time.Duration) {
	w.t.Helper()
	w.clock.move(by)
	w.Tick(w.t.Context())
}

func text(to, body string) map[string]any {
	return map[string]any{"messaging_product": "whatsapp", "to": to, "type": "text", "text": map[string]any{"body": body}}
}

func news(to string) map[string]any {
	return map[string]any{"messaging_product": "whatsapp", "to": to, "type": "template", "biz_opaque_callback_data": "c1|" + to,
		"template": map[string]any{"name": "plain_news", "language": map[string]any{"code": "en"}}}
}

func fixture(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", path))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func decode(t *testing.T, content []byte) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal(content, &value); err != nil {
		t.Fatal(err)
	}
	return value
}
