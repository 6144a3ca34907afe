package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestCallbackIsConfiguredByHandshake(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Apps[0].CallbackURL = "" })
	w.send(news("+" + asha))
	w.pass(time.Minute)
	if got := w.Stats().Webhooks.Enqueued; got != 0 {
		t.Errorf("%d updates without a callback", got)
	}
	put := func(verify string) int {
		code, _ := w.call(w.control, "", "PUT", "/_sandbox/apps/1001", fields{"callback_url": w.hooks.server.URL, "verify_token": verify})
		return code
	}
	if code := put("wrong"); code != 400 {
		t.Errorf("a failed handshake: %d", code)
	}
	if code := put("verify-me"); code != 200 {
		t.Errorf("the handshake: %d", code)
	}
	w.send(news("+" + asha))
	w.pass(time.Minute)
	if got := len(w.hooks.items("statuses")); got != 3 {
		t.Errorf("%d statuses after the handshake", got)
	}
}

func TestBatchesAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for i := range 2500 {
		w.says(w.numbers[testNumber], fmt.Sprintf("9198111%05d", 70000+i), "hi")
	}
	w.pass(0)
	if got := len(w.hooks.items("messages")); got != 2500 || w.hooks.posts != 3 {
		t.Errorf("%d messages in %d posts", got, w.hooks.posts)
	}
	w.hooks.forget()
	for i := range 400 { // 4 MB as sent, each é being six bytes
		w.says(w.numbers[testNumber], fmt.Sprintf("9198111%05d", 70000+i), strings.Repeat("é", 1750))
	}
	w.pass(0)
	if got := len(w.hooks.items("messages")); got != 400 {
		t.Errorf("%d large messages", got)
	}
	if len(w.hooks.bodies) != 2 {
		t.Errorf("%d posts, want 2", len(w.hooks.bodies))
	}
	for _, body := range w.hooks.bodies {
		if len(body) > 3<<20 {
			t.Errorf("a post of %d bytes", len(body))
		}
	}
}

func TestClockTokensAndOrigin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.steer("POST", "persons/"+asha+"/say", fields{"text": "hi"})
	w.send(text("+"+asha, "hello"))
	w.steer("POST", "clock/advance", fields{"by": "24h"})
	if code, _ := w.refused(text("+"+asha, "hello")); code != 131047 {
		t.Errorf("a day later: %d", code)
	}
	w.steer("POST", "tokens", fields{"app_id": "1001", "value": testToken, "expired": true})
	if code, _ := w.refused(news("+" + asha)); code != 190 {
		t.Errorf("expired token: %d", code)
	}
	request, err := http.NewRequest("GET", w.control.URL+"/_sandbox/stats", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Origin", "https://elsewhere.example")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("a call from a web page: %d", response.StatusCode)
	}
}
