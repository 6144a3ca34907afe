package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func bodyPart(text string, examples ...any) fields {
	part := fields{"type": "BODY", "text": text}
	if len(examples) > 0 {
		part["example"] = fields{"body_text": []any{examples}}
	}
	return part
}

func buttonsPart(buttons ...any) fields { return fields{"type": "BUTTONS", "buttons": buttons} }

func quick(label string) fields { return fields{"type": "QUICK_REPLY", "text": label} }

func link(address string, example any) fields {
	return fields{"type": "URL", "text": "Go", "url": address, "example": example}
}

func repeat(n int, make func(int) any) (list []any) {
	for i := range n {
		list = append(list, make(i))
	}
	return list
}

func TestTemplateRules(t *testing.T) {
	t.Parallel()
	phone := fields{"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+911140001234"}
	code := fields{"type": "COPY_CODE", "example": "DW25"}
	plain := bodyPart("Hello there")
	static := link("https://a.example", nil)
	card := func(more ...any) fields {
		parts := append([]any{fields{"type": "HEADER", "format": "IMAGE", "example": fields{"header_handle": []any{"4::x"}}}}, more...)
		return fields{"components": parts}
	}
	otp := buttonsPart(fields{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy"})
	for name, c := range map[string]struct {
		more       fields
		components []any
		want       int
	}{
		"plain":                    {nil, []any{plain}, 0},
		"no body":                  {nil, []any{fields{"type": "FOOTER", "text": "x"}}, 2388072},
		"two bodies":               {nil, []any{plain, plain}, 131009},
		"upper-case name":          {fields{"name": "Order"}, []any{plain}, 131009},
		"name with dash":           {fields{"name": "an-order"}, []any{plain}, 131009},
		"name of 512":              {fields{"name": strings.Repeat("n", 512)}, []any{plain}, 0},
		"name of 513":              {fields{"name": strings.Repeat("n", 513)}, []any{plain}, 131009},
		"unknown category":         {fields{"category": "NEWS"}, []any{plain}, 131009},
		"unknown parameter":        {fields{"colour": "red"}, []any{plain}, 100},
		"body of 1024":             {nil, []any{bodyPart(strings.Repeat("é", 1024))}, 0},
		"body of 1025":             {nil, []any{bodyPart(strings.Repeat("é", 1025))}, 2388040},
		"variable":                 {nil, []any{bodyPart("Hello {{1}}, welcome", "Asha")}, 0},
		"variable first":           {nil, []any{bodyPart("{{1}} is here now", "Asha")}, 2388299},
		"variable last":            {nil, []any{bodyPart("Hello dear {{1}}", "Asha")}, 2388299},
		"variable then full stop":  {nil, []any{bodyPart("Hello dear {{1}}.", "Asha")}, 0},
		"adjacent variables":       {nil, []any{bodyPart("Hello {{1}} {{2}} and more", "a", "b")}, 2388072},
		"variables out of order":   {nil, []any{bodyPart("Hello {{2}} and {{1}} there", "a", "b")}, 2388072},
		"variable not closed":      {nil, []any{bodyPart("Hello {{1 there")}, 2388072},
		"too many variables":       {nil, []any{bodyPart("a {{1}}-{{2}}-{{3}}-{{4}}-{{5}}-{{6}}-{{7}}.", "a", "b", "c", "d", "e", "f", "g")}, 0},
		"hardly a word":            {nil, []any{bodyPart("a {{1}}-{{2}}.", "a", "b")}, 0},
		"no word per variable":     {nil, []any{bodyPart("a{{1}}a{{2}}a{{3}}a{{4}}a{{5}}a{{6}}", "a", "b", "c", "d", "e", "f")}, 2388299},
		"no example":               {nil, []any{bodyPart("Hello {{1}}, welcome")}, 2388072},
		"too few examples":         {nil, []any{bodyPart("Hello {{1}} and {{2}}, welcome", "a")}, 2388072},
		"named":                    {fields{"parameter_format": "NAMED"}, []any{fields{"type": "BODY", "text": "Hello {{first_name}}, welcome", "example": fields{"body_text_named_params": []any{fields{"param_name": "first_name", "example": "a"}}}}}, 0},
		"named in positional":      {nil, []any{bodyPart("Hello {{first_name}}, welcome", "a")}, 2388072},
		"upper-case variable":      {fields{"parameter_format": "NAMED"}, []any{bodyPart("Hello {{First}}, welcome", "a")}, 2388072},
		"header":                   {nil, []any{fields{"type": "HEADER", "format": "TEXT", "text": "Hi {{1}}", "example": fields{"header_text": []any{"a"}}}, plain}, 0},
		"header with 2 variables":  {nil, []any{fields{"type": "HEADER", "format": "TEXT", "text": "{{1}} and {{2}}", "example": fields{"header_text": []any{"a", "b"}}}, plain}, 2388047},
		"header of 61":             {nil, []any{fields{"type": "HEADER", "format": "TEXT", "text": strings.Repeat("h", 61)}, plain}, 131009},
		"picture without sample":   {nil, []any{fields{"type": "HEADER", "format": "IMAGE"}, plain}, 2388047},
		"location":                 {nil, []any{fields{"type": "HEADER", "format": "LOCATION"}, plain}, 0},
		"footer of 60":             {nil, []any{plain, fields{"type": "FOOTER", "text": strings.Repeat("f", 60)}}, 0},
		"footer of 61":             {nil, []any{plain, fields{"type": "FOOTER", "text": strings.Repeat("f", 61)}}, 2388073},
		"footer with variable":     {nil, []any{plain, fields{"type": "FOOTER", "text": "by {{1}} now"}}, 2388073},
		"10 quick replies":         {nil, []any{plain, buttonsPart(repeat(10, func(i int) any { return quick(fmt.Sprint("q", i)) })...)}, 0},
		"11 quick replies":         {nil, []any{plain, buttonsPart(repeat(11, func(i int) any { return quick(fmt.Sprint("q", i)) })...)}, 131009},
		"2 links":                  {nil, []any{plain, buttonsPart(static, static)}, 0},
		"3 links":                  {nil, []any{plain, buttonsPart(static, static, static)}, 100},
		"2 phones":                 {nil, []any{plain, buttonsPart(phone, phone)}, 100},
		"2 codes":                  {nil, []any{plain, buttonsPart(code, code)}, 100},
		"two groups":               {nil, []any{plain, buttonsPart(quick("a"), quick("b"), static, phone, code)}, 0},
		"two groups turned round":  {nil, []any{plain, buttonsPart(static, phone, quick("a"))}, 0},
		"interleaved":              {nil, []any{plain, buttonsPart(quick("a"), static, quick("b"))}, 100},
		"label of 26":              {nil, []any{plain, buttonsPart(quick(strings.Repeat("l", 26)))}, 131009},
		"link with suffix":         {nil, []any{plain, buttonsPart(link("https://a.example/{{1}}", []any{"https://a.example/x"}))}, 0},
		"suffix without example":   {nil, []any{plain, buttonsPart(link("https://a.example/{{1}}", nil))}, 100},
		"variable inside the link": {nil, []any{plain, buttonsPart(link("https://a.example/{{1}}/x", "x"))}, 131009},
		"not a link":               {nil, []any{plain, buttonsPart(link("tea", nil))}, 131009},
		"code of 16":               {nil, []any{plain, buttonsPart(fields{"type": "COPY_CODE", "example": strings.Repeat("C", 16)})}, 100},
		"one-time password":        {fields{"category": "AUTHENTICATION"}, []any{fields{"type": "BODY", "add_security_recommendation": true}, otp}, 0},
		"password without button":  {fields{"category": "AUTHENTICATION"}, []any{fields{"type": "BODY"}}, 100},
		"password in marketing":    {nil, []any{plain, otp}, 100},
		"code valid for 91 min":    {fields{"category": "AUTHENTICATION"}, []any{fields{"type": "BODY"}, fields{"type": "FOOTER", "code_expiration_minutes": 91}, otp}, 131009},
		"one-tap without app":      {fields{"category": "AUTHENTICATION"}, []any{fields{"type": "BODY"}, buttonsPart(fields{"type": "OTP", "otp_type": "ONE_TAP"})}, 131008},
		"short life of a password": {fields{"category": "AUTHENTICATION", "message_send_ttl_seconds": 60}, []any{fields{"type": "BODY"}, otp}, 0},
		"too long a life":          {fields{"category": "AUTHENTICATION", "message_send_ttl_seconds": 901}, []any{fields{"type": "BODY"}, otp}, 131009},
		"offer":                    {nil, []any{plain, fields{"type": "LIMITED_TIME_OFFER", "limited_time_offer": fields{"text": "Hurry", "has_expiration": true}}, buttonsPart(code, static)}, 0},
		"offer with footer":        {nil, []any{plain, fields{"type": "LIMITED_TIME_OFFER", "limited_time_offer": fields{"text": "Hurry"}}, fields{"type": "FOOTER", "text": "x"}}, 100},
		"carousel":                 {nil, []any{plain, fields{"type": "CAROUSEL", "cards": []any{card(buttonsPart(static)), card(buttonsPart(static))}}}, 0},
		"carousel of one":          {nil, []any{plain, fields{"type": "CAROUSEL", "cards": []any{card()}}}, 131009},
		"uneven carousel":          {nil, []any{plain, fields{"type": "CAROUSEL", "cards": []any{card(buttonsPart(static)), card()}}}, 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			body := fields{"name": "a_template", "language": "en", "category": "MARKETING", "components": c.components}
			for key, value := range c.more {
				body[key] = value
			}
			status, answer := w.do("POST", testWABA+"/message_templates", body)
			got := 0
			if e, refused := answer["error"].(fields); refused {
				got = int(e["code"].(float64))
			}
			if got != c.want || (status == 200) != (c.want == 0) {
				t.Errorf("%d %v, want code %d", status, answer, c.want)
			}
		})
	}
}

func (w *world) createTemplate(name, category, text string) string {
	w.t.Helper()
	code, answer := w.do("POST", testWABA+"/message_templates", fields{"name": name, "language": "en", "category": category, "components": []any{bodyPart(text)}})
	if code != 200 {
		w.t.Fatalf("create: %d %v", code, answer)
	}
	return answer["id"].(string)
}

func (w *world) templateStatus(id string) (status, category string) {
	w.t.Helper()
	code, answer := w.do("GET", id+"?fields=status,category,quality_score", nil)
	if code != 200 {
		w.t.Fatalf("get: %d %v", code, answer)
	}
	return answer["status"].(string), answer["category"].(string)
}

func TestReview(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ template, category, text, status, becomes, reason string }{
		"approved":          {"fresh", marketing, "Hello there", "APPROVED", marketing, "NONE"},
		"by its name":       {"my_reject", marketing, "Hello there", "REJECTED", marketing, "INVALID_FORMAT"},
		"by name, for scam": {"reject_scam_1", marketing, "Hello there", "REJECTED", marketing, "SCAM"},
		"by a word":         {"fresh", marketing, "Hello sandbox-reject there", "REJECTED", marketing, "ABUSIVE_CONTENT"},
		"never":             {"pending_one", marketing, "Hello there", "PENDING", marketing, ""},
		"promotion":         {"fresh", utility, "Your order gets 20% off today.", "APPROVED", marketing, "NONE"},
		"true utility":      {"fresh", utility, "Your order has left the house.", "APPROVED", utility, "NONE"},
		"a copy":            {"fresh", marketing, "News from the tea garden.", "REJECTED", marketing, "INVALID_FORMAT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			id := w.createTemplate(c.template, c.category, c.text)
			if status, category := w.templateStatus(id); status != "PENDING" || category != c.category {
				t.Errorf("at first: %s %s", status, category)
			}
			w.pass(2 * time.Second)
			if status, category := w.templateStatus(id); status != c.status || category != c.becomes {
				t.Errorf("verdict: %s %s, want %s %s", status, category, c.status, c.becomes)
			}
			changes := w.hooks.changes()
			if c.reason == "" {
				if len(changes) != 0 {
					t.Errorf("webhooks %v", changes)
				}
				return
			}
			if len(changes) != 1 || changes[0].Value["reason"] != c.reason || changes[0].Value["event"] != c.status {
				t.Errorf("webhooks %v", changes)
			}
		})
	}
}

func TestPauseLadder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.createTemplate("ladder", marketing, "Hello there")
	w.pass(2 * time.Second)
	send := fields{"messaging_product": "whatsapp", "to": "+" + asha, "type": "template", "template": fields{"name": "ladder", "language": fields{"code": "en"}}}
	w.send(send)
	for i, span := range []time.Duration{3 * time.Hour, 6 * time.Hour} {
		w.steer("POST", "templates/"+id+"/quality", fields{"score": "RED"})
		if code, _ := w.refused(send); code != 132015 {
			t.Fatalf("pause %d: send gave %d", i, code)
		}
		w.pass(span - time.Second)
		if status, _ := w.templateStatus(id); status != "PAUSED" {
			t.Fatalf("pause %d ended early: %s", i, status)
		}
		w.pass(time.Second)
		w.send(send)
	}
	w.steer("POST", "templates/"+id+"/pause", nil)
	if code, _ := w.refused(send); code != 132016 {
		t.Errorf("third time: %d", code)
	}
	if code, _ := w.do("DELETE", testWABA+"/message_templates?name=ladder", nil); code == 200 {
		t.Error("a disabled template was deleted")
	}
	w.pass(0)
	var titles []string
	for _, c := range w.hooks.changes() {
		if other, ok := c.Value["other_info"].(map[string]any); ok {
			titles = append(titles, other["title"].(string))
		}
	}
	if got := strings.Join(titles, " "); got != "FIRST_PAUSE UNPAUSE SECOND_PAUSE UNPAUSE DISABLED" {
		t.Errorf("webhooks: %s", got)
	}
}

func TestHeldMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.send(news("+919811110010"))
	w.pass(4 * time.Second)
	if len(w.hooks.items("statuses")) != 0 {
		t.Error("a status while the message is held")
	}
	w.pass(time.Minute)
	if got := len(w.hooks.items("statuses")); got != 3 {
		t.Errorf("%d statuses after the release", got)
	}
	w.hooks.forget()
	w.send(news("+919811110011"))
	w.pass(time.Minute)
	told := w.hooks.items("statuses")
	if len(told) != 1 || told[0]["status"] != "failed" || told[0]["errors"].([]any)[0].(map[string]any)["code"] != 132015.0 {
		t.Fatalf("dropped: %v", told)
	}
	if code, _ := w.refused(news("+" + asha)); code != 132015 {
		t.Errorf("the template is not paused: %d", code)
	}
	_, list := w.do("GET", testWABA+"/message_templates?name=plain_news", nil)
	id := list["data"].([]any)[0].(map[string]any)["id"].(string)
	w.pass(24 * time.Hour) // this kind of pause does not end by itself
	if status, _ := w.templateStatus(id); status != "PAUSED" {
		t.Errorf("status %s", status)
	}
	if code, answer := w.do("POST", id+"/unpause", nil); code != 200 {
		t.Fatal(answer)
	}
	w.send(news("+" + asha))
}

func TestTemplateEditAndDelete(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.createTemplate("edited", marketing, "Hello there")
	edit := func(text string) int {
		_, answer := w.do("POST", id, fields{"components": []any{bodyPart(text)}})
		if e, refused := answer["error"].(map[string]any); refused {
			return int(e["code"].(float64))
		}
		return 0
	}
	if code := edit("Too early"); code != 100 {
		t.Errorf("edit under review: %d", code)
	}
	w.pass(2 * time.Second)
	if code := edit("Hello again"); code != 0 {
		t.Errorf("first edit: %d", code)
	}
	w.pass(2 * time.Second)
	if code := edit("And again"); code != 100 {
		t.Errorf("second edit within a day: %d", code)
	}
	w.pass(24 * time.Hour)
	if code, _ := w.do("POST", id, fields{"category": "UTILITY"}); code != 400 {
		t.Errorf("category of an approved template: %d", code)
	}
	if code := edit("And again"); code != 0 {
		t.Errorf("edit after a day: %d", code)
	}
	w.pass(2 * time.Second)

	if code, _ := w.do("POST", testWABA+"/message_templates", fields{"name": "edited", "language": "en", "category": marketing, "components": []any{bodyPart("x y")}}); code != 400 {
		t.Error("the same name and language twice")
	}
	if code, answer := w.do("DELETE", testWABA+"/message_templates?name=edited", nil); code != 200 {
		t.Fatal(answer)
	}
	again := fields{"name": "edited", "language": "fr", "category": marketing, "components": []any{bodyPart("x y")}}
	if code, _ := w.do("POST", testWABA+"/message_templates", again); code != 400 {
		t.Error("the name of a deleted template was taken at once")
	}
	w.pass(30 * 24 * time.Hour)
	if code, answer := w.do("POST", testWABA+"/message_templates", again); code != 200 {
		t.Error("the name was not released:", answer)
	}
}

func TestTemplatePages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for i := range 100 {
		w.createTemplate(fmt.Sprintf("page_%03d", i), marketing, fmt.Sprintf("Text number %d", i))
	}
	if _, answer := w.do("POST", testWABA+"/message_templates", fields{"name": "over", "language": "en", "category": marketing, "components": []any{bodyPart("x y")}}); answer["error"].(map[string]any)["code"] != 80007.0 {
		t.Errorf("101st creation: %v", answer)
	}
	seen := map[string]bool{}
	after, pages := "", 0
	for {
		code, answer := w.do("GET", testWABA+"/message_templates?fields=name&limit=30&after="+after, nil)
		if code != 200 {
			t.Fatal(answer)
		}
		for _, item := range answer["data"].([]any) {
			seen[item.(map[string]any)["id"].(string)] = true
		}
		pages++
		paging := answer["paging"].(map[string]any)
		after = paging["cursors"].(map[string]any)["after"].(string)
		if paging["next"] == nil {
			break
		}
	}
	if len(seen) != 104 || pages != 4 {
		t.Errorf("%d templates on %d pages", len(seen), pages)
	}
	if _, answer := w.do("GET", testWABA+"/message_templates?after=AAAA", nil); answer["error"].(map[string]any)["code"] != 131059.0 {
		t.Errorf("stale cursor: %v", answer)
	}
	_, filtered := w.do("GET", testWABA+"/message_templates?status=APPROVED", nil)
	if got := len(filtered["data"].([]any)); got != 4 {
		t.Errorf("%d approved", got)
	}
	_, login := w.do("GET", testWABA+"/message_templates?name=login_code&fields=components", nil)
	if got := fmt.Sprint(login["data"]); !strings.Contains(got, "type:URL") || strings.Contains(got, "type:OTP") {
		t.Errorf("the OTP button reads back as %s", got)
	}
}
