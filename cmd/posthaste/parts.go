package main

import (
	"context"
	"crypto/rand"
	randv2 "math/rand/v2"
	"net/url"
	"time"

	"posthaste/auth"
	"posthaste/dispatcher"
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
	resolvers *resolvers.Resolver
}

// passwordMemory bounds what sign-in may take: some twenty derivations at once.
const passwordMemory = 1 << 30

func (i *installation) access(publicURL *url.URL) *auth.Access {
	signing := store.NewSigningKeys(i.store, i.ring.Ring(privacy.ForJWT), publicURL.String(), rand.Reader, time.Now)
	digester := func(p privacy.Purpose) auth.Digester { return auth.NewDigester(i.ring.Keys(p)) }
	return &auth.Access{
		Store: store.NewAccess(i.store, i.keys, i.ids), Tokens: signing.Tokens,
		Refresh:   auth.NewRefreshTokens(i.ring.Keys(privacy.ForRefreshTokens)),
		Passwords: auth.NewPasswords(i.ring.Keys(privacy.ForPasswords), passwordMemory, rand.Reader),
		Policy:    auth.NewPasswordPolicy("posthaste"),
		Emails:    digester(privacy.ForUserEmails), Clients: digester(privacy.ForSessionIDs), Recovery: digester(privacy.ForRecoveryCodes),
		APIKeys: digester(privacy.ForAPIKeys), Invites: digester(privacy.ForInvites), Counters: i.ring.Key(privacy.ForRateLimits),
		Issuer: "Posthaste", IDs: i.ids, Now: time.Now, Random: rand.Reader,
	}
}

func (i *installation) tenants(access *auth.Access) *auth.Tenants {
	return &auth.Tenants{Store: store.NewAccess(i.store, i.keys, i.ids), Access: access, Ring: i.ring, IDs: i.ids, Now: time.Now, Random: rand.Reader}
}

func (i *installation) learner() *dispatcher.Learner {
	random := randv2.New(randv2.NewPCG(randv2.Uint64(), randv2.Uint64()))
	return dispatcher.NewLearner(store.NewAttempts(i.store, i.keys, i.ids), time.Now, random, dispatcher.Config{})
}

func (i *installation) parts(publicURL *url.URL) (*parts, error) {
	access := i.access(publicURL)
	return &parts{
		access: access,
		receiver: &server.WhatsApp{
			Routes: store.NewRoutes(i.store, i.keys, i.ids), Learner: i.learner(), Keys: i.keys, Correlation: correlationKeys(i.ring),
			Wake: func(ctx context.Context) { _ = i.store.Wake(ctx) }, Now: time.Now, Log: i.log,
		},
		resolvers: &resolvers.Resolver{
			Cursors: resolvers.NewCursors(i.ring.Ring(privacy.ForCursors)), PublicURL: publicURL.String(), Access: access,
			AccessReads: store.NewAccess(i.store, i.keys, i.ids), TenantMaker: i.tenants(access),
		},
	}, nil
}
