package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"posthaste/messaging"
	"posthaste/sandbox"
)

// measureLoop sends through everything on this machine: server, dispatcher, export, and a sandbox that tells of each
// message that it was sent, delivered and read. The rate is from the release to the last message known to be read; the
// sandbox's people take 0.2 s of that.
func measureLoop(ctx context.Context, o Options) (results []Result, err error) {
	b, err := newBox(ctx, o, true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	t, err := b.newTenant(ctx, shape{portfolios: 2, senders: 5, limit: 100_000, people: o.of(20_000)})
	if err != nil {
		return nil, err
	}
	api, _, err := b.serve(ctx)
	if err != nil {
		return nil, err
	}
	url, stop, err := b.sandbox(ctx, t, "http://"+api+"/webhooks/whatsapp/"+t.app.String())
	if err != nil {
		return nil, err
	}
	defer stop()
	if _, err := b.dispatch(ctx, url); err != nil {
		return nil, err
	}
	l := &looping{box: b, tenant: t, messages: o.of(20_000)}
	if _, err := l.round(ctx); err != nil { // warm up
		return nil, err
	}
	r, err := alone(ctx, o, "loop", "messages/s", l.round)
	return []Result{r}, err
}

type looping struct {
	*box
	tenant   *tenant
	messages int
}

// round releases messages and waits until all are known to be read.
func (l *looping) round(ctx context.Context) (reading, error) {
	l.tenant.take(l.messages / 10) // a tenth is a sender's share: nobody hears from the same sender in the next nine rounds
	refs, err := l.tenant.hold(ctx, l.messages)
	if err != nil {
		return reading{}, err
	}
	ids := make([]int64, len(refs))
	for i, r := range refs {
		ids[i] = int64(r.ID)
	}
	var took time.Duration
	used, err := l.timed(func() error {
		begun := time.Now()
		if err := l.tenant.release(ctx); err != nil {
			return err
		}
		err := l.read(ctx, ids)
		took = time.Since(begun)
		return err
	}, postgresName, clickhouseName, "serve", "dispatch")
	return reading{Rate: float64(len(refs)) / took.Seconds(), CPU: used, Ops: len(refs)}, err
}

// read waits. It asks twice a second and no oftener, for a count costs what is being measured.
func (l *looping) read(ctx context.Context, ids []int64) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	every := time.NewTicker(500 * time.Millisecond)
	defer every.Stop()
	for {
		var n int
		err := l.owner.QueryRow(ctx, "SELECT count(*) FROM message_state WHERE tenant_id = $1 AND id = ANY($2) AND bits & $3 = $3",
			int64(l.tenant.id), ids, int32(messaging.Read)).Scan(&n)
		if err != nil || n == len(ids) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d messages are known to be read: %w", n, len(ids), ctx.Err())
		case <-every.C:
		}
	}
}

// sandbox runs a platform that knows the tenant's numbers and template, where everybody reads everything.
func (b *box) sandbox(ctx context.Context, t *tenant, callback string) (url string, stop func(), err error) {
	plain := sandbox.Plain()
	options := sandbox.Options{
		Behaviour: &plain, DisableMagic: true, CallLog: filepath.Join(b.dir, "calls.jsonl"),
		Apps: []sandbox.App{{ID: t.metaApp, Secret: t.secret, CallbackURL: callback, Tokens: []sandbox.Token{{Value: providerToken}}}},
	}
	for i, a := range t.accounts {
		w := sandbox.WABA{ID: a.waba.MetaID, Name: "Bench", Templates: []sandbox.Template{{
			Name: templateName, Language: "en", Category: "MARKETING",
			Components: []map[string]any{{"type": "BODY", "text": templateBody, "example": map[string]any{"body_text": [][]string{{"Asha"}}}}},
		}}}
		for n := range a.senders {
			w.Numbers = append(w.Numbers, sandbox.Number{ID: number(i, n), Display: fmt.Sprintf("9111400%05d", 10*i+n), VerifiedName: "Bench", Throughput: 1000})
		}
		options.Portfolios = append(options.Portfolios, sandbox.Portfolio{
			ID: a.portfolio.MetaID, Name: "Bench", Tier: "TIER_100K", Verified: true, WABAs: []sandbox.WABA{w},
		})
	}
	world, err := sandbox.New(options)
	if err != nil {
		return "", nil, err
	}
	url, hangUp, err := listenHTTP(world.Handler())
	if err != nil {
		return "", nil, errors.Join(err, world.Close())
	}
	running, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() { defer close(ended); _ = world.Run(running) }()
	return url, func() { cancel(); <-ended; hangUp(); _ = world.Close() }, nil
}
