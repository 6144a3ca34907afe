package whatsapp_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"posthaste/channels/whatsapp"
)

func TestVerifySignature(t *testing.T) {
	t.Parallel()
	var signed struct {
		File   string
		Secret string `json:"app_secret"`
		Value  string
	}
	if err := json.Unmarshal(fixture(t, "signature.json"), &signed); err != nil {
		t.Fatal(err)
	}
	raw := fixture(t, signed.File)
	digits := strings.TrimPrefix(signed.Value, "sha256=")

	// The same text in raw UTF-8: what a receiver that re-serialises would look at.
	var decoded any
	if err := json.Unmarshal(raw, &decoded); err != nil {
		t.Fatal(err)
	}
	rawUTF8, err := json.Marshal(decoded)
	if err != nil || !bytes.Contains(rawUTF8, []byte("धन्यवाद")) {
		t.Fatalf("%v %s", err, rawUTF8)
	}

	for name, c := range map[string]struct {
		raw     []byte
		header  string
		secrets []string
		want    bool
	}{
		"as sent":          {raw, signed.Value, []string{signed.Secret}, true},
		"new secret first": {raw, signed.Value, []string{"new", signed.Secret}, true},
		"new secret last":  {raw, signed.Value, []string{signed.Secret, "new"}, true},
		"one empty":        {raw, signed.Value, []string{"", signed.Secret}, true},
		"raw UTF-8":        {rawUTF8, signed.Value, []string{signed.Secret}, false},
		"one byte more":    {append(bytes.Clone(raw), '\n'), signed.Value, []string{signed.Secret}, false},
		"other secret":     {raw, signed.Value, []string{"other"}, false},
		"no secret":        {raw, signed.Value, nil, false},
		"no header":        {raw, "", []string{signed.Secret}, false},
		"no scheme":        {raw, digits, []string{signed.Secret}, false},
		"sha1":             {raw, "sha1=" + digits, []string{signed.Secret}, false},
		"cut short":        {raw, signed.Value[:len(signed.Value)-2], []string{signed.Secret}, false},
		"too long":         {raw, signed.Value + "00", []string{signed.Secret}, false},
		"not hex":          {raw, "sha256=" + strings.Repeat("z", 64), []string{signed.Secret}, false},
		"flipped last bit": {raw, signed.Value[:len(signed.Value)-1] + "0", []string{signed.Secret}, false},
		// HMAC-SHA256 of the empty body under the empty key, from RFC 4231's construction.
		"empty secret": {nil, "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", []string{""}, false},
	} {
		if got := whatsapp.VerifySignature(c.raw, c.header, c.secrets...); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestParseHandshake(t *testing.T) {
	t.Parallel()
	query := func(mode, challenge, token string) url.Values {
		return url.Values{"hub.mode": {mode}, "hub.challenge": {challenge}, "hub.verify_token": {token}}
	}
	if h, ok := whatsapp.ParseHandshake(query("subscribe", "918273", "tok")); !ok || h != (whatsapp.Handshake{Token: "tok", Challenge: "918273"}) {
		t.Errorf("%+v %v", h, ok)
	}
	for name, q := range map[string]url.Values{
		"other mode":        query("unsubscribe", "918273", "tok"),
		"empty token":       query("subscribe", "918273", ""),
		"nothing":           nil,
		"no challenge":      query("subscribe", "", "tok"),
		"challenge is HTML": query("subscribe", "<script>", "tok"),
		"challenge is long": query("subscribe", strings.Repeat("1", 300), "tok"),
	} {
		if h, ok := whatsapp.ParseHandshake(q); ok || h != (whatsapp.Handshake{}) {
			t.Errorf("%s: %+v", name, h)
		}
	}
}
