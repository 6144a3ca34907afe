package sandbox

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

var versionPath = regexp.MustCompile(`^v\d{1,3}\.\d$`)

// Handler answers the platform's API under /vNN.N/.
func (s *Sandbox) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{version}/{node}/{edge}", func(w http.ResponseWriter, r *http.Request) {
		if edge := r.PathValue("edge"); edge == "messages" || edge == "marketing_messages" {
			s.postMessages(w, r)
			return
		}
		s.manage(w, r)
	})
	mux.HandleFunc("/{version}/{node}/{edge}", s.manage)
	mux.HandleFunc("/{version}/{node}", s.manage)
	mux.HandleFunc("GET /media/{secret}", s.download)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.refuse(w, unknownPath(r)) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		version, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if version != "media" && !versionPath.MatchString(version) {
			s.refuse(w, unknownPath(r))
			return
		}
		s.learnBase(r)
		mux.ServeHTTP(w, r)
	})
}

// unknownPath reports a path by its method alone: the path may hold anything.
func unknownPath(r *http.Request) *apiError {
	return refusef(codeParameter, "Unsupported %s request. The path is not /vNN.N/{id} or /vNN.N/{id}/{edge} of a known edge.", r.Method)
}

// learnBase takes the base of media addresses from the first request.
func (s *Sandbox) learnBase(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.baseURL == "" {
		scheme := "http"
		if r.TLS != nil {
			scheme = "https"
		}
		s.baseURL = scheme + "://" + r.Host
	}
}

// authenticate finds the bearer token. A token in the query is not looked at.
func (s *Sandbox) authenticate(r *http.Request) (*token, *apiError) {
	value, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.tokens[value]
	if !isBearer || found == nil || found.Expired {
		return nil, refuse(codeTokenInvalid, "")
	}
	return found, nil
}

// manage answers everything but sends and downloads.
func (s *Sandbox) manage(w http.ResponseWriter, r *http.Request) {
	caller, refusal := s.authenticate(r)
	if refusal != nil {
		s.refuse(w, refusal)
		return
	}
	answer, refusal := s.dispatch(w, r, caller)
	if refusal != nil {
		s.refuse(w, refusal)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// dispatch goes by what the id in the path names.
func (s *Sandbox) dispatch(w http.ResponseWriter, r *http.Request, caller *token) (any, *apiError) {
	id := r.PathValue("node")
	action := r.Method + " " + r.PathValue("edge")
	s.mu.Lock()
	n, account, t := s.numbers[id], s.wabas[id], s.templates[id]
	media := s.media.find(id, s.now())
	business := s.portfolios[id]
	isApp := s.apps[id] == caller.app
	s.mu.Unlock()
	switch {
	case n != nil && caller.reaches(n.waba):
		return s.onNumber(w, r, n, action)
	case account != nil && caller.reaches(account):
		if refusal := s.budget(caller, account); refusal != nil {
			return nil, refusal
		}
		return s.onWABA(r, account, caller, action)
	case t != nil && caller.reaches(t.waba):
		return s.onTemplate(r, t, action)
	case media != nil && caller.reaches(media.waba):
		return s.onMedia(r, media, action)
	case business != nil && action == "GET ":
		return s.viewPortfolio(business, fieldList(r)), nil
	case isApp && action == "POST uploads":
		return s.startUpload(r)
	case strings.HasPrefix(id, "upload:") && action == "POST ":
		return s.finishUpload(w, r, id)
	}
	return nil, refuse(codeObjectMissing, "The object does not exist or the token cannot reach it.")
}

func (s *Sandbox) onTemplate(r *http.Request, t *template, action string) (any, *apiError) {
	switch action {
	case "GET ":
		s.mu.Lock()
		defer s.mu.Unlock()
		return t.view(fieldList(r)), nil
	case "POST ":
		return s.editTemplate(t, r)
	case "POST unpause":
		return s.unpauseTemplate(t)
	}
	return nil, unknownPath(r)
}

func (s *Sandbox) onMedia(r *http.Request, media *asset, action string) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if number := r.URL.Query().Get("phone_number_id"); number != "" && (s.numbers[number] == nil || s.numbers[number].waba != media.waba) {
		return nil, refuse(codeObjectMissing, "The media does not belong to the phone number.")
	}
	switch action {
	case "GET ":
		return s.viewMedia(media), nil
	case "DELETE ":
		s.media.remove(media.id)
		return map[string]bool{"success": true}, nil
	}
	return nil, unknownPath(r)
}

const (
	managementCalls    = 5000 // per app, account and hour
	managementCallsNew = 200  // while the account has no registered number
)

func (s *Sandbox) budget(caller *token, w *waba) *apiError {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit := managementCallsNew
	for _, n := range w.numbers {
		if n.status == "CONNECTED" {
			limit = managementCalls
		}
	}
	used := caller.app.calls[w.id]
	if used == nil {
		used = &hourly{}
		caller.app.calls[w.id] = used
	}
	if !used.allow(s.now(), limit) {
		return refuse(codeWABARate, "Too many management calls for this account within the hour.")
	}
	return nil
}

// readParams takes parameters from the query and the body, as the platform
// does; the body may be JSON or a form, and wins.
func readParams(r *http.Request) (object, *apiError) {
	all := objectOf(r.URL.Query())
	all.ignore("fields")
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return all, refuse(codeParameter, "The body is too long or was cut off.")
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case len(body) == 0:
	case kind == "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return all, refuse(codeMalformed, "The form cannot be read.")
		}
		for key, value := range objectOf(values).fields {
			all.fields[key] = value
		}
	default:
		parsed, refusal := parseObject(body)
		if refusal != nil {
			return all, refusal
		}
		for key, value := range parsed.fields {
			all.fields[key] = value
		}
	}
	return all, nil
}

// fieldList reads ?fields=a,b,c{d}; sub-selections are ignored.
func fieldList(r *http.Request) []string {
	var fields []string
	for _, field := range strings.Split(r.URL.Query().Get("fields"), ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(field), "{")
		if name != "" {
			fields = append(fields, name)
		}
	}
	return fields
}

func (s *Sandbox) refuse(w http.ResponseWriter, refusal *apiError) {
	writeJSON(w, statusOf(refusal.code), refusal.body(s.trace()))
}

// trace makes the fbtrace_id of an error.
func (s *Sandbox) trace() string {
	return "A" + strconv.FormatUint(mix(s.traces.Add(1)^s.sentSalt), 36)
}

func writeJSON(w http.ResponseWriter, code int, answer any) {
	body := encode(answer)
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	_, _ = w.Write(body) // the caller may have gone
}

// raw passes stored JSON through.
func raw(value any) json.RawMessage { return encode(value) }
