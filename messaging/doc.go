// Package messaging is the domain: tenants, senders, templates, consent, sends and their rules. It knows no driver, no
// HTTP and no GraphQL; its ports are small interfaces beside the services that need them. Adapters (store, channels,
// analytics, auth) import it, never the other way round.
package messaging
