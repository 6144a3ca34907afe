package main

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"posthaste/dispatcher"
)

func TestADispatcherIsReadyWithLeaseAndPostgres(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0)
	state := &dispatcher.ExportState{Lag: 90 * time.Second, Dead: 2, At: now.Add(-3 * time.Second)}
	for _, c := range []struct {
		name     string
		lease    bool
		postgres error
		export   *dispatcher.ExportState
		status   int
		body     string
	}{
		{"all is well", true, nil, nil, 200, `{}`},
		{"the export lags", true, nil, state, 200, `{"export":{"lagSeconds":90,"deadBlocks":2,"ageSeconds":3}}`},
		{"no lease", false, nil, nil, 503, `{"failed":["lease"]}`},
		{"no database", true, errors.New("refused"), nil, 503, `{"failed":["postgres"]}`},
		{"neither", false, errors.New("refused"), state, 503, `{"failed":["lease","postgres"],"export":{"lagSeconds":90,"deadBlocks":2,"ageSeconds":3}}`},
	} {
		recorder := httptest.NewRecorder()
		readiness{
			lease: func() bool { return c.lease }, postgres: func(context.Context) error { return c.postgres },
			export: func() *dispatcher.ExportState { return c.export }, now: func() time.Time { return now },
		}.ServeHTTP(recorder, httptest.NewRequest("GET", "/readyz", nil))
		if body := strings.TrimSpace(recorder.Body.String()); recorder.Code != c.status || body != c.body {
			t.Errorf("%s: %d %s, want %d %s", c.name, recorder.Code, body, c.status, c.body)
		}
	}
}
