package clickhouse

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Options says where ClickHouse is.
type Options struct {
	// URL is http(s)://user:password@host:port/database. Without a database it is "default".
	URL string
	// TLS verifies the server's certificate; nil takes the system's roots. Read only where the URL is https.
	TLS *tls.Config
	// Topology names the engines of the tables. The zero value is a single node.
	Topology Topology
	// Conns bounds the connections. 0 means 8.
	Conns int
	// Insert is how long one batch may take. 0 means 2 minutes.
	Insert time.Duration
	// Query is how long one question may take. 0 means 10 s.
	Query time.Duration
}

// Store gives access to ClickHouse. It is safe for concurrent use.
type Store struct {
	conn     driver.Conn
	topology Topology
	insert   time.Duration
	query    time.Duration
}

// Open makes a store. It does not reach out: ClickHouse may be away when the program starts.
func Open(o Options) (*Store, error) {
	options, err := o.driver()
	if err != nil {
		return nil, err
	}
	conn, err := clickhouse.Open(options)
	if err != nil {
		return nil, fmt.Errorf("open ClickHouse: %w", err)
	}
	return &Store{conn: conn, topology: o.Topology, insert: or(o.Insert, 2*time.Minute), query: or(o.Query, 10*time.Second)}, nil
}

// Close returns all connections.
func (s *Store) Close() error { return s.conn.Close() }

// Ping tells whether ClickHouse answers.
func (s *Store) Ping(ctx context.Context) error { return s.conn.Ping(ctx) }

// driver turns our options into the client's. A URL that cannot be read is not repeated: it may hold a password.
func (o Options) driver() (*clickhouse.Options, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, errors.New("the ClickHouse URL must be http(s)://user:password@host:port/database")
	}
	database := "default"
	if len(u.Path) > 1 {
		database = u.Path[1:]
	}
	user := u.User.Username()
	if user == "" {
		user = "default"
	}
	password, _ := u.User.Password()
	options := &clickhouse.Options{
		Protocol:     clickhouse.HTTP,
		Addr:         []string{u.Host},
		Auth:         clickhouse.Auth{Database: database, Username: user, Password: password},
		DialTimeout:  5 * time.Second,
		ReadTimeout:  5 * time.Minute,
		MaxOpenConns: or(o.Conns, 8),
		MaxIdleConns: or(o.Conns, 8),
	}
	if u.Scheme == "https" {
		options.TLS = o.TLS
		if options.TLS == nil {
			options.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
		}
	}
	return options, nil
}

func or[T int | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}
