package floor

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"
)

// acceptTable has the columns that a message's facts need, and what is kept of its address and variables.
const acceptTable = `CREATE TABLE floor_message (
  tenant_id bigint NOT NULL, id bigint NOT NULL, week smallint NOT NULL, state_week smallint NOT NULL, expires_on date NOT NULL,
  sender_id bigint NOT NULL, channel text NOT NULL, category text NOT NULL, subject bigint NOT NULL, country char(2) NOT NULL,
  template_id bigint, key_id bigint, planned_at timestamptz NOT NULL, payload bytea NOT NULL, PRIMARY KEY (tenant_id, id))`

const acceptInsert = `INSERT INTO floor_message
SELECT 1, m.id, 150, 150, current_date + 180, 7, 'WHATSAPP', 'MARKETING', m.subject, 'IN', 8, 9, now(), m.payload
FROM (SELECT unnest($1::bigint[]) AS id, unnest($2::bigint[]) AS subject, unnest($3::bytea[]) AS payload) AS m`

// Accept serves POST: the recipients of the JSON body become rows of one transaction, and their ids the answer.
type Accept struct {
	Pool *pgxpool.Pool
	last atomic.Int64
}

// Prepare makes the table.
func (a *Accept) Prepare(ctx context.Context) error {
	_, err := a.Pool.Exec(ctx, acceptTable)
	return err
}

func (a *Accept) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var call struct {
		Variables struct {
			Input struct {
				Recipients []struct {
					To        string
					Variables json.RawMessage
				}
			}
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&call); err != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	recipients := call.Variables.Input.Recipients
	first := a.last.Add(int64(len(recipients))) - int64(len(recipients))
	ids, subjects, payloads := make([]int64, len(recipients)), make([]int64, len(recipients)), make([][]byte, len(recipients))
	for i, to := range recipients {
		ids[i], subjects[i] = first+int64(i), first+int64(i)
		payloads[i] = append([]byte(to.To), to.Variables...)
	}
	if _, err := a.Pool.Exec(r.Context(), acceptInsert, ids, subjects, payloads); err != nil {
		http.Error(w, "not stored", http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(ids)
}
