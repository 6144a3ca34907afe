package floor

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"io"
	"net/http"
	"slices"

	"github.com/jackc/pgx/v5/pgxpool"
)

// webhookTable leaves room on each page, so that an update writes no index (a HOT update).
const webhookTable = `CREATE TABLE floor_state (id bigint PRIMARY KEY, bits integer NOT NULL) WITH (fillfactor = 50)`

// webhookUpdate locks in the order of the rows: bodies that tell of the same messages would wait for each other in a circle.
const webhookUpdate = `UPDATE floor_state s SET bits = s.bits | v.bits
FROM (SELECT l.id, t.bits FROM floor_state l JOIN (SELECT unnest($1::bigint[]) AS id, unnest($2::integer[]) AS bits) AS t USING (id)
      ORDER BY l.id FOR UPDATE OF l) AS v WHERE s.id = v.id`

// Webhooks serves POST: it verifies the signature, reads the JSON and sets a bit for each status of the body.
type Webhooks struct {
	Pool   *pgxpool.Pool
	Secret []byte
}

// Prepare makes the table with a row for each message, named by what comes back in its statuses.
func (h *Webhooks) Prepare(ctx context.Context, correlations []string) error {
	if _, err := h.Pool.Exec(ctx, webhookTable); err != nil {
		return err
	}
	ids := make([]int64, len(correlations))
	for i, c := range correlations {
		ids[i] = rowOf(c)
	}
	_, err := h.Pool.Exec(ctx, "INSERT INTO floor_state SELECT unnest($1::bigint[]), 2", ids)
	return err
}

func rowOf(correlation string) int64 {
	sum := fnv.New64a()
	_, _ = io.WriteString(sum, correlation)
	return int64(sum.Sum64()) // #nosec G115 -- a hash: any 64 bits
}

func (h *Webhooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	mac := hmac.New(sha256.New, h.Secret)
	mac.Write(raw)
	if err != nil || !hmac.Equal([]byte("sha256="+hex.EncodeToString(mac.Sum(nil))), []byte(r.Header.Get("X-Hub-Signature-256"))) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	var body struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Statuses []struct {
						Status   string `json:"status"`
						Callback string `json:"biz_opaque_callback_data"`
					} `json:"statuses"`
				} `json:"value"`
			} `json:"changes"`
		} `json:"entry"`
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	bits := map[int64]int32{}
	for _, entry := range body.Entry {
		for _, change := range entry.Changes {
			for _, s := range change.Value.Statuses {
				bits[rowOf(s.Callback)] |= map[string]int32{"sent": 2, "delivered": 4, "read": 8, "failed": 16}[s.Status]
			}
		}
	}
	ids, set := make([]int64, 0, len(bits)), make([]int32, 0, len(bits))
	for id := range bits {
		ids = append(ids, id)
	}
	slices.Sort(ids) // two bodies lock alike
	for _, id := range ids {
		set = append(set, bits[id])
	}
	if _, err := h.Pool.Exec(r.Context(), webhookUpdate, ids, set); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}
