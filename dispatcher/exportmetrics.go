package dispatcher

import "github.com/prometheus/client_golang/prometheus"

// ExportMetrics are the exporter's numbers. posthaste_export_dead_blocks above zero is an alarm: someone must look.
type ExportMetrics struct {
	batches, events, refusals, failures, doubled prometheus.Counter
	dead, lag                                    prometheus.Gauge
}

// NewExportMetrics makes the numbers and shows them through r; a nil r shows them to no one.
func NewExportMetrics(r prometheus.Registerer) *ExportMetrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "posthaste", Subsystem: "export", Name: name, Help: help})
	}
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "posthaste", Subsystem: "export", Name: name, Help: help})
	}
	m := &ExportMetrics{
		batches:  counter("batches_total", "Batches that reached the event store."),
		events:   counter("events_total", "Events that reached the event store."),
		refusals: counter("refusals_total", "Batches that the event store refused."),
		failures: counter("failures_total", "Exports that ended early, mostly because a store was away."),
		doubled:  counter("doubled_total", "Batches found in the event store twice; summaries must be checked."),
		dead:     gauge("dead_blocks", "Blocks of events that were given up. Alarm when above zero."),
		lag:      gauge("lag_seconds", "How far the dashboards lag behind."),
	}
	if r != nil {
		r.MustRegister(m.batches, m.events, m.refusals, m.failures, m.doubled, m.dead, m.lag)
	}
	return m
}
