package server

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"posthaste/channels/whatsapp"
	"posthaste/dispatcher"
	"posthaste/messaging"
	"posthaste/privacy"
)

// WebhookRoutes finds whose a webhook is and books what is not about a message; store.Routes is one.
type WebhookRoutes interface {
	RoutedApp(ctx context.Context, id messaging.ID) (messaging.RoutedApp, bool, error)
	KeepRaw(ctx context.Context, app messaging.RoutedApp, now time.Time, reason string, raw []byte) error
	Apply(ctx context.Context, tenant messaging.ID, news messaging.AccountNews) error
}

// Learner books what is about messages and people; dispatcher.Learner is one.
type Learner interface {
	Learn(ctx context.Context, tenant messaging.ID, reports []dispatcher.Report, inbound []messaging.Inbound, wishes []messaging.Wish) (messaging.Learned, error)
}

// WhatsApp receives Meta's webhooks.
type WhatsApp struct {
	Routes      WebhookRoutes
	Learner     Learner
	Keys        messaging.TenantKeys
	Correlation [][]byte // keys that signed what comes back in statuses, the newest first
	Wake        func(ctx context.Context)
	Now         func() time.Time
	Log         *slog.Logger
	MaxWaiting  int // bytes of one app's webhooks that may wait to be booked; 0 means 16 MB

	mu     sync.Mutex
	apps   map[messaging.ID]knownApp
	groups *groups
}

type knownApp struct {
	messaging.RoutedApp
	read time.Time
}

// appLife is how long an app is remembered: a new secret counts after that time at the latest.
const appLife = 5 * time.Second

// errStranger is the one answer to an unknown app, a wrong token and a wrong signature.
func errStranger() error { return messaging.Refuse(messaging.CodeForbidden, "", "not allowed") }

func (w *WhatsApp) app(ctx context.Context, id messaging.ID) (messaging.RoutedApp, error) {
	w.mu.Lock()
	known, ok := w.apps[id]
	w.mu.Unlock()
	if ok && w.Now().Sub(known.read) < appLife {
		return known.RoutedApp, nil
	}
	return w.readApp(ctx, id)
}

// withSenders reads the app anew when a webhook names a sender that it is not known to have: one that was connected a
// moment ago must not count as a stranger's, for what is answered 200 never comes again.
func (w *WhatsApp) withSenders(ctx context.Context, app messaging.RoutedApp, batch whatsapp.Batch) (messaging.RoutedApp, error) {
	strange := false
	for _, s := range batch.Statuses {
		strange = strange || app.Senders[s.Sender] == 0
	}
	for _, m := range batch.Messages {
		strange = strange || app.Senders[m.Sender] == 0
	}
	for _, p := range batch.Preferences {
		strange = strange || app.Senders[p.Sender] == 0
	}
	if !strange {
		return app, nil
	}
	return w.readApp(ctx, app.ID)
}

func (w *WhatsApp) readApp(ctx context.Context, id messaging.ID) (messaging.RoutedApp, error) {
	now := w.Now()
	app, found, err := w.Routes.RoutedApp(ctx, id)
	if err != nil {
		return messaging.RoutedApp{}, err
	}
	if !found {
		return messaging.RoutedApp{}, errStranger()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.apps == nil || len(w.apps) > 10_000 {
		w.apps = map[messaging.ID]knownApp{}
	}
	w.apps[id] = knownApp{app, now}
	return app, nil
}

// Handshake implements Receiver.
func (w *WhatsApp) Handshake(ctx context.Context, id messaging.ID, token string) error {
	app, err := w.app(ctx, id)
	if err != nil {
		return err
	}
	keys, err := w.Keys.Of(ctx, app.Tenant)
	if err != nil {
		return err
	}
	presented := messaging.VerifyTokenHash(keys, token)
	if token == "" || subtle.ConstantTimeCompare(presented[:], app.VerifyTokenHash[:]) != 1 {
		return errStranger()
	}
	return nil
}

// Receive implements Receiver. What cannot be read is kept sealed and answered as received: sent again it would not be
// more readable.
func (w *WhatsApp) Receive(ctx context.Context, id messaging.ID, raw []byte, signature string) error {
	app, err := w.app(ctx, id)
	if err != nil {
		return err
	}
	if !whatsapp.VerifySignature(raw, signature, app.Secrets(w.Now())...) {
		return errStranger()
	}
	batch, err := whatsapp.ParseWebhook(raw)
	if err != nil {
		w.Log.Warn("a webhook could not be read; it is kept sealed", "app", app.ID, "bytes", len(raw))
		return w.Routes.KeepRaw(ctx, app, w.Now(), reasonOf(err), raw)
	}
	return w.gathering().add(ctx, app, batch, len(raw))
}

func (w *WhatsApp) gathering() *groups {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.groups == nil {
		w.groups = &groups{book: w.book, log: w.Log, group: groupBytes, waiting: cmp.Or(w.MaxWaiting, waitingBytes), queues: map[messaging.ID]*queue{}}
	}
	return w.groups
}

func reasonOf(err error) string {
	if errors.Is(err, whatsapp.ErrTooLarge) {
		return "too large or nested too deep"
	}
	return "not a webhook in JSON"
}

// book makes durable what one webhook tells, or several of one app as if they were one.
func (w *WhatsApp) book(ctx context.Context, app messaging.RoutedApp, batch whatsapp.Batch) error {
	app, err := w.withSenders(ctx, app, batch)
	if err != nil {
		return err
	}
	keys, err := w.Keys.Of(ctx, app.Tenant)
	if err != nil {
		return err
	}
	r := reading{app: app, keys: keys, now: w.Now()}
	reports, strangers := r.reports(batch.Statuses, w.Correlation)
	learned, err := w.Learner.Learn(ctx, app.Tenant, reports, r.inbound(batch.Messages), r.wishes(batch.Preferences))
	if err != nil {
		return err
	}
	if learned.Retries {
		w.Wake(ctx)
	}
	if err := w.Routes.Apply(ctx, app.Tenant, r.news(batch)); err != nil {
		return err
	}
	for _, fragment := range batch.Unparsed {
		if err := w.Routes.KeepRaw(ctx, app, r.now, fragment.Reason, fragment.Raw); err != nil {
			return err
		}
	}
	if strangers+r.foreign > 0 {
		w.Log.Info("a webhook told of what is not ours", "app", app.ID, "uncorrelated", strangers, "other_senders", r.foreign)
	}
	return nil
}

// reading turns a webhook of one app into the domain's words. What concerns a sender that is not the app's is left out.
type reading struct {
	app     messaging.RoutedApp
	keys    *privacy.TenantKeys
	now     time.Time
	foreign int
}

func (r *reading) sender(providerID string) (messaging.ID, bool) {
	id, ok := r.app.Senders[providerID]
	if !ok {
		r.foreign++
	}
	return id, ok
}

func (r *reading) reports(statuses []whatsapp.Status, keys [][]byte) ([]dispatcher.Report, int) {
	folded, strangers := whatsapp.Fold(statuses, func(text string) (whatsapp.Correlation, error) {
		return whatsapp.ParseCorrelation(text, keys...)
	})
	reports := make([]dispatcher.Report, 0, len(folded))
	for _, p := range folded {
		sender, ok := r.sender(p.Sender)
		if !ok {
			continue
		}
		report := dispatcher.Report{Sender: sender, Evidence: r.evidence(p), Failure: p.Failure}
		for _, at := range []time.Time{p.SentAt, p.DeliveredAt, p.ReadAt, p.PlayedAt, p.FailedAt} {
			if at.After(report.Newest) {
				report.Newest = at
			}
		}
		if p.Lost() {
			if aliases := r.aliases(p.Recipient); len(aliases) > 0 {
				report.To = &aliases[0]
			}
		}
		reports = append(reports, report)
	}
	return reports, len(strangers)
}

func (r *reading) evidence(p whatsapp.Progress) messaging.Evidence {
	e := messaging.Evidence{
		Message: p.Message, Week: int(p.Week), Attempt: int(p.Attempt), Bucket: p.Bucket, At: r.now,
		SentAt: p.SentAt, DeliveredAt: p.DeliveredAt, ReadAt: p.ReadAt, ProviderID: privacy.NewSecret(p.ProviderID),
	}
	for _, kind := range [...]struct {
		mark whatsapp.Marks
		bit  messaging.State
	}{
		{whatsapp.MarkSent, messaging.Sent}, {whatsapp.MarkDelivered, messaging.Delivered}, {whatsapp.MarkRead, messaging.Read},
		{whatsapp.MarkPlayed, messaging.Read},
	} {
		if p.Marks.Has(kind.mark) {
			e.Bits |= kind.bit
		}
	}
	if p.Lost() {
		e.Bits |= messaging.Failed
		e.FailedAt, e.Code = p.FailedAt, p.Failure.Code
	}
	if p.Pricing.Type != "" {
		e.Pricing = p.Pricing.Type + "/" + p.Pricing.Category
	}
	e.Bits = e.Bits.Implied()
	return e
}

// aliases are a person's addresses as the tenant knows them, the phone first.
func (r *reading) aliases(p whatsapp.Party) []messaging.Alias {
	var out []messaging.Alias
	for _, text := range []string{p.Phone, p.UserID} {
		if text == "" {
			continue
		}
		if address, err := messaging.ParseAddress(text, r.app.Country); err == nil {
			out = append(out, messaging.Alias(messaging.KeyOf(r.keys, address)))
		}
	}
	return out
}

func (r *reading) inbound(messages []whatsapp.Message) []messaging.Inbound {
	var out []messaging.Inbound
	for _, m := range messages {
		from := r.aliases(m.From)
		sender, ok := r.sender(m.Sender)
		if !ok || len(from) == 0 {
			continue
		}
		in := messaging.Inbound{
			ProviderID: privacy.NewSecret(m.ID), Sender: sender, Channel: messaging.WhatsApp, From: from, At: m.Time, Kind: m.Kind,
			ReplyTo: privacy.NewSecret(m.ReplyTo), Answers: answers(m.Kind), Address: []byte(m.From.Phone), Content: contentOf(m),
		}
		if m.From.Phone == "" {
			in.Address = []byte(m.From.UserID)
		}
		if m.Reply != nil {
			in.Tapped, in.Button = true, m.Reply.Title
		}
		in.Keyword = keyword(m)
		out = append(out, in)
	}
	return out
}

// answers tells whether a kind of message is one that a person writes to us.
func answers(kind string) bool {
	switch kind {
	case "reaction", "edit", "revoke", "system", "unsupported":
		return false
	}
	return true
}

// keyword is the STOP or START that the whole message is; a tap counts by its label.
func keyword(m whatsapp.Message) messaging.Keyword {
	if m.Kind != "text" && m.Reply == nil {
		return ""
	}
	word, _ := messaging.MatchKeyword(m.Text)
	return word
}

// contentOf is what a tenant in plain mode keeps.
func contentOf(m whatsapp.Message) []byte {
	if m.Text == "" {
		return nil
	}
	content, err := json.Marshal(map[string]string{"text": m.Text})
	if err != nil {
		return nil
	}
	return content
}

func (r *reading) wishes(preferences []whatsapp.Preference) []messaging.Wish {
	var out []messaging.Wish
	for _, p := range preferences {
		from := r.aliases(p.Person)
		if _, ok := r.sender(p.Sender); !ok || len(from) == 0 {
			continue
		}
		what := messaging.SignalMarketingResume
		if p.Stop {
			what = messaging.SignalMarketingStop
		}
		out = append(out, messaging.Wish{What: what, Channel: messaging.WhatsApp, From: from, At: p.Time})
	}
	return out
}

func (r *reading) news(batch whatsapp.Batch) messaging.AccountNews {
	var news messaging.AccountNews
	for _, t := range batch.Templates {
		news.Templates = append(news.Templates, messaging.TemplateNews{Account: t.Account, Event: messaging.TemplateEvent{
			MetaID: t.ID, Name: t.Name, Language: t.Language, Status: t.Status, Reason: t.Reason, Pause: t.Pause,
			Advice: advice(t), Category: messaging.Category(t.Category), Quality: qualityOf(t), At: orNow(t.At, r.now),
		}})
	}
	for _, c := range batch.Capabilities {
		if c.DailyRecipients != 0 {
			news.Limits = append(news.Limits, messaging.LimitNews{Account: c.Account, Recipients: c.DailyRecipients})
		}
	}
	return news
}

func advice(t whatsapp.TemplateChange) string {
	if t.Recommendation != "" {
		return t.Recommendation
	}
	return t.Explanation
}

func qualityOf(t whatsapp.TemplateChange) messaging.Quality {
	if t.Quality == "" {
		return ""
	}
	return messaging.ParseQuality(t.Quality)
}

func orNow(t, now time.Time) time.Time {
	if t.IsZero() {
		return now
	}
	return t
}
