package dispatcher

import (
	"context"
	"time"

	"posthaste/analytics"
	"posthaste/channels"
	"posthaste/messaging"
	"posthaste/privacy"
)

// outcome says what an answer means for the message.
func (p *portfolio) outcome(a answer, now time.Time) messaging.CallOutcome {
	c := a.w.chunk
	o := messaging.CallOutcome{Chunk: c, Index: a.index, Evidence: messaging.Evidence{
		Message: c.Messages[a.index], Week: c.Week, Attempt: c.Attempt, Bucket: a.bucket, At: a.at, Code: a.outcome.Failure.Code,
	}}
	switch a.outcome.Verdict {
	case channels.Accepted:
		o.Evidence.Bits = messaging.Attempted | messaging.Sent
		if a.outcome.Held {
			o.Evidence.Bits |= messaging.Held
		}
		o.Evidence.Code, o.Evidence.SentAt = 0, now
		o.Evidence.ProviderID = privacy.NewSecret(a.outcome.ProviderID)
		o.Aliases = p.aliases(a)
	case channels.Refused:
		next := p.d.next(a.outcome.Failure, c.Category, c.Attempt, c.Deadline, now)
		o.Evidence.Bits, o.Follow, o.RunAt = messaging.Attempted|next.bits, next.follow, next.runAt
		if next.bits.Has(messaging.Failed) {
			o.Evidence.FailedAt = now
		}
	case channels.NotSent:
		o = p.notSent(o, a.outcome.Failure, now)
	default:
		o.Evidence.Bits, o.Follow = messaging.Attempted|messaging.Unknown, messaging.FollowWait
	}
	return o
}

// next is what a definite failure asks for.
type next struct {
	bits   messaging.State
	follow messaging.Follow
	runAt  time.Time
}

// next is the action table, the same for answers and for reports: another attempt where the action, the number of
// attempts and the deadline allow one, else the end.
func (d *Dispatcher) next(f channels.Failure, category messaging.Category, attempt int, deadline, now time.Time) next {
	return afterFailure(d.config, d.jitter, f, category, attempt, deadline, now)
}

func afterFailure(c Config, j *jitter, f channels.Failure, category messaging.Category, attempt int, deadline, now time.Time) next {
	failed := next{bits: messaging.Failed}
	var wait time.Duration
	switch f.Action {
	case channels.Retry:
		wait = c.backoff(category, attempt)
		if f.Scope == channels.OfPair {
			wait = time.Second << (2 * min(attempt, 8)) // the platform asks for 4^n
		}
	case channels.Delay:
		wait = time.Hour
		if f.RetryAfter > 0 {
			wait = f.RetryAfter
		}
	case channels.Stop:
		wait = max(c.Recheck, c.backoff(category, attempt))
	default:
		return failed
	}
	runAt := wholeSecond(now.Add(j.spread(max(wait, f.RetryAfter))))
	if attempt >= c.attempts(category) || runAt.After(deadline) {
		return failed
	}
	return next{bits: messaging.Retried, follow: messaging.FollowNext, runAt: runAt}
}

// notSent: nothing has left, so the same attempt goes again, unless it never could.
func (p *portfolio) notSent(o messaging.CallOutcome, f channels.Failure, now time.Time) messaging.CallOutcome {
	switch f.Action {
	case channels.Fix, channels.Final, channels.Resend:
		o.Evidence.Bits, o.Evidence.Code = messaging.Suppressed, messaging.RefusedInvalid
		return o
	}
	o.Evidence = messaging.Evidence{}
	o.Follow, o.RunAt = messaging.FollowSame, wholeSecond(now.Add(max(f.RetryAfter, time.Second)))
	return o
}

// wholeSecond rounds up, so that what waits about equally long waits in one chunk.
func wholeSecond(t time.Time) time.Time {
	if whole := t.Truncate(time.Second); whole.Equal(t) {
		return t
	}
	return t.Truncate(time.Second).Add(time.Second)
}

// react changes the sender's pace and stops what a failure blames.
func (p *portfolio) react(a answer, now time.Time) {
	f := a.outcome.Failure
	if a.outcome.Verdict == channels.Accepted {
		p.failures = 0
		return
	}
	p.pace(a, f, now)
	switch {
	case f.Action == channels.Stop && a.outcome.Verdict != channels.Unknown:
		p.stopSending(a, f, now)
	case f.Action == channels.OptOut && a.outcome.Verdict == channels.Refused:
		p.optOut(a, now)
	case f.Scope == channels.OfTemplate && f.Action == channels.Delay:
		p.templates[a.w.chunk.Template] = now.Add(max(f.RetryAfter, time.Minute))
	}
}

func (p *portfolio) pace(a answer, f channels.Failure, now time.Time) {
	switch a.outcome.Verdict {
	case channels.Refused:
		p.failures = 0
	default:
		p.failures++
	}
	wait := f.RetryAfter
	if p.failures >= 3 && wait == 0 { // nobody answers: try ever more rarely
		wait = min(500*time.Millisecond<<min(p.failures-3, 6), 30*time.Second)
	}
	switch {
	case wait > 0 && (p.failures > 0 || f.Scope == channels.OfAccount || f.Scope == channels.OfPortfolio):
		for _, s := range p.senders {
			s.rate.Pause(now.Add(min(wait, 10*time.Minute)))
		}
	case f.Scope == channels.OfSender && wait > 0 && f.Action == channels.Retry:
		a.sender.rate.Pause(now.Add(min(wait, 10*time.Minute)))
	case f.Scope == channels.OfSender && (f.Action == channels.Retry || f.Action == channels.Delay):
		a.sender.rate.Slow(now)
	}
}

// stopSending halts sender, template or portfolio, in memory at once and in the store with the next step.
func (p *portfolio) stopSending(a answer, f channels.Failure, now time.Time) {
	c := a.w.chunk
	stop := messaging.StopSending{Code: f.Code, Reason: f.Reason}
	until := now.Add(p.d.config.Recheck)
	switch {
	case f.Scope == channels.OfTemplate && c.Template != 0:
		stop.Template = c.Template
		p.templates[c.Template] = until
	case f.Scope == channels.OfAccount || f.Scope == channels.OfPortfolio:
		for _, s := range p.senders {
			p.blockSender(s, until)
		}
	default:
		stop.Sender = c.Sender
		p.blockSender(a.sender, until)
	}
	for _, s := range p.stops {
		if s.Sender == stop.Sender && s.Template == stop.Template {
			return
		}
	}
	p.stops = append(p.stops, stop)
}

// optOut notes that the person has told the provider to stop marketing. The key of the address is for the proof alone:
// without it the wish still counts.
func (p *portfolio) optOut(a answer, now time.Time) {
	c := a.w.chunk
	signal := messaging.ConsentSignal{What: messaging.SignalRefusedMarketing, Subject: c.Subjects[a.index], Channel: c.Channel, At: now}
	keys, err := p.d.ports.Keys.Of(p.cutCtx, p.owner.Tenant)
	if err != nil {
		p.d.log.Error("an opt-out told by the provider is recorded without its address's key", "error", err)
	} else if address, ok := addressOf(a.w.payload.Recipients[c.Positions[a.index]]); ok {
		signal.Kind, signal.Key = address.Kind(), keys.SubjectHash(messaging.HashKind(address.Kind()), address.Key())
	}
	p.signals = append(p.signals, signal)
}

func addressOf(r messaging.PayloadRecipient) (messaging.Address, bool) {
	for _, text := range []string{r.Phone, r.UserID, r.Email} {
		if text != "" {
			address, err := messaging.ParseAddress(text, "")
			return address, err == nil
		}
	}
	return messaging.Address{}, false
}

// aliases are the addresses that an answer tells and we did not use.
func (p *portfolio) aliases(a answer) (list []messaging.Alias) {
	to := a.w.payload.Recipients[a.w.chunk.Positions[a.index]]
	for _, text := range []string{a.outcome.Phone, a.outcome.UserID} {
		if text == "" || text == to.Phone || text == to.UserID {
			continue
		}
		address, err := messaging.ParseAddress(text, "")
		if err != nil {
			continue
		}
		keys, err := p.d.ports.Keys.Of(context.WithoutCancel(p.cutCtx), p.owner.Tenant)
		if err != nil {
			continue
		}
		list = append(list, messaging.Alias{Kind: address.Kind(), Key: keys.SubjectHash(messaging.HashKind(address.Kind()), address.Key())})
	}
	return list
}

// suppressed is the outcome of a recipient who is not called.
func suppressed(c *messaging.Chunk, i, code int, bit messaging.State, now time.Time) messaging.CallOutcome {
	return messaging.CallOutcome{Chunk: c, Index: i, Evidence: messaging.Evidence{
		Message: c.Messages[i], Week: c.Week, Attempt: c.Attempt, Bits: bit, Code: code, Bucket: analytics.BucketOf(now), At: now,
	}}
}

// deferred is the outcome of a recipient whose turn comes later.
func deferred(c *messaging.Chunk, i int, at time.Time) messaging.CallOutcome {
	return messaging.CallOutcome{Chunk: c, Index: i, Follow: messaging.FollowSame, RunAt: wholeSecond(at)}
}

// uncalled is the outcome of a call that was cleared and not made.
func uncalled(c *messaging.Chunk, i int, now time.Time) messaging.CallOutcome {
	return messaging.CallOutcome{Chunk: c, Index: i, Follow: messaging.FollowSame, RunAt: now}
}

// lostCall is the outcome of a call of an owner before that nobody has recorded.
func lostCall(c *messaging.Chunk, i int, now time.Time) messaging.CallOutcome {
	return messaging.CallOutcome{
		Chunk: c, Index: i, Follow: messaging.FollowWait, Resolved: true, Evidence: messaging.Evidence{
			Message: c.Messages[i], Week: c.Week, Attempt: c.Attempt, Bits: messaging.Attempted | messaging.Unknown,
			Bucket: analytics.BucketOf(now), At: now,
		},
	}
}
