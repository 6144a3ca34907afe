package sandbox

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

var (
	pinForm  = regexp.MustCompile(`^\d{6}$`)
	codeForm = regexp.MustCompile(`^\d{3}-?\d{3}$`)
)

const (
	registerSpan  = 72 * time.Hour
	registerLimit = 10
)

// onNumber answers calls on a phone number other than sends.
func (s *Sandbox) onNumber(w http.ResponseWriter, r *http.Request, n *number, action string) (any, *apiError) {
	if action == "POST media" {
		return s.uploadMedia(w, n, r)
	}
	fields, refusal := readParams(r)
	if refusal != nil {
		return nil, refusal
	}
	if action == "POST " {
		return s.configureNumber(r, n, fields)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch action {
	case "GET ":
		return s.viewNumber(n, fieldList(r)), nil
	case "POST request_code":
		return s.requestCode(n, fields)
	case "POST verify_code":
		return s.verifyCode(n, fields)
	case "POST register":
		return s.register(n, fields)
	case "POST deregister":
		return s.deregister(n)
	case "GET whatsapp_business_profile":
		return map[string]any{"data": []any{raw(n.profile)}}, nil
	case "POST whatsapp_business_profile":
		return setProfile(n, fields)
	case "GET settings":
		return raw(n.settings), nil
	case "POST settings":
		for key, value := range fields.fields {
			n.settings[key] = value
		}
		return success()
	case "POST official_business_account":
		n.badge = "PENDING"
		return success()
	}
	return nil, unknownPath(r)
}

func success() (any, *apiError) { return map[string]bool{"success": true}, nil }

// viewNumber renders the number, narrowed to fields. mu must be held.
func (s *Sandbox) viewNumber(n *number, fields []string) map[string]any {
	level := "STANDARD"
	if n.rate.perSecond >= 1000 {
		level = "HIGH"
	}
	newName := "NONE"
	if n.newName != "" {
		newName = "PENDING_REVIEW"
	}
	return narrow(map[string]any{
		"id": n.id, "display_phone_number": displayNumber(n.display), "verified_name": n.verifiedName,
		"quality_rating": n.quality, "quality_score": map[string]string{"score": n.quality},
		"status": n.status, "code_verification_status": n.verification, "platform_type": "CLOUD_API",
		"throughput": map[string]string{"level": level}, "name_status": n.nameStatus, "new_name_status": newName,
		"whatsapp_business_manager_messaging_limit": n.waba.portfolio.tier, "messaging_limit_tier": n.waba.portfolio.tier,
		"is_official_business_account": n.badge == "APPROVED", "official_business_account": map[string]string{"oba_status": n.badge},
		"is_pin_enabled": n.pin != "", "account_mode": "SANDBOX", "country_dial_code": n.callingCode,
		"health_status":         health("PHONE_NUMBER", n.id),
		"webhook_configuration": map[string]string{"phone_number": n.override},
	}, fields, "verified_name", "display_phone_number", "quality_rating", "code_verification_status", "platform_type", "throughput")
}

// configureNumber answers POST /{number}: PIN, display name, own callback.
func (s *Sandbox) configureNumber(r *http.Request, n *number, fields object) (any, *apiError) {
	pin := fields.optional("pin", 16)
	name := fields.optional("new_display_name", 512)
	address, hasCallback := "", false
	if hook, ok := fields.child("webhook_configuration", false); ok {
		hasCallback = true
		address = hook.optional("override_callback_uri", maxCallbackURL)
		verify := hook.optional("verify_token", 512)
		hook.end()
		if hook.fail.err == nil && address != "" {
			if refusal := s.tryCallback(r.Context(), address, verify); refusal != nil {
				return nil, refusal
			}
		}
	}
	fields.ignore("messaging_product")
	fields.end()
	if pin != "" && !pinForm.MatchString(pin) {
		fields.invalid("pin", "must be 6 digits")
	}
	if fields.fail.err != nil {
		return nil, fields.fail.err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if pin != "" {
		n.pin = pin
		s.notify(n.waba, "security", map[string]string{"display_phone_number": n.display, "event": "PIN_CHANGED"})
	}
	if name != "" {
		n.newName = name
	}
	if hasCallback {
		n.override = address
	}
	return success()
}

// requestCode "sends" a code that the control API shows. Codes are asked for
// at most ten times in 72 hours here.
func (s *Sandbox) requestCode(n *number, fields object) (any, *apiError) {
	fields.enum("code_method", "", "SMS", "VOICE")
	fields.text("language", 16)
	fields.end()
	if fields.fail.err != nil {
		return nil, fields.fail.err
	}
	now := s.now()
	if n.codeRequests.count(now, registerSpan) >= registerLimit {
		return nil, refuse(codeParameter, "Too many codes were requested; try again later.")
	}
	n.codeRequests.add(now, registerLimit)
	n.code = fmt.Sprintf("%06d", hashOf(s.opts.Seed, "code", n.id, now.Format(time.RFC3339Nano))%1_000_000)
	return success()
}

func (s *Sandbox) verifyCode(n *number, fields object) (any, *apiError) {
	code := fields.text("code", 16)
	fields.end()
	switch {
	case fields.fail.err != nil:
		return nil, fields.fail.err
	case !codeForm.MatchString(code) || n.code == "" || strings.ReplaceAll(code, "-", "") != n.code:
		return nil, refuse(codeParameter, "The code is incorrect.")
	}
	n.verification, n.code = "VERIFIED", ""
	return success()
}

// register counts against ten registrations and deregistrations in 72 hours.
func (s *Sandbox) register(n *number, fields object) (any, *apiError) {
	fields.enum("messaging_product", "", "whatsapp")
	pin := fields.text("pin", 16)
	fields.enum("data_localization_region", "none", "AU", "ID", "IN", "JP", "SG", "KR", "DE", "CH", "GB", "BR", "BH", "ZA", "AE", "CA")
	fields.end()
	if pin != "" && !pinForm.MatchString(pin) {
		fields.invalid("pin", "must be 6 digits")
	}
	if fields.fail.err != nil {
		return nil, fields.fail.err
	}
	now := s.now()
	if n.registers.count(now, registerSpan) >= registerLimit {
		return nil, refuse(codeRegisterLimit, "More than 10 register or deregister calls within 72 hours.")
	}
	n.registers.add(now, registerLimit)
	if n.verification != "VERIFIED" {
		return nil, refuse(codeNotVerified, "The phone number needs to be verified first.")
	}
	if refusal := n.guessPIN(now, pin); refusal != nil {
		return nil, refusal
	}
	n.pin, n.status = pin, "CONNECTED"
	return success()
}

// guessPIN allows five wrong PINs in an hour, and one within ten seconds.
func (n *number) guessPIN(now time.Time, pin string) *apiError {
	switch {
	case n.pin == "" || n.pin == pin && n.pinGuesses.count(now, time.Hour) < 5:
		return nil
	case n.pinGuesses.count(now, time.Hour) >= 5:
		return refuse(codePINGuesses, "Too many wrong PINs; try again in an hour.")
	case n.pinGuesses.count(now, 10*time.Second) > 0:
		return refuse(codePINTooFast, "PINs are tried too fast; try again in 10 seconds.")
	}
	n.pinGuesses.add(now, 5)
	return refuse(codePINWrong, "The PIN is wrong.")
}

func (s *Sandbox) deregister(n *number) (any, *apiError) {
	now := s.now()
	if n.registers.count(now, registerSpan) >= registerLimit {
		return nil, refuse(codeRegisterLimit, "More than 10 register or deregister calls within 72 hours.")
	}
	n.registers.add(now, registerLimit)
	if n.status != "CONNECTED" {
		return nil, refuse(codeNotRegistered, "The phone number is not registered.")
	}
	n.status = "PENDING"
	return success()
}

// setProfile checks the lengths of a business profile.
func setProfile(n *number, fields object) (any, *apiError) {
	fields.enum("messaging_product", "", "whatsapp")
	changed := map[string]any{}
	for key, limit := range map[string]int{"about": 139, "address": 256, "description": 512, "email": 128, "vertical": 64, "profile_picture_handle": 4096} {
		if fields.has(key) {
			changed[key] = fields.optional(key, limit)
		}
	}
	if fields.has("websites") {
		sites := fields.strings("websites")
		if len(sites) > 2 {
			fields.invalid("websites", "must have at most 2 elements")
		}
		for _, site := range sites {
			if len(site) > 256 || !isWebAddress(site) {
				fields.invalid("websites", "must be addresses of at most 256 characters")
			}
		}
		changed["websites"] = sites
	}
	fields.end()
	if fields.fail.err != nil {
		return nil, fields.fail.err
	}
	if handle, ok := changed["profile_picture_handle"]; ok {
		delete(changed, "profile_picture_handle")
		changed["profile_picture_url"] = fmt.Sprintf("https://media.example/%x", hashOf(0, fmt.Sprint(handle)))
	}
	for key, value := range changed {
		n.profile[key] = value
	}
	return success()
}
