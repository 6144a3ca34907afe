package sandbox

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

const maxCallbackURL = 200

// onWABA answers calls on a WhatsApp Business account.
func (s *Sandbox) onWABA(r *http.Request, w *waba, caller *token, action string) (any, *apiError) {
	switch action {
	case "GET ":
		return s.viewWABA(w, fieldList(r)), nil
	case "GET phone_numbers":
		s.mu.Lock()
		defer s.mu.Unlock()
		var all []map[string]any
		for _, n := range w.numbers {
			all = append(all, s.viewNumber(n, fieldList(r)))
		}
		return page(all, r)
	case "GET message_templates":
		return s.listTemplates(w, r)
	case "POST message_templates":
		return s.createTemplate(w, r)
	case "DELETE message_templates":
		return s.deleteTemplates(w, r)
	case "GET subscribed_apps":
		return s.listSubscriptions(w), nil
	case "POST subscribed_apps":
		return s.subscribe(r, w, caller.app)
	case "DELETE subscribed_apps":
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(w.subscribed, caller.app.ID)
		return map[string]bool{"success": true}, nil
	}
	return nil, unknownPath(r)
}

func (s *Sandbox) viewWABA(w *waba, fields []string) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return narrow(map[string]any{
		"id": w.id, "name": w.name, "currency": w.currency, "timezone_id": w.timezone,
		"account_review_status": "APPROVED", "business_verification_status": verification(w.portfolio.verified),
		"message_template_namespace": "sandbox", "owner_business_info": map[string]string{"id": w.portfolio.id, "name": w.portfolio.name},
		"whatsapp_business_manager_messaging_limit": w.portfolio.tier, "status": "ACTIVE",
		"health_status": health("WABA", w.id),
	}, fields, "id", "name", "timezone_id", "message_template_namespace")
}

func (s *Sandbox) viewPortfolio(p *portfolio, fields []string) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return narrow(map[string]any{"id": p.id, "name": p.name, "verification_status": verification(p.verified),
		"whatsapp_business_manager_messaging_limit": p.tier}, fields, "id", "name")
}

func verification(verified bool) string {
	if verified {
		return "verified"
	}
	return "not_verified"
}

func health(kind, id string) any {
	return map[string]any{"can_send_message": "AVAILABLE",
		"entities": []map[string]string{{"entity_type": kind, "id": id, "can_send_message": "AVAILABLE"}}}
}

func (s *Sandbox) listSubscriptions(w *waba) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []map[string]any{}
	for id, subscribed := range w.subscribed {
		item := map[string]any{"whatsapp_business_api_data": map[string]string{"id": id, "name": "App " + id}}
		if subscribed.override != "" {
			item["override_callback_uri"] = subscribed.override
		}
		list = append(list, item)
	}
	return map[string]any{"data": list}
}

// subscribe answers POST /{WABA}/subscribed_apps. With override_callback_uri
// the address must pass the handshake first; without, an override is dropped.
func (s *Sandbox) subscribe(r *http.Request, w *waba, a *app) (any, *apiError) {
	fields, refusal := readParams(r)
	if refusal != nil {
		return nil, refusal
	}
	address := fields.optional("override_callback_uri", maxCallbackURL)
	verify := fields.optional("verify_token", 512)
	fields.end()
	if fields.fail.err != nil {
		return nil, fields.fail.err
	}
	if address != "" {
		if refusal := s.tryCallback(r.Context(), address, verify); refusal != nil {
			return nil, refusal
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w.subscribed[a.ID] = &subscription{app: a, override: address}
	return map[string]bool{"success": true}, nil
}

// tryCallback is handshake for the platform's own calls.
func (s *Sandbox) tryCallback(ctx context.Context, address, verify string) *apiError {
	if err := s.handshake(ctx, address, verify); err != nil {
		s.log.Warn("webhook handshake failed", "error", err)
		return refuse(codeParameter, "The callback URL or verify token could not be validated.")
	}
	return nil
}

// handshake asks the callback to return a challenge for the verify token.
func (s *Sandbox) handshake(ctx context.Context, address, verify string) error {
	target, err := url.Parse(address)
	if err != nil || !isWebAddress(address) {
		return fmt.Errorf("sandbox: the callback is not a web address")
	}
	challenge := strconv.FormatUint(mix(s.traces.Add(1)^s.inboundSalt)%1_000_000_000, 10)
	query := target.Query()
	query.Set("hub.mode", "subscribe")
	query.Set("hub.challenge", challenge)
	query.Set("hub.verify_token", verify)
	target.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return fmt.Errorf("sandbox: build handshake: %w", err)
	}
	response, err := s.opts.WebhookClient.Do(request)
	if err != nil {
		// The address holds the verify token; its error must not repeat it.
		return fmt.Errorf("sandbox: the callback cannot be reached")
	}
	defer func() { _ = response.Body.Close() }() // nothing to lose
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1024))
	if err != nil {
		return fmt.Errorf("sandbox: read handshake: %w", err)
	}
	if response.StatusCode != http.StatusOK || subtle.ConstantTimeCompare(answer, []byte(challenge)) != 1 {
		return fmt.Errorf("sandbox: the callback answered %d without the challenge", response.StatusCode)
	}
	return nil
}

// startUpload answers POST /{app}/uploads: the first half of a resumable upload.
func (s *Sandbox) startUpload(r *http.Request) (any, *apiError) {
	fields, refusal := readParams(r)
	if refusal != nil {
		return nil, refusal
	}
	length := fields.integer("file_length", true, 1, maxUpload)
	kind := fields.text("file_type", 128)
	fields.optional("file_name", 512)
	fields.end()
	if fields.fail.err != nil {
		return nil, fields.fail.err
	}
	id := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d|%s", length, kind))
	return map[string]string{"id": "upload:" + id}, nil
}

// finishUpload answers POST /upload:…: the bytes, in one piece. The result is
// the handle that header samples and profile pictures want.
func (s *Sandbox) finishUpload(w http.ResponseWriter, r *http.Request, id string) (any, *apiError) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpload))
	if err != nil || len(data) == 0 {
		return nil, refuse(codeParameter, "The file is empty or too long.")
	}
	handle := strconv.FormatUint(hashOf(uint64(len(data)), id, string(data)), 36)
	return map[string]string{"h": "4::" + handle}, nil
}
