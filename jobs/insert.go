package jobs

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"posthaste/messaging"
)

// Sealed is the argument of a job that holds what nobody may read in the job's row: an address, a link. ID is part of the
// place that the value is sealed for.
type Sealed struct {
	Tenant messaging.ID `json:"tenant"`
	ID     messaging.ID `json:"id"`
	Value  []byte       `json:"sealed"`
}

// Mail is a mail to be sent. It belongs to a tenant.
type Mail struct{ Sealed }

// Kind implements river.JobArgs.
func (Mail) Kind() string { return "mail" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (Mail) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: mailAttempts} }

// PasswordReset is somebody's wish for a link. Whether there is such a person is found out later, so that asking costs the
// same for everyone; it belongs to no tenant yet.
type PasswordReset struct{ Sealed }

// Kind implements river.JobArgs.
func (PasswordReset) Kind() string { return "password_reset" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (PasswordReset) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 5} }

// Inserter puts jobs into the queue.
type Inserter struct{ client *river.Client[pgx.Tx] }

// NewInserter makes an inserter. The pool, of the role posthaste_jobs, is for what belongs to no transaction; nil where
// there is no such thing.
func NewInserter(pool *pgxpool.Pool) (*Inserter, error) {
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Schema: schema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return &Inserter{client}, nil
}

// Mails inserts mails: they exist if and only if the transaction commits. Not by COPY, which row-level security refuses.
func (i *Inserter) Mails(ctx context.Context, tx pgx.Tx, mails []Mail) error {
	params := make([]river.InsertManyParams, len(mails))
	for n, m := range mails {
		params[n].Args = m
	}
	if _, err := i.client.InsertManyTx(ctx, tx, params); err != nil {
		return fmt.Errorf("insert mails: %w", err)
	}
	return nil
}

// PutReset implements auth.ResetQueue.
func (i *Inserter) PutReset(ctx context.Context, id messaging.ID, sealed []byte) error {
	if _, err := i.client.Insert(ctx, PasswordReset{Sealed{ID: id, Value: sealed}}, nil); err != nil {
		return fmt.Errorf("insert a wish for a new password: %w", err)
	}
	return nil
}
