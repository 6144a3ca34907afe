package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"posthaste/dispatcher"
)

// readiness answers whether a dispatch process does its work: 200 while it holds its lease and reaches Postgres, else 503
// with the name of what fails. ClickHouse has no say, since sending does not need it; how far the export lags is told.
type readiness struct {
	lease    func() bool
	postgres func(context.Context) error
	export   func() *dispatcher.ExportState
	now      func() time.Time
}

// readyWithin is how long Postgres may take to answer.
const readyWithin = 2 * time.Second

// ServeHTTP implements http.Handler.
func (r readiness) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	ctx, cancel := context.WithTimeout(request.Context(), readyWithin)
	defer cancel()
	var answer struct {
		Failed []string `json:"failed,omitempty"` // lease, postgres
		// Export is left out before the first look at it. Times in seconds.
		Export *exportAnswer `json:"export,omitempty"`
	}
	if !r.lease() {
		answer.Failed = append(answer.Failed, "lease")
	}
	if r.postgres(ctx) != nil {
		answer.Failed = append(answer.Failed, "postgres")
	}
	if s := r.export(); s != nil {
		answer.Export = &exportAnswer{Lag: s.Lag.Seconds(), Dead: s.Dead, Age: r.now().Sub(s.At).Seconds()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if len(answer.Failed) > 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(answer)
}

type exportAnswer struct {
	Lag  float64 `json:"lagSeconds"` // of the dashboards
	Dead int64   `json:"deadBlocks"`
	Age  float64 `json:"ageSeconds"` // of this information
}
