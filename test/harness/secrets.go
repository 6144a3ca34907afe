package harness

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Secrets are what must never be found in a log: addresses of people, texts, tokens, passwords. A story registers what it
// draws and what it is given.
type Secrets struct {
	mu      sync.Mutex
	words   map[string]bool
	numbers map[string]bool // digits of phone numbers; there may be many thousands
	lengths map[int]bool    // of those
}

// shortest is the length below which a value would be found in anything.
const shortest = 8

// Add registers values.
func (s *Secrets) Add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.words == nil {
		s.words, s.numbers, s.lengths = map[string]bool{}, map[string]bool{}, map[int]bool{}
	}
	for _, v := range values {
		if d := digits(v); d != "" {
			s.numbers[d], s.lengths[len(d)] = true, true
		} else if len(v) >= shortest {
			s.words[v] = true
		}
	}
}

// Secret registers a value and gives it back.
func (b *Box) Secret(value string) string {
	b.secrets.Add(value)
	return value
}

// digits are a phone number's digits, empty for anything else.
func digits(s string) string {
	if !strings.HasPrefix(s, "+") || len(s) < 9 || strings.Trim(s[1:], "0123456789") != "" {
		return ""
	}
	return s[1:]
}

// Found lists which secrets a text holds, in any of the forms in which they could slip out: plain, digits only, with
// other characters between the digits, escaped for a URL or for JSON, hexadecimal, base64 (also inside a longer run, as
// in a provider's message id).
func (s *Secrets) Found(text []byte) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []string
	seen := map[string]bool{}
	for form, view := range views(text) {
		for _, secret := range append(s.wordsIn(view), s.numbersIn(view)...) {
			if line := form + " of " + secret; !seen[line] {
				seen[line] = true
				found = append(found, line)
			}
		}
	}
	return found
}

func (s *Secrets) wordsIn(text []byte) (found []string) {
	for w := range s.words {
		if bytes.Contains(text, []byte(w)) {
			found = append(found, w)
		}
	}
	return found
}

var digitRun = regexp.MustCompile(`[0-9]{8,}`)

// numbersIn looks at every stretch of digits of a registered length: the cost does not grow with the numbers.
func (s *Secrets) numbersIn(text []byte) (found []string) {
	for _, run := range digitRun.FindAll(text, -1) {
		for length := range s.lengths {
			for i := 0; i+length <= len(run); i++ {
				if d := string(run[i : i+length]); s.numbers[d] {
					found = append(found, d)
				}
			}
		}
	}
	return found
}

// views are the text as it is and with each kind of encoding undone.
func views(text []byte) map[string][]byte {
	return map[string][]byte{
		"plain": text, "escape for a URL": unescaped(text), "escape for JSON": unquoted(text), "hexadecimal": hexRuns(text),
		"base64": base64Runs(text), "spaced form": spaced(text),
	}
}

func unescaped(text []byte) []byte {
	if !bytes.ContainsAny(text, "%+") {
		return nil
	}
	var out bytes.Buffer
	for _, line := range bytes.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '"' || r == ' ' }) {
		if plain, err := url.QueryUnescape(string(line)); err == nil {
			out.WriteString(plain)
			out.WriteByte('\n')
		}
	}
	return out.Bytes()
}

var jsonEscape = regexp.MustCompile(`\\u[0-9a-fA-F]{4}|\\[nt"\\/]`)

func unquoted(text []byte) []byte {
	return jsonEscape.ReplaceAllFunc(text, func(escape []byte) []byte {
		if plain, err := strconv.Unquote(`"` + string(escape) + `"`); err == nil {
			return []byte(plain)
		}
		return escape[1:]
	})
}

var between = regexp.MustCompile(`([0-9])[ \-().]{1,2}([0-9])`)

// spaced takes out what people write between digits.
func spaced(text []byte) []byte {
	for range 2 { // matches cannot overlap: 1 2 3 takes two rounds
		text = between.ReplaceAll(text, []byte("$1$2"))
	}
	return text
}

var hexRun = regexp.MustCompile(`[0-9a-fA-F]{16,}`)

func hexRuns(text []byte) []byte {
	var out bytes.Buffer
	for _, run := range hexRun.FindAll(text, -1) {
		for skip := range 2 {
			part := run[skip:]
			decoded := make([]byte, len(part)/2)
			if _, err := hex.Decode(decoded, part[:len(decoded)*2]); err == nil {
				out.Write(decoded)
				out.WriteByte('\n')
			}
		}
	}
	return out.Bytes()
}

var base64Run = regexp.MustCompile(`[A-Za-z0-9+/_-]{11,}={0,2}`)

// base64Runs decodes every run that could be base64, at each of the four alignments: a number inside a longer value
// begins anywhere.
func base64Runs(text []byte) []byte {
	var out bytes.Buffer
	for _, run := range base64Run.FindAll(text, -1) {
		plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(string(run), "="))
		for skip := range min(4, len(plain)) {
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

// Leaks searches everything that the box has written for other eyes: its log and output, the metrics of its processes, and
// the audit table. The sandbox's call log is its own and holds addresses on purpose. It needs a box that runs.
func (b *Box) Leaks(t testing.TB) []string {
	t.Helper()
	var found []string
	for place, text := range map[string][]byte{
		"the log": b.logged(t), "the output": []byte(b.All()), "the metrics": b.metrics(t), "the audit table": b.auditTable(t),
	} {
		if len(text) == 0 {
			t.Errorf("%s is empty: a search of it would prove nothing", place)
		}
		for _, leak := range b.secrets.Found(text) {
			found = append(found, place+" holds the "+leak)
		}
	}
	return found
}

func (b *Box) logged(t testing.TB) []byte {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(b.Dir, "posthaste.log"))
	if err != nil {
		t.Errorf("read the box's log: %v", err)
	}
	return log
}

func (b *Box) metrics(t testing.TB) []byte {
	t.Helper()
	var all bytes.Buffer
	w := b.Where(t)
	if len(w.Hosts) < 3 {
		t.Errorf("only %d processes answer for metrics", len(w.Hosts))
	}
	for name, host := range w.Hosts {
		response, err := http.Get("http://" + host + "/metrics")
		if err != nil {
			t.Errorf("metrics of %s: %v", name, err)
			continue
		}
		if _, err := io.Copy(&all, response.Body); err != nil {
			t.Errorf("metrics of %s: %v", name, err)
		}
		_ = response.Body.Close()
	}
	return all.Bytes()
}

func (b *Box) auditTable(t testing.TB) []byte {
	t.Helper()
	rows := Rows[string](t, b, "SELECT to_jsonb(a)::text FROM audit_event a")
	return []byte(strings.Join(rows, "\n"))
}

// searchLogs fails the test when anything registered is in what a box wrote that has stopped.
func (b *Box) searchLogs(t testing.TB) {
	t.Helper()
	log := b.logged(t)
	if len(log) == 0 {
		t.Error("the box's log is empty: the search would prove nothing")
	}
	for _, found := range b.secrets.Found(append(log, b.All()...)) {
		t.Errorf("a log holds what must never be in one: %s", fmt.Sprintf("%q", found))
	}
}
