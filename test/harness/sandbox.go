package harness

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"
)

// Sandbox is the control API of the box's simulated WhatsApp: what really happened on the other side.
type Sandbox struct{ url string }

// Sandbox gives the controls of the box's sandbox.
func (b *Box) Sandbox(t testing.TB) Sandbox {
	t.Helper()
	return Sandbox{"http://" + b.Where(t).SandboxControl + "/_sandbox"}
}

// Call is one send that the sandbox accepted.
type Call struct {
	Seq      uint64
	To       string // digits
	Template string
	Callback string `json:"biz_opaque_callback_data"`
}

// Message is the id of the message that the call was for, read from what the program gave with it.
func (c Call) Message(t testing.TB) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(c.Callback)
	if err != nil || len(raw) < 8 {
		t.Fatalf("call %d carries no id of ours", c.Seq)
	}
	return strconv.FormatUint(binary.BigEndian.Uint64(raw), 10)
}

// Do makes a control call that has to succeed and reads the answer into out.
func (s Sandbox) Do(t testing.TB, method, path string, body, out any) {
	t.Helper()
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, content)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("sandbox: %v", err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("sandbox: %s %s: %d %s %v", method, path, response.StatusCode, raw, err)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(raw, out); err != nil {
		t.Fatalf("sandbox: %s %s: %v", method, path, err)
	}
}

// Calls reads the call log behind a sequence number.
func (s Sandbox) Calls(t testing.TB, after uint64) []Call {
	t.Helper()
	var all []Call
	for {
		var page struct{ Data []Call }
		s.Do(t, http.MethodGet, fmt.Sprintf("/calls?limit=20000&after=%d", after), nil, &page)
		if len(page.Data) == 0 {
			return all
		}
		all = append(all, page.Data...)
		after = all[len(all)-1].Seq
	}
}

// CallsTo reads the calls to one phone number.
func (s Sandbox) CallsTo(t testing.TB, phone string) []Call {
	t.Helper()
	var page struct{ Data []Call }
	s.Do(t, http.MethodGet, "/calls?to="+url.QueryEscape(phone[1:]), nil, &page)
	return page.Data
}

// Stats are the sandbox's counters.
type Stats struct {
	Received, Accepted, Faulted uint64
	RepliesLost                 uint64 `json:"replies_lost"`
	Statuses                    map[string]uint64
	Refused                     map[string]uint64
	Waiting                     int
	Webhooks                    struct{ Enqueued, Acknowledged, Pending, Dropped, Expired uint64 }
}

// Stats reads them.
func (s Sandbox) Stats(t testing.TB) (stats Stats) {
	t.Helper()
	s.Do(t, http.MethodGet, "/stats", nil, &stats)
	return stats
}

// InFlight counts the calls that were under way at some moment of an interval.
func (s Sandbox) InFlight(t testing.TB, from, to time.Time) int {
	t.Helper()
	var found struct{ Count int }
	s.Do(t, http.MethodGet, "/inflight?from="+url.QueryEscape(from.Format(time.RFC3339Nano))+"&to="+url.QueryEscape(to.Format(time.RFC3339Nano)), nil, &found)
	return found.Count
}

// Plain makes everybody read and nobody answer, once and in order.
func (s Sandbox) Plain(t testing.TB) {
	t.Helper()
	s.Do(t, http.MethodPut, "/behaviour?preset=plain", nil, nil)
}

// Say has a person write to a number of ours.
func (s Sandbox) Say(t testing.TB, phone, phoneNumberID, text string) {
	t.Helper()
	s.Do(t, http.MethodPost, "/persons/"+phone[1:]+"/say", map[string]any{"text": text, "phone_number_id": phoneNumberID}, nil)
}

// Quiet waits until nothing is on its way from the sandbox any more.
func (s Sandbox) Quiet(t testing.TB, limit time.Duration) {
	t.Helper()
	Eventually(t, limit, "the sandbox has told everything", func() bool {
		stats := s.Stats(t)
		return stats.Waiting == 0 && stats.Webhooks.Pending == 0
	})
}
