package sandbox

import (
	"math/rand/v2"
	"strconv"
)

// traits is who a person is: fixed by seed and phone number, unless a control
// call says otherwise.
type traits struct {
	Name string `json:"name"`
	// Username hides the phone number in webhooks until the business number
	// has used it, and again 30 days after.
	Username string `json:"username,omitempty"`

	Refuse     int  `json:"refuse,omitempty"`  // code answered to the send itself
	Fail       int  `json:"fail,omitempty"`    // code of a failed webhook
	Offline    bool `json:"offline,omitempty"` // sent is the last word
	Reads      bool `json:"reads"`
	SkipsDeliv bool `json:"skip_delivered,omitempty"`
	Doubles    bool `json:"doubles,omitempty"`  // every status twice
	Disorder   bool `json:"disorder,omitempty"` // statuses in reverse
	Held       bool `json:"held,omitempty"`
	HeldDrops  bool `json:"held_drops,omitempty"`
	Late       bool `json:"late,omitempty"` // delivered ten minutes later

	Replies        bool `json:"replies,omitempty"`
	Taps           bool `json:"taps,omitempty"`
	Stops          bool `json:"stops,omitempty"`
	StopsMarketing bool `json:"stops_marketing,omitempty"`
}

// Names with letters outside ASCII, so that escaping matters in daily use.
var (
	givenNames  = []string{"Ásha", "Ravi", "Zoë", "Wanjikū", "José", "Mariana", "धनंजय", "Omar", "Putri", "Łukasz"}
	familyNames = []string{"K", "Rao", "Müller", "Otieno", "García", "Souza", "Sharma", "Haddad", "Wijaya", "Nowak"}
	replyTexts  = []string{"Thank you!", "धन्यवाद ☕", "What time do you open?", "Ok 👍", "Não, obrigado", "I'm interested – call me"}
)

// magic gives the last four digits that decide what happens. 00xx happens by
// webhook, 01xx in the answer.
var magic = map[string]func(*traits){
	"0001": func(t *traits) { t.Offline = true },
	"0002": func(t *traits) { t.Reads = false },
	"0003": func(t *traits) { t.Reads, t.SkipsDeliv = true, true },
	"0004": func(t *traits) { t.Reads, t.Doubles = true, true },
	"0005": func(t *traits) { t.Reads, t.Disorder = true, true },
	"0006": func(t *traits) { t.Reads, t.Replies = true, true },
	"0007": func(t *traits) { t.Reads, t.Taps = true, true },
	"0008": func(t *traits) { t.Reads, t.Stops = true, true },
	"0009": func(t *traits) { t.Reads, t.StopsMarketing = true, true },
	"0010": func(t *traits) { t.Held = true },
	"0011": func(t *traits) { t.Held, t.HeldDrops = true, true },
	"0012": func(t *traits) { t.Username = "hidden.one" },
	"0013": func(t *traits) { t.Late = true },
	"0026": func(t *traits) { t.Fail = codeUndeliverable },
	"0049": func(t *traits) { t.Fail = codeEcosystem },
	"0050": func(t *traits) { t.Fail = codeMarketingStopped },
	"0072": func(t *traits) { t.Fail = codeExperiment },
	"0126": func(t *traits) { t.Refuse = codeUndeliverable },
	"0129": func(t *traits) { t.Refuse = codeThroughput },
	"0130": func(t *traits) { t.Refuse = codeNotAllowed },
	"0149": func(t *traits) { t.Refuse = codeEcosystem },
	"0150": func(t *traits) { t.Refuse = codeMarketingStopped },
	"0156": func(t *traits) { t.Refuse = codePairRate },
	"0172": func(t *traits) { t.Refuse = codeExperiment },
}

// marketingOnly codes do not touch other categories.
func marketingOnly(code int) bool {
	return code == codeEcosystem || code == codeMarketingStopped || code == codeExperiment
}

// person returns who is behind the number.
func (s *Sandbox) person(wa string) traits {
	if set, ok := s.people[wa]; ok {
		return set
	}
	random := s.random("person", wa)
	b := s.behaviour
	t := traits{
		Name:    givenNames[random.IntN(len(givenNames))] + " " + familyNames[random.IntN(len(familyNames))],
		Offline: random.Float64() < b.Offline,
		Reads:   random.Float64() < b.Reads,
	}
	if random.Float64() < b.ReceiptsOff {
		t.Reads = false
	}
	if random.Float64() < b.Usernames {
		t.Username = "user." + strconv.FormatUint(random.Uint64N(1_000_000), 10)
	}
	if random.Float64() < b.Undeliverable {
		t.Fail = codeUndeliverable
	}
	if len(wa) > 4 && !s.opts.DisableMagic {
		if rule, ok := magic[wa[len(wa)-4:]]; ok {
			t.Offline, t.Fail = false, 0
			rule(&t)
		}
	}
	return t
}

// random is a source that gives the same draws for the same seed and names.
func (s *Sandbox) random(parts ...string) *rand.Rand {
	hash := hashOf(s.opts.Seed, parts...)
	return rand.New(rand.NewPCG(hash, mix(hash+1))) // #nosec G404 -- a simulation that is to be repeated from its seed
}
