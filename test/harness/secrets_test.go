package harness

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
)

func TestSecretsAreFoundInEveryForm(t *testing.T) {
	t.Parallel()
	s := &Secrets{}
	s.Add("+919811107052", "a text that nobody may see")
	for name, planted := range map[string]string{
		"plain":                  "level=INFO to=+919811107052",
		"digits only":            "level=INFO to=919811107052",
		"URL-encoded":            "GET /x?to=%2B919811107052",
		"hexadecimal":            "key=" + hex.EncodeToString([]byte("919811107052")),
		"base64":                 "id=" + base64.StdEncoding.EncodeToString([]byte("919811107052")),
		"inside a base64 run":    "wamid." + base64.StdEncoding.EncodeToString([]byte("\x1d\x05919811107052\x15\x02")),
		"base64url, not aligned": "x" + base64.RawURLEncoding.EncodeToString([]byte("??919811107052~~")),
		"a text":                 "body: a text that nobody may see",
		"a text, form-encoded":   "b=a+text+that+nobody+may+see",
		"spaced":                 "call +91 98111 07052 now",
		"with hyphens":           "+91-98111-07052",
		"JSON-escaped":           `{"to":"\u002b919811107052"}`,
		"a text, escaped twice":  `"a%20text that\u0020nobody may see a text that nobody\u0020may see"`,
		"upper-case hexadecimal": strings.ToUpper(hex.EncodeToString([]byte("+919811107052"))),
		"a text in base64":       base64.StdEncoding.EncodeToString([]byte("a text that nobody may see")),
	} {
		if len(s.Found([]byte(planted))) == 0 {
			t.Errorf("not found: %s", name)
		}
	}
	if found := s.Found([]byte(`{"level":"INFO","msg":"a request","id":"7345678901234567-134","route":"/graphql"}`)); len(found) != 0 {
		t.Errorf("found what is not there: %v", found)
	}
}
