package whatsapp_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"posthaste/channels"
	"posthaste/channels/whatsapp"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func parse(t testing.TB, name string) whatsapp.Batch {
	t.Helper()
	b, err := whatsapp.ParseWebhook(fixture(t, "webhooks/"+name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

var (
	origin = whatsapp.Origin{Account: "55500011", Sender: "700100200"}
	waba   = whatsapp.Origin{Account: "55500011"}
	asha   = whatsapp.Party{Phone: "+919811100022", UserID: "IN.90817263544120077", Username: "asha.k", Name: "Ásha"}
	yes    = true
	no     = false
)

func at(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

func status(kind whatsapp.StatusKind, seconds int64, change func(*whatsapp.Status)) whatsapp.Status {
	s := whatsapp.Status{
		Origin: origin, Kind: kind, ProviderID: "wamid.OUT0001", Correlation: "t7|c42|m000981", Time: at(seconds),
		Recipient: whatsapp.Party{Phone: "+919811100022", UserID: "IN.90817263544120077"},
	}
	if change != nil {
		change(&s)
	}
	return s
}

func marketing(s *whatsapp.Status) {
	s.Pricing = whatsapp.Pricing{Type: "regular", Category: "marketing", Model: "PMP", Billable: &yes}
}

func inbound(id, kind string, change func(*whatsapp.Message)) whatsapp.Batch {
	m := whatsapp.Message{Origin: origin, ID: id, From: asha, Time: at(1793000000), Kind: kind}
	change(&m)
	return whatsapp.Batch{Messages: []whatsapp.Message{m}}
}

func playFailure(t *testing.T, code int) channels.Failure {
	t.Helper()
	p, known := whatsapp.PlayOf(code)
	if !known {
		t.Fatalf("code %d is not in the playbook", code)
	}
	return channels.Failure{Code: code, Action: p.Action, Scope: p.Scope, Reason: p.Happened, RetryAfter: p.Wait}
}

// Each fixture holds made-up values of the platform's documents; what it means is written here by hand.
func TestParseWebhookFixtures(t *testing.T) {
	t.Parallel()
	cases := map[string]whatsapp.Batch{
		"status_sent.json":      {Statuses: []whatsapp.Status{status(whatsapp.Sent, 1793000010, marketing)}},
		"status_delivered.json": {Statuses: []whatsapp.Status{status(whatsapp.Delivered, 1793000021, marketing)}},
		"status_read.json":      {Statuses: []whatsapp.Status{status(whatsapp.Read, 1793000040, nil)}},
		"status_all_in_one_disordered_twice.json": {Statuses: []whatsapp.Status{
			status(whatsapp.Read, 1793000040, nil), status(whatsapp.Sent, 1793000010, marketing),
			status(whatsapp.Delivered, 1793000021, nil), status(whatsapp.Sent, 1793000010, marketing),
		}},
		"status_utility_free_window.json": {Statuses: []whatsapp.Status{status(whatsapp.Delivered, 1793000300, func(s *whatsapp.Status) {
			s.ProviderID = "wamid.OUT0007"
			s.Pricing = whatsapp.Pricing{Type: "free_customer_service", Category: "utility", Model: "PMP", Billable: &no}
		})}},
		"status_failed_131049.json": {Statuses: []whatsapp.Status{status(whatsapp.Failed, 1793000100, func(s *whatsapp.Status) {
			s.ProviderID, s.Correlation, s.Recipient = "wamid.OUT0005", "t7|c42|m000982", whatsapp.Party{Phone: "+919811100023"}
			s.Failure = playFailure(t, 131049)
		})}},
		"status_failed_132015_after_hold.json": {Statuses: []whatsapp.Status{status(whatsapp.Failed, 1793000200, func(s *whatsapp.Status) {
			s.ProviderID, s.Correlation, s.Recipient = "wamid.OUT0006", "t7|c42|m000983", whatsapp.Party{Phone: "+919811100024"}
			s.Failure = playFailure(t, 132015)
		})}},

		"inbound_text_stop.json": inbound("wamid.IN0001", "text", func(m *whatsapp.Message) { m.Text = "STOP" }),
		"inbound_text_unicode.json": inbound("wamid.IN0002", "text", func(m *whatsapp.Message) {
			m.Text = "धन्यवाद ☕ – é"
		}),
		"inbound_text_bsuid_only.json": inbound("wamid.IN0003", "text", func(m *whatsapp.Message) {
			m.From = whatsapp.Party{UserID: "IN.90817263544120077", Username: "asha.k", Name: "Asha"}
			m.Time, m.Text = at(1793000001), "hello"
		}),
		"inbound_template_button.json": inbound("wamid.IN0004", "button", func(m *whatsapp.Message) {
			m.Text, m.ReplyTo = "Stop promotions", "wamid.OUT0001"
			m.Reply = &whatsapp.Reply{Type: "template_button", Payload: "STOP_PROMO", Title: "Stop promotions"}
		}),
		"inbound_interactive_button_reply.json": inbound("wamid.IN0005", "interactive", func(m *whatsapp.Message) {
			m.Text, m.ReplyTo = "Yes", "wamid.OUT0002"
			m.Reply = &whatsapp.Reply{Type: "button_reply", Payload: "yes-1", Title: "Yes"}
		}),
		"inbound_interactive_list_reply.json": inbound("wamid.IN0006", "interactive", func(m *whatsapp.Message) {
			m.Text, m.ReplyTo = "Evening", "wamid.OUT0003"
			m.Reply = &whatsapp.Reply{Type: "list_reply", Payload: "row-2", Title: "Evening", Description: "18-20 h"}
		}),
		"inbound_interactive_flow_reply.json": inbound("wamid.IN0007", "interactive", func(m *whatsapp.Message) {
			m.Text, m.ReplyTo = "Sent", "wamid.OUT0004"
			m.Reply = &whatsapp.Reply{Type: "nfm_reply", Payload: "flow", Title: "Sent", Response: json.RawMessage(`{"size":"M","flow_token":"ft-1"}`)}
		}),
		"inbound_image.json": inbound("wamid.IN0008", "image", func(m *whatsapp.Message) {
			m.Text = "receipt"
			m.Media = &whatsapp.InboundMedia{ID: "880011", MIME: "image/jpeg", SHA256: "q9x7", URL: "https://media.example/880011"}
		}),
		"inbound_sticker_animated.json": inbound("wamid.IN0009", "sticker", func(m *whatsapp.Message) {
			m.Media = &whatsapp.InboundMedia{ID: "880012", MIME: "image/webp", SHA256: "q9x8", Animated: true}
		}),
		"inbound_location.json": inbound("wamid.IN0010", "location", func(m *whatsapp.Message) {
			m.Location = &whatsapp.Location{Latitude: 28.6139, Longitude: 77.209, Name: "Shop", Address: "Connaught Place"}
		}),
		"inbound_reaction.json": inbound("wamid.IN0011", "reaction", func(m *whatsapp.Message) {
			m.ReplyTo, m.Emoji = "wamid.OUT0001", "👍"
		}),
		"inbound_contacts.json": inbound("wamid.IN0012", "contacts", func(m *whatsapp.Message) {
			m.Contacts = json.RawMessage(`[{"name":{"formatted_name":"R K"},"phones":[{"phone":"+91 98111 00033","type":"CELL"}]}]`)
		}),
		"inbound_order.json": inbound("wamid.IN0013", "order", func(m *whatsapp.Message) {
			m.Text = "two please"
			m.Order = &whatsapp.Order{CatalogID: "cat1", Items: []whatsapp.OrderItem{{RetailerID: "sku-1", Quantity: "2", Price: "199.5", Currency: "INR"}}}
		}),
		"inbound_ad_referral.json": inbound("wamid.IN0014", "text", func(m *whatsapp.Message) {
			m.Text = "Interested"
			m.Referral = &whatsapp.Referral{SourceURL: "https://ad.example/1", SourceID: "ad1", SourceType: "ad", Headline: "Diwali", Body: "20% off", ClickID: "clid1"}
		}),
		"inbound_unsupported.json": inbound("wamid.IN0015", "unsupported", func(m *whatsapp.Message) {
			m.Failures = []channels.Failure{playFailure(t, 131051)}
		}),
		"inbound_user_changed_number.json": inbound("wamid.IN0016", "system", func(m *whatsapp.Message) {
			m.System = &whatsapp.SystemNotice{
				Type: "user_changed_number", Previous: whatsapp.Party{Phone: "+919811100022"}, Now: whatsapp.Party{Phone: "+919811100044"},
			}
		}),
		"inbound_edit.json": inbound("wamid.IN0017", "edit", func(m *whatsapp.Message) {
			m.Edit = &whatsapp.Edit{Original: "wamid.IN0002", Kind: "text", Text: "edited"}
		}),
		"inbound_revoke.json": inbound("wamid.IN0018", "revoke", func(m *whatsapp.Message) { m.Revoked = "wamid.IN0002" }),

		"user_preference_stop_marketing.json": {Preferences: []whatsapp.Preference{{
			Origin: origin, Person: whatsapp.Party{Phone: "+919811100022"}, Category: "marketing_messages", Stop: true, Time: at(1793000500),
		}}},
		"template_status_rejected.json": {Templates: []whatsapp.TemplateChange{{
			Origin: waba, Event: whatsapp.TemplateReviewed, ID: "9001", Name: "cart_v2", Language: "hi", Category: "MARKETING", Status: "REJECTED",
			Reason: "INVALID_FORMAT", Explanation: "Variable at the end of the body", Recommendation: "Add text after the last variable",
		}}},
		"template_status_paused.json": {Templates: []whatsapp.TemplateChange{{
			Origin: waba, Event: whatsapp.TemplateReviewed, ID: "9001", Name: "cart_v2", Language: "hi", Status: "PAUSED", Pause: "FIRST_PAUSE",
		}}},
		"template_quality_under_status_field.json": {Templates: []whatsapp.TemplateChange{{
			Origin: waba, Event: whatsapp.TemplateQuality, ID: "9001", Name: "cart_v2", Language: "hi", PreviousQuality: "GREEN", Quality: "YELLOW",
		}}},
		"template_category_update.json": {Templates: []whatsapp.TemplateChange{{
			Origin: waba, Event: whatsapp.TemplateCategory, ID: "9001", Name: "order_update", Language: "en", Category: "UTILITY",
			CorrectCategory: "MARKETING", CategoryAt: at(1793100000),
		}}},
		"phone_quality_throughput_upgrade.json": {Numbers: []whatsapp.NumberChange{{
			Origin: waba, Event: whatsapp.NumberQuality, DisplayNumber: "+911140001234", What: "THROUGHPUT_UPGRADE", Limit: "TIER_UNLIMITED",
		}}},
		"phone_name_approved.json": {Numbers: []whatsapp.NumberChange{{
			Origin: waba, Event: whatsapp.NumberName, DisplayNumber: "+911140001234", What: "APPROVED", Name: "Acme Tea",
		}}},
		"business_capability_10000.json": {Capabilities: []whatsapp.Capability{{Origin: waba, DailyRecipients: 10000, NumbersPerBusiness: 20}}},
		"account_alert_oba_rejected.json": {Accounts: []whatsapp.AccountChange{{
			Origin: waba, Alert: true, Event: "OBA_REJECTED", Severity: "WARNING", State: "ACTIVE", EntityType: "BUSINESS", EntityID: "44",
			Explanation: "Official business account request was rejected",
		}}},
		"account_restricted.json": {Accounts: []whatsapp.AccountChange{{
			Origin: waba, Event: "ACCOUNT_RESTRICTION",
			Restrictions: []whatsapp.Restriction{{Type: "RESTRICTED_BIZ_INITIATED_MESSAGING", Until: at(1793500000)}},
		}}},
	}
	for name, want := range cases {
		if got := parse(t, name); !equalBatch(got, want) {
			t.Errorf("%s:\n got %s\nwant %s", name, dump(got), dump(want))
		}
	}
	files, err := filepath.Glob("testdata/webhooks/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d fixtures, %v", len(files), err)
	}
	for _, f := range files {
		name := filepath.Base(f)
		if _, ok := cases[name]; !ok && name != "mixed_batch_two_entries.json" {
			t.Errorf("%s is not held to any content", name)
		}
	}
}

// Two accounts in one body, and a field that nobody knows: the rest is read, the unknown one is kept for replay.
func TestParseWebhookMixedBatch(t *testing.T) {
	t.Parallel()
	b := parse(t, "mixed_batch_two_entries.json")
	want := []whatsapp.Status{
		status(whatsapp.Sent, 1793000010, marketing),
		{
			Origin: whatsapp.Origin{Account: "55500012", Sender: "700100299"}, Kind: whatsapp.Read, ProviderID: "wamid.OUTX",
			Time: at(1793000400), Recipient: whatsapp.Party{Phone: "+919811100025"},
		},
	}
	if !reflect.DeepEqual(b.Statuses, want) || len(b.Unknown) != 1 || b.Len() != 3 {
		t.Fatalf("got %s", dump(b))
	}
	u := b.Unknown[0]
	if u.Account != "55500012" || u.Field != "something_new" || !sameJSON(t, u.Raw,
		`{"object":"whatsapp_business_account","entry":[{"id":"55500012","changes":[{"field":"something_new","value":{"a":[1,2,3]}}]}]}`) {
		t.Errorf("unknown: %s %s %s", u.Account, u.Field, u.Raw)
	}
}

func envelope(changes ...string) []byte {
	return []byte(`{"object":"whatsapp_business_account","entry":[{"id":"1","time":1793000000,"changes":[` + strings.Join(changes, ",") + `]}]}`)
}

const (
	goodStatus  = `{"id":"w1","status":"sent","timestamp":"1793000010","recipient_id":"919811100022"}`
	goodMessage = `{"id":"w2","from":"919811100022","timestamp":"1793000010","type":"text","text":{"body":"hi"}}`
	goodChange  = `{"field":"messages","value":{"metadata":{"phone_number_id":"7"},"statuses":[` + goodStatus + `]}}`
)

// One malformed part never loses the others, and what is put aside can be read again as it is.
func TestParseWebhookSalvages(t *testing.T) {
	t.Parallel()
	in := func(lists string) string {
		return `{"field":"messages","value":{"metadata":{"phone_number_id":"7"},` + lists + `}}`
	}
	for name, c := range map[string]struct {
		raw                                   []byte
		statuses, messages, unknown, unparsed int
	}{
		"status of another type":    {envelope(in(`"statuses":[` + goodStatus + `,17,` + goodStatus + `]`)), 2, 0, 0, 1},
		"null status":               {envelope(in(`"statuses":[null,` + goodStatus + `]`)), 1, 0, 1, 0},
		"status without id":         {envelope(in(`"statuses":[` + goodStatus + `,{"status":"sent","timestamp":"1"}]`)), 1, 0, 0, 1},
		"status with a bad time":    {envelope(in(`"statuses":[` + goodStatus + `,{"id":"x","status":"sent","timestamp":"soon"}]`)), 1, 0, 0, 1},
		"status of a new kind":      {envelope(in(`"statuses":[` + goodStatus + `,{"id":"x","status":"teleported","timestamp":"1"}]`)), 1, 0, 1, 0},
		"statuses no list":          {envelope(in(`"statuses":{"a":1},"messages":[` + goodMessage + `]`)), 0, 1, 0, 1},
		"message beside":            {envelope(in(`"statuses":[` + goodStatus + `],"messages":[{"id":5},` + goodMessage + `]`)), 1, 1, 0, 1},
		"message without its part":  {envelope(in(`"messages":[` + goodMessage + `,{"id":"m","from":"91","timestamp":"1","type":"image"}]`)), 0, 1, 0, 1},
		"message without sender":    {envelope(in(`"messages":[` + goodMessage + `,{"id":"m","timestamp":"1","type":"text","text":{"body":"x"}}]`)), 0, 1, 0, 1},
		"change is a number":        {envelope(`5`, goodChange), 1, 0, 0, 1},
		"value is a text":           {envelope(`{"field":"messages","value":"x"}`, goodChange), 1, 0, 0, 1},
		"value missing":             {envelope(`{"field":"messages"}`, goodChange), 1, 0, 1, 0},
		"template without its name": {envelope(`{"field":"message_template_status_update","value":{"event":"APPROVED"}}`, goodChange), 1, 0, 0, 1},
		"entry is a number":         {[]byte(`{"object":"whatsapp_business_account","entry":[7,{"id":"1","changes":[` + goodChange + `]}]}`), 1, 0, 0, 1},
		"entry without changes":     {[]byte(`{"object":"whatsapp_business_account","entry":[{"id":"2"},{"id":"1","changes":[` + goodChange + `]}]}`), 1, 0, 1, 0},
		"another object":            {[]byte(`{"object":"page","entry":[{"id":"2"}]}`), 0, 0, 1, 0},
	} {
		b, err := whatsapp.ParseWebhook(c.raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(b.Statuses) != c.statuses || len(b.Messages) != c.messages || len(b.Unknown) != c.unknown || len(b.Unparsed) != c.unparsed {
			t.Errorf("%s: %s", name, dump(b))
		}
		for _, f := range append(b.Unknown, b.Unparsed...) {
			again, err := whatsapp.ParseWebhook(f.Raw)
			if err != nil || again.Len() != 1 || len(again.Unknown)+len(again.Unparsed) != 1 {
				t.Errorf("%s: the fragment %s does not read as one: %s %v", name, f.Raw, dump(again), err)
			}
			if f.Reason == "" || strings.Contains(f.Reason, "9198") {
				t.Errorf("%s: reason %q", name, f.Reason)
			}
		}
		for _, s := range b.Statuses {
			if s.Sender != "7" || s.Account != "1" || s.Recipient.Phone != "+919811100022" {
				t.Errorf("%s: a salvaged status lost its origin: %s", name, dump(b))
			}
		}
	}
}

func TestParseWebhookRefusesWhole(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	for name, c := range map[string]struct {
		raw  string
		want error
	}{
		"empty":         {"", whatsapp.ErrMalformed},
		"no JSON":       {"hello", whatsapp.ErrMalformed},
		"cut short":     {string(envelope(goodChange))[:80], whatsapp.ErrMalformed},
		"trailing":      {string(envelope(goodChange)) + "x", whatsapp.ErrMalformed},
		"a list":        {"[]", whatsapp.ErrMalformed},
		"entry no list": {`{"object":"whatsapp_business_account","entry":{}}`, whatsapp.ErrMalformed},
		"too long":      {`{"a":"` + strings.Repeat("x", whatsapp.MaxWebhook) + `"}`, whatsapp.ErrTooLarge},
		"too deep":      {`{"a":` + deep + `}`, whatsapp.ErrTooLarge},
		"too many":      {`{"a":[` + strings.Repeat("0,", 200_000) + `0]}`, whatsapp.ErrTooLarge},
	} {
		if _, err := whatsapp.ParseWebhook([]byte(c.raw)); err != c.want {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	// Commas and braces inside a text are the person's own affair.
	text := `{"id":"w2","from":"919811100022","timestamp":"1793000010","type":"text","text":{"body":"` + strings.Repeat(`,{[\"`, 60_000) + `"}}`
	b, err := whatsapp.ParseWebhook(envelope(`{"field":"messages","value":{"messages":[` + text + `]}}`))
	if err != nil || len(b.Messages) != 1 {
		t.Errorf("a text of punctuation is refused: %v", err)
	}
}

// equalBatch compares what was told; a list that is nil and one that is empty are the same.
func equalBatch(a, b whatsapp.Batch) bool { return dump(a) == dump(b) }

// dump writes a batch in full, for the tests' eyes alone. Plain types are used because the real ones hide themselves.
func dump(b whatsapp.Batch) string {
	raw, err := json.MarshalIndent(b, "", " ")
	if err != nil {
		return err.Error()
	}
	return strings.ReplaceAll(string(raw), ": []", ": null")
}

func sameJSON(t *testing.T, raw []byte, want string) bool {
	t.Helper()
	var a, b any
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(a, b)
}
