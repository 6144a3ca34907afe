package store

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
)

// DBAs lets named database administrators in for a while. Each gets a login role of their own that reads the views of the
// schema dba: messages and contacts without anything sealed or hashed. It works as the owner of the tables.
type DBAs struct {
	access  *Access
	options Options
	random  io.Reader
}

// NewDBAs takes the options that name the owner of the tables; random draws passwords: crypto/rand.Reader.
func NewDBAs(access *Access, o Options, random io.Reader) *DBAs {
	return &DBAs{access: access, options: o, random: random}
}

// DBAGrant is one administrator's time.
type DBAGrant struct {
	Name      string
	Role      string // what they sign in to PostgreSQL as
	GrantedAt time.Time
	ExpiresAt time.Time
	EndedAt   time.Time // zero while the role exists
}

// The group of all administrators' roles, and the beginning of their names.
const (
	dbaGroup  = "posthaste_dba"
	dbaPrefix = dbaGroup + "_"
)

// The shortest and the longest grant.
const (
	ShortestDBA = 5 * time.Minute
	LongestDBA  = 24 * time.Hour
)

// dbaName is a part of a role's name, so it stays plain.
var dbaName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,30}$`)

// Grant makes the role and gives its password, to be shown once. PostgreSQL is told only a verifier of it.
func (d *DBAs) Grant(ctx context.Context, name string, length time.Duration, now time.Time) (DBAGrant, privacy.Secret, error) {
	if !dbaName.MatchString(name) {
		return DBAGrant{}, privacy.Secret{}, messaging.Refuse(messaging.CodeInvalid, "name", "a name begins with a lower-case letter and has at most 31 of a-z, 0-9 and _")
	}
	if length < ShortestDBA || length > LongestDBA {
		return DBAGrant{}, privacy.Secret{}, messaging.Refuse(messaging.CodeInvalid, "for", "a grant is for 5m to 24h")
	}
	drawn := make([]byte, 24)
	salt := make([]byte, 16)
	if _, err := io.ReadFull(d.random, drawn); err != nil {
		return DBAGrant{}, privacy.Secret{}, fmt.Errorf("draw a password: %w", err)
	}
	if _, err := io.ReadFull(d.random, salt); err != nil {
		return DBAGrant{}, privacy.Secret{}, fmt.Errorf("draw a salt: %w", err)
	}
	password := base64.RawURLEncoding.EncodeToString(drawn)
	verifier, err := scramVerifier(password, salt)
	if err != nil {
		return DBAGrant{}, privacy.Secret{}, err
	}
	now = now.UTC().Truncate(time.Microsecond)
	g := DBAGrant{Name: name, Role: dbaPrefix + name, GrantedAt: now, ExpiresAt: now.Add(length)}
	err = d.asOwner(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO dba_grant (name, role, granted_at, expires_at) VALUES ($1, $2, $3, $4)", g.Name, g.Role, g.GrantedAt, g.ExpiresAt); err != nil {
			return err
		}
		role := pgx.Identifier{g.Role}.Sanitize()
		for _, statement := range []string{ // roles take no parameters; the name is checked and the rest is ours
			fmt.Sprintf("CREATE ROLE %s LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE CONNECTION LIMIT 4 PASSWORD '%s' VALID UNTIL '%s'",
				role, verifier, g.ExpiresAt.Format(time.RFC3339Nano)),
			fmt.Sprintf("GRANT %s TO %s", dbaGroup, role),
			fmt.Sprintf("ALTER ROLE %s SET default_transaction_read_only = on", role),
			fmt.Sprintf("ALTER ROLE %s SET statement_timeout = '60s'", role),
			fmt.Sprintf("ALTER ROLE %s SET search_path = dba", role),
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return d.audit(ctx, tx, now, messaging.AuditDBAGranted, map[string]string{"name": g.Name, "until": g.ExpiresAt.Format(time.RFC3339)})
	})
	return g, privacy.NewSecret(password), err
}

// scramVerifier is what PostgreSQL keeps of a password (RFC 5803), so that neither the statement nor a log holds the
// password. The password must be ASCII.
func scramVerifier(password string, salt []byte) (string, error) {
	const rounds = 4096 // of PostgreSQL's own; the password is 192 random bits
	salted, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("make a verifier: %w", err)
	}
	keyed := func(text string) []byte {
		mac := hmac.New(sha256.New, salted)
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}
	stored := sha256.Sum256(keyed("Client Key"))
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", rounds, b64(salt), b64(stored[:]), b64(keyed("Server Key"))), nil
}

// List gives the grants, the newest first, at most the last 200.
func (d *DBAs) List(ctx context.Context) (list []DBAGrant, err error) {
	err = d.asOwner(ctx, func(tx pgx.Tx) (err error) {
		list, err = dbaGrants(ctx, tx, "ORDER BY granted_at DESC, id DESC LIMIT 200")
		return err
	})
	return list, err
}

func dbaGrants(ctx context.Context, tx pgx.Tx, which string, args ...any) ([]DBAGrant, error) {
	rows, err := tx.Query(ctx, "SELECT name, role, granted_at, expires_at, ended_at FROM dba_grant "+which, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (g DBAGrant, err error) {
		var ended *time.Time
		err = row.Scan(&g.Name, &g.Role, &g.GrantedAt, &g.ExpiresAt, &ended)
		g.EndedAt = moment(ended)
		return g, err
	})
}

// Revoke ends a grant now: the role's sessions, and the role. NOT_FOUND when the name has none.
func (d *DBAs) Revoke(ctx context.Context, name string, now time.Time) error {
	open, err := d.open(ctx, "AND name = $1", name)
	if err != nil {
		return err
	}
	if len(open) == 0 {
		return messaging.Refuse(messaging.CodeNotFound, "name", "nobody of this name has a grant")
	}
	return d.end(ctx, open[0], "revoked", now)
}

// DropExpired ends the grants whose time is over. PostgreSQL itself refuses their passwords from that moment on; this ends
// the sessions that are still open.
func (d *DBAs) DropExpired(ctx context.Context, now time.Time) error {
	open, err := d.open(ctx, "AND expires_at <= $1", now)
	for _, g := range open {
		err = errors.Join(err, d.end(ctx, g, "expired", now))
	}
	return err
}

func (d *DBAs) open(ctx context.Context, which string, args ...any) (open []DBAGrant, err error) {
	err = d.asOwner(ctx, func(tx pgx.Tx) (err error) {
		open, err = dbaGrants(ctx, tx, "WHERE ended_at IS NULL "+which, args...)
		return err
	})
	return open, err
}

// end shuts the role out, ends its sessions and drops it, in this order: a session of a dropped role would go on.
func (d *DBAs) end(ctx context.Context, g DBAGrant, why string, now time.Time) error {
	role := pgx.Identifier{g.Role}.Sanitize()
	there := false
	err := d.asOwner(ctx, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", g.Role).Scan(&there); err != nil || !there {
			return err
		}
		// An owner that is no superuser may end the sessions of roles whose rights it has.
		for _, statement := range []string{"ALTER ROLE " + role + " NOLOGIN", "GRANT " + role + " TO CURRENT_USER WITH INHERIT TRUE"} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.asOwner(ctx, func(tx pgx.Tx) error {
		if there {
			if _, err := tx.Exec(ctx, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1", g.Role); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "DROP OWNED BY "+role); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "DROP ROLE "+role); err != nil {
				return err
			}
		}
		ended, err := tx.Exec(ctx, "UPDATE dba_grant SET ended_at = $2 WHERE name = $1 AND ended_at IS NULL", g.Name, now)
		if err != nil || ended.RowsAffected() == 0 { // another process was faster
			return err
		}
		return d.audit(ctx, tx, now, messaging.AuditDBAEnded, map[string]string{"name": g.Name, "why": why})
	})
}

// audit writes the act into every tenant's ledger, for it concerns them all, and tells those who watch over them. The ends of the ledgers are locked in the order
// of the tenants.
func (d *DBAs) audit(ctx context.Context, tx pgx.Tx, now time.Time, action messaging.AuditAction, detail map[string]string) error {
	rows, err := tx.Query(ctx, "SELECT tenant_id FROM ledger_head ORDER BY tenant_id")
	if err != nil {
		return err
	}
	tenants, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	for _, tenant := range tenants {
		keys, err := d.access.keys.Of(ctx, messaging.ID(tenant))
		if messaging.CodeOf(err) == messaging.CodeNotFound {
			continue // an erased tenant has nothing to be shown
		}
		if err != nil {
			return err
		}
		own := &Tx{Tx: tx, Tenant: messaging.ID(tenant), Queries: d.access.store.queries}
		err = d.access.act(ctx, own, keys, func(tx auth.AccessTx) error { return tx.Audit(ctx, now, messaging.AuditedHost(action, 0, detail)) })
		if err != nil {
			return err
		}
	}
	return nil
}

// asOwner runs fn in a transaction of the owner of the tables, one at a time: roles belong to the whole server.
func (d *DBAs) asOwner(ctx context.Context, fn func(pgx.Tx) error) error {
	conn, err := d.options.connectOwner(ctx, "dba")
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return failure(pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('posthaste.roles'))"); err != nil {
			return err
		}
		return fn(tx)
	}))
}

// connectOwner connects as the owner of the tables. purpose is shown as the connection's application name.
func (o Options) connectOwner(ctx context.Context, purpose string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, errors.New("the Postgres URL cannot be read")
	}
	config.RuntimeParams["application_name"] = "posthaste " + purpose
	config.RuntimeParams["timezone"] = "UTC"
	conn, err := pgx.ConnectConfig(ctx, config)
	return conn, failure(err)
}
