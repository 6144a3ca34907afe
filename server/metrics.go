package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are counted per route pattern, never per path: a path may hold an id.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	limited  *prometheus.CounterVec
}

func newMetrics(registry *prometheus.Registry) *metrics {
	m := &metrics{
		registry: registry,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "posthaste_http_requests_total", Help: "Answers by route, class and status.",
		}, []string{"route", "class", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "posthaste_http_request_seconds", Help: "Time to answer.", Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 12),
		}, []string{"route", "class"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "posthaste_http_limited_total", Help: "Requests refused because there were too many, by what was counted: of an address without a credential, of an API key, of open streams.",
		}, []string{"of"}),
	}
	registry.MustRegister(m.requests, m.seconds, m.limited)
	return m
}

func (m *metrics) request(r Route, status int, took time.Duration) {
	if status == 0 {
		status = http.StatusOK
	}
	m.requests.WithLabelValues(r.Pattern, r.Class.String(), strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(r.Pattern, r.Class.String()).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
