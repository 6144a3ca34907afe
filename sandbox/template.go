package sandbox

import (
	"encoding/json"
	"fmt"
	"time"
)

// template is one template in one language.
type template struct {
	id         string
	waba       *waba
	name       string
	language   string
	category   string
	format     string // POSITIONAL or NAMED
	components json.RawMessage
	layout     layout
	ttl        int // seconds; 0 is the default
	status     string
	reason     string // of a rejection
	quality    string // GREEN, YELLOW, RED, UNKNOWN
	pauses     int
	edits      rolling
	version    int // counts edits, so that a late verdict on an old one is void
}

func (t *template) named() bool { return t.format == "NAMED" }

func (w *waba) find(name, language string) *template {
	for _, t := range w.templates {
		if t.name == name && t.language == language && t.status != "DELETED" {
			return t
		}
	}
	return nil
}

// draft reads the body of a create call.
func (s *Sandbox) draft(fields object) (*template, *apiError) {
	t := &template{name: fields.text("name", 512), language: fields.text("language", 16),
		category: fields.enum("category", "", authentication, marketing, utility), quality: "UNKNOWN", status: "PENDING", reason: "NONE"}
	if t.name != "" && !templateName.MatchString(t.name) {
		fields.invalid("name", "must be lower-case letters, digits and underscores")
	}
	fields.ignore("allow_category_change", "cta_url_link_tracking_opted_out", "sub_category")
	t.readContent(fields)
	fields.end()
	return t, fields.fail.err
}

// readContent reads what create and edit have in common.
func (t *template) readContent(fields object) {
	t.format = orDefault(fields.optional("parameter_format", 16), "POSITIONAL")
	if t.format != "POSITIONAL" && t.format != "NAMED" {
		fields.invalid("parameter_format", "must be one of {POSITIONAL, NAMED}")
	}
	t.components = encode(fields.fields["components"]) // before reading takes it apart
	t.layout = rules{t.category, t.named()}.read(fields)
	t.ttl = t.readTTL(fields)
}

// readTTL checks message_send_ttl_seconds; -1 is 30 days.
func (t *template) readTTL(fields object) int {
	switch {
	case !fields.has("message_send_ttl_seconds"):
		return 0
	case t.category == authentication && fmt.Sprint(fields.fields["message_send_ttl_seconds"]) == "-1",
		t.category == utility && fmt.Sprint(fields.fields["message_send_ttl_seconds"]) == "-1":
		fields.ignore("message_send_ttl_seconds")
		return -1
	case t.category == authentication:
		return fields.integer("message_send_ttl_seconds", true, 30, 900)
	case t.category == utility:
		return fields.integer("message_send_ttl_seconds", true, 30, 43_200)
	}
	return fields.integer("message_send_ttl_seconds", true, 43_200, 2_592_000)
}

func (s *Sandbox) seedTemplate(w *waba, seed Template) error {
	// Through JSON, so that seeds are judged as calls are.
	fields, refusal := parseObject(encode(seed))
	if refusal == nil {
		fields.ignore("status")
		var t *template
		if t, refusal = s.draft(fields); refusal == nil {
			t.status = orDefault(seed.Status, "APPROVED")
			s.addTemplate(w, t)
			return nil
		}
	}
	return fmt.Errorf("sandbox: template %q: %s", seed.Name, refusal.details)
}

// addTemplate gives the template its id. mu must be held, or New be running.
func (s *Sandbox) addTemplate(w *waba, t *template) {
	t.id, t.waba = s.newID(), w
	w.templates = append(w.templates, t)
	s.templates[t.id] = t
}

// view renders the template as the GET calls show it, narrowed to fields.
func (t *template) view(fields []string) map[string]any {
	category := t.category
	components := any(t.components)
	if category == authentication {
		components = t.readBack()
	}
	all := map[string]any{
		"id": t.id, "name": t.name, "language": t.language, "category": category, "status": t.status,
		"parameter_format": t.format, "components": components, "rejected_reason": t.reason,
		"quality_score": map[string]any{"score": t.quality}, "message_send_ttl_seconds": t.ttl,
		"previous_category": "", "correct_category": "",
	}
	if t.ttl == 0 {
		delete(all, "message_send_ttl_seconds")
	}
	return narrow(all, fields, "id", "name", "language", "category", "status", "parameter_format", "components")
}

// readBack shows an OTP button as the URL button it becomes, and the fixed text.
func (t *template) readBack() any {
	var components []map[string]any
	if err := json.Unmarshal(t.components, &components); err != nil {
		return t.components
	}
	for _, component := range components {
		if _, isBody := component["add_security_recommendation"]; isBody {
			component["text"] = t.layout.body.text
		}
		buttons, _ := component["buttons"].([]any)
		for _, raw := range buttons {
			if button, ok := raw.(map[string]any); ok {
				button["type"] = "URL"
				button["url"] = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"
			}
		}
	}
	return components
}

// narrow keeps the asked fields (or the defaults) and always the id. Fields
// that the node does not have come back absent, as the platform does it.
func narrow(all map[string]any, fields []string, defaults ...string) map[string]any {
	if len(fields) == 0 {
		fields = defaults
	}
	kept := map[string]any{"id": all["id"]}
	for _, field := range fields {
		if value, ok := all[field]; ok {
			kept[field] = value
		}
	}
	return kept
}

const reservedFor = 30 * 24 * time.Hour
