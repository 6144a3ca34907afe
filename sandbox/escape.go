package sandbox

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"unicode/utf16"
	"unicode/utf8"
)

// encode renders JSON as the platform sends it: ASCII only, everything else as
// \u escapes in lower-case hex. The signature is over these bytes, so a
// receiver that re-serialises before it verifies fails here as it fails there.
func encode(value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		// Only the package's own types and decoded JSON come here.
		panic("sandbox: unencodable value: " + err.Error())
	}
	return escapeASCII(bytes.TrimSuffix(buffer.Bytes(), []byte("\n")))
}

// escapeASCII rewrites valid JSON; bytes above 0x7f can only stand in strings.
func escapeASCII(text []byte) []byte {
	first := bytes.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
	if first < 0 {
		return text
	}
	out := make([]byte, first, len(text)+len(text)/2)
	copy(out, text)
	for i := first; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		i += size
		switch {
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = appendEscape(appendEscape(out, high), low)
		default:
			out = appendEscape(out, r)
		}
	}
	return out
}

func appendEscape(out []byte, unit rune) []byte {
	return hex.AppendEncode(append(out, '\\', 'u'), []byte{byte(unit >> 8), byte(unit)})
}

// sign returns the value of X-Hub-Signature-256 for a webhook body.
func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
