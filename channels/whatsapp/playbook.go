package whatsapp

import (
	"slices"
	"sync"
	"time"

	"posthaste/channels"
)

// Play is what is known of one error code of the platform: what it asks of us, and what a person should be told. The
// same codes come in answers, in failed statuses and in webhooks' errors.
type Play struct {
	Code     int
	HTTP     int // the status Meta's list gives; informative only, answers have been seen with others. 0 = webhook only
	Action   channels.Action
	Scope    channels.Scope
	Wait     time.Duration // how long the platform's documents say to wait; 0 = not told
	Doubtful bool          // a 5xx answer with this code does not prove that the message was refused
	Happened string        // one plain sentence
	Next     string        // what a person can do about it
}

// Playbook lists every code that is known, ordered by code.
func Playbook() []Play {
	return slices.SortedFunc(slices.Values(plays), func(a, b Play) int { return a.Code - b.Code })
}

// PlayOf names the play of a code. A code that is not in the list is classified by the range it lies in; known is
// false then.
func PlayOf(code int) (play Play, known bool) {
	if p, ok := playsByCode()[code]; ok {
		return p, true
	}
	for _, r := range ranges {
		if code >= r.from && code <= r.to {
			r.play.Code = code
			return r.play, false
		}
	}
	return Play{
		Code: code, Action: channels.Final, Scope: channels.OfMessage,
		Happened: "WhatsApp refused the message with an error code that is not in our list.",
		Next:     "Look the code up in Meta's list of error codes.",
	}, false
}

func (p Play) failure() channels.Failure {
	return channels.Failure{Code: p.Code, Action: p.Action, Scope: p.Scope, Reason: p.Happened, RetryAfter: p.Wait}
}

var playsByCode = sync.OnceValue(func() map[int]Play {
	m := make(map[int]Play, len(plays))
	for _, p := range plays {
		m[p.Code] = p
	}
	return m
})

// ranges classify codes that were added after the list was made, the first that fits. Meta groups its numbers by
// subject; a retry is chosen only where the group speaks of load.
var ranges = []struct {
	from, to int
	play     Play
}{
	{200, 299, plays[permissionMissing]},
	{80000, 80099, Play{Action: channels.Retry, Scope: channels.OfAccount, Wait: time.Minute,
		Happened: "The account has called WhatsApp too often.", Next: "Nothing to do: the call is repeated later."}},
	{130400, 130499, Play{Action: channels.Delay, Scope: channels.OfMessage,
		Happened: "WhatsApp holds this message back.", Next: "Look the code up in Meta's list of error codes."}},
	{131200, 131299, Play{Action: channels.Fix, Scope: channels.OfMessage,
		Happened: "WhatsApp refused an act on a group.", Next: "Groups are not used for sending here; look the code up."}},
	{132000, 132999, Play{Action: channels.Fix, Scope: channels.OfTemplate,
		Happened: "WhatsApp refused the template or its values.", Next: "Compare the template with the values that were sent."}},
	{133000, 133999, Play{Action: channels.Stop, Scope: channels.OfSender,
		Happened: "The sender's registration with WhatsApp is not in order.", Next: "Check the number's registration and register it again if needed."}},
	{134000, 134999, Play{Action: channels.Fix, Scope: channels.OfTemplate,
		Happened: "WhatsApp refused a marketing message.", Next: "Check that the account may use the marketing interface with this template."}},
	{147000, 147099, Play{Action: channels.Fix, Scope: channels.OfSender,
		Happened: "WhatsApp refused an act on a user name.", Next: "Check the sender's user name in WhatsApp Manager."}},
	{2388000, 2388999, Play{Action: channels.Fix, Scope: channels.OfTemplate,
		Happened: "WhatsApp refused the form of the template.", Next: "Correct the template and submit it again."}},
	{2494000, 2494999, Play{Action: channels.Retry, Scope: channels.OfSender, Wait: 5 * time.Minute,
		Happened: "The sender is under maintenance.", Next: "Nothing to do: sending goes on in a few minutes."}},
	{2593000, 2593999, Play{Action: channels.Fix, Scope: channels.OfSender,
		Happened: "WhatsApp could not synchronise the history of a number.", Next: "Start the synchronisation again in the WhatsApp Business app."}},
}
