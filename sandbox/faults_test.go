package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// post sends without judging: status 0 means the connection gave no answer.
func (w *world) post(ctx context.Context, client *http.Client, body string) int {
	request, err := http.NewRequestWithContext(ctx, "POST", w.api.URL+"/v25.0/"+testNumber+"/messages", strings.NewReader(body))
	if err != nil {
		w.t.Error(err)
		return -1
	}
	request.Header.Set("Authorization", "Bearer "+testToken)
	response, err := client.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return 0
	}
	return response.StatusCode
}

// postAll sends the bodies at the same time and hangs up once all that are left
// without an answer hang on purpose, so that no time-out has to be guessed.
func (w *world) postAll(client *http.Client, bodies []string) (answered int) {
	ctx, hangUp := context.WithCancel(w.t.Context())
	defer hangUp()
	statuses := make(chan int, len(bodies))
	for _, body := range bodies {
		go func() { statuses <- w.post(ctx, client, body) }()
	}
	patience := time.After(30 * time.Second)
	for left := len(bodies); left > 0; {
		select {
		case <-patience:
			w.t.Fatalf("%d calls neither end nor hang on purpose", left)
		case status := <-statuses:
			left--
			if status == http.StatusOK {
				answered++
			}
		case <-time.After(time.Millisecond): // polls a state that has no signal
			if w.hanging() == left {
				hangUp()
			}
		}
	}
	for len(w.InFlight(time.Time{}, time.Time{})) > 0 { // the sandbox notices a moment later
		select {
		case <-patience:
			w.t.Fatal("calls stay in flight")
		case <-time.After(time.Millisecond):
		}
	}
	return answered
}

func (w *world) hanging() (n int) {
	for _, span := range w.InFlight(time.Time{}, time.Time{}) {
		if span.Fault == Hang || span.Fault == HangReply {
			n++
		}
	}
	return n
}

func (w *world) allCalls() []Call {
	w.t.Helper()
	var calls []Call
	if err := w.Calls(CallFilter{}, func(call Call) bool { calls = append(calls, call); return true }); err != nil {
		w.t.Fatal(err)
	}
	return calls
}

const newsBody = `{"messaging_product":"whatsapp","to":"+%s","type":"template","biz_opaque_callback_data":"m%d","template":{"name":"plain_news","language":{"code":"en"}}}`

// Whatever fails, the books agree: what was answered with 200 is in the call
// log, what is in the call log gets its webhooks, and nothing else does.
func TestBooksAgreeUnderEveryFault(t *testing.T) {
	t.Parallel()
	modes := []FaultMode{DropReply, SlowReply, Error, HTTPError, RateLimit, Slow, Reset, NoDelivered, HangReply, Hang}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(rt, "messages")
		faults := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) Fault {
			return Fault{Mode: rapid.SampledFrom(modes).Draw(rt, "mode"), Count: rapid.IntRange(0, 10).Draw(rt, "count"),
				Probability: rapid.Float64Range(0, 1).Draw(rt, "probability"), Delay: Duration(time.Millisecond), Seed: 7}
		}), 0, 3).Draw(rt, "faults")
		booksAgree(t, rt, n, faults)
	})
}

func booksAgree(t *testing.T, rt *rapid.T, n int, faults []Fault) {
	w := newWorld(t, func(o *Options) {
		o.Faults = faults
		o.Portfolios[0].WABAs[0].Numbers[0].Throughput = 1000
	})
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	answered := 0
	for first := 0; first < n; first += 4 {
		var bodies []string
		for i := first; i < min(first+4, n); i++ {
			bodies = append(bodies, fmt.Sprintf(newsBody, fmt.Sprintf("9198111%05d", 50200+i), i))
		}
		answered += w.postAll(client, bodies)
	}
	w.api.Close() // waits for the handlers of calls that nobody waits for
	w.clock.move(time.Hour)
	w.Tick(t.Context())

	calls, stats := w.allCalls(), w.Stats()
	refused := uint64(0)
	for _, count := range stats.Refused {
		refused += count
	}
	accepted := map[string]bool{}
	for i, call := range calls {
		if call.Seq != uint64(i+1) || accepted[call.ID] {
			rt.Fatalf("call %d has sequence %d or a used id", i, call.Seq)
		}
		accepted[call.ID] = true
	}
	if stats.Received != stats.Accepted+stats.MarkedRead+refused+stats.Faulted || stats.Accepted != uint64(len(calls)) {
		rt.Fatalf("books: %+v with %d calls", stats, len(calls))
	}
	if lost := len(calls) - answered; lost < 0 || uint64(lost) != stats.RepliesLost {
		rt.Fatalf("%d calls, %d answered, %d replies lost", len(calls), answered, stats.RepliesLost)
	}
	told := map[string]int{}
	for _, status := range w.hooks.items("statuses") {
		told[status["id"].(string)]++
	}
	for id := range told {
		if !accepted[id] {
			rt.Fatalf("webhook for a call that is not in the log")
		}
	}
	short := 0
	for id := range accepted {
		switch told[id] {
		case 3:
		case 1:
			short++
		default:
			rt.Fatalf("%d statuses for one message", told[id])
		}
	}
	absent := 0
	for _, fault := range w.faults.list() {
		if fault.Mode == NoDelivered {
			absent += fault.Hits
		}
	}
	if short != absent {
		rt.Fatalf("%d messages without delivered, want %d", short, absent)
	}
	if hooks := stats.Webhooks; hooks.Pending != 0 || hooks.Enqueued != hooks.Acknowledged {
		rt.Fatalf("webhooks: %+v", hooks)
	}
	if open := w.InFlight(time.Time{}, time.Time{}); len(open) != 0 {
		rt.Fatalf("%d calls still in flight", len(open))
	}
}

func TestFaultsLookAsTheyShould(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault    Fault
		status   int
		accepted int
	}{
		{Fault{Mode: DropReply}, 0, 1},
		{Fault{Mode: SlowReply, Delay: Duration(time.Millisecond)}, 200, 1},
		{Fault{Mode: HangReply}, 0, 1},
		{Fault{Mode: Error}, 500, 0},
		{Fault{Mode: Error, Code: 2}, 503, 0},
		{Fault{Mode: Error, Code: 131042}, 400, 0},
		{Fault{Mode: HTTPError}, 502, 0},
		{Fault{Mode: HTTPError, Status: 503}, 503, 0},
		{Fault{Mode: RateLimit}, 400, 0},
		{Fault{Mode: Slow, Delay: Duration(time.Millisecond)}, 200, 1},
		{Fault{Mode: Hang}, 0, 0},
		{Fault{Mode: Reset}, 0, 0},
		{Fault{Mode: Reset, NumberID: "another"}, 200, 1},
	} {
		t.Run(fmt.Sprintf("%s %d", c.fault.Mode, c.fault.Code), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(o *Options) { o.Faults = []Fault{c.fault} })
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			if answered := w.postAll(client, []string{fmt.Sprintf(newsBody, asha, 1)}); (answered == 1) != (c.status == 200) {
				t.Errorf("%d answered, want status %d", answered, c.status)
			}
			if spans := w.InFlight(w.now(), w.now()); len(spans) != 1 || spans[0].Result != c.status {
				t.Errorf("spans %+v, want status %d", spans, c.status)
			}
			w.api.Close()
			if calls := w.allCalls(); len(calls) != c.accepted {
				t.Errorf("%d calls accepted, want %d", len(calls), c.accepted)
			}
		})
	}
}

func TestFaultEndsAfterItsCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.steer("POST", "faults", fields{"mode": "error", "code": 131000, "count": 2})
	for range 2 {
		if code, _ := w.refused(news("+" + asha)); code != 131000 {
			t.Errorf("code %d", code)
		}
	}
	w.send(news("+" + asha))
	w.steer("DELETE", "faults", nil)
	if code, _ := w.call(w.control, "", "POST", "/_sandbox/faults", fields{"mode": "explode"}); code != 400 {
		t.Errorf("an unknown mode was taken: %d", code)
	}
}

func TestInFlight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Now = time.Now; o.Faults = []Fault{{Mode: HangReply, Count: 3}} })
	before := time.Now()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	ctx, stop := contextWithStop(t)
	var callers sync.WaitGroup
	for i := range 3 {
		callers.Go(func() {
			request, err := http.NewRequestWithContext(ctx, "POST", w.api.URL+"/v25.0/"+testNumber+"/messages",
				strings.NewReader(fmt.Sprintf(newsBody, fmt.Sprintf("91981115990%d", i), i)))
			if err != nil {
				t.Error(err)
				return
			}
			request.Header.Set("Authorization", "Bearer "+testToken)
			if response, err := client.Do(request); err == nil {
				response.Body.Close()
				t.Error("a hanging call was answered")
			}
		})
	}
	for start := time.Now(); len(w.allCalls()) < 3; time.Sleep(time.Millisecond) { // polls a state that has no signal
		if time.Since(start) > 30*time.Second {
			t.Fatal("the calls do not arrive")
		}
	}
	during := time.Now()
	if got := w.steer("GET", "inflight", nil)["count"]; got != 3.0 {
		t.Errorf("%v in flight now", got)
	}
	stop() // the callers die
	callers.Wait()
	w.api.Close()
	at := func(moment time.Time) any {
		return w.steer("GET", "inflight?at="+moment.UTC().Format(time.RFC3339Nano), nil)["count"]
	}
	if now, then, earlier := w.steer("GET", "inflight", nil)["count"], at(during), at(before.Add(-time.Second)); now != 0.0 || then != 3.0 || earlier != 0.0 {
		t.Errorf("in flight: %v now, %v during, %v before", now, then, earlier)
	}
	for _, span := range w.InFlight(before, time.Now()) {
		if span.Result != 0 || span.ID == "" || span.Fault != HangReply || span.End.IsZero() {
			t.Errorf("span %+v", span)
		}
	}
}

func TestCallLog(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "calls.jsonl")
	w := newWorld(t, func(o *Options) { o.CallLog = path; o.Fsync = true })
	first := w.send(news("+" + asha))
	w.send(fixture(t, "requests/template_authentication_copy_code.json"))
	w.send(news("+919811100023"))
	if got := w.steer("GET", "calls/count", nil)["count"]; got != 3.0 {
		t.Errorf("count %v", got)
	}
	for query, want := range map[string]float64{"template=plain_news": 2, "callback=c1%7C": 2, "to=" + asha: 2, "after=2": 1, "phone_number_id=x": 0} {
		if got := w.steer("GET", "calls/count?"+query, nil)["count"]; got != want {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	page := w.steer("GET", "calls?after=0&limit=1", nil)["data"].([]any)
	if call := page[0].(map[string]any); len(page) != 1 || call["id"] != first || call["seq"] != 1.0 || call["to"] != asha ||
		call["template"] != "plain_news" || call["biz_opaque_callback_data"] != "c1|+"+asha || call["phone_number_id"] != testNumber {
		t.Errorf("first call: %v", page)
	}

	// A crash in the middle of a line: that call was never answered.
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	torn := filepath.Join(t.TempDir(), "torn.jsonl")
	if err := os.WriteFile(torn, append(content, `{"seq":4,"ti`...), 0o600); err != nil {
		t.Fatal(err)
	}
	again := newWorld(t, func(o *Options) { o.CallLog = torn })
	id := again.send(news("+" + asha))
	calls := again.allCalls()
	if len(calls) != 4 || calls[3].Seq != 4 || calls[3].ID != id || id == first {
		t.Errorf("after the crash: %+v", calls)
	}
	if err := os.WriteFile(torn, []byte("{}\nnonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openCallLog(torn, false); err == nil {
		t.Error("a damaged log was opened")
	}
}

func TestUnwritableCallLogAcceptsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	readOnly, err := os.Open(w.calls.file.Name())
	if err != nil {
		t.Fatal(err)
	}
	writable := w.calls.file
	w.calls.file = readOnly
	if code, _ := w.refused(news("+" + asha)); code != 131000 {
		t.Errorf("code %d", code)
	}
	w.calls.file = writable
	if err := readOnly.Close(); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Hour)
	if got := w.Stats(); got.Accepted != 0 || len(w.hooks.items("statuses")) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestSameSeedSameWorld(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) string {
		realistic := Realistic()
		w := newWorld(t, func(o *Options) {
			o.Seed, o.Behaviour = seed, &realistic
			o.Portfolios[0].WABAs[0].Numbers[0].Throughput = 1000
		})
		for i := range 100 {
			w.send(news(fmt.Sprintf("+9198111%05d", 60200+i)))
		}
		for range 600 {
			w.pass(100 * time.Millisecond)
		}
		var log strings.Builder
		for _, list := range []string{"statuses", "messages"} {
			for _, item := range w.hooks.items(list) {
				fmt.Fprintln(&log, item["recipient_id"], item["from"], item["status"], item["timestamp"], item["type"])
			}
		}
		return log.String()
	}
	one := run(5)
	if !strings.Contains(one, "failed") || !strings.Contains(one, "read") {
		t.Error("the realistic world is too dull")
	}
	if run(5) != one {
		t.Error("the same seed gave another world")
	}
	if run(6) == one {
		t.Error("another seed gave the same world")
	}
}

func TestBadOptionsAreRefused(t *testing.T) {
	t.Parallel()
	bad := Plain()
	bad.Reads = 2
	for name, opts := range map[string]Options{
		"rate":      {Behaviour: &bad},
		"fault":     {Faults: []Fault{{Mode: "explode"}}},
		"app":       {Apps: []App{{ID: "1"}}},
		"tier":      {Portfolios: []Portfolio{{ID: "1", Tier: "TIER_7"}}},
		"display":   {Portfolios: []Portfolio{{ID: "1", WABAs: []WABA{{ID: "2", Numbers: []Number{{ID: "3", Display: "0"}}}}}}},
		"template":  {Portfolios: []Portfolio{{ID: "1", WABAs: []WABA{{ID: "2", Templates: []Template{{Name: "A", Language: "en", Category: "MARKETING"}}}}}}},
		"directory": {CallLog: filepath.Join(t.TempDir(), "no", "such", "place")},
	} {
		s, err := New(opts)
		if err == nil {
			t.Errorf("%s was taken", name)
			err = errors.Join(err, s.Close())
		}
	}
}
