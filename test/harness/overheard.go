package harness

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"posthaste/graph"
)

// overheard is what went between the box and those who ask it: the addresses that were asked, and each refusal as its
// caller reads it. On the way it registers every secret that it sees, so that no story has to think of it: what the
// schema marks @secret on its way in or out, what people are reached by, cookies, bearers, and the numbers of sessions.
type overheard struct {
	mu        sync.Mutex
	addresses map[string]bool
	refusals  bytes.Buffer
	secrets   *Secrets
	sessions  *Secrets
}

// secretNames are the names whose values are secret: of what is handed over, and of what is answered.
var secretNames = sync.OnceValue(func() (names struct{ given, told map[string]bool }) {
	// People are reached by these, and written to in those words; the schema lets them be shown to whoever may see them.
	names.given, names.told = map[string]bool{"email": true, "to": true, "address": true, "value": true}, map[string]bool{}
	for _, definition := range graph.Schema().Types {
		for _, field := range definition.Fields {
			if field.Directives.ForName("secret") != nil && definition.Kind == ast.InputObject {
				names.given[field.Name] = true
			} else if field.Directives.ForName("secret") != nil {
				names.told[field.Name] = true
			}
			for _, argument := range field.Arguments {
				if argument.Directives.ForName("secret") != nil {
					names.given[argument.Name] = true
				}
			}
		}
	}
	delete(names.told, "text") // of a revealed message, but also of every template's button
	return names
})

// listening is a transport that overhears.
type listening struct {
	http.RoundTripper
	heard *overheard
}

func (l listening) RoundTrip(r *http.Request) (*http.Response, error) {
	l.heard.ask(r)
	response, err := l.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	for _, cookie := range response.Cookies() {
		l.heard.secrets.Add(cookie.Value)
	}
	if kind := response.Header.Get("Content-Type"); response.StatusCode >= 400 || strings.HasPrefix(kind, "application/json") || strings.HasPrefix(kind, "text/event-stream") {
		response.Body = &tapped{ReadCloser: response.Body, done: func(body []byte) { l.heard.answer(response.StatusCode, body) }}
	}
	return response, nil
}

// tapped keeps the beginning of a body while it is read.
type tapped struct {
	io.ReadCloser
	kept bytes.Buffer
	done func([]byte)
	once sync.Once
}

const mostOfABody = 4 << 20

func (b *tapped) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.kept.Len() < mostOfABody {
		b.kept.Write(p[:n])
	}
	return n, err
}

func (b *tapped) Close() error {
	b.once.Do(func() { b.done(b.kept.Bytes()) })
	return b.ReadCloser.Close()
}

// ask notes where somebody asks, and what secrets are handed over.
func (o *overheard) ask(r *http.Request) {
	o.link(r.URL.String())
	if _, bearer, found := strings.Cut(r.Header.Get("Authorization"), " "); found {
		o.secrets.Add(bearer)
		o.secrets.Add(strings.Split(bearer, ".")...)
		o.sessions.Add(sessionOf(bearer))
	}
	if r.GetBody == nil || r.Header.Get("Content-Type") != "application/json" {
		return
	}
	body, err := r.GetBody()
	if err != nil {
		return
	}
	defer body.Close()
	var question struct{ Variables any }
	if json.NewDecoder(body).Decode(&question) == nil {
		o.register(secretNames().given, "", question.Variables)
	}
}

// link notes an address that the program made or was asked at. What stands behind # never leaves a browser. A ticket of an
// upload or an export is in the path, and is the one secret there: it opens for a while, and only together with the
// credential of who asked for it, so an access log that keeps it gives nothing away.
func (o *overheard) link(address string) {
	u, err := url.Parse(address)
	if err != nil {
		u = &url.URL{Opaque: address} // to be searched as it is
	}
	u.Fragment, u.RawFragment = "", ""
	for _, route := range []string{"/uploads/", "/evidence/"} {
		if strings.HasPrefix(u.Path, route) {
			u.Path, u.RawPath = route, ""
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.addresses == nil {
		o.addresses = map[string]bool{}
	}
	o.addresses[u.String()] = true
}

// Link notes an address that somebody was shown or mailed, and registers what stands behind its #.
func (b *Box) Link(address string) {
	if _, token, found := strings.Cut(address, "#"); found {
		b.secrets.Add(token)
	}
	b.heard.link(address)
}

// Overheard takes what a browser says that it asked, was answered and has seen; what is empty was not said.
func (b *Box) Overheard(address string, status int, body string, secrets, codes []string) {
	if address != "" {
		b.heard.link(address)
	}
	if body != "" {
		b.heard.answer(status, []byte(body))
	}
	b.secrets.Add(secrets...)
	for _, code := range codes {
		b.secrets.Add(typed(code))
	}
}

// answer keeps what of an answer is a refusal, and registers the secrets in the rest.
func (o *overheard) answer(status int, body []byte) {
	parts := [][]byte{body}
	if bytes.HasPrefix(body, []byte("event:")) || bytes.HasPrefix(body, []byte(":")) {
		parts = nil
		for _, line := range bytes.Split(body, []byte("\n")) {
			if data, found := bytes.CutPrefix(line, []byte("data: ")); found {
				parts = append(parts, data)
			}
		}
	}
	for _, part := range parts {
		var said any
		if json.Unmarshal(part, &said) != nil {
			if status >= 400 {
				o.refuse(part)
			}
			continue
		}
		o.register(secretNames().told, "", said)
		if status >= 400 {
			o.refuse(part)
		} else {
			o.refusalsIn(said)
		}
	}
}

// refusalsIn keeps what stands under the names by which an answer refuses.
func (o *overheard) refusalsIn(said any) {
	switch said := said.(type) {
	case []any:
		for _, part := range said {
			o.refusalsIn(part)
		}
	case map[string]any:
		for name, part := range said {
			if name != "errors" && name != "userErrors" && name != "error" {
				o.refusalsIn(part)
			} else if text, err := json.Marshal(part); err == nil && len(text) > len("null") {
				o.refuse(text)
			}
		}
	}
}

func (o *overheard) refuse(text []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refusals.Write(text)
	o.refusals.WriteByte('\n')
}

// register adds the strings that stand under a secret name.
func (o *overheard) register(names map[string]bool, name string, said any) {
	switch said := said.(type) {
	case []any:
		for _, part := range said {
			o.register(names, name, part)
		}
	case map[string]any:
		for name, part := range said {
			o.register(names, name, part)
		}
	case string:
		switch {
		case name == "url" || name == "inviteUrl":
			o.secrets.Add(said[strings.LastIndexAny(said, "#/")+1:])
		case !names[name]:
		case name == "code":
			o.secrets.Add(typed(said))
		case name == "address" && digits(said) == "": // of a computer
		default:
			o.secrets.Add(said)
			o.sessions.Add(sessionOf(said))
		}
	}
}

// typed is a code of six digits as a log would quote it: the digits alone are found in any number.
func typed(code string) string { return `"` + code + `"` }

// sessionOf is the number of the session that an access token is for.
func sessionOf(bearer string) string {
	parts := strings.Split(bearer, ".")
	if len(parts) != 3 {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var claims struct{ SID string }
	_ = json.Unmarshal(raw, &claims) // not a token of ours then
	return claims.SID
}

// asked are the addresses, one a line.
func (o *overheard) asked() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return []byte(strings.Join(slices.Sorted(maps.Keys(o.addresses)), "\n"))
}

func (o *overheard) refused() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bytes.Clone(o.refusals.Bytes())
}
