package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// shape lists the paths and JSON types of a value, so that two documents can be
// compared without their values.
func shape(value any) []string {
	paths := map[string]bool{}
	var walk func(string, any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for key, inner := range value {
				walk(path+"."+key, inner)
			}
		case []any:
			for _, inner := range value {
				walk(path+"[]", inner)
			}
		default:
			paths[fmt.Sprintf("%s %T", path, value)] = true
		}
	}
	walk("", value)
	return slices.Sorted(maps.Keys(paths))
}

// without drops paths that start with one of the prefixes.
func without(paths []string, prefixes ...string) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(path string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
	})
}

func sameShape(t *testing.T, name string, got any) {
	t.Helper()
	want := shape(decode(t, fixture(t, name)))
	if have := shape(got); !slices.Equal(have, want) {
		t.Errorf("%s:\n got %s\nwant %s", name, strings.Join(have, "\n     "), strings.Join(want, "\n     "))
	}
}

// one returns the only webhook received since the last call.
func (w *world) one() map[string]any {
	w.t.Helper()
	w.hooks.mu.Lock()
	defer w.hooks.mu.Unlock()
	if len(w.hooks.bodies) != 1 {
		w.t.Fatalf("%d webhooks, want 1", len(w.hooks.bodies))
	}
	hook := decode(w.t, w.hooks.bodies[0])
	w.hooks.bodies = nil
	return hook
}

func TestSignature(t *testing.T) {
	t.Parallel()
	known := decode(t, fixture(t, "signature.json"))
	body := fixture(t, known["file"].(string))
	if got := sign(known["app_secret"].(string), body); got != known["value"] {
		t.Errorf("signature %s, want %s", got, known["value"])
	}
	// The fixture's text, written by us from UTF-8, must come out as its bytes.
	var parsed struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Messages []struct{ Text json.RawMessage }
				}
			}
		}
	}
	if err := json.Unmarshal(body, &parsed); err != nil {
		t.Fatal(err)
	}
	escaped := parsed.Entry[0].Changes[0].Value.Messages[0].Text
	var value any
	if err := json.Unmarshal(escaped, &value); err != nil {
		t.Fatal(err)
	}
	if got := encode(value); string(got) != string(escaped) {
		t.Errorf("escaped as %s, want %s", got, escaped)
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"é":       `"\u00e9"`,
		"👍":       `"\ud83d\udc4d"`,
		"<a&b>":   `"<a&b>"`,
		"a\"\\\n": `"a\"\\\n"`,
		"\u2028":  `"\u2028"`,
		"\x80":    `"\ufffd"`,
	} {
		if got := string(encode(in)); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestAnswersHaveTheFixturesShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	code, answer := w.do("POST", testNumber+"/messages", fixture(t, "requests/template_named_image_url_quickreply.json"))
	if code != 200 {
		t.Fatalf("%d %v", code, answer)
	}
	sameShape(t, "requests/response_accepted.json", answer)
	if contacts := fmt.Sprint(answer["contacts"]); contacts != "[map[input:+919811100022 wa_id:919811100022]]" {
		t.Errorf("contacts %s", contacts)
	}

	w.clock.move(10 * time.Second)
	code, answer = w.do("POST", testNumber+"/messages", fixture(t, "requests/template_authentication_copy_code.json"))
	if code != 200 {
		t.Fatalf("%d %v", code, answer)
	}

	_, held := w.do("POST", testNumber+"/messages", news("+919811110010"))
	sameShape(t, "requests/response_held.json", held)
	if held["messages"].([]any)[0].(map[string]any)["message_status"] != "held_for_quality_assessment" {
		t.Errorf("held answer: %v", held)
	}

	w.steer("POST", "persons/5511998765432/say", map[string]any{"text": "oi"})
	_, brazil := w.do("POST", testNumber+"/messages", text("+5511998765432", "oi"))
	sameShape(t, "requests/response_brazil_other_wa_id.json", brazil)
	if contacts := fmt.Sprint(brazil["contacts"]); contacts != "[map[input:+5511998765432 wa_id:551198765432]]" {
		t.Errorf("contacts %s", contacts)
	}

	_, pairRate := w.do("POST", testNumber+"/messages", news("+919811110156"))
	sameShape(t, "requests/error_pair_rate_131056.json", pairRate)
	fields, want := pairRate["error"].(map[string]any), decode(t, fixture(t, "requests/error_pair_rate_131056.json"))["error"].(map[string]any)
	if fields["message"] != want["message"] || fields["code"] != want["code"] {
		t.Errorf("pair rate: %v", fields)
	}

	status, badToken := w.call(w.api, "expired", "POST", "/v25.0/"+testNumber+"/messages", text("+"+asha, "x"))
	sameShape(t, "requests/error_token_190.json", badToken)
	if status != 401 || badToken["error"].(map[string]any)["message"] != "Error validating access token" {
		t.Errorf("token: %d %v", status, badToken)
	}
}

func TestTextFixtureNeedsTheWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	body := fixture(t, "requests/text.json")
	if code, _ := w.refused(body); code != 131047 {
		t.Fatalf("code %d, want 131047", code)
	}
	w.steer("POST", "persons/"+asha+"/say", map[string]any{"text": "hi"})
	w.send(body)
	w.clock.move(24 * time.Hour)
	if code, _ := w.refused(body); code != 131047 {
		t.Fatalf("after 24 h: code %d, want 131047", code)
	}
}

func TestMessageIDHoldsThePhoneNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.send(news("+" + asha))
	encoded, ok := strings.CutPrefix(id, "wamid.HBgM") // as real ids of 12 digits begin
	if !ok {
		t.Fatalf("id %s", id)
	}
	record, err := base64.StdEncoding.DecodeString("HBgM" + encoded)
	if err != nil || !strings.Contains(string(record), asha) {
		t.Errorf("record %q, %v", record, err)
	}
}

func TestStatusesHaveTheFixturesShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.send(news("+" + asha))
	for _, step := range []struct {
		after time.Duration
		name  string
	}{{20 * time.Millisecond, "sent"}, {50 * time.Millisecond, "delivered"}, {100 * time.Millisecond, "read"}} {
		w.pass(step.after)
		hook := w.one()
		sameShape(t, "webhooks/status_"+step.name+".json", hook)
		if got := hook["entry"].([]any)[0].(map[string]any)["changes"].([]any)[0].(map[string]any)["value"].(map[string]any)["statuses"].([]any)[0].(map[string]any); got["id"] != id ||
			got["status"] != step.name || got["recipient_id"] != asha || got["biz_opaque_callback_data"] != "c1|+"+asha {
			t.Errorf("%s: %v", step.name, got)
		}
	}

	w.send(news("+919811110049"))
	w.pass(time.Second)
	failed := w.one()
	sameShape(t, "webhooks/status_failed_131049.json", failed)

	w.steer("POST", "persons/"+asha+"/say", map[string]any{"text": "hi"})
	w.pass(time.Minute)
	w.hooks.forget()
	w.send(map[string]any{"messaging_product": "whatsapp", "to": "+" + asha, "type": "template", "biz_opaque_callback_data": "x",
		"template": map[string]any{"name": "order_update", "language": map[string]any{"code": "en"}, "components": []any{map[string]any{
			"type": "body", "parameters": []any{map[string]any{"type": "text", "text": "A1"}, map[string]any{"type": "text", "text": "Monday"}}}}}})
	w.pass(20 * time.Millisecond)
	w.hooks.forget()
	w.pass(50 * time.Millisecond)
	free := w.one()
	sameShape(t, "webhooks/status_utility_free_window.json", free)
	if price := w.statusOf(free)["pricing"].(map[string]any); price["type"] != "free_customer_service" || price["billable"] != false || price["category"] != "utility" {
		t.Errorf("price %v", price)
	}
}

func (w *world) statusOf(hook map[string]any) map[string]any {
	w.t.Helper()
	value := hook["entry"].([]any)[0].(map[string]any)["changes"].([]any)[0].(map[string]any)["value"].(map[string]any)
	return value["statuses"].([]any)[0].(map[string]any)
}
