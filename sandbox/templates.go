package sandbox

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"time"
)

const (
	templatesPerHour    = 100
	templatesUnverified = 250
	templatesVerified   = 6000
)

// createTemplate answers POST /{WABA}/message_templates.
func (s *Sandbox) createTemplate(w *waba, r *http.Request) (any, *apiError) {
	fields, refusal := readParams(r)
	if refusal != nil {
		return nil, refusal
	}
	t, refusal := s.draft(fields)
	if refusal != nil {
		return nil, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	limit := templatesUnverified
	if w.portfolio.verified {
		limit = templatesVerified
	}
	switch until, reserved := w.reserved[t.name]; {
	case w.find(t.name, t.language) != nil:
		return nil, refuse(codeParameter, "There is already content in this language for this template.")
	case reserved && now.Before(until):
		return nil, refuse(codeParameter, "The name of a deleted template is reserved for 30 days.")
	case len(w.templates) >= limit:
		return nil, refuse(codeTemplateLimit, "The account has as many templates as it may have.")
	case !w.created.allow(now, templatesPerHour):
		return nil, refuse(codeWABARate, "More than 100 templates were created within the hour.")
	}
	s.addTemplate(w, t)
	s.submit(t)
	return map[string]any{"id": t.id, "status": t.status, "category": t.category}, nil
}

// listTemplates answers GET /{WABA}/message_templates.
func (s *Sandbox) listTemplates(w *waba, r *http.Request) (any, *apiError) {
	query := r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []map[string]any
	fields := fieldList(r)
	for _, t := range w.templates {
		if matches(query["name"], t.name) && matches(query["status"], t.status) &&
			matches(query["category"], t.category) && matches(query["language"], t.language) {
			found = append(found, t.view(fields))
		}
	}
	return page(found, r)
}

func matches(want []string, value string) bool {
	return len(want) == 0 || want[0] == "" || slices.Contains(want, value)
}

// page cuts a list by limit and after. The cursor names the last element, so it
// goes stale when that element is deleted.
func page(all []map[string]any, r *http.Request) (any, *apiError) {
	query := r.URL.Query()
	limit := 25
	if asked, err := strconv.Atoi(query.Get("limit")); err == nil && asked > 0 {
		limit = min(asked, 1000)
	}
	start := 0
	if after := query.Get("after"); after != "" {
		id, err := base64.RawURLEncoding.DecodeString(after)
		at := slices.IndexFunc(all, func(item map[string]any) bool { return item["id"] == string(id) })
		if err != nil || at < 0 {
			return nil, refuse(codeCursor, "The cursor is not valid any more; start again.")
		}
		start = at + 1
	}
	end := min(start+limit, len(all))
	items := all[start:end]
	answer := map[string]any{"data": append([]map[string]any{}, items...)}
	if len(items) > 0 {
		cursors := map[string]string{"before": cursor(items[0]), "after": cursor(items[len(items)-1])}
		paging := map[string]any{"cursors": cursors}
		if end < len(all) {
			next := *r.URL
			query.Set("after", cursors["after"])
			next.RawQuery = query.Encode()
			next.Scheme, next.Host = "http", r.Host
			paging["next"] = next.String()
		}
		answer["paging"] = paging
	}
	return answer, nil
}

func cursor(item map[string]any) string {
	id, _ := item["id"].(string)
	return base64.RawURLEncoding.EncodeToString([]byte(id))
}

// editTemplate answers POST /{TEMPLATE}.
func (s *Sandbox) editTemplate(t *template, r *http.Request) (any, *apiError) {
	fields, refusal := readParams(r)
	if refusal != nil {
		return nil, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	approved := t.status == "APPROVED"
	switch {
	case t.status != "APPROVED" && t.status != "REJECTED" && t.status != "PAUSED":
		return nil, refuse(codeParameter, "Only an approved, rejected or paused template can be edited.")
	case approved && (t.edits.count(now, 24*time.Hour) >= 1 || t.edits.count(now, 30*24*time.Hour) >= 10):
		return nil, refuse(codeParameter, "An approved template can be edited once in 24 hours and ten times in 30 days.")
	}
	edited := *t
	edited.category = fields.enum("category", t.category, authentication, marketing, utility)
	if approved && edited.category != t.category {
		return nil, refuse(codeParameter, "The category of an approved template cannot be changed.")
	}
	if fields.has("components") {
		fields.fields["parameter_format"] = orDefault(fields.optional("parameter_format", 16), t.format)
		edited.readContent(fields)
	} else {
		edited.ttl = edited.readTTL(fields)
	}
	fields.end()
	if fields.fail.err != nil {
		return nil, fields.fail.err
	}
	if approved {
		edited.edits.add(now, 10)
	}
	*t = edited
	s.submit(t)
	return map[string]any{"success": true, "id": t.id, "name": t.name, "category": t.category}, nil
}

// deleteTemplates answers DELETE /{WABA}/message_templates: all languages of a
// name, or the one that hsm_id gives.
func (s *Sandbox) deleteTemplates(w *waba, r *http.Request) (any, *apiError) {
	name, id := r.URL.Query().Get("name"), r.URL.Query().Get("hsm_id")
	if name == "" {
		return nil, refuse(codeParameterMissing, "The parameter name is required.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var doomed []*template
	for _, t := range w.templates {
		if t.name == name && (id == "" || t.id == id) {
			if t.status == "DISABLED" {
				return nil, refuse(codeParameter, "A disabled template cannot be deleted.")
			}
			doomed = append(doomed, t)
		}
	}
	if len(doomed) == 0 {
		return nil, refuse(codeParameter, "The template does not exist.")
	}
	for _, t := range doomed {
		if t.status == "APPROVED" {
			w.reserved[name] = s.now().Add(reservedFor)
		}
		t.status = "DELETED"
		t.version++
		delete(s.templates, t.id)
		s.templateEvent(t, templateEvent{Event: "DELETED", Reason: "NONE"})
	}
	w.templates = slices.DeleteFunc(w.templates, func(t *template) bool { return t.status == "DELETED" })
	return map[string]bool{"success": true}, nil
}

// unpauseTemplate answers POST /{TEMPLATE}/unpause.
func (s *Sandbox) unpauseTemplate(t *template) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.status != "PAUSED" {
		return nil, refuse(codeParameter, "The template is not paused.")
	}
	s.approveAgain(t)
	return map[string]bool{"success": true}, nil
}
