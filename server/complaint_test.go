package server_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"posthaste/messaging"
	"posthaste/server"
)

// TestComplaintsRepeatNoValue: whatever of a request's values does not fit, neither the refusal nor the log holds it. The
// names in a document are its shape, and are told to whoever is signed in.
func TestComplaintsRepeatNoValue(t *testing.T) {
	t.Parallel()
	const phone, number, text = "+919811107052", "919811107052", "whisper-of-a-person"
	send := `mutation($i: SendMessagesInput!) { sendMessages(input: $i) { accepted } }`
	input := func(field string, value any) map[string]any {
		i := map[string]any{"idempotencyKey": "k", "senderId": "1", "templateId": "1", "recipients": []any{}}
		i[field] = value
		return map[string]any{"i": i}
	}
	for name, test := range map[string]struct {
		query     string
		variables map[string]any
	}{
		"a word for an enum":             {`query($s: [CampaignState!]) { campaigns(first: 1, states: $s) { edges { cursor } } }`, map[string]any{"s": []any{text}}},
		"a number for an enum":           {`query($s: [CampaignState!]) { campaigns(first: 1, states: $s) { edges { cursor } } }`, map[string]any{"s": []any{919811107052}}},
		"a word for a number":            {`query($n: Int!) { campaigns(first: $n) { edges { cursor } } }`, map[string]any{"n": text}},
		"digits for a number":            {`query($n: Int!) { campaigns(first: $n) { edges { cursor } } }`, map[string]any{"n": number}},
		"a number beyond":                {`query($n: Int!) { campaigns(first: $n) { edges { cursor } } }`, map[string]any{"n": json.Number(number + number)}},
		"a fraction for a number":        {`query($n: Int!) { campaigns(first: $n) { edges { cursor } } }`, map[string]any{"n": json.Number(number + ".5")}},
		"a word for a time":              {send, input("sendAt", text)},
		"a word for a time zone":         {`query($z: TimeZone) { analytics { messageStats(range: {preset: TODAY}, timeZone: $z) { meta { timeZone } } } }`, map[string]any{"z": text}},
		"a word for an id":               {`query($id: ID!) { campaign(id: $id) { id } }`, map[string]any{"id": text}},
		"a word for a message's id":      {`query($id: MessageID!) { message(id: $id) { status } }`, map[string]any{"id": text}},
		"a word for a cursor":            {`query($c: Cursor) { messages(first: 1, after: $c) { edges { cursor } } }`, map[string]any{"c": text}},
		"a phone for a list":             {send, input("recipients", phone)},
		"an unknown input":               {send, input(text, phone)},
		"an object for a text":           {`query($a: String!) { consent(address: $a) { known } }`, map[string]any{"a": map[string]any{phone: text}}},
		"an undeclared variable":         {`{ consent(address: $a) { known } }`, map[string]any{"a": phone}},
		"a literal for an enum":          {`{ campaigns(first: 1, states: "` + text + `") { edges { cursor } } }`, nil},
		"a literal word for an enum":     {`{ campaigns(first: 1, states: whisper_of_a_person) { edges { cursor } } }`, nil},
		"a literal for a number":         {`{ campaigns(first: "` + phone + `") { edges { cursor } } }`, nil},
		"a literal number beyond":        {`{ campaigns(first: ` + number + number + `) { edges { cursor } } }`, nil},
		"a literal number for a text":    {`{ consent(address: ` + number + `) { known } }`, nil},
		"a literal object for a text":    {`{ consent(address: {to: "` + phone + `"}) { known } }`, nil},
		"a literal for an input":         {`mutation { sendMessages(input: "` + text + `") { accepted } }`, nil},
		"a literal for a time":           {`mutation { sendMessages(input: {idempotencyKey: "k", senderId: "1", templateId: "1", recipients: [], sendAt: "` + text + `"}) { accepted } }`, nil},
		"a string where a name is due":   {`{ "` + phone + `" }`, nil},
		"a block of text as well":        {`{ """` + text + `""" }`, nil},
		"a number where a name is due":   {`{ ` + number + ` }`, nil},
		"a string that never ends":       {`{ consent(address: "` + phone + `) { known } }`, nil},
		"a string before a query":        {`"` + phone + `" { viewer { address } }`, nil},
		"a string after a query":         {`{ viewer { address } } "` + text + `"`, nil},
		"a string for a fragment":        {`{ viewer { ... on "` + text + `" { address } } }`, nil},
		"a wrong escape":                 {`{ consent(address: "` + text + `\q") { known } }`, nil},
		"a directive that takes none":    {`{ viewer @include(if: "` + phone + `") { address } }`, nil},
		"two answers under one name":     {`{ consent(address: "` + phone + `") { known } consent(address: "` + text + `") { known } }`, nil},
		"a default of the wrong kind":    {`query($n: Int = "` + text + `") { campaigns(first: $n) { edges { cursor } } }`, nil},
		"a default that is no such word": {`query($s: [CampaignState!] = [whisper_of_a_person]) { campaigns(first: 1, states: $s) { edges { cursor } } }`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := &bytes.Buffer{}
			s := newEdge(t, func(o *server.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
			body, err := json.Marshal(map[string]any{"query": test.query, "variables": test.variables})
			if err != nil {
				t.Fatal(err)
			}
			w := post(s, "application/json", string(body), "Authorization", "Bearer sesame")
			var a answer
			if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || a.refused() == "" {
				t.Fatalf("not refused: %d %s", w.Code, w.Body)
			}
			if code := a.refused(); code == messaging.CodeInternal && !strings.Contains(log.String(), "a resolver") {
				t.Errorf("a value that does not fit is our failure: %s\n%s", w.Body, log)
			}
			for _, secret := range []string{phone, number, text, "whisper_of_a_person", "9.198"} {
				if strings.Contains(w.Body.String(), secret) {
					t.Errorf("the refusal repeats %s: %s", secret, w.Body)
				}
				if strings.Contains(log.String(), secret) {
					t.Errorf("the log repeats %s: %s", secret, log)
				}
			}
		})
	}
}

// TestComplaintsSayWhatIsWrong: whoever writes a query learns which of its names is not one, and where.
func TestComplaintsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := newEdge(t)
	for text, want := range map[string]string{
		`{ campaigns(first: 1) { edges { nodes { id } } } }`:         `nodes`,
		`{ campaign(idd: "1") { id } }`:                              `idd`,
		`{ campaigns(first: "1") { edges { cursor } } }`:             `Int`,
		`{ campaigns(first: 1, states: NONE) { edges { cursor } } }`: `CampaignState`,
		`{ campaigns(first: 1) {`:                                    `"line":1`,
	} {
		w := post(s, "application/json", query(t, text), "Authorization", "Bearer sesame")
		if w.Code >= http.StatusInternalServerError || !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Body.String(), `"locations"`) {
			t.Errorf("%s: %d %s, want a word of %s", text, w.Code, w.Body, want)
		}
	}
}
