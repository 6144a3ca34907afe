package whatsapp

import (
	"encoding/json"
	"testing"
	"time"
)

// FuzzUsualAnswer: what the short way reads is what encoding/json reads, and means the same.
func FuzzUsualAnswer(f *testing.F) {
	for _, s := range usualAnswers {
		f.Add([]byte(s))
	}
	f.Add([]byte(`{"messaging_product":"whatsapp","messages":[{"id":"wamid.\\u0031"}]}`))
	f.Add([]byte(`{"messaging_product":"whatsapp","messages":[{"id":"a"}]}}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		u, ok := readUsual(answer)
		if !ok {
			return
		}
		var full sendAnswer
		if err := json.Unmarshal(answer, &full); err != nil {
			t.Fatalf("%q is taken and is no JSON: %v", answer, err)
		}
		if len(full.Messages) != 1 || full.Error != nil || full.Messages[0] != u.answer().Messages[0] {
			t.Fatalf("%q: %+v", answer, full)
		}
		if full.Messages[0].ID != "" && accepted(full) != accepted(u.answer()) {
			t.Fatalf("%q means another thing", answer)
		}
	})
}

var usualAnswers = []string{
	`{"messaging_product":"whatsapp","contacts":[{"input":"+919811100022","wa_id":"919811100022"}],"messages":[{"id":"wamid.1","message_status":"accepted"}]}`,
	`{"messaging_product":"whatsapp","contacts":[{"input":"IN.1","user_id":"IN.1"}],"messages":[{"id":"wamid.1"}]}`,
	`{"messaging_product":"whatsapp","contacts":[{"input":"1","wa_id":"2","user_id":"IN.1"}],"messages":[{"id":"wamid.1","message_status":"held_for_quality_assessment"}]}`,
	`{"messaging_product":"whatsapp","messages":[{"id":"wamid.1"}]}`,
}

func TestUsualAnswersTakeTheShortWay(t *testing.T) {
	t.Parallel()
	for _, s := range usualAnswers {
		if _, ok := readUsual([]byte(s)); !ok {
			t.Errorf("%s is read the long way", s)
		}
		if o := outcome(200, []byte(s), time.Second); o.ProviderID != "wamid.1" {
			t.Errorf("%s: %v", s, o)
		}
	}
}
