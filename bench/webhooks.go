package bench

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"posthaste/analytics"
	"posthaste/bench/floor"
	"posthaste/channels/whatsapp"
	"posthaste/messaging"
)

// measureWebhooks posts signed status webhooks to a server process: sent, delivered and read of each message. One figure
// is for bodies of one status, as the platform mostly sends them, and one for bodies of a hundred, as after an outage.
func measureWebhooks(ctx context.Context, o Options) (results []Result, err error) {
	b, err := newBox(ctx, o, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	t, err := b.newTenant(ctx, shape{portfolios: 1, senders: 1, limit: messaging.Unlimited, people: 10 * messaging.MaxRecipients})
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
	for _, each := range []struct {
		name            string
		inBody, message int
	}{{"webhooks", 1, 2_000}, {"webhooks.batched", 100, 20_000}} {
		if _, err := pool.Exec(ctx, "DROP TABLE IF EXISTS floor_state"); err != nil {
			return results, err
		}
		h := &hearing{box: b, tenant: t, inBody: each.inBody, messages: o.of(each.message), url: fmt.Sprintf("http://%s/webhooks/whatsapp/%s", api, t.app),
			bare: &floor.Webhooks{Pool: pool, Secret: []byte(t.secret)}}
		r, err := h.measure(ctx, each.name, host)
		if err != nil {
			return results, err
		}
		results = append(results, r)
	}
	return results, nil
}

// hearing is the work of one figure.
type hearing struct {
	*box
	tenant   *tenant
	bare     *floor.Webhooks
	url      string
	bareURL  string
	messages int
	inBody   int
	ready    []floor.Request // what ours got last; the floor gets the same
}

func (h *hearing) measure(ctx context.Context, name, host string) (Result, error) {
	var stop func()
	var err error
	if h.bareURL, stop, err = listenHTTP(h.bare); err != nil {
		return Result{}, err
	}
	defer stop()
	if err := h.bare.Prepare(ctx, nil); err != nil {
		return Result{}, err
	}
	oursConns, err := bestConns(ctx, h.options, name, h.ours)
	if err != nil {
		return Result{}, err
	}
	floorConns, err := bestConns(ctx, h.options, name+" floor", h.floor)
	if err != nil {
		return Result{}, err
	}
	r, err := pair(ctx, h.options, name, "statuses/s",
		func(ctx context.Context) (reading, error) { return h.ours(ctx, oursConns) },
		func(ctx context.Context) (reading, error) { return h.floor(ctx, floorConns) })
	if err != nil {
		return r, err
	}
	return r, h.profile(ctx, name, host, 8, func() error {
		for begun := time.Now(); h.options.Profiles != "" && time.Since(begun) < 8*time.Second; {
			if _, err := h.ours(ctx, oursConns); err != nil {
				return err
			}
		}
		return nil
	})
}

// prepare makes messages that were sent, and the webhooks that tell of them.
func (h *hearing) prepare(ctx context.Context) ([]messaging.MessageRef, error) {
	refs, err := h.tenant.hold(ctx, h.messages)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	bucket := analytics.BucketOf(now)
	ids := make([]int64, len(refs))
	correlations := make([]string, len(refs))
	for i, r := range refs {
		ids[i] = int64(r.ID)
		// #nosec G115 -- the week of this year
		correlations[i] = whatsapp.SignCorrelation(whatsapp.CorrelationKeys(h.ring)[0], whatsapp.Correlation{Message: r.ID, Attempt: 1, Week: uint16(r.Week), Bucket: bucket})
	}
	_, err = h.owner.Exec(ctx, `INSERT INTO message_state (tenant_id, id, attempt, week, bits, bucket, sent_at)
		SELECT tenant_id, id, 1, state_week, $3, $4, now() FROM message WHERE tenant_id = $1 AND id = ANY($2)`,
		int64(h.tenant.id), ids, int32(messaging.Attempted|messaging.Sent), int32(bucket)) // #nosec G115 -- the quarter of an hour of today
	if err != nil {
		return nil, fmt.Errorf("make sent messages: %w", err)
	}
	if _, err := h.owner.Exec(ctx, "DELETE FROM chunk"); err != nil {
		return nil, err
	}
	h.ready, err = h.requests(correlations, now)
	if err != nil {
		return nil, err
	}
	_, err = h.bare.Pool.Exec(ctx, "DROP TABLE floor_state")
	return refs, errors.Join(err, h.bare.Prepare(ctx, correlations))
}

// requests are the signed bodies, first all that tell "sent", then "delivered", then "read".
func (h *hearing) requests(correlations []string, now time.Time) ([]floor.Request, error) {
	var out []floor.Request
	for rung, kind := range []string{"sent", "delivered", "read"} {
		for begin := 0; begin < len(correlations); begin += h.inBody {
			var statuses []map[string]any
			for i, c := range correlations[begin:min(begin+h.inBody, len(correlations))] {
				statuses = append(statuses, map[string]any{
					"id": "wamid.bench" + strconv.Itoa(begin+i), "status": kind, "timestamp": strconv.FormatInt(now.Unix()+int64(rung), 10),
					"recipient_id": phone(begin + i)[1:], "biz_opaque_callback_data": c,
					"pricing": map[string]any{"billable": true, "pricing_model": "PMP", "type": "regular", "category": "marketing"},
				})
			}
			body, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": []any{map[string]any{
				"id": h.tenant.accounts[0].waba.MetaID, "changes": []any{map[string]any{"field": "messages", "value": map[string]any{
					"messaging_product": "whatsapp", "statuses": statuses,
					"metadata": map[string]any{"display_phone_number": "911140001234", "phone_number_id": number(0, 0)},
				}}},
			}}})
			if err != nil {
				return nil, err
			}
			mac := hmac.New(sha256.New, []byte(h.tenant.secret))
			mac.Write(body)
			out = append(out, floor.Request{URL: h.url, Body: body, Header: http.Header{
				"Content-Type": {"application/json"}, whatsapp.SignatureHeader: {"sha256=" + hex.EncodeToString(mac.Sum(nil))},
			}})
		}
	}
	return out, nil
}

func (h *hearing) ours(ctx context.Context, conns int) (reading, error) {
	refs, err := h.prepare(ctx)
	if err != nil {
		return reading{}, err
	}
	r, err := h.post(ctx, h.ready, conns, "serve", postgresName)
	if err != nil {
		return r, err
	}
	ids := make([]int64, len(refs))
	for i, ref := range refs {
		ids[i] = int64(ref.ID)
	}
	var n int
	err = h.owner.QueryRow(ctx, "SELECT count(*) FROM message_state WHERE tenant_id = $1 AND id = ANY($2) AND bits & $3 = $3",
		int64(h.tenant.id), ids, int32(messaging.Read|messaging.Delivered)).Scan(&n)
	if err == nil && n != len(refs) {
		err = fmt.Errorf("%d of %d messages are known to be read", n, len(refs))
	}
	return r, err
}

func (h *hearing) floor(ctx context.Context, conns int) (reading, error) {
	if len(h.ready) == 0 {
		if _, err := h.prepare(ctx); err != nil {
			return reading{}, err
		}
	}
	requests := make([]floor.Request, len(h.ready))
	for i, r := range h.ready {
		r.URL = h.bareURL
		requests[i] = r
	}
	return h.post(ctx, requests, conns)
}

func (h *hearing) post(ctx context.Context, requests []floor.Request, conns int, names ...string) (reading, error) {
	p := floor.NewPoster(conns)
	defer p.Close()
	statuses := 3 * h.messages
	var took time.Duration
	used, err := h.timed(func() (err error) {
		took, err = p.Post(ctx, requests)
		return err
	}, names...)
	return reading{Rate: float64(statuses) / took.Seconds(), CPU: used, Ops: statuses}, err
}
