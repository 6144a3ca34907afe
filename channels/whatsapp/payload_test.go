package whatsapp

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"posthaste/channels"
	"posthaste/messaging"
)

// FuzzBody: whatever the values hold, the body is JSON that gives exactly them back and has no other field.
func FuzzBody(f *testing.F) {
	f.Add("+919811100022", "Namaste ☕", "x", "DW25")
	f.Add("\"},\"to\":\"+1", "a\nb\\", "\u2028</script>", "\x00")
	f.Add("\xff", "\xed\xa0\x80", "é", "%")
	f.Fuzz(func(t *testing.T, to, text, name, payload string) {
		raw, err := body(channels.Outgoing{
			To: channels.Recipient{Phone: to}, Correlation: name,
			Content: messaging.Content{ReplyTo: text, Template: &messaging.TemplateContent{
				Name: name, Language: text, Body: []messaging.Parameter{{Name: name, Text: text}},
				Buttons: []messaging.ButtonValue{{Index: 3, Payload: payload}},
			}},
		})
		if err != nil {
			if to != "" && payload != "" && len(name) <= maxCorrelation {
				t.Fatalf("%v", err)
			}
			return
		}
		want := map[string]any{
			"messaging_product": "whatsapp", "recipient_type": "individual", "to": valid(to), "type": "template",
			"template": map[string]any{"name": valid(name), "language": map[string]any{"code": valid(text)}, "components": []any{
				map[string]any{"type": "body", "parameters": []any{map[string]any{"type": "text", "text": valid(text)}}},
				map[string]any{"type": "button", "sub_type": "quick_reply", "index": "3", "parameters": []any{map[string]any{"type": "payload", "payload": valid(payload)}}},
			}},
		}
		if text != "" {
			want["context"] = map[string]any{"message_id": valid(text)}
		}
		if name != "" {
			want["biz_opaque_callback_data"] = valid(name)
			parameters := want["template"].(map[string]any)["components"].([]any)[0].(map[string]any)["parameters"].([]any)
			parameters[0].(map[string]any)["parameter_name"] = valid(name)
		}
		expected, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatalf("%v: %s", err, raw)
		}
		if again, err := json.Marshal(got); err != nil || string(again) != string(expected) { // both with sorted names
			t.Fatalf("%s\n%s", again, expected)
		}
	})
}

// valid is what JSON makes of bytes that are no UTF-8.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	out := make([]rune, 0, len(s))
	for _, r := range s {
		out = append(out, r)
	}
	return string(out)
}
