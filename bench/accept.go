package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"posthaste/bench/floor"
	"posthaste/messaging"
)

const sendMutation = `mutation($input: SendMessagesInput!) { sendMessages(input: $input) {
  accepted results { index messageId error { code } } userErrors { field code message } } }`

// measureAccept sends calls of 1,000 people who have agreed through HTTP and GraphQL to a server process.
func measureAccept(ctx context.Context, o Options) (results []Result, err error) {
	b, err := newBox(ctx, o, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	t, err := b.newTenant(ctx, shape{portfolios: 1, senders: 1, limit: messaging.Unlimited, people: 10 * messaging.MaxRecipients})
	if err != nil {
		return nil, err
	}
	key, err := t.apiKey(ctx)
	if err != nil {
		return nil, err
	}
	api, host, err := b.serve(ctx)
	if err != nil {
		return nil, err
	}
	pool, err := b.floorPool(ctx)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	bare := &floor.Accept{Pool: pool}
	if err := bare.Prepare(ctx); err != nil {
		return nil, err
	}
	bareURL, stop, err := listenHTTP(bare)
	if err != nil {
		return nil, err
	}
	defer stop()
	a := &accepting{tenant: t, key: key, calls: o.of(30)}
	if err := a.try(ctx, "http://"+api+"/graphql"); err != nil {
		return nil, err
	}
	ours := func(ctx context.Context, conns int) (reading, error) {
		return a.run(ctx, "http://"+api+"/graphql", conns, "serve", postgresName)
	}
	bareRun := func(ctx context.Context, conns int) (reading, error) { return a.run(ctx, bareURL, conns) }
	oursConns, err := bestConns(ctx, o, "accept", ours)
	if err != nil {
		return nil, err
	}
	floorConns, err := bestConns(ctx, o, "accept floor", bareRun)
	if err != nil {
		return nil, err
	}
	r, err := pair(ctx, o, "accept", "messages/s",
		func(ctx context.Context) (reading, error) { return ours(ctx, oursConns) },
		func(ctx context.Context) (reading, error) { return bareRun(ctx, floorConns) })
	if err != nil {
		return nil, err
	}
	return []Result{r}, b.profile(ctx, "accept", host, 8, func() error {
		for begun := time.Now(); o.Profiles != "" && time.Since(begun) < 8*time.Second; {
			if _, err := ours(ctx, oursConns); err != nil {
				return err
			}
		}
		return nil
	})
}

type accepting struct {
	tenant *tenant
	key    string
	calls  int // of one measurement
}

// request is one call: the next thousand people, each with a variable.
func (a *accepting) request(url string) (floor.Request, error) {
	type variable struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	type recipient struct {
		To        string     `json:"to"`
		Variables []variable `json:"variables"`
	}
	recipients := make([]recipient, messaging.MaxRecipients)
	for i, p := range a.tenant.take(len(recipients)) {
		recipients[i] = recipient{To: p, Variables: []variable{{"1", "Asha"}}}
	}
	account := a.tenant.accounts[0]
	body, err := json.Marshal(map[string]any{"query": sendMutation, "variables": map[string]any{"input": map[string]any{
		"idempotencyKey": a.tenant.box.ids.Next(), "senderId": account.senders[0].ID.String(), "templateId": account.template.ID.String(),
		"recipients": recipients, "sendAt": time.Now().AddDate(0, 0, 20).UTC().Format(time.RFC3339),
	}}})
	return floor.Request{URL: url, Body: body, Header: http.Header{
		"Authorization": {"Bearer " + a.key}, "Content-Type": {"application/json"},
	}}, err
}

// try makes one call and looks at its answer: a measurement of refusals would be quick.
func (a *accepting) try(ctx context.Context, url string) error {
	r, err := a.request(url)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, strings.NewReader(string(r.Body)))
	if err != nil {
		return err
	}
	request.Header = r.Header
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var answer struct {
		Data struct {
			SendMessages struct {
				Accepted   int
				UserErrors []struct{ Field, Code, Message string }
			}
		}
		Errors []struct{ Message string }
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return err
	}
	if n := answer.Data.SendMessages.Accepted; n != messaging.MaxRecipients {
		return fmt.Errorf("a call of %d people was accepted for %d: HTTP %d, %v %v", messaging.MaxRecipients, n, response.StatusCode,
			answer.Errors, answer.Data.SendMessages.UserErrors)
	}
	return nil
}

// run makes the calls over so many connections and, where processes are named, checks that each message is there.
func (a *accepting) run(ctx context.Context, url string, conns int, names ...string) (reading, error) {
	requests := make([]floor.Request, a.calls)
	for i := range requests {
		var err error
		if requests[i], err = a.request(url); err != nil {
			return reading{}, err
		}
	}
	b := a.tenant.box
	before, err := b.messages(ctx, a.tenant.id, len(names) > 0)
	if err != nil {
		return reading{}, err
	}
	p := floor.NewPoster(conns)
	defer p.Close()
	var took time.Duration
	used, err := b.timed(func() (err error) {
		took, err = p.Post(ctx, requests)
		return err
	}, names...)
	if err != nil {
		return reading{}, err
	}
	n := a.calls * messaging.MaxRecipients
	after, err := b.messages(ctx, a.tenant.id, len(names) > 0)
	if err == nil && len(names) > 0 && after-before != n {
		err = fmt.Errorf("%d of %d messages are there", after-before, n)
	}
	return reading{Rate: float64(n) / took.Seconds(), CPU: used, Ops: n}, err
}

// messages counts a tenant's messages; 0 where nobody wants to know.
func (b *box) messages(ctx context.Context, tenant messaging.ID, wanted bool) (n int, err error) {
	if wanted {
		err = b.owner.QueryRow(ctx, "SELECT count(*) FROM message WHERE tenant_id = $1", int64(tenant)).Scan(&n)
	}
	return n, err
}

// floorPool opens a database of the floor's own on the same server.
func (b *box) floorPool(ctx context.Context) (*pgxpool.Pool, error) {
	if _, err := b.owner.Exec(ctx, "CREATE DATABASE floor"); err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(b.postgresURL)
	if err != nil {
		return nil, err
	}
	config.ConnConfig.Database = "floor"
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement
	config.MaxConns = 64
	return pgxpool.NewWithConfig(ctx, config)
}

// listenHTTP serves a handler on a loopback address until stop.
func listenHTTP(h http.Handler) (url string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }()
	return "http://" + l.Addr().String(), func() { _ = server.Close() }, nil
}
