package whatsapp_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"posthaste/channels/whatsapp"
)

// FuzzParseWebhook: reading never panics, and nothing is lost: whatever a body lists is told, unknown or put aside, once
// each; what was put aside reads again as one part.
func FuzzParseWebhook(f *testing.F) {
	files, err := filepath.Glob("testdata/webhooks/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no fixtures")
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add(envelope(`5`, goodChange, `{"field":"messages","value":{"statuses":{"a":1},"messages":[null,7,`+goodMessage+`]}}`))
	f.Add(envelope(`{"field":"user_preferences","value":{"user_preferences":[{},1]}}`, `{"field":"account_update","value":[]}`))
	f.Add([]byte(`{"object":"whatsapp_business_account","entry":[{"changes":[{"field":{}}]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := whatsapp.ParseWebhook(raw)
		if err != nil {
			if b.Len() != 0 {
				t.Fatal("an error with content")
			}
			return
		}
		// Names given twice or in other letter case mean different things to different decoders: written anew, they are
		// gone, and the count is then exact.
		var body any
		if json.Unmarshal(raw, &body) != nil {
			t.Fatal("a body that is no JSON was read")
		}
		if !plainNames(body) {
			return
		}
		again, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		b, err = whatsapp.ParseWebhook(again)
		if err == whatsapp.ErrTooLarge {
			return
		}
		if want := countParts(body); err != nil || b.Len() != want {
			t.Fatalf("%d parts are told, %d are listed (%v) in %s", b.Len(), want, err, again)
		}
		for _, fragment := range append(b.Unknown, b.Unparsed...) {
			one, err := whatsapp.ParseWebhook(fragment.Raw)
			if err != nil || one.Len() != 1 || len(one.Unknown)+len(one.Unparsed) != 1 {
				t.Fatalf("the fragment %s reads as %s, %v", fragment.Raw, dump(one), err)
			}
		}
	})
}

// countParts counts what a body lists, without any of the parser's types.
func countParts(body any) int {
	top, _ := body.(map[string]any)
	if top["object"] != "whatsapp_business_account" {
		return 1
	}
	n := 0
	entries, _ := top["entry"].([]any)
	for _, e := range entries {
		entry, _ := e.(map[string]any)
		changes, ok := entry["changes"].([]any)
		if !ok || len(changes) == 0 || !textOrNothing(entry["id"]) {
			n++
			continue
		}
		for _, c := range changes {
			n += countChange(c)
		}
	}
	return n
}

func countChange(c any) int {
	change, _ := c.(map[string]any)
	value, _ := change["value"].(map[string]any)
	field, _ := change["field"].(string)
	names := map[string][]string{"messages": {"statuses", "messages", "errors"}, "user_preferences": {"user_preferences"}}
	n := 0
	for _, name := range names[field] {
		switch list := value[name].(type) {
		case nil:
		case []any:
			n += len(list)
		default:
			n++
		}
	}
	return max(n, 1)
}

func textOrNothing(v any) bool {
	_, text := v.(string)
	return v == nil || text
}

func plainNames(v any) bool {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			if !plainNames(x) {
				return false
			}
		}
	case map[string]any:
		for name, x := range v {
			for _, r := range name {
				if r > 'z' || r >= 'A' && r <= 'Z' {
					return false
				}
			}
			if !plainNames(x) {
				return false
			}
		}
	}
	return true
}
