package sandbox

import (
	"context"
	"fmt"
	"testing"
	"time"
)

func contextWithStop(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	return ctx, stop
}

func TestThroughput(t *testing.T) {
	t.Parallel()
	start := time.Unix(1793000000, 0)
	limit := throughput{perSecond: 80}
	count := func(now time.Time) (n int) {
		for range 200 {
			if limit.allow(now) {
				n++
			}
		}
		return n
	}
	if got := count(start); got != 80 {
		t.Errorf("%d at once, want 80", got)
	}
	if got := count(start.Add(500 * time.Millisecond)); got != 40 {
		t.Errorf("%d after half a second, want 40", got)
	}
	if got := count(start.Add(10 * time.Second)); got != 80 {
		t.Errorf("%d after a rest, want 80", got)
	}
	for range 40 { // inbound messages use the same budget and are never refused
		limit.charge(start.Add(20 * time.Second))
	}
	if got := count(start.Add(20 * time.Second)); got != 40 {
		t.Errorf("%d beside 40 inbound, want 40", got)
	}
}

func TestPairRate(t *testing.T) {
	t.Parallel()
	start := time.Unix(1793000000, 0)
	t.Run("one in six seconds", func(t *testing.T) {
		var limit pair
		for i := range 100 {
			if !limit.allow(start.Add(time.Duration(i) * 6 * time.Second)) {
				t.Fatalf("message %d was refused", i)
			}
		}
	})
	t.Run("burst of 45", func(t *testing.T) {
		var limit pair
		accepted := 0
		for i := range 60 {
			if limit.allow(start.Add(time.Duration(i) * 50 * time.Millisecond)) {
				accepted++
			}
		}
		if accepted != 45 {
			t.Errorf("%d accepted, want 45", accepted)
		}
		if limit.allow(start.Add(269 * time.Second)) {
			t.Error("accepted before the debt was paid (45 × 6 s)")
		}
		if !limit.allow(start.Add(270 * time.Second)) {
			t.Error("refused after the debt was paid")
		}
	})
	t.Run("20 at once wait two minutes", func(t *testing.T) {
		var limit pair
		for range 20 {
			if !limit.allow(start) {
				t.Fatal("refused within the burst")
			}
		}
		if limit.allow(start.Add(119*time.Second)) || !limit.allow(start.Add(120*time.Second)) {
			t.Error("the wait is not 120 s")
		}
	})
}

func TestLimitsOverHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Portfolios[0].WABAs[0].Numbers[0].Throughput = 5 })
	for i := range 5 {
		w.send(news(fmt.Sprintf("+9198111%05d", 30020+i)))
	}
	if code, _ := w.refused(news("+919811130029")); code != 130429 {
		t.Errorf("sixth in a second: %d", code)
	}
	w.clock.move(time.Second)
	w.send(news("+919811130029"))
	w.clock.move(time.Second)
	for range 2 {
		w.send(news("+919811130031"))
	}
	w.clock.move(7 * time.Second)
	if code, _ := w.refused(news("+919811130031")); code != 131056 {
		t.Errorf("pair debt: %d", code)
	}
}

func TestMessagingLimitIsShared(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Portfolios[0].Tier = "TIER_250"
		numbers := &o.Portfolios[0].WABAs[0].Numbers
		(*numbers)[0].Throughput = 1000
		*numbers = append(*numbers, Number{ID: "700100201", Display: "911140005678", Throughput: 1000})
	})
	from := []string{testNumber, "700100201"}
	for i := range 250 {
		code, answer := w.do("POST", from[i%2]+"/messages", news(fmt.Sprintf("+9198111%05d", 40200+i)))
		if code != 200 {
			t.Fatalf("person %d: %v", i, answer)
		}
	}
	if code, _ := w.refused(news("+919811149022")); code != 131048 {
		t.Errorf("person 251: %d", code)
	}
	w.steer("POST", "persons/919811149022/say", map[string]any{"text": "hi", "phone_number_id": testNumber})
	w.send(news("+919811149022")) // inside the window it does not count
	w.clock.move(10 * time.Second)
	w.send(news("+919811140200")) // nor does a person who is counted already
	if reach, _ := w.Reach("44"); reach.Unique != 250 || reach.Breaches != 1 || reach.Peak != 250 {
		t.Errorf("reach %+v", reach)
	}
	w.clock.move(24 * time.Hour)
	w.send(news("+919811149023"))
	if reach, _ := w.Reach("44"); reach.Unique != 1 {
		t.Errorf("after a day: %+v", reach)
	}
}

func TestReachForgetsByLastContact(t *testing.T) {
	t.Parallel()
	start := time.Unix(1793000000, 0)
	r := newReach()
	r.add(start, "a")
	r.add(start.Add(time.Hour), "b")
	r.add(start.Add(2*time.Hour), "a")
	if got := r.count(start.Add(25 * time.Hour)); got != 1 { // b is out, a was written to again
		t.Errorf("%d people, want 1", got)
	}
	if got := r.count(start.Add(26 * time.Hour)); got != 0 {
		t.Errorf("%d people, want 0", got)
	}
}

func TestManagementBudget(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Portfolios[0].WABAs[0].Numbers[0].Unregistered = true })
	for i := range 200 {
		if code, answer := w.do("GET", testWABA, nil); code != 200 {
			t.Fatalf("call %d: %v", i, answer)
		}
	}
	if _, answer := w.do("GET", testWABA, nil); answer["error"].(map[string]any)["code"] != 80007.0 {
		t.Errorf("call 201: %v", answer)
	}
	w.clock.move(time.Hour)
	if code, _ := w.do("GET", testWABA, nil); code != 200 {
		t.Error("refused in the next hour")
	}
}

func TestRegistrationLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Portfolios[0].WABAs[0].Numbers[0].Unregistered = true
		o.Portfolios[0].WABAs[0].Numbers[0].PIN = ""
	})
	try := func(path string, body any) int {
		_, answer := w.do("POST", testNumber+"/"+path, body)
		if fields, refused := answer["error"].(map[string]any); refused {
			return int(fields["code"].(float64))
		}
		return 0
	}
	register := map[string]any{"messaging_product": "whatsapp", "pin": "112233"}
	if code, _ := w.refused(news("+" + asha)); code != 133010 {
		t.Errorf("send before registration: %d", code)
	}
	if code := try("register", register); code != 133006 {
		t.Errorf("register before verification: %d", code)
	}
	if code := try("request_code?code_method=SMS&language=en_US", nil); code != 0 {
		t.Errorf("request code: %d", code)
	}
	if code := try("verify_code", map[string]any{"code": "000-000"}); code != 100 {
		t.Errorf("wrong code: %d", code)
	}
	sent := w.steer("GET", "numbers/"+testNumber, nil)["code"].(string)
	if code := try("verify_code?code="+sent, nil); code != 0 {
		t.Errorf("right code: %d", code)
	}
	if code := try("register", register); code != 0 {
		t.Errorf("register: %d", code)
	}
	w.send(news("+" + asha))
	if code := try("register", map[string]any{"messaging_product": "whatsapp", "pin": "000000"}); code != 133005 {
		t.Errorf("wrong PIN: %d", code)
	}
	if code := try("register", register); code != 0 {
		t.Errorf("right PIN: %d", code)
	}
	for calls := 4; calls < 10; calls++ {
		if code := try("deregister", nil); code != 0 && code != 133010 {
			t.Errorf("deregister: %d", code)
		}
	}
	if code := try("register", register); code != 133016 {
		t.Errorf("11th call: %d", code)
	}
	w.clock.move(72 * time.Hour)
	if code := try("register", register); code != 0 {
		t.Errorf("after 72 h: %d", code)
	}
}
