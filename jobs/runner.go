package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// ErrGivenUp, wrapped by a job's error, says that trying again is of no use. The job ends and counts as given up.
var ErrGivenUp = errors.New("given up")

// Recurring is work that comes back. However many processes there are, one of them does it in each period; a run that
// fails is not repeated before its next turn.
type Recurring struct {
	Name  string // lower case, the metric's label
	Every time.Duration
	Do    func(ctx context.Context, now time.Time) error
}

// Options say what to run.
type Options struct {
	Pool      *pgxpool.Pool // of the role posthaste_jobs; the caller closes it after Run
	Recurring []Recurring
	Mail      func(ctx context.Context, m Mail) error
	Reset     func(ctx context.Context, r PasswordReset) error
	Poll      time.Duration // how often the queue is asked; 0 means 1 s
	Grace     time.Duration // how long jobs may go on when the context has ended
	Now       func() time.Time
	Log       *slog.Logger
	Registry  prometheus.Registerer
}

const (
	// runLimit ends a job that hangs; lostAfter is when a job whose process died is taken up by another.
	runLimit  = 2 * time.Minute
	lostAfter = 5 * time.Minute
	// workers bounds what one process does at once, so mails never hold up the database for requests.
	workers = 4
	// keepDone is how long a row of a job that went well stays, and keepFailed of one that was given up.
	keepDone   = time.Hour
	keepFailed = 7 * 24 * time.Hour
	// A mail is tried for two days, at first after 5 s and in the end every half hour.
	mailAttempts  = 100
	firstRetry    = 5 * time.Second
	longestRetry  = 30 * time.Minute
	doublingsLeft = 9 // 5 s · 2⁹ is beyond the longest
)

// Runner does jobs until it is stopped.
type Runner struct {
	options Options
	meter   *meter
}

// New makes a runner and registers its metrics.
func New(o Options) *Runner {
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	return &Runner{options: o, meter: newMeter(o.Registry)}
}

// Run does jobs until ctx ends and those begun have ended too, or the grace is over. A database that is away is waited
// for: no failure here ends the process.
func (r *Runner) Run(ctx context.Context) error {
	client, err := r.start(ctx)
	if err != nil || client == nil {
		return err
	}
	<-ctx.Done()
	// River ends jobs itself after the grace. What it then still waits for is a database that does not answer.
	late := time.NewTimer(r.options.Grace + 5*time.Second)
	defer late.Stop()
	select {
	case <-client.Stopped():
	case <-late.C:
		r.options.Log.Warn("jobs did not end in time; they will be taken up again")
	}
	return nil
}

// start tries until River runs. The client is nil when ctx has ended first; an error is a mistake in the program.
func (r *Runner) start(ctx context.Context) (*river.Client[pgx.Tx], error) {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		client, err := r.client()
		if err != nil {
			return nil, fmt.Errorf("jobs: %w", err)
		}
		if err = client.Start(ctx); err == nil && ctx.Err() == nil {
			return client, nil
		}
		if ctx.Err() == nil {
			r.options.Log.Warn("jobs cannot run yet; trying again", "error", err)
		}
		pause := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			pause.Stop()
			if err == nil { // it had begun: it ends by the same context
				<-client.Stopped()
			}
			return nil, nil
		case <-pause.C:
		}
	}
}

func (r *Runner) client() (*river.Client[pgx.Tx], error) {
	bundle := river.NewWorkers()
	err := errors.Join(
		river.AddWorkerSafely(bundle, &worker[recurring]{runner: r, name: func(a recurring) string { return a.Name }, do: r.recur}),
		river.AddWorkerSafely(bundle, &worker[Mail]{runner: r, name: Mail.Kind, do: r.options.Mail, backoff: true}),
		river.AddWorkerSafely(bundle, &worker[PasswordReset]{runner: r, name: PasswordReset.Kind, do: r.options.Reset, backoff: true}),
	)
	if err != nil {
		return nil, err
	}
	periodic := make([]*river.PeriodicJob, len(r.options.Recurring))
	for i, job := range r.options.Recurring {
		periodic[i] = river.NewPeriodicJob(river.PeriodicInterval(job.Every),
			func() (river.JobArgs, *river.InsertOpts) { return recurring{job.Name}, nil },
			&river.PeriodicJobOpts{ID: job.Name, RunOnStart: true})
	}
	return river.NewClient(riverpgxv5.New(r.options.Pool), &river.Config{
		Schema: schema, Workers: bundle, PeriodicJobs: periodic,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		// Polling needs no connection that listens. A mail can wait a second.
		PollOnly: true, FetchPollInterval: r.options.Poll,
		JobTimeout: runLimit, RescueStuckJobsAfter: lostAfter, SoftStopTimeout: r.options.Grace,
		CompletedJobRetentionPeriod: keepDone, CancelledJobRetentionPeriod: keepFailed, DiscardedJobRetentionPeriod: keepFailed,
		// Reindexing is for the owner of the tables, and these stay small.
		ReindexerSchedule: river.NeverSchedule(), ReindexerIndexNames: []string{},
		Logger: slog.New(quiet{r.options.Log.Handler()}),
	})
}

// recurring is the argument of a Recurring. While one of the name waits or runs, there is no second.
type recurring struct {
	Name string `json:"name"`
}

// Kind implements river.JobArgs.
func (recurring) Kind() string { return "recurring" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (recurring) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}}}
}

func (r *Runner) recur(ctx context.Context, a recurring) error {
	at := slices.IndexFunc(r.options.Recurring, func(job Recurring) bool { return job.Name == a.Name })
	if at < 0 { // of an older or newer program that shares the database
		return fmt.Errorf("jobs: no such work here: %w", ErrGivenUp)
	}
	return r.options.Recurring[at].Do(ctx, r.options.Now())
}

// worker fits a function to River.
type worker[T river.JobArgs] struct {
	river.WorkerDefaults[T]
	runner  *Runner
	name    func(T) string
	do      func(context.Context, T) error
	backoff bool
}

// Work implements river.Worker.
func (w *worker[T]) Work(ctx context.Context, job *river.Job[T]) error {
	begun := time.Now()
	err := w.do(ctx, job.Args)
	w.runner.meter.note(w.name(job.Args), time.Since(begun), err)
	if errors.Is(err, ErrGivenUp) {
		w.runner.options.Log.Warn("a job was given up", "job", w.name(job.Args), "error", err)
		return river.JobCancel(err)
	}
	return err
}

// NextRetry implements river.Worker.
func (w *worker[T]) NextRetry(job *river.Job[T]) time.Time {
	if !w.backoff {
		return time.Time{}
	}
	doublings := min(max(len(job.Errors), 0), doublingsLeft)
	return time.Now().Add(min(firstRetry<<doublings, longestRetry))
}

// quiet keeps River's own news out of the log, and its warnings in.
type quiet struct{ slog.Handler }

// Enabled implements slog.Handler.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

// WithAttrs implements slog.Handler.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup implements slog.Handler.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
