package harness

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Secrets are what must never be found in a log: addresses of people, texts, tokens, passwords. A story registers what it
// draws and what it is given.
type Secrets struct {
	mu   sync.Mutex
	list []string
}

// Add registers values. Short ones are left out: they would be found in anything.
func (s *Secrets) Add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		if len(v) >= 8 {
			s.list = append(s.list, v)
		}
	}
}

// Secret registers a value and gives it back.
func (b *Box) Secret(value string) string {
	b.secrets.Add(value)
	return value
}

// Found lists which secrets a text holds, in any of the forms in which they could slip out: plain, digits only,
// URL-encoded, base64 (also inside a longer run), hexadecimal.
func (s *Secrets) Found(text []byte) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	decoded := decodedRuns(text)
	var found []string
	for _, secret := range s.list {
		for _, form := range forms(secret) {
			if bytes.Contains(text, []byte(form)) {
				found = append(found, form)
				break
			}
		}
		if bytes.Contains(decoded, []byte(secret)) || digits(secret) != "" && bytes.Contains(decoded, []byte(digits(secret))) {
			found = append(found, "base64 of "+secret)
		}
	}
	return found
}

func forms(secret string) []string {
	out := []string{secret, url.QueryEscape(secret), hex.EncodeToString([]byte(secret))}
	if d := digits(secret); d != "" {
		out = append(out, d, hex.EncodeToString([]byte(d)))
	}
	return out
}

// digits are a phone number's digits, empty for anything else.
func digits(s string) string {
	if !strings.HasPrefix(s, "+") || len(s) < 9 {
		return ""
	}
	return s[1:]
}

var base64Run = regexp.MustCompile(`[A-Za-z0-9+/_-]{12,}={0,2}`)

// decodedRuns decodes every run that could be base64, at each of the four alignments: a number inside a longer value
// (a provider's message id holds one) begins anywhere.
func decodedRuns(text []byte) []byte {
	var out bytes.Buffer
	for _, run := range base64Run.FindAll(text, -1) {
		plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(string(run), "="))
		for skip := range 4 {
			if skip >= len(plain) {
				break
			}
			part := plain[skip:]
			if len(part)%4 == 1 {
				part = part[:len(part)-1]
			}
			if decoded, err := base64.RawStdEncoding.DecodeString(part); err == nil {
				out.Write(decoded)
				out.WriteByte('\n')
			}
		}
	}
	return out.Bytes()
}

// searchLogs fails the test when anything registered is in what the box wrote: its log, its output, the call log of the
// sandbox aside, which is the sandbox's own and holds addresses on purpose.
func (b *Box) searchLogs(t testing.TB) {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(b.Dir, "posthaste.log"))
	if err != nil {
		t.Errorf("read the box's log: %v", err)
		return
	}
	if len(log) == 0 {
		t.Error("the box's log is empty: the search would prove nothing")
	}
	for _, found := range b.secrets.Found(append(log, b.All()...)) {
		t.Errorf("a log holds what must never be in one: %q", found)
	}
}
