package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cpuTime is what this process has used so far; on a shared machine it says
// more than the clock on the wall.
func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

type acknowledge struct{}

func (acknowledge) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
}

// BenchmarkAccept is one send through the handler: decoding, template check,
// limits, call log and planning, without a socket. With webhooks, its three
// statuses are also rendered, batched, signed and handed to a client.
func BenchmarkAccept(b *testing.B) {
	for name, url := range map[string]string{"alone": "", "webhooks": "http://receiver.example/"} {
		b.Run(name, func(b *testing.B) { benchmarkAccept(b, url) })
	}
}

func benchmarkAccept(b *testing.B, callbackURL string) {
	plain := Plain()
	now := &clock{now: time.Unix(1793000000, 0)}
	application := DefaultApp()
	application.CallbackURL = callbackURL
	s, err := New(Options{Behaviour: &plain, DisableMagic: true, Now: now.Now, Apps: []App{application},
		WebhookClient: &http.Client{Transport: acknowledge{}},
		Portfolios: []Portfolio{{ID: "1", Tier: "TIER_UNLIMITED", WABAs: []WABA{{
			ID: "2", Templates: testTemplates(), Numbers: []Number{{ID: testNumber, Display: "911140001234", Throughput: 1_000_000}}}}}}})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	handler := s.Handler()
	body := `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+9198%08d","type":"template","biz_opaque_callback_data":"m%d",` +
		`"template":{"name":"order_update","language":{"code":"en"},"components":[{"type":"body","parameters":[{"type":"text","text":"A1"},{"type":"text","text":"Monday"}]}]}}`
	b.ReportAllocs()
	start := cpuTime(b)
	n := 0
	for b.Loop() {
		n++
		request := httptest.NewRequest("POST", "/v25.0/"+testNumber+"/messages", strings.NewReader(fmt.Sprintf(body, n, n)))
		request.Header.Set("Authorization", "Bearer sandbox-token")
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusOK {
			b.Fatal(recorder.Body)
		}
		if n%100 == 0 {
			now.move(100 * time.Millisecond)
			s.Tick(b.Context())
		}
	}
	perMessage := (cpuTime(b) - start) / time.Duration(n)
	b.ReportMetric(float64(perMessage.Nanoseconds()), "cpu-ns/op")
	b.ReportMetric(float64(time.Second/perMessage), "messages/cpu-s")
}
