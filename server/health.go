package server

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/pprof"
	"sync/atomic"
	"time"
)

// Check is one thing that must hold for this process to take requests. ClickHouse is none of them: without it sends go
// on and the dashboards wait.
type Check struct {
	Name string
	Ask  func(ctx context.Context) error
}

// health answers whether to send requests here.
type health struct {
	checks   []Check
	draining atomic.Bool
}

const checkLimit = 2 * time.Second

func alive() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("alive\n")) })
}

// ready tells each check by name; it is on the host's listener, so the reasons may be read.
func (h *health) ready() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), checkLimit)
		defer cancel()
		status, report := http.StatusOK, map[string]string{}
		if h.draining.Load() {
			status, report["process"] = http.StatusServiceUnavailable, "draining"
		}
		for _, c := range h.checks {
			report[c.Name] = "ok"
			if err := c.Ask(ctx); err != nil {
				status, report[c.Name] = http.StatusServiceUnavailable, "failed"
				requestOf(r.Context()).log.Warn("a readiness check failed", "check", c.Name, "error", err)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(report)
	})
}

func profiles() []Route {
	routes := []Route{
		{Method: "GET", Pattern: "/debug/pprof/", Class: Host, Streams: true, Handler: http.HandlerFunc(pprof.Index)},
		{Method: "GET", Pattern: "/debug/pprof/profile", Class: Host, Streams: true, Handler: http.HandlerFunc(pprof.Profile)},
		{Method: "GET", Pattern: "/debug/pprof/trace", Class: Host, Streams: true, Handler: http.HandlerFunc(pprof.Trace)},
	}
	return routes
}
