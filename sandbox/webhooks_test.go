package sandbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"
)

// befriend lets the person use the phone number with the business, and gives
// them a username, so that webhooks hold every field there is.
func (w *world) befriend(phone string) {
	w.t.Helper()
	w.steer("PUT", "persons/"+phone, map[string]any{"name": "Ásha", "username": "asha.k"})
	w.send(news("+" + phone))
	w.pass(time.Minute)
	w.hooks.forget()
}

func TestInboundHasTheFixturesShape(t *testing.T) {
	t.Parallel()
	content := func(path string) map[string]any { // the object beside the head of a fixture's message
		hook := decode(t, fixture(t, path))
		message := hook["entry"].([]any)[0].(map[string]any)["changes"].([]any)[0].(map[string]any)["value"].(map[string]any)["messages"].([]any)[0].(map[string]any)
		for _, head := range []string{"from", "from_user_id", "id", "timestamp", "type"} {
			delete(message, head)
		}
		return message
	}
	for _, kind := range []string{"contacts", "edit", "image", "location", "order", "revoke"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.befriend(asha)
			name := "webhooks/inbound_" + kind + ".json"
			w.steer("POST", "persons/"+asha+"/send", map[string]any{"type": kind, "content": content(name)})
			w.pass(0)
			sameShape(t, name, w.one())
		})
	}
	for name, kind := range map[string]string{"inbound_sticker_animated": "sticker", "inbound_unsupported": "unsupported",
		"inbound_user_changed_number": "system", "inbound_ad_referral": "text"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.befriend(asha)
			w.steer("POST", "persons/"+asha+"/send", map[string]any{"type": kind, "content": content("webhooks/" + name + ".json")})
			w.pass(0)
			sameShape(t, "webhooks/"+name+".json", w.one())
		})
	}
}

func TestPeopleActAsTheFixturesShow(t *testing.T) {
	t.Parallel()
	buttons := map[string]any{"type": "button", "body": map[string]any{"text": "Sure?"}, "action": map[string]any{"buttons": []any{
		map[string]any{"type": "reply", "reply": map[string]any{"id": "yes-1", "title": "Yes"}}}}}
	list := map[string]any{"type": "list", "body": map[string]any{"text": "When?"}, "action": map[string]any{"button": "Pick", "sections": []any{
		map[string]any{"rows": []any{map[string]any{"id": "row-2", "title": "Evening", "description": "18-20 h"}}}}}}
	for name, run := range map[string]func(*world){
		"inbound_text_stop": func(w *world) { w.steer("POST", "persons/"+asha+"/say", map[string]any{"text": "STOP"}) },
		"inbound_text_unicode": func(w *world) {
			w.steer("POST", "persons/"+asha+"/say", map[string]any{"text": "धन्यवाद ☕ – é"})
		},
		"inbound_reaction": func(w *world) { w.steer("POST", "persons/"+asha+"/react", map[string]any{"emoji": "👍"}) },
		"inbound_template_button": func(w *world) {
			w.send(fixture(w.t, "requests/template_named_image_url_quickreply.json"))
			w.pass(time.Minute)
			w.hooks.forget()
			w.steer("POST", "persons/"+asha+"/tap", map[string]any{"payload": "STOP_PROMO"})
		},
		"inbound_interactive_button_reply": func(w *world) { w.tapOn(buttons) },
		"inbound_interactive_list_reply":   func(w *world) { w.tapOn(list) },
		"user_preference_stop_marketing":   func(w *world) { w.steer("POST", "persons/"+asha+"/stop_marketing", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.befriend(asha)
			run(w)
			w.pass(0)
			sameShape(t, "webhooks/"+name+".json", w.one())
		})
	}
}

func (w *world) tapOn(interactive map[string]any) {
	w.t.Helper()
	w.steer("POST", "persons/"+asha+"/say", map[string]any{"text": "hi"})
	w.send(map[string]any{"messaging_product": "whatsapp", "to": "+" + asha, "type": "interactive", "interactive": interactive})
	w.pass(time.Minute)
	w.hooks.forget()
	w.steer("POST", "persons/"+asha+"/tap", nil)
}

func TestHiddenPhone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const hidden = "919811110012"
	w.steer("PUT", "persons/"+hidden, map[string]any{"name": "Asha", "username": "asha.k"})
	w.steer("POST", "persons/"+hidden+"/say", map[string]any{"text": "hello"})
	w.pass(0)
	hook := w.one()
	sameShape(t, "webhooks/inbound_text_bsuid_only.json", hook)

	userID := hook["entry"].([]any)[0].(map[string]any)["changes"].([]any)[0].(map[string]any)["value"].(map[string]any)["messages"].([]any)[0].(map[string]any)["from_user_id"].(string)
	code, answer := w.do("POST", testNumber+"/messages", map[string]any{"messaging_product": "whatsapp", "recipient": userID, "type": "text", "text": map[string]any{"body": "hi"}})
	if code != 200 || fmt.Sprint(answer["contacts"]) != "[map[input:"+userID+" user_id:"+userID+"]]" {
		t.Fatalf("send to a user id: %d %v", code, answer)
	}
	w.pass(time.Minute)
	for _, told := range w.hooks.items("statuses") {
		if told["recipient_id"] != nil || told["recipient_user_id"] != userID {
			t.Errorf("status shows the phone: %v", told)
		}
	}
	if code, _ := w.refused(map[string]any{"messaging_product": "whatsapp", "recipient": userID, "type": "template",
		"template": map[string]any{"name": "login_code", "language": map[string]any{"code": "en"}}}); code != 131062 {
		t.Errorf("authentication to a user id: %d", code)
	}
	// Another portfolio, another id; a foreign id is nobody here.
	if code, _ := w.refused(map[string]any{"messaging_product": "whatsapp", "recipient": "IN.00000000000000000001", "text": map[string]any{"body": "hi"}}); code != 131026 {
		t.Errorf("foreign user id: %d", code)
	}
}

func TestManagementEventsHaveTheFixturesShape(t *testing.T) {
	t.Parallel()
	create := func(w *world, name, category string) string {
		code, answer := w.do("POST", testWABA+"/message_templates", map[string]any{"name": name, "language": "hi", "category": category,
			"components": []any{map[string]any{"type": "BODY", "text": "Your cart " + name + " is waiting."}}})
		if code != 200 || answer["status"] != "PENDING" {
			t.Fatalf("create: %d %v", code, answer)
		}
		w.pass(2 * time.Second)
		return answer["id"].(string)
	}
	for name, run := range map[string]func(*world){
		"template_status_rejected": func(w *world) { create(w, "cart_reject", marketing) },
		"template_status_paused": func(w *world) {
			id := create(w, "cart_v2", marketing)
			w.hooks.forget()
			w.steer("POST", "templates/"+id+"/pause", nil)
		},
		"template_quality_under_status_field": func(w *world) {
			id := create(w, "cart_v2", marketing)
			w.hooks.forget()
			w.steer("POST", "templates/"+id+"/quality", map[string]any{"score": "YELLOW", "under_status_field": true})
		},
		"template_category_update": func(w *world) {
			id := create(w, "order_done", utility)
			w.hooks.forget()
			w.steer("POST", "templates/"+id+"/category", map[string]any{"category": "MARKETING", "notice": "24h"})
		},
		"phone_quality_throughput_upgrade": func(w *world) {
			w.steer("POST", "numbers/"+testNumber+"/upgrade", nil)
			if code, _ := w.refused(news("+" + asha)); code != 131057 {
				t.Errorf("during the upgrade: %d", code)
			}
			w.pass(time.Minute)
		},
		"phone_name_approved": func(w *world) {
			w.do("POST", testNumber+"?new_display_name=Acme+Teas", nil)
			w.steer("POST", "numbers/"+testNumber+"/name", map[string]any{"decision": "APPROVED"})
		},
		"business_capability_10000": func(w *world) { w.steer("PUT", "portfolios/44", map[string]any{"tier": "TIER_10K"}) },
		"account_alert_oba_rejected": func(w *world) {
			w.steer("POST", "webhooks", map[string]any{"waba_id": testWABA, "field": "account_alerts", "value": map[string]any{
				"entity_type": "BUSINESS", "entity_id": "44", "alert_info": map[string]any{"alert_severity": "WARNING",
					"alert_status": "ACTIVE", "alert_type": "OBA_REJECTED", "alert_description": "no"}}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			run(w)
			w.pass(0)
			sameShape(t, "webhooks/"+name+".json", w.one())
		})
	}
}

func TestBatchOfTwoAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) {
		o.Portfolios[0].WABAs = append(o.Portfolios[0].WABAs, WABA{ID: "55500012", Templates: testTemplates(),
			Numbers: []Number{{ID: "700100299", Display: "911140009999"}}})
		numbers := &o.Portfolios[0].WABAs[0].Numbers
		*numbers = append(*numbers, Number{ID: "700100201", Display: "911140005678"})
	})
	w.send(news("+" + asha))
	if code, answer := w.do("POST", "700100201/messages", news("+"+asha)); code != 200 {
		t.Fatal(answer)
	}
	if code, answer := w.do("POST", "700100299/messages", news("+"+asha)); code != 200 {
		t.Fatal(answer)
	}
	w.clock.move(time.Minute)
	w.timers.runDue(w.now()) // all at once, so that one batch holds it all
	w.Tick(t.Context())
	if len(w.hooks.bodies) != 1 {
		t.Fatalf("%d posts, want 1", len(w.hooks.bodies))
	}
	var got []string
	for _, c := range w.hooks.changes() {
		for _, told := range c.Value["statuses"].([]any) {
			got = append(got, c.WABA+" "+c.Value["metadata"].(map[string]any)["phone_number_id"].(string)+" "+told.(map[string]any)["status"].(string))
		}
	}
	slices.Sort(got)
	want := []string{"55500011 700100200 delivered", "55500011 700100200 read", "55500011 700100200 sent",
		"55500011 700100201 delivered", "55500011 700100201 read", "55500011 700100201 sent",
		"55500012 700100299 delivered", "55500012 700100299 read", "55500012 700100299 sent"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestDisorderDoublesAndSkips(t *testing.T) {
	t.Parallel()
	for ending, want := range map[string][]string{
		"0001": {"sent"},
		"0002": {"sent", "delivered"},
		"0003": {"sent", "read"},
		"0004": {"sent", "delivered", "read", "sent", "delivered", "read"},
		"0005": {"read", "delivered", "sent"},
		"0026": {"failed"},
		"0022": {"sent", "delivered", "read"},
	} {
		t.Run(ending, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.send(news("+91981112" + ending))
			for range 400 { // small steps, so that the order of emission shows
				w.pass(10 * time.Millisecond)
			}
			var got []string
			priced := 0
			for _, told := range w.hooks.items("statuses") {
				got = append(got, told["status"].(string))
				if told["pricing"] != nil {
					priced++
				}
			}
			if ending == "0004" { // the doubles come at their own time
				slices.Sort(got)
				want = slices.Sorted(slices.Values(want))
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if wantPriced := map[string]int{"0001": 1, "0003": 2, "0004": 4, "0026": 0}; priced != orDefault(wantPriced[ending], map[bool]int{true: 0, false: 2}[ending == "0026"]) {
				t.Errorf("%d statuses with a price", priced)
			}
		})
	}
}

func TestCallbackPrecedenceAndHandshake(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	other := newReceiver(t)
	if code, _ := w.do("POST", testWABA+"/subscribed_apps", map[string]any{"override_callback_uri": other.server.URL, "verify_token": "wrong"}); code != 400 {
		t.Fatalf("a failed handshake was accepted: %d", code)
	}
	if code, answer := w.do("POST", testWABA+"/subscribed_apps", map[string]any{"override_callback_uri": other.server.URL, "verify_token": "verify-me"}); code != 200 {
		t.Fatal(answer)
	}
	w.send(news("+" + asha))
	w.pass(time.Minute)
	if len(other.items("statuses")) != 3 || len(w.hooks.items("statuses")) != 0 {
		t.Error("the account's callback does not beat the app's")
	}
	other.forget()
	own := newReceiver(t)
	if code, answer := w.do("POST", testNumber, map[string]any{"webhook_configuration": map[string]any{"override_callback_uri": own.server.URL, "verify_token": "verify-me"}}); code != 200 {
		t.Fatal(answer)
	}
	w.send(news("+" + asha))
	w.pass(time.Minute)
	if len(own.items("statuses")) != 3 || len(other.items("statuses")) != 0 {
		t.Error("the number's callback does not beat the account's")
	}
	if code, _ := w.do("DELETE", testWABA+"/subscribed_apps", nil); code != 200 {
		t.Fatal("unsubscribe")
	}
	own.forget()
	w.send(news("+" + asha))
	w.pass(time.Minute)
	if len(own.items("statuses")) != 0 {
		t.Error("webhooks after the app was unsubscribed")
	}
}

func TestRetriesUntilTheHorizon(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Webhooks.Horizon = time.Hour })
	w.hooks.refuse = 4
	w.send(news("+" + asha))
	w.pass(20 * time.Millisecond) // sent: refused twice, the second try being immediate
	if stats := w.Stats().Webhooks; w.hooks.posts != 2 || stats.FailedPosts != 2 || stats.Pending != 1 {
		t.Fatalf("posts %d, %+v", w.hooks.posts, stats)
	}
	w.pass(999 * time.Millisecond)
	w.pass(time.Minute)
	w.pass(time.Minute)
	if got := len(w.hooks.items("statuses")); got != 3 {
		t.Errorf("%d statuses after the receiver came back", got)
	}

	w.hooks.refuse = 1 << 30
	w.send(news("+" + asha))
	gaps := w.hooks.posts
	for range 200 {
		w.pass(time.Minute)
	}
	stats := w.Stats().Webhooks
	if stats.Expired != 3 || stats.Pending != 0 || stats.Enqueued != stats.Acknowledged+stats.Expired {
		t.Errorf("after the horizon: %+v", stats)
	}
	if tries := w.hooks.posts - gaps; tries < 6 || tries > 60 {
		t.Errorf("%d tries within the hour", tries)
	}
}

func TestPendingIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *Options) { o.Webhooks.MaxPending = 10 })
	w.hooks.refuse = 1 << 30
	for i := range 30 {
		w.steer("POST", fmt.Sprintf("persons/9198111%05d/say", i+20000), map[string]any{"text": "hi"})
	}
	w.pass(0)
	stats := w.Stats().Webhooks
	if stats.Pending != 10 || stats.Dropped != 20 || stats.Enqueued != 30 {
		t.Errorf("%+v", stats)
	}
}

func TestOutageHoldsWebhooksBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	fault, err := w.AddFault(Fault{Mode: WebhookOutage})
	if err != nil {
		t.Fatal(err)
	}
	w.send(news("+" + asha))
	w.pass(time.Hour)
	if w.hooks.posts != 0 {
		t.Fatal("webhooks during the outage")
	}
	w.RemoveFault(fault.ID)
	w.pass(0)
	if got := len(w.hooks.items("statuses")); got != 3 {
		t.Errorf("%d statuses after the outage", got)
	}
}

// Run is used with the real clock here: what Tick does must happen by itself.
func TestRunDelivers(t *testing.T) {
	t.Parallel()
	got := make(chan string, 10)
	hooks := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Header.Get("X-Hub-Signature-256") }))
	t.Cleanup(hooks.Close)
	w := newWorld(t, func(o *Options) {
		o.Now = time.Now
		o.Webhooks.Linger = time.Millisecond
		o.Apps[0].CallbackURL = hooks.URL
	})
	ended := make(chan error, 1)
	ctx, stop := contextWithStop(t)
	go func() { ended <- w.Run(ctx) }()
	w.send(news("+" + asha))
	for range 3 {
		if signature := <-got; len(signature) != len("sha256=")+64 {
			t.Errorf("signature %q", signature)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
