package harness

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// place is somewhere that other eyes than a person's own look at.
type place struct {
	name     string
	text     []byte
	sessions bool // may name sessions by their numbers
}

// Leaks searches everything that the box has written for other eyes: its log (in which PostgreSQL's is too) and output, the
// metrics of its processes, the audit table, the statements that a database's administrator could watch, the refusals that
// callers were given, and the addresses that were asked or mailed, as a proxy's access log keeps them. The program makes no
// traces; were it to, they would belong here. The sandbox's call log and mails are its own and hold addresses on purpose.
// It needs a box that runs.
func (b *Box) Leaks(t testing.TB) []string {
	t.Helper()
	b.provoke(t)
	b.watched(t)
	return b.search(t, append(b.kept(t), place{name: "the metrics", text: b.metrics(t)}, place{name: "the audit table", text: b.auditTable(t), sessions: true}))
}

// NoLeaks fails the test for each.
func (b *Box) NoLeaks(t testing.TB) {
	t.Helper()
	for _, leak := range b.Leaks(t) {
		t.Error(leak)
	}
}

// kept are the places that are still there when the box has stopped.
func (b *Box) kept(t testing.TB) []place {
	t.Helper()
	return []place{
		{name: "the log", text: b.logged(t)}, {name: "the output", text: []byte(b.All())},
		{name: "pg_stat_activity", text: []byte(b.watching.texts(b.watching.postgres))}, {name: "system.processes", text: []byte(b.watching.texts(b.watching.clickHouse))},
		{name: "a refusal", text: b.heard.refused()}, {name: "an address", text: b.heard.asked()},
	}
}

func (b *Box) search(t testing.TB, places []place) (found []string) {
	t.Helper()
	for _, p := range places {
		if len(bytes.TrimSpace(p.text)) == 0 {
			t.Errorf("%s: nothing is there to be searched, and so nothing is proved", p.name)
		}
		leaks := b.secrets.Found(p.text)
		if !p.sessions {
			leaks = append(leaks, b.sessions.Found(p.text)...)
		}
		for _, leak := range leaks {
			found = append(found, p.name+" holds the "+leak)
		}
	}
	return found
}

// stranger is where the search's own guesses come from: they must not use up what others may try.
const stranger = "127.0.0.77"

// provoke has a stranger and a program ask for what is refused, with secrets in all that they say.
func (b *Box) provoke(t testing.TB) {
	t.Helper()
	c := b.ClientFrom(t, stranger)
	email, phone, text := b.Secret("nobody."+Letters(12)+"@example.com"), b.Phones(1)[0], b.Secret("whisper "+Letters(16))
	for _, ask := range []struct {
		query     string
		variables map[string]any
	}{
		{`mutation($i: SignInInput!) { signIn(input: $i) { state userErrors { code message field } } }`, map[string]any{"i": map[string]any{"email": email, "password": text}}},
		{`query($t: String!) { invite(token: $t) { email } }`, map[string]any{"t": phone}},
		{`query($a: String!) { consent(address: $a) { known } }`, map[string]any{"a": phone}},
		{`mutation($i: SendMessagesInput!) { sendMessages(input: $i) { accepted } }`, map[string]any{"i": map[string]any{"idempotencyKey": text, "recipients": phone}}},
		{`{ consent(address: "` + phone + `) { known } } # ` + text, nil},
	} {
		if answer := c.Ask(t, ask.query, ask.variables); answer.Status < 400 && !bytes.Contains(answer.Raw, []byte(`"code":"`)) && !bytes.Contains(answer.Raw, []byte(`"invite":null`)) {
			t.Errorf("a stranger was not refused: %s", answer.Raw)
		}
	}
	c.Bearer = b.Secret("ph_live_" + Letters(32))
	if answer := c.Ask(t, `{ viewer { address } }`, nil); answer.Code() != "UNAUTHENTICATED" {
		t.Errorf("a made-up key was not refused: %s", answer.Raw)
	}
}

// watched waits until statements of both kinds of process, and of ClickHouse, were seen.
func (b *Box) watched(t testing.TB) {
	t.Helper()
	guest := b.ClientFrom(t, stranger)
	sign := map[string]any{"i": map[string]any{"email": "nobody@example.com", "password": "a guess of nobody's"}}
	Eventually(t, time.Minute, "statements of serve, of dispatch and of ClickHouse were seen", func() bool {
		seen := b.watching.texts(b.watching.postgres)
		if !servesStatement.MatchString(seen) {
			guest.Ask(t, `mutation($i: SignInInput!) { signIn(input: $i) { state } }`, sign)
			return false
		}
		if b.watching.texts(b.watching.clickHouse) == "" {
			b.Counts(t, "SELECT sum(sleepEachRow(0.05)) + 0 FROM numbers(6)")
			return false
		}
		return dispatchesStatement.MatchString(seen)
	})
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

// searchKept fails the test when anything registered is in what a box left that has stopped.
func (b *Box) searchKept(t testing.TB) {
	t.Helper()
	var left []place
	for _, p := range b.kept(t) {
		if len(p.text) > 0 || p.name == "the log" { // a story may end before anybody was refused
			left = append(left, p)
		}
	}
	for _, leak := range b.search(t, left) {
		t.Errorf("what must never be there: %q", leak)
	}
}
