package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"posthaste/auth"
	"posthaste/channels/email"
	"posthaste/channels/whatsapp"
	"posthaste/jobs"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
)

// installation is what every process of ours opens: the truth store, the keys and its own identity.
type installation struct {
	config  *config
	log     *slog.Logger
	ring    *privacy.Keyring
	options store.Options
	store   *store.Store
	keys    *store.Keys
	kind    store.ProcessKind
	joined  time.Time // before the lease was asked for
	self    store.Process
	ids     *messaging.IDs

	mail     *email.Transport // nil where no mail server is set
	post     auth.Post
	jobsPool *pgxpool.Pool
	inserter *jobs.Inserter
}

// open joins the installation as a process of the kind. The caller closes it.
func open(ctx context.Context, c *config, kind store.ProcessKind) (*installation, error) {
	log, err := c.logger()
	if err != nil {
		return nil, err
	}
	ring, err := c.keyring()
	if err != nil {
		return nil, err
	}
	options, err := c.postgres(ring)
	if err != nil {
		return nil, err
	}
	transport, post, err := c.mail()
	if err != nil {
		return nil, err
	}
	if err := waitForDatabase(ctx, options, log); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	joined := time.Now()
	self, err := db.Join(ctx, kind, version, c.duration("lease"))
	if err != nil {
		db.Close()
		return nil, err
	}
	i := &installation{
		config: c, log: log.With("process", self.ID), ring: ring, options: options, store: db, keys: store.NewKeys(db, ring, rand.Reader, time.Now),
		kind: kind, joined: joined, self: self, ids: self.IDs(time.Now), mail: transport, post: post,
	}
	if i.jobsPool, err = store.OpenJobs(ctx, options); err == nil {
		i.inserter, err = jobs.NewInserter(i.jobsPool)
	}
	if err == nil {
		err = i.auditInsecureHops(ctx, kind, joined)
	}
	if err != nil {
		i.close()
		return nil, err
	}
	return i, nil
}

// rows keeps people and their sessions, and has those concerned told of what is audited.
func (i *installation) rows() *store.Access {
	return store.NewAccess(i.store, i.keys, i.ids).WithPost(i.post, i.inserter)
}

// databaseLimit is how long a process waits for a database that cannot be reached: one that was killed may have minutes
// of its log to read again, and a process that gave up at once would only be started anew.
const databaseLimit = 5 * time.Minute

func waitForDatabase(ctx context.Context, options store.Options, log *slog.Logger) error {
	until := time.Now().Add(databaseLimit)
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := store.CheckSchema(ctx, options)
		if messaging.CodeOf(err) != messaging.CodeUnavailable || err == nil || time.Now().After(until) {
			return err
		}
		log.Warn("waiting for the database", "error", err)
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}

// close ends what open began. A tool has ended by now, so it gives its node number back; what serves or dispatches has left
// by itself, earlier than its last work.
func (i *installation) close() {
	if i.kind == store.ToolProcess {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second) // also after the command was broken off
		defer cancel()
		if err := i.store.GiveBack(ctx, i.self.ID, i.ids.Spent()); err != nil {
			i.log.Warn("the node number is given back by time only", "error", err)
		}
	}
	if i.jobsPool != nil {
		i.jobsPool.Close()
	}
	i.store.Close()
}

// whatsapp is the client of the Cloud API.
func (i *installation) whatsapp() (*whatsapp.Client, error) {
	if err := i.config.checkWebHop(hopWhatsApp, "whatsapp-url"); err != nil {
		return nil, err
	}
	client, err := whatsapp.New(whatsapp.Options{
		BaseURL: i.config.text("whatsapp-url"), Version: i.config.text("whatsapp-version"), Timeout: i.config.duration("post-timeout"),
	})
	if err != nil {
		return nil, badSetting("whatsapp-url", "%s", err)
	}
	return client, nil
}
