package whatsapp_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"posthaste/channels"
	"posthaste/channels/whatsapp"
	"posthaste/messaging"
)

// answering gives a client of a server that answers every call alike, and the last request the server saw.
func answering(t *testing.T, status int, header http.Header, body string) (*whatsapp.Client, func() (path, token string, body []byte)) {
	t.Helper()
	type seen struct {
		path, token string
		body        []byte
	}
	requests := make(chan seen, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		requests <- seen{r.Method + " " + r.URL.RequestURI(), r.Header.Get("Authorization"), sent}
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	now := func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }
	client, err := whatsapp.New(whatsapp.Options{BaseURL: server.URL, Version: "v25.0", Timeout: 5 * time.Second, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return client, func() (string, string, []byte) { s := <-requests; return s.path, s.token, s.body }
}

func outgoing(content messaging.Content) channels.Outgoing {
	return channels.Outgoing{
		Account: channels.Account{SenderID: "700100200", Token: "EAAtoken"},
		To:      channels.Recipient{Phone: "+919811100022", UserID: "IN.90817263544120077"},
		Content: content,
	}
}

var offer = &messaging.TemplateContent{
	Name: "diwali_offer_v3", Language: "en_IN",
	Header:  []messaging.Parameter{{Media: &messaging.Media{Kind: messaging.Image, ID: "8800112233", Caption: "not for a header"}}},
	Body:    []messaging.Parameter{{Name: "first_name", Text: "Asha"}},
	Buttons: []messaging.ButtonValue{{Index: 0, Suffix: "DW25"}, {Index: 1, Payload: "STOP_PROMO"}},
}

func TestSendBodies(t *testing.T) {
	t.Parallel()
	const envelope = `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+919811100022",`
	for name, c := range map[string]struct {
		out  channels.Outgoing
		want string
	}{
		"text": {
			func() channels.Outgoing {
				o := outgoing(messaging.Content{Text: &messaging.Text{Body: "Namaste"}, ReplyTo: "wamid.PREV01"})
				o.Correlation = "t7|c42|m000981"
				return o
			}(),
			string(fixture(t, "requests/text.json")),
		},
		"template, named": {outgoing(messaging.Content{Template: offer}), string(fixture(t, "requests/template_named_image_url_quickreply.json"))},
		"template, authentication": {
			outgoing(messaging.Content{Template: &messaging.TemplateContent{
				Name: "login_code", Language: "en",
				Body:    []messaging.Parameter{{Text: "483920"}},
				Buttons: []messaging.ButtonValue{{Suffix: "483920"}},
			}}),
			// The fixture leaves out the recipient's type, whose default is what we write.
			strings.Replace(string(fixture(t, "requests/template_authentication_copy_code.json")), `"to"`, `"recipient_type":"individual","to"`, 1),
		},
		"template, positional": {
			outgoing(messaging.Content{Template: &messaging.TemplateContent{
				Name: "order", Language: "pt_BR",
				Header:  []messaging.Parameter{{Text: "Olá <Ana> & \"Zé\""}},
				Body:    []messaging.Parameter{{Text: "7"}, {Text: "amanhã ☕"}},
				Buttons: []messaging.ButtonValue{{Index: 2, Suffix: "pedidos/7?q=a b|c:d&e=é%20f%"}, {Index: 3, Code: "SAVE10"}},
			}}),
			envelope + `"type":"template","template":{"name":"order","language":{"code":"pt_BR"},"components":[
				{"type":"header","parameters":[{"type":"text","text":"Olá <Ana> & \"Zé\""}]},
				{"type":"body","parameters":[{"type":"text","text":"7"},{"type":"text","text":"amanhã ☕"}]},
				{"type":"button","sub_type":"url","index":"2","parameters":[{"type":"text","text":"pedidos/7?q=a%20b%7Cc%3Ad&e=%C3%A9%20f%25"}]},
				{"type":"button","sub_type":"copy_code","index":"3","parameters":[{"type":"coupon_code","coupon_code":"SAVE10"}]}]}}`,
		},
		"template, document header": {
			outgoing(messaging.Content{Template: &messaging.TemplateContent{Name: "bill", Language: "en",
				Header: []messaging.Parameter{{Media: &messaging.Media{Kind: messaging.Document, ID: "5", Filename: "bill.pdf"}}}}}),
			envelope + `"type":"template","template":{"name":"bill","language":{"code":"en"},"components":[
				{"type":"header","parameters":[{"type":"document","document":{"id":"5","filename":"bill.pdf"}}]}]}}`,
		},
		"template without values": {
			outgoing(messaging.Content{Template: &messaging.TemplateContent{Name: "hello", Language: "en"}}),
			envelope + `"type":"template","template":{"name":"hello","language":{"code":"en"}}}`,
		},
		"image":    {outgoing(messaging.Content{Media: &messaging.Media{Kind: messaging.Image, ID: "5", Caption: "look"}}), envelope + `"type":"image","image":{"id":"5","caption":"look"}}`},
		"document": {outgoing(messaging.Content{Media: &messaging.Media{Kind: messaging.Document, ID: "5", Caption: "c", Filename: "f.pdf"}}), envelope + `"type":"document","document":{"id":"5","caption":"c","filename":"f.pdf"}}`},
		"sticker":  {outgoing(messaging.Content{Media: &messaging.Media{Kind: messaging.Sticker, ID: "5", Caption: "none"}}), envelope + `"type":"sticker","sticker":{"id":"5"}}`},
		"user id": {
			func() channels.Outgoing {
				o := outgoing(messaging.Content{Text: &messaging.Text{Body: "https://x.example", PreviewURL: true}})
				o.To.Phone = ""
				return o
			}(),
			`{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"IN.90817263544120077","type":"text","text":{"preview_url":true,"body":"https://x.example"}}`,
		},
	} {
		client, last := answering(t, 200, nil, string(fixture(t, "requests/response_accepted.json")))
		o := client.Send(t.Context(), c.out)
		if o.Verdict != channels.Accepted {
			t.Errorf("%s: %v", name, o)
			continue
		}
		path, token, body := last()
		if path != "POST /v25.0/700100200/messages" || token != "Bearer EAAtoken" {
			t.Errorf("%s: %s, %s", name, path, token)
		}
		if !sameJSON(t, body, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", name, body, c.want)
		}
	}
}

func TestSendAccepted(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]channels.Outcome{
		"response_accepted.json":           {ProviderID: "wamid.HBgM0001", Phone: "+919811100022"},
		"response_held.json":               {ProviderID: "wamid.HBgM0002", Phone: "+919811100022", Held: true},
		"response_brazil_other_wa_id.json": {ProviderID: "wamid.HBgM0003", Phone: "+551198765432"},
	} {
		want.Verdict = channels.Accepted
		client, _ := answering(t, 200, nil, string(fixture(t, "requests/"+name)))
		if got := client.Send(t.Context(), outgoing(messaging.Content{Template: offer})); got != want {
			t.Errorf("%s: held %v phone and id as wanted: %v %v", name, got.Held, got.Phone == want.Phone, got.ProviderID == want.ProviderID)
		}
	}
	client, _ := answering(t, 200, nil, `{"contacts":[{"input":"IN.1","user_id":"IN.1"}],"messages":[{"id":"wamid.1","message_status":"paused"}]}`)
	if got := client.Send(t.Context(), outgoing(messaging.Content{Template: offer})); got.UserID != "IN.1" || got.Phone != "" || !got.Held {
		t.Errorf("user id: %v", got)
	}
}

// The known person of a Brazilian answer is the person we wrote to.
func TestAnswersFoldToTheSamePerson(t *testing.T) {
	t.Parallel()
	client, _ := answering(t, 200, nil, string(fixture(t, "requests/response_brazil_other_wa_id.json")))
	out := outgoing(messaging.Content{Template: offer})
	out.To.Phone = "+5511998765432"
	answer, err := messaging.ParsePhone(client.Send(t.Context(), out).Phone, "")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := messaging.ParsePhone(out.To.Phone, "")
	if err != nil || answer.Key() != ours.Key() {
		t.Errorf("one person has two keys (%v)", err)
	}
}

func TestSendVerdicts(t *testing.T) {
	t.Parallel()
	graph := func(code string) string {
		return `{"error":{"message":"+919811100022","code":` + code + `,"error_data":{"details":"919811100022"}}}`
	}
	const minute = time.Minute
	for _, c := range []struct {
		name    string
		status  int
		body    string
		retry   string // Retry-After
		verdict channels.Verdict
		code    int
		action  channels.Action
		scope   channels.Scope
		wait    time.Duration
	}{
		{"token", 401, string(fixture(t, "requests/error_token_190.json")), "", channels.Refused, 190, channels.Stop, channels.OfAccount, 0},
		{"pair rate", 400, string(fixture(t, "requests/error_pair_rate_131056.json")), "", channels.Refused, 131056, channels.Retry, channels.OfPair, 0},
		{"pair rate as 429", 429, string(fixture(t, "requests/error_pair_rate_131056.json")), "12", channels.Refused, 131056, channels.Retry, channels.OfPair, 12 * time.Second},
		{"code as text", 400, graph(`"131047"`), "", channels.Refused, 131047, channels.Resend, channels.OfMessage, 0},
		{"opt-out", 400, graph("131050"), "", channels.Refused, 131050, channels.OptOut, channels.OfPair, 0},
		{"error under 200", 200, graph("131026"), "", channels.Refused, 131026, channels.Final, channels.OfMessage, 0},
		{"known code under 500", 500, graph("131000"), "", channels.Refused, 131000, channels.Retry, channels.OfMessage, 0},
		{"overload", 503, graph("2"), "", channels.Refused, 2, channels.Retry, channels.OfAccount, 0},
		{"table's wait", 500, graph("131057"), "", channels.Refused, 131057, channels.Retry, channels.OfSender, minute},
		{"permission range", 403, graph("294"), "", channels.Refused, 294, channels.Stop, channels.OfAccount, 0},
		{"unknown template code", 400, graph("132999"), "", channels.Refused, 132999, channels.Fix, channels.OfTemplate, 0},
		{"unknown code", 400, graph("999999"), "", channels.Refused, 999999, channels.Final, channels.OfMessage, 0},
		{"unknown but transient", 400, `{"error":{"code":999999,"is_transient":true}}`, "", channels.Refused, 999999, channels.Retry, channels.OfMessage, 0},
		{"subcode", 400, `{"error":{"code":100,"error_subcode":2388073}}`, "", channels.Refused, 2388073, channels.Fix, channels.OfTemplate, 0},

		{"unknown code under 500", 500, graph("999999"), "", channels.Unknown, 999999, channels.Final, channels.OfMessage, 0},
		{"doubtful code under 500", 500, graph("1"), "", channels.Unknown, 1, channels.Retry, channels.OfMessage, 0},
		{"doubtful code under 400", 400, graph("1"), "", channels.Refused, 1, channels.Retry, channels.OfMessage, 0},
		{"error without code", 400, `{"error":{"message":"no"}}`, "", channels.Unknown, 0, channels.Retry, channels.OfMessage, 0},
		{"error is a text", 400, `{"error":"no"}`, "", channels.Unknown, 0, channels.Retry, channels.OfMessage, 0},
		{"proxy 429", 429, "slow down", "90", channels.Unknown, 0, channels.Retry, channels.OfMessage, 90 * time.Second},
		{"proxy 403", 403, "<html>blocked</html>", "", channels.Unknown, 0, channels.Retry, channels.OfMessage, 0},
		{"proxy 503, date", 503, "", "Sun, 22 Nov 2026 10:02:00 GMT", channels.Unknown, 0, channels.Retry, channels.OfMessage, 2 * minute},
		{"retry in the past", 503, "", "Sun, 22 Nov 2026 09:02:00 GMT", channels.Unknown, 0, channels.Retry, channels.OfMessage, 0},
		{"retry after a year", 503, "", "31536000", channels.Unknown, 0, channels.Retry, channels.OfMessage, 24 * time.Hour},
		{"retry nonsense", 503, "", "soon", channels.Unknown, 0, channels.Retry, channels.OfMessage, 0},
		{"empty 200", 200, "", "", channels.Unknown, 0, channels.Retry, channels.OfMessage, 0},
		{"200 without id", 200, `{"messages":[{"message_status":"accepted"}]}`, "", channels.Unknown, 0, channels.Retry, channels.OfMessage, 0},
		{"200 of something else", 200, `{"success":true}`, "", channels.Unknown, 0, channels.Retry, channels.OfMessage, 0},
		{"200 cut short", 200, `{"messages":[{"id":"wamid.1"}`, "", channels.Unknown, 0, channels.Retry, channels.OfMessage, 0},
		{"redirect with an error", 302, graph("131026"), "", channels.Unknown, 131026, channels.Final, channels.OfMessage, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			if c.retry != "" {
				header.Set("Retry-After", c.retry)
			}
			client, _ := answering(t, c.status, header, c.body)
			o := client.Send(t.Context(), outgoing(messaging.Content{Template: offer}))
			f := o.Failure
			if o.Verdict != c.verdict || f.Code != c.code || f.Action != c.action || f.Scope != c.scope || f.RetryAfter != c.wait {
				t.Errorf("%v", o)
			}
			if f.Reason == "" || strings.Contains(f.Reason, "98111") {
				t.Errorf("reason %q", f.Reason)
			}
		})
	}
}

// Strange fields beside the id do not make an accepted message a doubtful one.
func TestSendAcceptedWithStrangeFields(t *testing.T) {
	t.Parallel()
	client, _ := answering(t, 200, nil, `{"contacts":"none","messages":[{"id":"wamid.1","message_status":5}]}`)
	if o := client.Send(t.Context(), outgoing(messaging.Content{Template: offer})); o.Verdict != channels.Accepted || o.ProviderID != "wamid.1" {
		t.Errorf("%v", o)
	}
}

func TestSendRefusesBadInput(t *testing.T) {
	t.Parallel()
	text := messaging.Content{Text: &messaging.Text{Body: "hello"}}
	for name, c := range map[string]struct {
		change func(*channels.Outgoing)
		action channels.Action
	}{
		"no sender":        {func(o *channels.Outgoing) { o.Account.SenderID = "" }, channels.Stop},
		"sender is a path": {func(o *channels.Outgoing) { o.Account.SenderID = "7/../8" }, channels.Stop},
		"no token":         {func(o *channels.Outgoing) { o.Account.Token = "" }, channels.Stop},
		"token with break": {func(o *channels.Outgoing) { o.Account.Token = "a\r\nX: y" }, channels.Stop},
		"two contents":     {func(o *channels.Outgoing) { o.Content.Template = offer }, channels.Fix},
		"bad button": {func(o *channels.Outgoing) {
			o.Content = messaging.Content{Template: &messaging.TemplateContent{Name: "x", Language: "en", Buttons: []messaging.ButtonValue{{Index: 1}}}}
		}, channels.Fix},
		"bad media": {func(o *channels.Outgoing) {
			o.Content = messaging.Content{Media: &messaging.Media{Kind: "gif", ID: "1"}}
		}, channels.Fix},
		"long correlation": {func(o *channels.Outgoing) { o.Correlation = strings.Repeat("x", 513) }, channels.Fix},
	} {
		client, _ := answering(t, 200, nil, string(fixture(t, "requests/response_accepted.json")))
		out := outgoing(text)
		c.change(&out)
		if o := client.Send(t.Context(), out); o.Verdict != channels.NotSent || o.Failure.Action != c.action || o.Failure.Reason == "" {
			t.Errorf("%s: %v", name, o)
		}
	}
}

func TestNewRefusesBadOptions(t *testing.T) {
	t.Parallel()
	for _, o := range []whatsapp.Options{
		{BaseURL: "graph.facebook.com"}, {BaseURL: "ftp://x"}, {BaseURL: "https://"}, {BaseURL: "https://u:p@x"},
		{BaseURL: "https://x?y=1"}, {Version: "v25.0/x"}, {BaseURL: ":"},
	} {
		if _, err := whatsapp.New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
	if _, err := whatsapp.New(whatsapp.Options{}); err != nil {
		t.Error(err)
	}
}

// Every row of the playbook is whole, and each code stands once.
func TestPlaybook(t *testing.T) {
	t.Parallel()
	plays := whatsapp.Playbook()
	if len(plays) < 70 {
		t.Fatalf("%d plays", len(plays))
	}
	actions := map[channels.Action]bool{
		channels.Retry: true, channels.Delay: true, channels.Resend: true, channels.Final: true, channels.Fix: true, channels.Stop: true, channels.OptOut: true,
	}
	for i, p := range plays {
		if i > 0 && plays[i-1].Code >= p.Code {
			t.Errorf("%d stands twice or out of order", p.Code)
		}
		if !actions[p.Action] || p.Scope == "" || !strings.HasSuffix(p.Happened, ".") || !strings.HasSuffix(p.Next, ".") {
			t.Errorf("%d is not whole: %+v", p.Code, p)
		}
		if got, known := whatsapp.PlayOf(p.Code); !known || got != p {
			t.Errorf("%d is not found", p.Code)
		}
	}
	for code := -5; code < 3_000_000; code += 97 {
		if p, _ := whatsapp.PlayOf(code); p.Code != code || !actions[p.Action] || p.Scope == "" || p.Happened == "" || p.Next == "" {
			t.Fatalf("%d is classified as %+v", code, p)
		}
	}
}

// FuzzSuffix: whatever a suffix holds, what is sent is plain ASCII without the characters that the platform refuses, and
// is encoded once.
func FuzzSuffix(f *testing.F) {
	for _, s := range []string{"a b", "é", "a|b:c", "%20%", "%zz", "orders/7?x=1#y", "\x00\xff"} {
		f.Add(s)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var p struct {
			Template struct {
				Components []struct {
					Parameters []struct{ Text string }
				}
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		_, _ = fmt.Fprintf(w, `{"messages":[{"id":%q}]}`, p.Template.Components[0].Parameters[0].Text)
	}))
	f.Cleanup(server.Close)
	client, err := whatsapp.New(whatsapp.Options{BaseURL: server.URL})
	if err != nil {
		f.Fatal(err)
	}
	send := func(t *testing.T, s string) string {
		o := client.Send(t.Context(), outgoing(messaging.Content{Template: &messaging.TemplateContent{
			Name: "x", Language: "en", Buttons: []messaging.ButtonValue{{Suffix: s}},
		}}))
		if o.Verdict != channels.Accepted {
			t.Fatalf("%q: %v", s, o)
		}
		return o.ProviderID
	}
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" || len(s) > 2000 {
			return
		}
		sent := send(t, s)
		for i := range len(sent) {
			if c := sent[i]; c <= ' ' || c > '~' || strings.IndexByte(`:|"\<>^{}`+"`", c) >= 0 {
				t.Fatalf("%q is sent as %q", s, sent)
			}
		}
		if again := send(t, sent); again != sent {
			t.Fatalf("%q is encoded twice: %q", sent, again)
		}
	})
}
