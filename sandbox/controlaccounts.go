package sandbox

import (
	"net/http"
	"strconv"
	"time"
)

func (s *Sandbox) controlAddApp(r *http.Request) (any, error) {
	added, err := input[App](r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if added.ID == "" || added.Secret == "" || s.apps[added.ID] != nil {
		return nil, inputError("an app needs a unique id and a secret")
	}
	s.apps[added.ID] = &app{App: added, calls: map[string]*hourly{}}
	for _, t := range added.Tokens {
		s.tokens[t.Value] = &token{Token: t, app: s.apps[added.ID]}
	}
	return done()
}

// controlSetApp configures the callback: the handshake must succeed, unless
// skip_handshake. An empty callback_url stops the webhooks.
func (s *Sandbox) controlSetApp(r *http.Request) (any, error) {
	change, err := input[struct {
		Callback string `json:"callback_url"`
		Verify   string `json:"verify_token"`
		Secret   string `json:"secret"`
		Skip     bool   `json:"skip_handshake"`
	}](r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	s.mu.Lock()
	known := s.apps[id]
	verify := change.Verify
	if known != nil {
		verify = orDefault(verify, known.VerifyToken)
	}
	s.mu.Unlock()
	if known == nil {
		return nil, errNotFound
	}
	if change.Callback != "" && !change.Skip {
		if err := s.handshake(r.Context(), change.Callback, verify); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	known.CallbackURL, known.VerifyToken = change.Callback, verify
	known.Secret = orDefault(change.Secret, known.Secret)
	return done()
}

// controlSetToken adds a token, or changes what a known one may do.
func (s *Sandbox) controlSetToken(r *http.Request) (any, error) {
	change, err := input[struct {
		App string `json:"app_id"`
		Token
	}](r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.apps[change.App]
	if owner == nil || change.Value == "" {
		return nil, inputError("app_id of a known app and value are required")
	}
	s.tokens[change.Value] = &token{Token: change.Token, app: owner}
	return done()
}

func (s *Sandbox) controlAddPortfolio(r *http.Request) (any, error) {
	added, err := input[Portfolio](r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.addPortfolio(added); err != nil {
		return nil, err
	}
	return done()
}

func (s *Sandbox) controlAddWABA(r *http.Request) (any, error) {
	added, err := input[WABA](r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.portfolios[r.PathValue("id")]
	if owner == nil {
		return nil, errNotFound
	}
	if err := s.addWABA(owner, added); err != nil {
		return nil, err
	}
	return done()
}

func (s *Sandbox) controlAddNumber(r *http.Request) (any, error) {
	added, err := input[Number](r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := s.wabas[r.PathValue("id")]
	if owner == nil {
		return nil, errNotFound
	}
	if err := s.addNumber(owner, added); err != nil {
		return nil, err
	}
	return done()
}

// Reach is how far a portfolio has used up its messaging limit.
type Reach struct {
	Tier     string `json:"tier"`
	Limit    int    `json:"limit"`    // 0 is unlimited, and then nothing is counted
	Unique   int    `json:"unique"`   // people within the last 24 hours
	Peak     int    `json:"peak"`     // most ever
	Breaches int    `json:"breaches"` // sends that went beyond
}

// Reach returns a portfolio's use of its messaging limit; false if unknown.
func (s *Sandbox) Reach(portfolioID string) (Reach, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.portfolios[portfolioID]
	if p == nil {
		return Reach{}, false
	}
	return Reach{p.tier, tierLimits[p.tier], p.reach.count(s.now()), p.reach.peak, p.breaches}, true
}

func (s *Sandbox) controlPortfolio(r *http.Request) (any, error) {
	reach, known := s.Reach(r.PathValue("id"))
	if !known {
		return nil, errNotFound
	}
	return reach, nil
}

// controlSetPortfolio changes the tier and tells all accounts.
func (s *Sandbox) controlSetPortfolio(r *http.Request) (any, error) {
	change, err := input[struct {
		Tier     string `json:"tier"`
		Verified *bool  `json:"verified"`
	}](r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.portfolios[r.PathValue("id")]
	if p == nil {
		return nil, errNotFound
	}
	if change.Verified != nil {
		p.verified = *change.Verified
	}
	if change.Tier == "" {
		return done()
	}
	limit, known := tierLimits[change.Tier]
	if !known {
		return nil, inputError("tier is TIER_250, TIER_2K, TIER_10K, TIER_100K or TIER_UNLIMITED")
	}
	p.tier = change.Tier
	var conversations any = limit
	if limit == 0 {
		conversations = "UNLIMITED"
	}
	for _, w := range p.wabas {
		s.notify(w, "business_capability_update", map[string]any{
			"max_daily_conversations_per_business": conversations, "max_phone_numbers_per_business": 20})
	}
	return done()
}

// controlNumber shows what the platform keeps to itself, such as the last code.
func (s *Sandbox) controlNumber(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[r.PathValue("id")]
	if n == nil {
		return nil, errNotFound
	}
	return map[string]any{"id": n.id, "display_phone_number": n.display, "status": n.status, "quality": n.quality,
		"throughput": n.rate.perSecond, "code": n.code, "waba_id": n.waba.id, "new_display_name": n.newName, "callback": n.override}, nil
}

func (s *Sandbox) controlSetNumber(r *http.Request) (any, error) {
	change, err := input[struct {
		Throughput int    `json:"throughput"`
		Quality    string `json:"quality"`
		Status     string `json:"status"`
		Badge      string `json:"oba_status"`
	}](r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[r.PathValue("id")]
	switch {
	case n == nil:
		return nil, errNotFound
	case change.Throughput < 0 || change.Throughput > 1_000_000:
		return nil, inputError("throughput is from 1 to 1,000,000 messages per second")
	}
	n.rate.perSecond = orDefault(change.Throughput, n.rate.perSecond)
	n.quality = orDefault(change.Quality, n.quality)
	n.status = orDefault(change.Status, n.status)
	n.badge = orDefault(change.Badge, n.badge)
	return done()
}

// controlUpgrade raises a number to 1,000 messages per second: it cannot send
// for a minute (131057), then the webhook tells.
func (s *Sandbox) controlUpgrade(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[r.PathValue("id")]
	if n == nil {
		return nil, errNotFound
	}
	n.maintenance = s.now().Add(time.Minute)
	s.timers.at(n.maintenance, func(time.Time) {
		s.mu.Lock()
		defer s.mu.Unlock()
		n.rate.perSecond = 1000
		s.notify(n.waba, "phone_number_quality_update", map[string]string{"display_phone_number": n.display,
			"event": "THROUGHPUT_UPGRADE", "max_daily_conversations_per_business": n.waba.portfolio.tier})
	})
	return done()
}

// controlName decides on the requested display name: APPROVED or REJECTED.
func (s *Sandbox) controlName(r *http.Request) (any, error) {
	change, err := input[struct {
		Decision string `json:"decision"`
		Reason   string `json:"rejection_reason"`
	}](r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[r.PathValue("id")]
	if n == nil {
		return nil, errNotFound
	}
	requested := orDefault(n.newName, n.verifiedName)
	event := map[string]any{"display_phone_number": n.display, "decision": change.Decision,
		"requested_verified_name": requested, "rejection_reason": nil}
	switch change.Decision {
	case "APPROVED":
		n.verifiedName, n.nameStatus = requested, "APPROVED"
	case "REJECTED":
		event["rejection_reason"] = orDefault(change.Reason, "NAME_FORMAT_UNACCEPTABLE")
	default:
		return nil, inputError("decision is APPROVED or REJECTED")
	}
	n.newName = ""
	s.notify(n.waba, "phone_number_name_update", event)
	return done()
}

func found(known bool) (any, error) {
	if !known {
		return nil, errNotFound
	}
	return done()
}

func (s *Sandbox) controlPause(r *http.Request) (any, error) {
	pacing, _ := strconv.ParseBool(r.URL.Query().Get("pacing")) // anything else is no
	title := ""
	if pacing {
		title = "RATE_LIMITING_PAUSE"
	}
	return found(s.pauseTemplate(r.PathValue("id"), title))
}

func (s *Sandbox) controlQuality(r *http.Request) (any, error) {
	change, err := input[struct {
		Score string `json:"score"`
		Under bool   `json:"under_status_field"`
	}](r)
	if err != nil {
		return nil, err
	}
	switch change.Score {
	case "GREEN", "YELLOW", "RED", "UNKNOWN":
		return found(s.setQuality(r.PathValue("id"), change.Score, change.Under))
	}
	return nil, inputError("score is GREEN, YELLOW, RED or UNKNOWN")
}

func (s *Sandbox) controlCategory(r *http.Request) (any, error) {
	change, err := input[struct {
		Category string   `json:"category"`
		Notice   Duration `json:"notice"`
	}](r)
	if err != nil {
		return nil, err
	}
	switch change.Category {
	case marketing, utility, authentication:
		return found(s.recategorise(r.PathValue("id"), change.Category, time.Duration(change.Notice)))
	}
	return nil, inputError("category is MARKETING, UTILITY or AUTHENTICATION")
}
