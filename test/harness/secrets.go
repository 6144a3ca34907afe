package harness

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Secrets are what must never be found where others look: addresses of people, texts, tokens, passwords. A story registers
// what it draws; what goes over the wire registers itself (overheard.go).
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

// Forget takes back what a test has planted itself, before the search at the end of its box finds it too.
func (b *Box) Forget(values ...string) {
	b.secrets.mu.Lock()
	defer b.secrets.mu.Unlock()
	for _, v := range values {
		delete(b.secrets.words, v)
		delete(b.secrets.numbers, digits(v))
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
