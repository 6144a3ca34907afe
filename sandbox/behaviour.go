package sandbox

import (
	"errors"
	"math"
	"math/rand/v2"
	"time"
)

// Behaviour is how people and the network behave on average. Rates are from 0
// to 1. Which person does what follows from the seed and the phone number.
type Behaviour struct {
	// What becomes of a message.
	Undeliverable float64 `json:"undeliverable"` // people without WhatsApp: 131026
	Ecosystem     float64 `json:"ecosystem"`     // marketing withheld by the platform: 131049
	Offline       float64 `json:"offline"`       // people whose phone never comes back: only sent
	Reads         float64 `json:"reads"`         // people who read what they get
	ReceiptsOff   float64 `json:"receipts_off"`  // people who read, but tell nobody

	// What people do, per message they read.
	Replies        float64 `json:"replies"`
	Taps           float64 `json:"taps"`            // first reply button or list row
	Stops          float64 `json:"stops"`           // writes STOP to a marketing message
	StopsMarketing float64 `json:"stops_marketing"` // stops marketing in WhatsApp's settings

	// Who people are.
	Usernames  float64 `json:"usernames"`   // have a username, so their phone may be hidden
	HeldRate   float64 `json:"held_rate"`   // template sends held for quality assessment
	HeldDrops  float64 `json:"held_drops"`  // of those, dropped with 132015
	HeldFor    Delay   `json:"held_for"`    // until release or drop
	AddContact bool    `json:"add_contact"` // put the contacts block into status webhooks

	// How webhooks come.
	SkipDelivered float64 `json:"skip_delivered"` // read without delivered, the chat being open
	Duplicates    float64 `json:"duplicates"`     // statuses that come twice
	Disorder      float64 `json:"disorder"`       // messages whose statuses come out of order
	Sent          Delay   `json:"sent"`           // after acceptance
	Delivered     Delay   `json:"delivered"`      // after sent
	Read          Delay   `json:"read"`           // after delivered
	React         Delay   `json:"react"`          // reply, tap or stop after read
}

// Delay is a log-normal delay: half of all are shorter than Median, and Spread
// (the sigma) says how much longer the slow ones take; 0 is constant.
type Delay struct {
	Median Duration `json:"median"`
	Spread float64  `json:"spread,omitempty"`
}

// Duration is a time.Duration written as "1.5s" in JSON.
type Duration time.Duration

func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

func (d Delay) draw(random *rand.Rand) time.Duration {
	drawn := float64(d.Median)
	if d.Spread > 0 {
		drawn *= math.Exp(d.Spread * random.NormFloat64())
	}
	return time.Duration(min(drawn, float64(30*24*time.Hour)))
}

// Plain is a world without surprises: all is delivered and read, once and in
// order, and nobody answers. Good where a test counts.
func Plain() Behaviour {
	return Behaviour{Reads: 1, HeldFor: delay(5*time.Second, 0), Sent: delay(20*time.Millisecond, 0),
		Delivered: delay(50*time.Millisecond, 0), Read: delay(100*time.Millisecond, 0), React: delay(100*time.Millisecond, 0)}
}

// Realistic is a world as the platform's users know it, with delays short
// enough to watch.
func Realistic() Behaviour {
	return Behaviour{
		Undeliverable: 0.02, Ecosystem: 0.03, Offline: 0.03, Reads: 0.8, ReceiptsOff: 0.1,
		Replies: 0.04, Taps: 0.08, Stops: 0.004, StopsMarketing: 0.002, Usernames: 0.1,
		HeldRate: 0, HeldDrops: 0, HeldFor: delay(30*time.Second, 0), AddContact: true,
		SkipDelivered: 0.05, Duplicates: 0.01, Disorder: 0.02,
		Sent: delay(300*time.Millisecond, 0.4), Delivered: delay(time.Second, 0.8),
		Read: delay(20*time.Second, 1.2), React: delay(8*time.Second, 0.8),
	}
}

func delay(median time.Duration, spread float64) Delay { return Delay{Duration(median), spread} }

func (b Behaviour) validate() error {
	for _, rate := range []float64{b.Undeliverable, b.Ecosystem, b.Offline, b.Reads, b.ReceiptsOff, b.Replies, b.Taps,
		b.Stops, b.StopsMarketing, b.Usernames, b.HeldRate, b.HeldDrops, b.SkipDelivered, b.Duplicates, b.Disorder} {
		if !(rate >= 0 && rate <= 1) {
			return errors.New("sandbox: a rate of the behaviour is not from 0 to 1")
		}
	}
	for _, d := range []Delay{b.HeldFor, b.Sent, b.Delivered, b.Read, b.React} {
		if d.Median < 0 || !(d.Spread >= 0 && d.Spread <= 10) {
			return errors.New("sandbox: a delay of the behaviour is negative or its spread is not from 0 to 10")
		}
	}
	return nil
}
