package main

import (
	"context"
	"crypto/rand"
	randv2 "math/rand/v2"
	"net/url"
	"strings"
	"time"

	"posthaste/analytics"
	"posthaste/analytics/clickhouse"
	"posthaste/auth"
	"posthaste/channels/whatsapp"
	"posthaste/dispatcher"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/resolvers"
	"posthaste/server"
	"posthaste/store"
)

// parts are the services behind the edge, made once.
type parts struct {
	access    *auth.Access
	receiver  server.Receiver
	uploads   server.Uploader
	templates *messaging.Templates
	resolvers *resolvers.Resolver
}

// passwordMemory bounds what sign-in may take: some twenty derivations at once.
const passwordMemory = 1 << 30

func (i *installation) access(publicURL *url.URL) *auth.Access {
	signing := store.NewSigningKeys(i.store, i.ring.Ring(privacy.ForJWT), publicURL.String(), rand.Reader, time.Now)
	digester := func(p privacy.Purpose) auth.Digester { return auth.NewDigester(i.ring.Keys(p)) }
	passkeys, err := auth.NewPasskeys(publicURL)
	if err != nil {
		i.log.Warn("passkeys are not offered: the public URL names no host that can have them", "error", err)
	}
	return &auth.Access{
		Store: i.rows(), Tokens: signing.Tokens,
		Refresh:   auth.NewRefreshTokens(i.ring.Keys(privacy.ForRefreshTokens)),
		Passwords: auth.NewPasswords(i.ring.Keys(privacy.ForPasswords), passwordMemory, rand.Reader),
		Policy:    auth.NewPasswordPolicy("posthaste"),
		Emails:    digester(privacy.ForUserEmails), Clients: digester(privacy.ForSessionIDs), Recovery: digester(privacy.ForRecoveryCodes),
		APIKeys: digester(privacy.ForAPIKeys), Invites: digester(privacy.ForInvites), Counters: i.ring.Key(privacy.ForRateLimits),
		Sealing: i.ring.Ring(privacy.ForSecrets), Post: i.post, Resets: i.inserter, Trial: i.config.duration("allow-list-trial"),
		Issuer: "Posthaste", IDs: i.ids, Now: time.Now, Random: rand.Reader, Passkeys: passkeys, Log: i.log, Quotas: &auth.Quotas{},
	}
}

func (i *installation) tenants(access *auth.Access) *auth.Tenants {
	return &auth.Tenants{Store: i.rows(), Access: access, Ring: i.ring, IDs: i.ids, Now: time.Now, Random: rand.Reader}
}

func (i *installation) learner() *dispatcher.Learner {
	random := randv2.New(randv2.NewPCG(randv2.Uint64(), randv2.Uint64())) // #nosec G404 -- spreads retries in time; nothing is kept secret by it
	return dispatcher.NewLearner(store.NewAttempts(i.store, i.keys, i.ids), time.Now, random, dispatcher.Config{})
}

func (i *installation) parts(publicURL *url.URL, client *whatsapp.Client, figures *clickhouse.Store) *parts {
	access := i.access(publicURL)
	cursors := resolvers.NewCursors(i.ring.Ring(privacy.ForCursors))
	sending := store.NewSending(i.store, i.keys)
	sends := messaging.NewSends(sending, i.keys, i.ids, time.Now)
	sends.Sandboxed = i.config.sandboxed()
	consents := &messaging.Consents{Store: i.store, Tenants: i.store, Keys: i.keys, IDs: i.ids, Now: time.Now, Sign: i.sign}
	templates := &messaging.Templates{Store: i.store, Reviewer: whatsapp.Reviewer{Client: client}, Keys: i.keys, IDs: i.ids, Now: time.Now}
	uploads := &messaging.Uploads{Store: i.store, Keys: i.keys, IDs: i.ids, Now: time.Now, Random: rand.Reader}
	audiences := &messaging.Audiences{Store: sending, Sends: sends, Uploads: uploads, Now: time.Now}
	imports := &messaging.ConsentImports{Consents: consents, Uploads: uploads}
	uploads.Importers = map[messaging.JobKind]messaging.Importer{messaging.JobAudience: audiences, messaging.JobConsentImport: imports}
	campaigns := messaging.NewCampaigns(sending, i.ids, time.Now)
	reveals := &messaging.Reveals{Store: sending, Tenants: i.store, Keys: i.keys, Limit: access, IDs: i.ids, Now: time.Now}
	return &parts{
		access: access, uploads: uploads, templates: templates,
		receiver: &server.WhatsApp{
			Routes: store.NewRoutes(i.store, i.keys, i.ids), Learner: i.learner(), Keys: i.keys, Correlation: whatsapp.CorrelationKeys(i.ring),
			Wake: func(ctx context.Context) { _ = i.store.Wake(ctx) }, Now: time.Now, Log: i.log,
		},
		resolvers: &resolvers.Resolver{
			Cursors: cursors, PublicURL: publicURL.String(), Now: time.Now, Tick: time.Second,
			Access: access, AccessReads: i.rows(), Rechecker: access,
			ApprovalWork: &auth.Approvals{Access: access, Campaigns: campaigns}, TenantMaker: i.tenants(access),
			Stats:      &analytics.Questions{Store: figures, Cursors: resolvers.StatsCursors{Cursors: cursors}, Now: time.Now},
			StatsReads: i.store, Plays: plays(), Explainer: explainer{}, Relations: i.store,
			Sends: sends, MessageReads: &messaging.Messages{Store: sending, Tenants: i.store, Keys: i.keys, IDs: i.ids, Now: time.Now},
			CampaignWork: campaigns, CampaignReads: sending, CampaignCounts: messaging.NewProgressBoard(sending, time.Now), Log: i.log,
			Audiences: audiences, AudienceJobs: i.store, JobReads: i.store,
			RevealWork: reveals, SenderWork: &messaging.Senders{Store: i.rows().Telling(), Keys: i.keys, IDs: i.ids, Now: time.Now, Random: rand.Reader},
			SenderReads:  i.store,
			TemplateWork: templates, TemplateReads: i.store, ConsentWork: consents, ConsentImports: imports,
		},
	}
}

func plays() []resolvers.Play {
	var out []resolvers.Play
	for _, p := range whatsapp.Playbook() {
		out = append(out, resolvers.Play{Code: p.Code, Action: string(p.Action), Happened: p.Happened, Next: p.Next})
	}
	return out
}

// explainer gives the sentence of a code: ours are below 1,000, above are the provider's.
type explainer struct{}

// Explain implements resolvers.Explainer.
func (explainer) Explain(code int) string {
	if code < 1000 {
		return messaging.ExplainRefusal(code)
	}
	play, _ := whatsapp.PlayOf(code)
	return strings.TrimSpace(play.Happened + " " + play.Next)
}
