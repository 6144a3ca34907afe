package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"posthaste/loopback"
	"posthaste/messaging"
	"posthaste/store"
)

// hop is a way out of this process.
type hop string

const (
	hopPostgres   hop = "postgres"
	hopClickHouse hop = "clickhouse"
	hopWhatsApp   hop = "whatsapp"
	hopSMTP       hop = "smtp"
)

func hops() []hop { return []hop{hopPostgres, hopClickHouse, hopWhatsApp, hopSMTP} }

// auditInsecureHops writes down, at the start of each process that stays, which hops it may use without checked TLS.
func (i *installation) auditInsecureHops(ctx context.Context, kind store.ProcessKind, now time.Time) error {
	list, err := i.config.insecureHops()
	if err != nil || kind == store.ToolProcess {
		return err
	}
	for _, h := range list {
		i.log.Warn("a hop may leave this host without checked TLS", "hop", h)
		event := messaging.AuditedHost(messaging.AuditInsecureHop, 0, map[string]string{"hop": string(h), "process": string(kind)})
		if err := i.auditInstallation(ctx, now, event); err != nil {
			return fmt.Errorf("audit the insecure hop %s: %w", h, err)
		}
	}
	return nil
}

// insecureHops are the hops that may leave this host without TLS, over a network that others keep safe.
func (c *config) insecureHops() (list []hop, err error) {
	for _, name := range strings.FieldsFunc(c.text("insecure-hop"), func(r rune) bool { return r == ',' || r == ' ' }) {
		if !slices.Contains(hops(), hop(name)) {
			return nil, badSetting("insecure-hop", "%q is no hop; there are: %s", name, joined(hops()))
		}
		if !slices.Contains(list, hop(name)) {
			list = append(list, hop(name))
		}
	}
	return list, nil
}

func joined(list []hop) string {
	names := make([]string, len(list))
	for i, h := range list {
		names[i] = string(h)
	}
	return strings.Join(names, ", ")
}

// checkHop refuses a way beyond this host on which nobody would notice somebody in between.
func (c *config) checkHop(h hop, setting, host string, verified bool) error {
	insecure, err := c.insecureHops()
	if err != nil || verified || onThisHost(host) || slices.Contains(insecure, h) {
		return err
	}
	return badSetting(setting, "beyond this host it needs TLS with a certificate that is checked; where the network itself is safe, allow it with --insecure-hop %s", h)
}

func onThisHost(host string) bool {
	return loopback.Host(host) || strings.HasPrefix(host, "/") // a Unix socket
}

// checkWebHop is checkHop for an address of HTTP.
func (c *config) checkWebHop(h hop, setting string) error {
	u, err := url.Parse(c.text(setting))
	if err != nil {
		return badSetting(setting, "this is no address")
	}
	return c.checkHop(h, setting, u.Hostname(), u.Scheme == "https")
}

// postgresURL is the database's address. Where it does not say how to use TLS, the certificate is checked if the host is
// another one.
func (c *config) postgresURL() (string, error) {
	const setting = "postgres-url"
	address := c.text(setting)
	if address == "" {
		return "", badSetting(setting, "say where PostgreSQL is, or use: posthaste up")
	}
	u, err := url.Parse(address)
	if err == nil && u.Host != "" && !u.Query().Has("sslmode") && !onThisHost(u.Hostname()) {
		query := u.Query()
		query.Set("sslmode", "verify-full")
		u.RawQuery = query.Encode()
		address = u.String()
	}
	parsed, err := pgconn.ParseConfig(address)
	if err != nil {
		return "", badSetting(setting, "this is no address of PostgreSQL") // the error would repeat the password
	}
	ways := []*pgconn.FallbackConfig{{Host: parsed.Host, TLSConfig: parsed.TLSConfig}}
	for _, way := range append(ways, parsed.Fallbacks...) {
		t := way.TLSConfig
		verified := t != nil && (!t.InsecureSkipVerify || t.VerifyPeerCertificate != nil || t.VerifyConnection != nil)
		if err := c.checkHop(hopPostgres, setting, way.Host, verified); err != nil {
			return "", err
		}
	}
	return address, nil
}

// clickHouseURL is the event store's address.
func (c *config) clickHouseURL() (string, error) {
	const setting = "clickhouse-url"
	if c.text(setting) == "" {
		return "", badSetting(setting, "say where ClickHouse is, or use: posthaste up")
	}
	return c.text(setting), c.checkWebHop(hopClickHouse, setting)
}
