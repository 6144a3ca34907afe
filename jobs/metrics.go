package jobs

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// meter counts runs of jobs by what became of them.
type meter struct {
	runs    *prometheus.CounterVec
	seconds *prometheus.HistogramVec
}

func newMeter(registry prometheus.Registerer) *meter {
	m := &meter{
		runs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "posthaste_job_runs_total", Help: "Runs of jobs, by job and result: done, failed (a mail is tried again), given_up.",
		}, []string{"job", "result"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "posthaste_job_seconds", Help: "How long runs of jobs took.", Buckets: []float64{.005, .02, .1, .5, 2, 10, 60},
		}, []string{"job"}),
	}
	registry.MustRegister(m.runs, m.seconds)
	return m
}

func (m *meter) note(job string, took time.Duration, err error) {
	result := "done"
	switch {
	case errors.Is(err, ErrGivenUp):
		result = "given_up"
	case err != nil:
		result = "failed"
	}
	m.runs.WithLabelValues(job, result).Inc()
	m.seconds.WithLabelValues(job).Observe(took.Seconds())
}
