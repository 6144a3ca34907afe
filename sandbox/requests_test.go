package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

type fields = map[string]any

func interactive(kind string, action fields, more fields) fields {
	content := fields{"type": kind, "body": fields{"text": "hello"}, "action": action}
	for key, value := range more {
		content[key] = value
	}
	return content
}

func TestFreeFormRequests(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("é", n) }
	reply := func(id, title string) fields {
		return fields{"type": "reply", "reply": fields{"id": id, "title": title}}
	}
	row := func(id string) fields { return fields{"id": id, "title": "T" + id} }
	rows := func(n int) (list []any) {
		for i := range n {
			list = append(list, row(fmt.Sprint(i)))
		}
		return list
	}
	card := func(i int, header string) fields {
		return fields{"card_index": i, "type": "cta_url", "header": fields{"type": header, header: fields{"link": "https://a.example/x"}},
			"body": fields{"text": "b"}, "action": fields{"name": "cta_url", "parameters": fields{"display_text": "Go", "url": "https://a.example"}}}
	}
	for name, c := range map[string]struct {
		kind    string
		content any
		more    fields
		want    int // 0 is accepted
	}{
		"text":                 {"text", fields{"body": "hi"}, nil, 0},
		"text of 4096":         {"text", fields{"body": long(4096)}, nil, 0},
		"text too long":        {"text", fields{"body": long(4097)}, nil, 131009},
		"text empty":           {"text", fields{"body": ""}, nil, 131009},
		"text without body":    {"text", fields{}, nil, 131008},
		"text not an object":   {"text", "hi", nil, 100},
		"body not a string":    {"text", fields{"body": 5}, nil, 100},
		"unknown in text":      {"text", fields{"body": "hi", "colour": "red"}, nil, 100},
		"unknown at the top":   {"text", fields{"body": "hi"}, fields{"colour": "red"}, 100},
		"second type object":   {"text", fields{"body": "hi"}, fields{"image": fields{"link": "https://a.example"}}, 100},
		"unknown type":         {"poll", fields{}, nil, 131051},
		"callback of 512":      {"text", fields{"body": "hi"}, fields{"biz_opaque_callback_data": long(512)}, 0},
		"callback too long":    {"text", fields{"body": "hi"}, fields{"biz_opaque_callback_data": long(513)}, 131009},
		"no product":           {"text", fields{"body": "hi"}, fields{"messaging_product": nil}, 131008},
		"other product":        {"text", fields{"body": "hi"}, fields{"messaging_product": "sms"}, 131009},
		"no recipient":         {"text", fields{"body": "hi"}, fields{"to": nil}, 131008},
		"recipient is words":   {"text", fields{"body": "hi"}, fields{"to": "+call me"}, 131009},
		"recipient formatted":  {"text", fields{"body": "hi"}, fields{"to": "+91 (98111) 00-022"}, 0},
		"recipient is sender":  {"text", fields{"body": "hi"}, fields{"to": "+911140001234"}, 131021},
		"group":                {"text", fields{"body": "hi"}, fields{"recipient_type": "group"}, 10},
		"image by link":        {"image", fields{"link": "https://a.example/x.png", "caption": "c"}, nil, 0},
		"image by id":          {"image", fields{"id": "8800112233"}, nil, 0},
		"image by unknown id":  {"image", fields{"id": "1"}, nil, 100},
		"image sent as video":  {"video", fields{"id": "8800112233"}, nil, 131053},
		"image with neither":   {"image", fields{"caption": "c"}, nil, 131008},
		"image with both":      {"image", fields{"id": "8800112233", "link": "https://a.example/x"}, nil, 131009},
		"image by bad link":    {"image", fields{"link": "ftp://a.example/x"}, nil, 131009},
		"caption too long":     {"image", fields{"link": "https://a.example/x", "caption": long(1025)}, nil, 131009},
		"sticker with caption": {"sticker", fields{"link": "https://a.example/x", "caption": "c"}, nil, 100},
		"document":             {"document", fields{"link": "https://a.example/x.pdf", "filename": "x.pdf"}, nil, 0},
		"voice":                {"audio", fields{"link": "https://a.example/x.ogg", "voice": true}, nil, 0},
		"location":             {"location", fields{"latitude": 28.6, "longitude": "77.2"}, nil, 0},
		"location off earth":   {"location", fields{"latitude": 91, "longitude": 0}, nil, 131009},
		"reaction":             {"reaction", fields{"message_id": "wamid.X", "emoji": "👍"}, nil, 0},
		"reaction taken back":  {"reaction", fields{"message_id": "wamid.X", "emoji": ""}, nil, 0},
		"reaction to nothing":  {"reaction", fields{"emoji": "👍"}, nil, 131008},
		"contacts": {"contacts", []any{fields{"name": fields{"formatted_name": "R K"}, "birthday": "1990-01-31",
			"phones": []any{fields{"phone": "+91 98", "type": "CELL"}}}}, nil, 0},
		"contact without name":  {"contacts", []any{fields{}}, nil, 131008},
		"contact born sometime": {"contacts", []any{fields{"name": fields{"formatted_name": "R"}, "birthday": "31/1/90"}}, nil, 131009},
		"3 buttons":             {"interactive", interactive("button", fields{"buttons": []any{reply("1", "a"), reply("2", "b"), reply("3", "c")}}, nil), nil, 0},
		"4 buttons":             {"interactive", interactive("button", fields{"buttons": []any{reply("1", "a"), reply("2", "b"), reply("3", "c"), reply("4", "d")}}, nil), nil, 131009},
		"same title twice":      {"interactive", interactive("button", fields{"buttons": []any{reply("1", "a"), reply("2", "a")}}, nil), nil, 131009},
		"title too long":        {"interactive", interactive("button", fields{"buttons": []any{reply("1", long(21))}}, nil), nil, 131009},
		"button body too long":  {"interactive", interactive("button", fields{"buttons": []any{reply("1", "a")}}, fields{"body": fields{"text": long(1025)}}), nil, 131009},
		"footer too long":       {"interactive", interactive("button", fields{"buttons": []any{reply("1", "a")}}, fields{"footer": fields{"text": long(61)}}), nil, 131009},
		"header image":          {"interactive", interactive("button", fields{"buttons": []any{reply("1", "a")}}, fields{"header": fields{"type": "image", "image": fields{"id": "8800112233"}}}), nil, 0},
		"list":                  {"interactive", interactive("list", fields{"button": "Pick", "sections": []any{fields{"title": "s", "rows": rows(10)}}}, fields{"body": fields{"text": long(4096)}}), nil, 0},
		"list of 11":            {"interactive", interactive("list", fields{"button": "Pick", "sections": []any{fields{"title": "s", "rows": rows(6)}, fields{"title": "t", "rows": []any{row("a"), row("b"), row("c"), row("d"), row("e")}}}}, nil), nil, 131009},
		"list with image":       {"interactive", interactive("list", fields{"button": "Pick", "sections": []any{fields{"rows": rows(1)}}}, fields{"header": fields{"type": "image", "image": fields{"id": "8800112233"}}}), nil, 131009},
		"link":                  {"interactive", interactive("cta_url", fields{"name": "cta_url", "parameters": fields{"display_text": "Go", "url": "https://a.example"}}, nil), nil, 0},
		"flow":                  {"interactive", interactive("flow", fields{"name": "flow", "parameters": fields{"flow_message_version": "3", "flow_id": "1", "flow_cta": "Go", "flow_token": "t"}}, nil), nil, 0},
		"flow by two names":     {"interactive", interactive("flow", fields{"name": "flow", "parameters": fields{"flow_message_version": "3", "flow_id": "1", "flow_name": "n", "flow_cta": "Go"}}, nil), nil, 131008},
		"ask for location":      {"interactive", interactive("location_request_message", fields{"name": "send_location"}, nil), nil, 0},
		"address":               {"interactive", interactive("address_message", fields{"name": "address_message", "parameters": fields{"country": "IN"}}, nil), nil, 0},
		"address elsewhere":     {"interactive", interactive("address_message", fields{"name": "address_message", "parameters": fields{"country": "FR"}}, nil), nil, 131009},
		"carousel":              {"interactive", interactive("carousel", fields{"cards": []any{card(0, "image"), card(1, "image")}}, nil), nil, 0},
		"carousel of one":       {"interactive", interactive("carousel", fields{"cards": []any{card(0, "image")}}, nil), nil, 131009},
		"mixed carousel":        {"interactive", interactive("carousel", fields{"cards": []any{card(0, "image"), card(1, "video")}}, nil), nil, 131009},
		"product":               {"interactive", fields{"type": "product", "action": fields{"catalog_id": "1", "product_retailer_id": "2"}}, nil, 0},
		"ask for contact":       {"interactive", interactive("contact_request", fields{"name": "request_contact_info"}, nil), nil, 0},
		"unknown interactive":   {"interactive", interactive("quiz", fields{}, nil), nil, 131009},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.steer("POST", "persons/"+asha+"/say", fields{"text": "hi"})
			body := fields{"messaging_product": "whatsapp", "to": "+" + asha, "type": c.kind, c.kind: c.content}
			for key, value := range c.more {
				body[key] = value
			}
			if c.want == 0 {
				w.send(body)
			} else if code, details := w.refused(body); code != c.want {
				t.Errorf("code %d (%s), want %d", code, details, c.want)
			}
		})
	}
}

func TestTemplateRequests(t *testing.T) {
	t.Parallel()
	param := func(values ...string) (list []any) {
		for _, value := range values {
			list = append(list, fields{"type": "text", "text": value})
		}
		return list
	}
	component := func(kind string, params []any) fields { return fields{"type": kind, "parameters": params} }
	button := func(kind, index string, param fields) fields {
		return fields{"type": "button", "sub_type": kind, "index": index, "parameters": []any{param}}
	}
	image := component("header", []any{fields{"type": "image", "image": fields{"id": "8800112233"}}})
	named := component("body", []any{fields{"type": "text", "parameter_name": "first_name", "text": "Asha"}})
	link := func(suffix string) fields { return button("url", "0", fields{"type": "text", "text": suffix}) }
	otp := func(code string) []any {
		return []any{component("body", param(code)), button("url", "0", fields{"type": "text", "text": code})}
	}
	for name, c := range map[string]struct {
		template, language string
		components         []any
		want               int
	}{
		"whole":                  {"diwali_offer_v3", "en_IN", []any{image, named, link("DW25")}, 0},
		"upper-case types":       {"order_update", "en", []any{component("BODY", param("a", "b"))}, 0},
		"unknown name":           {"nobody", "en", nil, 132001},
		"unknown language":       {"order_update", "fr", []any{component("body", param("a", "b"))}, 132001},
		"too few":                {"order_update", "en", []any{component("body", param("a"))}, 132000},
		"too many":               {"order_update", "en", []any{component("body", param("a", "b", "c"))}, 132000},
		"none":                   {"order_update", "en", nil, 132000},
		"header where none":      {"order_update", "en", []any{image, component("body", param("a", "b"))}, 132000},
		"wrong kind of param":    {"order_update", "en", []any{component("body", []any{fields{"type": "payload", "payload": "x"}, param("a")[0]})}, 132012},
		"unknown kind of param":  {"order_update", "en", []any{component("body", []any{fields{"type": "smile"}, param("a")[0]})}, 132018},
		"named in positional":    {"order_update", "en", []any{component("body", []any{fields{"type": "text", "parameter_name": "a", "text": "b"}, param("a")[0]})}, 132012},
		"positional in named":    {"diwali_offer_v3", "en_IN", []any{image, component("body", param("Asha")), link("x")}, 132012},
		"wrong name":             {"diwali_offer_v3", "en_IN", []any{image, component("body", []any{fields{"type": "text", "parameter_name": "last_name", "text": "b"}}), link("x")}, 132012},
		"header is text":         {"diwali_offer_v3", "en_IN", []any{component("header", param("x")), named, link("x")}, 132012},
		"header is missing":      {"diwali_offer_v3", "en_IN", []any{named, link("x")}, 132012},
		"suffix is missing":      {"diwali_offer_v3", "en_IN", []any{image, named}, 131008},
		"suffix has a space":     {"diwali_offer_v3", "en_IN", []any{image, named, link("a b")}, 132018},
		"suffix has a colon":     {"diwali_offer_v3", "en_IN", []any{image, named, link("a:b")}, 132018},
		"suffix has a pipe":      {"diwali_offer_v3", "en_IN", []any{image, named, link("a|b")}, 132018},
		"suffix is not ASCII":    {"diwali_offer_v3", "en_IN", []any{image, named, link("é")}, 132018},
		"suffix is cut short":    {"diwali_offer_v3", "en_IN", []any{image, named, link("a%2")}, 132018},
		"suffix is encoded":      {"diwali_offer_v3", "en_IN", []any{image, named, link("a%20b%C3%A9")}, 0},
		"button of another kind": {"diwali_offer_v3", "en_IN", []any{image, named, button("quick_reply", "0", fields{"type": "payload", "payload": "x"})}, 132018},
		"button beyond the last": {"diwali_offer_v3", "en_IN", []any{image, named, link("x"), button("quick_reply", "2", fields{"type": "payload", "payload": "x"})}, 132018},
		"filled in too long":     {"order_update", "en", []any{component("body", param(strings.Repeat("x", 1000), "b"))}, 132005},
		"one-time code":          {"login_code", "en", otp("483920"), 0},
		"code is too long":       {"login_code", "en", otp("1234567890123456"), 132012},
		"code only once":         {"login_code", "en", otp("1")[:1], 131008},
		"cards where none":       {"order_update", "en", []any{component("body", param("a", "b")), fields{"type": "carousel", "cards": []any{fields{"card_index": 0, "components": []any{named}}, fields{"card_index": 1, "components": []any{named}}}}}, 132000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			body := fields{"messaging_product": "whatsapp", "to": "+" + asha, "type": "template",
				"template": fields{"name": c.template, "language": fields{"code": c.language, "policy": "deterministic"}, "components": c.components}}
			if c.want == 0 {
				w.send(body)
			} else if code, details := w.refused(body); code != c.want {
				t.Errorf("code %d (%s), want %d", code, details, c.want)
			}
		})
	}
}

func TestRecipientsAreDialledAsThePlatformDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ input, own, digits, wa string }{
		{"+919811100022", "91", "919811100022", "919811100022"},
		{"919811100022", "91", "91919811100022", "91919811100022"}, // no plus: the own code goes in front
		{"9811100022", "91", "919811100022", "919811100022"},
		{"+55 11 99876-5432", "91", "5511998765432", "551198765432"},
		{"+551198765432", "91", "551198765432", "551198765432"},
		{"+52 55 1234 5678", "91", "525512345678", "5215512345678"},
		{"+5215512345678", "91", "5215512345678", "5215512345678"},
	} {
		digits, refusal := dialled(c.input, c.own)
		if refusal != nil || digits != c.digits || waID(digits) != c.wa {
			t.Errorf("%s: %s, %s, %v", c.input, digits, waID(digits), refusal)
		}
	}
}

func TestUserIDsCanBeReadBack(t *testing.T) {
	t.Parallel()
	codes := newCallingCodes()
	for _, wa := range []string{"919811100022", "14155550123", "5215512345678", "35312345678"} {
		for _, key := range []uint64{hashOf(1, "a"), hashOf(1, "b"), hashOf(2, "a")} {
			id := codes.userID(key, wa)
			if back, ok := codes.person(key, id); !ok || back != wa {
				t.Errorf("%s: %s, %s, %v", wa, id, back, ok)
			}
			if _, ok := codes.person(mix(key+1), id); ok {
				t.Errorf("%s is known to another portfolio", id)
			}
		}
	}
	if id := codes.userID(7, "919811100022"); !strings.HasPrefix(id, "IN.") {
		t.Error(id)
	}
}

func TestMarketingToTheUnitedStatesIsWithheld(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.send(news("+14155550123"))
	w.send(news("+14165550123")) // Toronto
	w.pass(time.Minute)
	got := map[string]any{}
	for _, told := range w.hooks.items("statuses") {
		got[told["recipient_id"].(string)] = told["status"]
	}
	if got["14155550123"] != "failed" || got["14165550123"] != "read" {
		t.Errorf("got %v", got)
	}
}

func TestStoppedMarketingFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.send(news("+" + asha))
	w.steer("POST", "persons/"+asha+"/stop_marketing", nil)
	w.pass(time.Minute)
	w.hooks.forget()
	w.send(news("+" + asha))
	w.send(fixture(t, "requests/template_authentication_copy_code.json"))
	w.pass(time.Minute)
	var got []string
	for _, told := range w.hooks.items("statuses") {
		got = append(got, fmt.Sprint(told["status"], told["errors"]))
	}
	if len(got) != 4 || !strings.Contains(strings.Join(got, " "), "131050") {
		t.Errorf("statuses %v", got)
	}
	w.steer("POST", "persons/"+asha+"/resume_marketing", nil)
	w.hooks.forget()
	w.send(news("+" + asha))
	w.pass(time.Minute)
	if got := len(w.hooks.items("statuses")); got != 3 {
		t.Errorf("%d statuses after marketing was resumed", got)
	}
}

func TestTokensAndPaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, c := range []struct {
		token, path string
		status      int
		code        float64
	}{
		{"", "/v25.0/" + testNumber + "/messages", 401, 190},
		{"unknown", "/v25.0/" + testNumber + "/messages", 401, 190},
		{"expired", "/v25.0/" + testNumber + "/messages", 401, 190},
		{"elsewhere", "/v25.0/" + testNumber + "/messages", 400, 33},
		{testToken, "/v25.0/123/messages", 400, 33},
		{testToken, "/v1/" + testNumber + "/messages", 400, 100},
		{testToken, "/" + testNumber + "/messages", 400, 100},
		{testToken, "/v19.0/" + testNumber + "/messages", 200, 0},
		{testToken, "/v25.0/" + testNumber + "/messages?access_token=x", 200, 0},
	} {
		status, answer := w.call(w.api, c.token, "POST", c.path, news("+"+asha))
		var code float64
		if e, ok := answer["error"].(map[string]any); ok {
			code = e["code"].(float64)
		}
		if status != c.status || code != c.code {
			t.Errorf("%s with token %q: %d, code %v", c.path, c.token, status, code)
		}
	}
	if code, answer := w.do("POST", testNumber+"/messages", fields{"messaging_product": "whatsapp", "status": "read",
		"message_id": "wamid.IN0001", "typing_indicator": fields{"type": "text"}}); code != 200 || answer["success"] != true {
		t.Errorf("mark read: %d %v", code, answer)
	}
}

func TestMarketingEndpoint(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if code, answer := w.do("POST", testNumber+"/marketing_messages", news("+"+asha)); code != 200 {
		t.Fatal(answer)
	}
	_, answer := w.do("POST", testNumber+"/marketing_messages", fixture(t, "requests/template_authentication_copy_code.json"))
	if answer["error"].(map[string]any)["code"] != 134100.0 {
		t.Errorf("authentication: %v", answer)
	}
	w.pass(time.Minute)
	if got := w.hooks.items("statuses")[0]["pricing"].(map[string]any)["category"]; got != "marketing_lite" {
		t.Errorf("category %v", got)
	}
}

// Whatever comes in, the answer is either a success or a well-formed error.
func FuzzMessages(f *testing.F) {
	for _, name := range []string{"text", "template_named_image_url_quickreply", "template_authentication_copy_code"} {
		f.Add(fixture(f, "requests/"+name+".json"))
	}
	for _, seed := range []string{"", "null", "[]", `{"a":1}{`, `{"messaging_product":"whatsapp","to":"+919811100022","type":"interactive","interactive":{"type":"carousel","action":{"cards":[{},{}]}}}`,
		`{"messaging_product":"whatsapp","to":"+919811100022","type":"contacts","contacts":[null]}`,
		`{"messaging_product":"whatsapp","to":"+919811100022","type":"template","template":{"name":"x","language":{"code":"en"},"components":[{"type":"carousel","cards":[{"card_index":0,"components":[{"type":5}]}]}]}}`,
		`{"messaging_product":"whatsapp","status":"read","message_id":1e999}`} {
		f.Add([]byte(seed))
	}
	plain := Plain()
	s, err := New(Options{Behaviour: &plain})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	handler := s.Handler()
	f.Fuzz(func(t *testing.T, body []byte) {
		request := httptest.NewRequest("POST", "/v25.0/700100200/messages", strings.NewReader(string(body)))
		request.Header.Set("Authorization", "Bearer sandbox-token")
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		var answer struct {
			Error *errorFields `json:"error"`
		}
		if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
			t.Fatalf("the answer is not JSON: %v\n%s", err, recorder.Body)
		}
		if (recorder.Code == 200) != (answer.Error == nil) {
			t.Fatalf("status %d with error %v", recorder.Code, answer.Error)
		}
		if e := answer.Error; e != nil && (recorder.Code != statusOf(e.Code) || e.Message == "" || e.Type == "" || e.Trace == "" || e.Data == nil || e.Data.Details == "") {
			t.Fatalf("malformed error: %d %s", recorder.Code, recorder.Body)
		}
	})
}
