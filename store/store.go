// Package store is Postgres: the truth of configuration, consent, messages, state, queue and outbox.
//
// There are two ways in and no other. InTenant runs a transaction that row-level security holds to one tenant.
// AcrossTenants runs one of the few statements of queries/across under a second role. The pools are not exported.
package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// The roles that requests and workers run as. Migrate creates them and sets their passwords.
const (
	appRole    = "posthaste_app"
	acrossRole = "posthaste_across"
	jobsRole   = "posthaste_jobs"
)

// Options says where Postgres is and how to open it.
type Options struct {
	// URL names host, database and TLS. Its user is the owner of the tables; only Migrate and Maintain use that user.
	URL string
	// AppPassword, AcrossPassword and JobsPassword open the roles; Under derives them from the root keys.
	AppPassword    string
	AcrossPassword string
	JobsPassword   string
	// Older are the passwords that older root keys make, the newest first: between a rotation and the next Migrate the roles
	// still have one of them.
	Older []RolePasswords
	// AppConns and AcrossConns bound the pools. 0 means 16 and 4.
	AppConns    int32
	AcrossConns int32
	// LongestTerm is how far ahead Migrate makes weekly partitions. 0 means the top of the ladder of terms; tests, whose
	// databases are copied often, take less.
	LongestTerm time.Duration
	// Statement is the statement time-out of both roles. 0 means 10 s.
	Statement time.Duration
	// Tracer sees every statement, for measurements; it must not keep arguments. Nil for none.
	Tracer pgx.QueryTracer
}

// Store gives access to the database.
type Store struct {
	app     *pgxpool.Pool
	across  *pgxpool.Pool
	queries *sqlcgen.Queries
	keys    *Keys // of NewKeys: people who pass are found under the keys of days
	tell    func(ctx context.Context, tx *Tx, at time.Time, event messaging.AuditEvent) error
}

// Open makes the pools and checks that both roles can sign in.
func Open(ctx context.Context, o Options) (*Store, error) {
	app, err := openPool(ctx, o, appRole, max(o.AppConns, 0), 16)
	if err != nil {
		return nil, err
	}
	across, err := openPool(ctx, o, acrossRole, max(o.AcrossConns, 0), 4)
	if err != nil {
		app.Close()
		return nil, err
	}
	return &Store{app: app, across: across, queries: sqlcgen.New()}, nil
}

// Ping asks both pools whether Postgres answers.
func (s *Store) Ping(ctx context.Context) error {
	return failure(errors.Join(s.app.Ping(ctx), s.across.Ping(ctx)))
}

// Close returns all connections.
func (s *Store) Close() {
	s.app.Close()
	s.across.Close()
}

// RoleURL is the owner's URL with another user.
func RoleURL(owner, role, password string) (string, error) {
	u, err := url.Parse(owner)
	if err != nil {
		return "", errors.New("the Postgres URL cannot be read") // url.Error would repeat the password
	}
	u.User = url.UserPassword(role, password)
	return u.String(), nil
}

func openPool(ctx context.Context, o Options, role string, conns, normal int32) (*pgxpool.Pool, error) {
	pool, err := newPool(ctx, o, role, conns, normal)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach Postgres as %s: %w", role, err)
	}
	return pool, nil
}

// newPool makes a pool that connects when it is first asked.
func newPool(ctx context.Context, o Options, role string, conns, normal int32) (*pgxpool.Pool, error) {
	dsn, err := RoleURL(o.URL, role, o.passwords()[0].of(role))
	if err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("the Postgres URL cannot be read")
	}
	if conns == 0 {
		conns = normal
	}
	statement := o.Statement
	if statement == 0 {
		statement = 10 * time.Second
	}
	config.MaxConns = conns
	config.ConnConfig.Tracer = o.Tracer
	config.ConnConfig.RuntimeParams["application_name"] = "posthaste"
	config.ConnConfig.RuntimeParams["statement_timeout"] = milliseconds(statement)
	config.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = milliseconds(10 * time.Second)
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.RuntimeParams["plan_cache_mode"] = customPlans
	// A tenant that outlives its transaction would leak to the next user of the connection. InTenant sets it locally, so
	// this never happens; if it ever does, the connection is thrown away.
	if len(o.Older) > 0 {
		config.BeforeConnect = o.choosePassword(role)
	}
	config.AfterRelease = func(conn *pgx.Conn) bool { return conn.PgConn().TxStatus() == 'I' }
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open Postgres as %s: %w", role, err)
	}
	return pool, nil
}

// choosePassword tries the passwords of the role before each connection, since they may change while the process runs.
func (o Options) choosePassword(role string) func(context.Context, *pgx.ConnConfig) error {
	return func(ctx context.Context, config *pgx.ConnConfig) error {
		for _, p := range o.passwords() {
			config.Password = p.of(role)
			try := config.Copy()
			try.Tracer = nil
			conn, err := pgx.ConnectConfig(ctx, try)
			if err == nil {
				return conn.Close(ctx)
			}
			if refused, ok := errors.AsType[*pgconn.PgError](err); !ok || refused.Code != wrongPassword {
				return nil // the connection itself will say so
			}
		}
		return nil
	}
}

// wrongPassword is Postgres's code of it.
const wrongPassword = "28P01"

func milliseconds(d time.Duration) string { return fmt.Sprint(d.Milliseconds()) }

// Tx is a transaction of one tenant.
type Tx struct {
	pgx.Tx
	Tenant messaging.ID
	*sqlcgen.Queries
	keys      *Keys
	days      map[privacy.Day]*privacy.DayKey                                                   // those that this transaction has read
	tell      func(ctx context.Context, tx *Tx, at time.Time, event messaging.AuditEvent) error // of what note audits; nil tells nobody
	committed []func()
}

// AfterCommit has fn called once the transaction has committed, and never if it does not: for caches and wake-ups.
func (tx *Tx) AfterCommit(fn func()) { tx.committed = append(tx.committed, fn) }

// InTenant runs fn in a transaction that sees only the tenant's rows. It commits when fn returns nil.
func (s *Store) InTenant(ctx context.Context, tenant messaging.ID, fn func(*Tx) error) error {
	return s.inTenant(ctx, tenant, "BEGIN", fn)
}

// ReadTenant is InTenant for reads alone: one snapshot, no writes.
func (s *Store) ReadTenant(ctx context.Context, tenant messaging.ID, fn func(*Tx) error) error {
	return s.inTenant(ctx, tenant, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", fn)
}

func (s *Store) inTenant(ctx context.Context, tenant messaging.ID, begin string, fn func(*Tx) error) error {
	if tenant <= 0 {
		return errors.New("store: no tenant")
	}
	scoped := &Tx{Tenant: tenant, Queries: s.queries, keys: s.keys, tell: s.tell}
	err := pgx.BeginTxFunc(ctx, s.app, withSetting(begin, "app.tenant", tenant.String()), func(tx pgx.Tx) error {
		scoped.Tx = tx
		return fn(scoped)
	})
	if err != nil {
		return failure(err)
	}
	for _, fn := range scoped.committed {
		fn()
	}
	return nil
}

// AcrossTenants runs fn in a transaction of the second role, which sees every tenant's rows of the tables granted to it.
// The statements live in queries/across alone. purpose is shown as the connection's application name, so that an
// operator can see who asks.
func (s *Store) AcrossTenants(ctx context.Context, purpose string, fn func(pgx.Tx, *sqlcgen.Queries) error) error {
	options := withSetting("BEGIN", "application_name", "posthaste "+purpose)
	return failure(pgx.BeginTxFunc(ctx, s.across, options, func(tx pgx.Tx) error { return fn(tx, s.queries) }))
}

// withSetting begins a transaction and makes a setting for its length, in one round trip.
func withSetting(begin, name, value string) pgx.TxOptions {
	return pgx.TxOptions{BeginQuery: begin + "; SELECT set_config('" + name + "', '" + strings.ReplaceAll(value, "'", "''") + "', true)"}
}

// failure turns what Postgres says into what a caller may know. A constraint's name is looked up in constraints.
func failure(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return messaging.Refuse(messaging.CodeNotFound, "", "not found").Because(err)
	}
	if away(err) {
		return messaging.Refuse(messaging.CodeUnavailable, "", "the database cannot be reached; try again").Because(err)
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	if refusal, known := refusals()[pg.ConstraintName]; known {
		return messaging.Refuse(refusal.code, refusal.field, "%s", refusal.message).Because(redact(pg))
	}
	return redact(pg)
}

type refusal struct {
	code           messaging.Code
	field, message string
}

// refusals says what a broken constraint means to the caller.
func refusals() map[string]refusal {
	return map[string]refusal{
		"app_user_email_key_key":                   {messaging.CodeConflict, "email", "this e-mail already has a user"},
		"tenant_key_deleting":                      {messaging.CodeNotFound, "", "this tenant is being deleted"},
		"dba_grant_open":                           {messaging.CodeConflict, "name", "this name has a grant already; revoke it first"},
		"template_name":                            {messaging.CodeConflict, "name", "a template with this name and language exists"},
		"portfolio_tenant_id_meta_id_key":          {messaging.CodeConflict, "metaId", "this portfolio exists already"},
		"waba_tenant_id_meta_id_key":               {messaging.CodeConflict, "metaId", "this WhatsApp Business account exists already"},
		"sender_tenant_id_channel_provider_id_key": {messaging.CodeConflict, "phoneNumberId", "this sender exists already"},
		"provider_app_meta":                        {messaging.CodeConflict, "appId", "this app was added at this very moment; try again"},
		"waba_tenant_id_portfolio_id_fkey":         {messaging.CodeNotFound, "portfolioId", "this portfolio does not exist"},
		"template_tenant_id_waba_id_fkey":          {messaging.CodeNotFound, "wabaId", "this WhatsApp Business account does not exist"},
		"campaign_name_check":                      {messaging.CodeInvalid, "name", "a name has 1 to 200 characters"},
	}
}

// redact keeps a Postgres error's code and names and drops Detail and Where, which quote the row's values.
func redact(pg *pgconn.PgError) error {
	return fmt.Errorf("postgres %s: %s (table %q, constraint %q)", pg.Code, safeMessage(pg), pg.TableName, pg.ConstraintName)
}

// safeMessage drops the messages of classes 22 and 23, which may quote a value.
func safeMessage(pg *pgconn.PgError) string {
	if len(pg.Code) == 5 && (pg.Code[:2] == "22" || pg.Code[:2] == "23") {
		return "a value was refused"
	}
	return pg.Message
}
