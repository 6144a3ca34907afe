package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// ControlHandler answers the control API under /_sandbox/. It has no password:
// serve it on a loopback address of its own.
func (s *Sandbox) ControlHandler() http.Handler {
	mux := http.NewServeMux()
	for pattern, answer := range map[string]func(*http.Request) (any, error){
		"GET /_sandbox/stats":                    func(*http.Request) (any, error) { return s.Stats(), nil },
		"GET /_sandbox/calls":                    s.controlCalls,
		"GET /_sandbox/calls/count":              s.controlCount,
		"GET /_sandbox/inflight":                 s.controlInFlight,
		"GET /_sandbox/faults":                   func(*http.Request) (any, error) { return s.faults.list(), nil },
		"POST /_sandbox/faults":                  s.controlAddFault,
		"DELETE /_sandbox/faults":                func(*http.Request) (any, error) { s.RemoveFault(""); return done() },
		"DELETE /_sandbox/faults/{id}":           s.controlRemoveFault,
		"GET /_sandbox/behaviour":                s.controlBehaviour,
		"PUT /_sandbox/behaviour":                s.controlSetBehaviour,
		"GET /_sandbox/clock":                    func(*http.Request) (any, error) { return map[string]any{"now": s.now()}, nil },
		"POST /_sandbox/clock/advance":           s.controlAdvance,
		"POST /_sandbox/apps":                    s.controlAddApp,
		"PUT /_sandbox/apps/{id}":                s.controlSetApp,
		"POST /_sandbox/tokens":                  s.controlSetToken,
		"POST /_sandbox/portfolios":              s.controlAddPortfolio,
		"GET /_sandbox/portfolios/{id}":          s.controlPortfolio,
		"PUT /_sandbox/portfolios/{id}":          s.controlSetPortfolio,
		"POST /_sandbox/portfolios/{id}/wabas":   s.controlAddWABA,
		"POST /_sandbox/wabas/{id}/numbers":      s.controlAddNumber,
		"GET /_sandbox/numbers/{id}":             s.controlNumber,
		"PUT /_sandbox/numbers/{id}":             s.controlSetNumber,
		"POST /_sandbox/numbers/{id}/upgrade":    s.controlUpgrade,
		"POST /_sandbox/numbers/{id}/name":       s.controlName,
		"POST /_sandbox/templates/{id}/pause":    s.controlPause,
		"POST /_sandbox/templates/{id}/quality":  s.controlQuality,
		"POST /_sandbox/templates/{id}/category": s.controlCategory,
		"POST /_sandbox/webhooks":                s.controlWebhook,
		"GET /_sandbox/mails":                    s.controlMails,
		"DELETE /_sandbox/mails":                 func(*http.Request) (any, error) { s.mails.Forget(); return done() },
		"PUT /_sandbox/mails/refusal/{code}":     s.controlRefuseMails,
		"POST /_sandbox/media":                   s.controlMedia,
		"GET /_sandbox/persons/{phone}":          s.controlPerson,
		"PUT /_sandbox/persons/{phone}":          s.controlSetPerson,
		"DELETE /_sandbox/persons/{phone}":       s.controlForgetPerson,
		"POST /_sandbox/persons/{phone}/{act}":   s.controlAct,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.control(w, r, answer) })
	}
	mux.HandleFunc("GET /_sandbox/inbox", s.inbox)
	return mux
}

var (
	errNotFound = errors.New("sandbox: not found")
	errInput    = errors.New("sandbox: bad input")
)

func inputError(why string) error { return fmt.Errorf("%w: %s", errInput, why) }

func (s *Sandbox) control(w http.ResponseWriter, r *http.Request, answer func(*http.Request) (any, error)) {
	if r.Header.Get("Origin") != "" {
		// A web page somewhere must not steer the sandbox through a browser here.
		writeJSON(w, http.StatusForbidden, map[string]string{"error": "no calls from browsers"})
		return
	}
	result, err := answer(r)
	switch {
	case err == nil:
		writeJSON(w, http.StatusOK, result)
	case errors.Is(err, errNotFound):
		writeJSON(w, http.StatusNotFound, map[string]string{"error": err.Error()})
	default:
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
	}
}

func done() (any, error) { return map[string]bool{"success": true}, nil }

// input decodes a control body strictly; an empty body is the zero value.
func input[T any](r *http.Request) (T, error) {
	var value T
	if r.ContentLength == 0 {
		return value, nil
	}
	decoder := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 16<<20))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&value); err != nil {
		return value, fmt.Errorf("%w: %w", errInput, err)
	}
	return value, nil
}

func callFilter(r *http.Request) (CallFilter, error) {
	query := r.URL.Query()
	filter := CallFilter{NumberID: query.Get("phone_number_id"), To: query.Get("to"),
		Template: query.Get("template"), Callback: query.Get("callback")}
	if after := query.Get("after"); after != "" {
		seq, err := strconv.ParseUint(after, 10, 64)
		if err != nil {
			return filter, inputError("after is a sequence number")
		}
		filter.After = seq
	}
	return filter, nil
}

func (s *Sandbox) controlCalls(r *http.Request) (any, error) {
	filter, err := callFilter(r)
	if err != nil {
		return nil, err
	}
	limit := 1000
	if asked, err := strconv.Atoi(r.URL.Query().Get("limit")); err == nil && asked > 0 {
		limit = min(asked, 100_000)
	}
	found := []Call{}
	err = s.Calls(filter, func(call Call) bool {
		found = append(found, call)
		return len(found) < limit
	})
	return map[string]any{"data": found}, err
}

func (s *Sandbox) controlCount(r *http.Request) (any, error) {
	filter, err := callFilter(r)
	if err != nil {
		return nil, err
	}
	if filter == (CallFilter{}) {
		return map[string]uint64{"count": s.calls.count()}, nil
	}
	count := 0
	err = s.Calls(filter, func(Call) bool { count++; return true })
	return map[string]int{"count": count}, err
}

// controlInFlight: now; or ?at=T&margin=50ms; or ?from=T1&to=T2.
func (s *Sandbox) controlInFlight(r *http.Request) (any, error) {
	query := r.URL.Query()
	var moments [3]time.Time
	for i, key := range []string{"at", "from", "to"} {
		if text := query.Get(key); text != "" {
			parsed, err := time.Parse(time.RFC3339Nano, text)
			if err != nil {
				return nil, inputError(key + " is a time as in RFC 3339")
			}
			moments[i] = parsed
		}
	}
	at, from, to := moments[0], moments[1], moments[2]
	if !at.IsZero() {
		margin, err := time.ParseDuration(orDefault(query.Get("margin"), "0s"))
		if err != nil || margin < 0 {
			return nil, inputError("margin is a duration such as 50ms")
		}
		from, to = at.Add(-margin), at.Add(margin)
	}
	found := s.InFlight(from, to)
	return map[string]any{"count": len(found), "data": found}, nil
}

func (s *Sandbox) controlAddFault(r *http.Request) (any, error) {
	fault, err := input[Fault](r)
	if err != nil {
		return nil, err
	}
	return s.AddFault(fault)
}

func (s *Sandbox) controlRemoveFault(r *http.Request) (any, error) {
	if !s.RemoveFault(r.PathValue("id")) {
		return nil, errNotFound
	}
	return done()
}

func (s *Sandbox) controlBehaviour(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.behaviour, nil
}

// controlSetBehaviour replaces the behaviour; ?preset=plain or realistic takes
// a preset, and a body changes parts of it.
func (s *Sandbox) controlSetBehaviour(r *http.Request) (any, error) {
	s.mu.Lock()
	changed := s.behaviour
	s.mu.Unlock()
	switch r.URL.Query().Get("preset") {
	case "":
	case "plain":
		changed = Plain()
	case "realistic":
		changed = Realistic()
	default:
		return nil, inputError("preset is plain or realistic")
	}
	if r.ContentLength != 0 {
		decoder := json.NewDecoder(r.Body)
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&changed); err != nil {
			return nil, fmt.Errorf("%w: %w", errInput, err)
		}
	}
	return changed, s.SetBehaviour(changed)
}

func (s *Sandbox) controlAdvance(r *http.Request) (any, error) {
	step, err := input[struct {
		By Duration `json:"by"`
	}](r)
	if err != nil || step.By <= 0 {
		return nil, inputError("by is a duration such as 25h")
	}
	s.Advance(time.Duration(step.By))
	return map[string]any{"now": s.now()}, nil
}

// controlWebhook sends any change of an account as it is given.
func (s *Sandbox) controlWebhook(r *http.Request) (any, error) {
	change, err := input[struct {
		WABA  string          `json:"waba_id"`
		Field string          `json:"field"`
		Value json.RawMessage `json:"value"`
	}](r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	account := s.wabas[change.WABA]
	if account == nil {
		return nil, errNotFound
	}
	if change.Field == "" || len(change.Value) == 0 {
		return nil, inputError("field and value are required")
	}
	s.notify(account, change.Field, change.Value)
	return done()
}

// controlMedia stores a media object under a chosen id; without data it is a
// small picture.
func (s *Sandbox) controlMedia(r *http.Request) (any, error) {
	media, err := input[struct {
		WABA string `json:"waba_id"`
		ID   string `json:"id"`
		MIME string `json:"mime_type"`
		Data []byte `json:"data"`
	}](r)
	if err != nil {
		return nil, err
	}
	id, err := s.AddMedia(media.WABA, media.ID, orDefault(media.MIME, "image/png"), media.Data)
	return map[string]string{"id": id}, err
}

// AddMedia stores media as if it had been uploaded; an empty id makes one, and
// nil data is a small PNG. The type is not compared with the data.
func (s *Sandbox) AddMedia(wabaID, id, mimeType string, data []byte) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	account := s.wabas[wabaID]
	if account == nil {
		return "", errNotFound
	}
	if data == nil {
		data = []byte(samplePixel)
	}
	kept, refusal := s.keep(account, id, mimeType, data, uploadedLife)
	if refusal != nil {
		return "", inputError(refusal.details)
	}
	return kept, nil
}
