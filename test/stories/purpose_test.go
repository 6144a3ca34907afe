package stories

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"posthaste/test/harness"
)

// purpose is the story's stage and what it expects of the call log.
type purpose struct {
	*harness.Enterprise
	t       *testing.T
	box     *harness.Box
	sandbox harness.Sandbox
	program *harness.Client // with a key that sends
	bi      *harness.Client // with a key that reads figures

	news string   // the approved template
	due  []string // message ids that the sandbox must be called for, once each
	held int      // messages accepted and then suppressed
	away int      // recipients that were turned away one by one: they count as targeted and suppressed
}

// The purpose of the product in one story: from the first sign-in to the figure in the BI tool, with each refusal that
// protects a person on the way.
func TestPurpose(t *testing.T) {
	t.Parallel()
	box := harness.Start(t)
	p := &purpose{t: t, box: box, sandbox: box.Sandbox(t)}
	p.sandbox.Plain(t)
	for _, chapter := range []struct {
		name string
		tell func()
	}{
		{"the owner comes in", p.signIn}, {"strangers stay out", p.strangers}, {"a sender is connected", p.connect},
		{"a template is reviewed", p.review}, {"a program sends", p.send}, {"somebody says STOP in between", p.stop},
		{"a campaign goes out", p.campaign}, {"everything is read", p.read}, {"the figures are the sandbox's", p.figures},
		{"nothing slipped out", p.leaks},
	} {
		begun := time.Now()
		chapter.tell()
		t.Logf("%-30s %s", chapter.name, time.Since(begun).Round(time.Millisecond))
	}
}

func (p *purpose) signIn() {
	p.Enterprise = p.box.Enterprise(p.t, "Acme Tea")
	again := p.box.Client(p.t)
	pending := again.Password(p.t, p.Email, p.Password)

	// The password alone opens nothing: its token is good for the next step only.
	half := p.box.Client(p.t)
	half.Bearer = pending
	want(p.t, half.Ask(p.t, `{ viewer { user { id } } }`, nil), "UNAUTHENTICATED")
	want(p.t, p.box.Client(p.t).Ask(p.t, `{ viewer { user { id } } }`, nil), "UNAUTHENTICATED")

	code := p.Owner.Authenticator().Code(p.t)
	if refused := again.Confirm(p.t, pending, code); refused != "" {
		p.t.Fatalf("the right code was refused: %s", refused)
	}
	third := p.box.Client(p.t)
	if refused := third.Confirm(p.t, third.Password(p.t, p.Email, p.Password), code); refused != "UNAUTHENTICATED" {
		p.t.Errorf("the same code a second time: %q, want UNAUTHENTICATED", refused)
	}
	var me struct {
		Viewer struct{ User struct{ Email string } }
	}
	again.Must(p.t, `{ viewer { user { email } } }`, nil, &me)
	if me.Viewer.User.Email != p.Email {
		p.t.Error("the second sign-in is somebody else's")
	}
}

func (p *purpose) strangers() {
	// Until a list is saved only the address that took up the invitation is let in; then only what is listed.
	elsewhere := p.box.ClientFrom(p.t, "127.0.0.2")
	elsewhere.Bearer = p.Owner.Bearer
	want(p.t, elsewhere.Ask(p.t, `{ viewer { user { id } } }`, nil), "IP_NOT_ALLOWED")

	var list struct {
		SetAllowList, ConfirmAllowList struct {
			AllowList  struct{ State string }
			UserErrors harness.UserErrors
		}
	}
	set := `mutation($e: [AllowEntryInput!]!) { setAllowList(entries: $e) { allowList { state } userErrors { field code message } } }`
	p.Owner.Must(p.t, set, map[string]any{"e": []any{map[string]any{"cidr": "127.0.0.1/32", "label": "here"}}}, &list)
	list.SetAllowList.UserErrors.None(p.t)
	p.Owner.Must(p.t, `mutation { confirmAllowList { allowList { state } userErrors { field code message } } }`, nil, &list)
	list.ConfirmAllowList.UserErrors.None(p.t)
	if list.ConfirmAllowList.AllowList.State != "ACTIVE" {
		p.t.Fatalf("the allow-list is %s", list.ConfirmAllowList.AllowList.State)
	}
	p.program = p.Key(p.t, "shop", "MESSAGE_SEND", "MESSAGE_READ", "CONSENT_READ")
	p.bi = p.Key(p.t, "dashboard", "ANALYTICS_READ")
	elsewhere.Bearer = p.program.Bearer
	want(p.t, elsewhere.Ask(p.t, `{ messages(first: 1) { edges { cursor } } }`, nil), "IP_NOT_ALLOWED")
	want(p.t, p.bi.Ask(p.t, `{ messages(first: 1) { edges { cursor } } }`, nil), "FORBIDDEN")
}

func (p *purpose) connect() {
	p.Connect(p.t)
}

func (p *purpose) review() {
	p.news = p.Template(p.t, "tea_news_"+harness.Letters(6), "MARKETING")
	waiting := p.Template(p.t, "pending_"+harness.Letters(6), "MARKETING")
	p.Approved(p.t, p.news)
	if state := p.TemplateState(p.t, waiting); state != "PENDING" {
		p.t.Errorf("the template under review is %s", state)
	}
	phone := p.box.Phones(1)[0]
	p.Consent(p.t, phone)
	p.refused(waiting, phone, "TEMPLATE_NOT_APPROVED")
}

// refused sends to one person and expects the code and no call.
func (p *purpose) refused(template, phone, code string) {
	p.t.Helper()
	answer := p.program.Ask(p.t, harness.SendMutation, map[string]any{"i": map[string]any{
		"idempotencyKey": harness.Letters(20), "senderId": p.Sender, "templateId": template,
		"recipients": []any{map[string]any{"to": phone, "variables": []any{map[string]any{"name": "1", "value": p.box.Secret("Guest " + harness.Letters(10))}}}},
	}})
	if !strings.Contains(string(answer.Raw), `"code":"`+code+`"`) || strings.Contains(string(answer.Raw), `"messageId":"`) {
		p.t.Errorf("want %s and no message, got %s", code, answer.Raw)
	}
	if code == "CONSENT_MISSING" {
		p.away++
	}
	if calls := p.sandbox.CallsTo(p.t, phone); len(calls) != 0 {
		p.t.Errorf("refused with %s, and called %d times", code, len(calls))
	}
}

func (p *purpose) send() {
	people := p.box.Phones(12)
	p.Consent(p.t, people...)
	p.refused(p.news, p.box.Phones(1)[0], "CONSENT_MISSING")

	key := harness.Letters(20)
	results := p.Send(p.t, p.program, key, p.news, nil, people...)
	p.accepted(results)
	other := p.program.Ask(p.t, harness.SendMutation, map[string]any{"i": map[string]any{
		"idempotencyKey": key, "senderId": p.Sender, "templateId": p.news,
		"recipients": []any{map[string]any{"to": people[0], "variables": []any{map[string]any{"name": "1", "value": "other"}}}},
	}})
	if !strings.Contains(string(other.Raw), `"code":"CONFLICT"`) {
		p.t.Errorf("the same key with other input: %s", other.Raw)
	}
}

func (p *purpose) accepted(results []harness.Result) {
	p.t.Helper()
	for _, r := range results {
		if r.Error != nil {
			p.t.Fatalf("recipient %d was refused: %s %s", r.Index, r.Error.Code, r.Error.Field)
		}
		id, _, _ := strings.Cut(r.MessageID, "-")
		p.due = append(p.due, id)
	}
}

func (p *purpose) stop() {
	people := p.box.Phones(2)
	p.Consent(p.t, people...)
	later := time.Now().Add(8 * time.Second)
	results := p.Send(p.t, p.program, harness.Letters(20), p.news, &later, people...)
	p.accepted(results[1:])
	p.sandbox.Say(p.t, people[0], p.PhoneNumber, "STOP")
	proof := `query($a: String!) { consent(address: $a) { known suppressed states { channel purpose granted } } }`
	harness.Eventually(p.t, 7*time.Second, "the STOP is known before the send is due", func() bool {
		var found struct{ Consent struct{ Suppressed []string } }
		p.program.Must(p.t, proof, map[string]any{"a": people[0]}, &found)
		return slices.Contains(found.Consent.Suppressed, "WHATSAPP")
	})
	if time.Now().After(later) {
		p.t.Fatal("the STOP came too late to prove anything")
	}
	harness.Eventually(p.t, 30*time.Second, "the other person is sent to, who said nothing", func() bool { return len(p.sandbox.CallsTo(p.t, people[1])) == 1 })
	harness.Eventually(p.t, 30*time.Second, "the message is suppressed", func() bool { return p.status(results[0].MessageID) == "SUPPRESSED" })
	if calls := p.sandbox.CallsTo(p.t, people[0]); len(calls) != 0 {
		p.t.Errorf("after STOP the person was sent to %d times", len(calls))
	}
	p.held++
	p.refused(p.news, people[0], "CONSENT_MISSING")
}

func (p *purpose) status(message string) string {
	p.t.Helper()
	var found struct{ Message struct{ Status string } }
	p.program.Must(p.t, `query($id: MessageID!) { message(id: $id) { status } }`, map[string]any{"id": message}, &found)
	return found.Message.Status
}

func (p *purpose) campaign() {
	people := p.box.Phones(30)
	p.Consent(p.t, people[:28]...) // two have not opted in
	var csv strings.Builder
	csv.WriteString("Mobile,First name\n")
	for _, phone := range people {
		fmt.Fprintf(&csv, "%s,%s\n", phone, p.box.Secret("Guest "+harness.Letters(10)))
	}
	fmt.Fprintf(&csv, "not a number,%s\n", "Nobody")
	fmt.Fprintf(&csv, "%s,%s\n", people[0], "Twice")

	c := harness.NewCampaign(p.t, p.Enterprise, "Autumn", p.news)
	c.Upload(p.t, csv.String(), map[string]string{"to": "Mobile", "1": "First name"})
	ready := c.Reach(p.t, "READY")
	refusals := map[string]int{}
	for _, r := range ready.Refusals {
		refusals[r.Code] = r.Count
	}
	if refusals["CONSENT_MISSING"] != 2 || refusals["INVALID"] < 1 || ready.Progress.Accepted != 28 || ready.Progress.Refused != 4 {
		p.t.Errorf("accepted %d, refused %d: %v", ready.Progress.Accepted, ready.Progress.Refused, refusals)
	}
	p.away += 4
	if calls := p.sandbox.CallsTo(p.t, people[5]); len(calls) != 0 {
		p.t.Error("a campaign that was not started has sent")
	}
	c.Start(p.t)
	c.Reach(p.t, "DONE")
	for _, phone := range people[28:] {
		if calls := p.sandbox.CallsTo(p.t, phone); len(calls) != 0 {
			p.t.Error("somebody without consent was sent to")
		}
	}
	p.due = append(p.due, c.Messages(p.t)...)
	if len(p.due) != 12+1+28 {
		p.t.Errorf("%d messages are due, want 41", len(p.due))
	}
}

func (p *purpose) read() {
	harness.Eventually(p.t, time.Minute, "every message is read", func() bool {
		var page struct {
			Messages struct {
				Edges []struct{ Node struct{ ID, Status string } }
			}
		}
		p.program.Must(p.t, `{ messages(first: 100) { edges { node { id status } } } }`, nil, &page)
		read := 0
		for _, e := range page.Messages.Edges {
			if e.Node.Status == "READ" {
				read++
			}
		}
		return read == len(p.due)
	})
	p.sandbox.Quiet(p.t, time.Minute)

	// The call log has the last word: each message that was due once, nobody else.
	var called []string
	for _, call := range p.sandbox.Calls(p.t, 0) {
		called = append(called, call.Message(p.t))
	}
	slices.Sort(called)
	slices.Sort(p.due)
	if !slices.Equal(called, p.due) {
		p.t.Errorf("%d calls for %d messages that were due\ncalled %v\ndue    %v", len(called), len(p.due), called, p.due)
	}
}

func (p *purpose) figures() {
	truth := p.sandbox.Stats(p.t)
	wanted := harness.Figures{
		Targeted: len(p.due) + p.held + p.away, Suppressed: p.held + p.away, Attempted: int(truth.Accepted), Sent: int(truth.Statuses["sent"]),
		Delivered: int(truth.Statuses["delivered"]), Read: int(truth.Statuses["read"]),
	}
	if wanted.Read != len(p.due) {
		p.t.Errorf("the sandbox's people have read %d of %d", wanted.Read, len(p.due))
	}
	var got harness.Figures
	harness.Eventually(p.t, 30*time.Second, "the figures are those of the sandbox", func() bool {
		got = p.bi.Figures(p.t)
		return got.Read >= wanted.Read && got.Targeted >= wanted.Targeted && got.Suppressed >= wanted.Suppressed
	})
	if got != wanted {
		p.t.Errorf("messageStats says %+v, the sandbox %+v", got, wanted)
	}
	var now struct {
		Live struct{ Accepted, Queued, Unsettled int }
	}
	p.bi.First(p.t, `subscription { live { accepted queued unsettled } }`, &now)
	if live := now.Live; live.Accepted != len(p.due)+p.held || live.Queued != 0 || live.Unsettled != 0 {
		p.t.Errorf("the stream says %+v, and %d were accepted and are done", live, len(p.due)+p.held)
	}
	want(p.t, p.bi.Ask(p.t, harness.SendMutation, map[string]any{"i": map[string]any{
		"idempotencyKey": "k", "senderId": p.Sender, "templateId": p.news, "recipients": []any{},
	}}), "FORBIDDEN")
}

func (p *purpose) leaks() {
	p.box.NoLeaks(p.t)
}

func want(t *testing.T, answer harness.Answer, code string) {
	t.Helper()
	if answer.Code() != code {
		t.Errorf("want %s, got %s", code, answer.Raw)
	}
}
