package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"posthaste/analytics/clickhouse"
	"posthaste/auth"
	"posthaste/frontend"
	"posthaste/server"
	"posthaste/store"
)

func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "Serve the portal, the API and the webhooks", Args: cobra.NoArgs,
		RunE: withConfig(func(cmd *cobra.Command, _ []string, c *config) error { return serve(cmd.Context(), c) }),
	}
}

func serve(ctx context.Context, c *config) error {
	certificate, err := c.certificate()
	if err != nil {
		return err
	}
	public, err := listen("listen", c.text("listen"), func() (net.Listener, error) { return server.Listen(c.text("listen"), certificate != nil) })
	if err != nil {
		return err
	}
	defer public.Close()
	host, err := listen("host-listen", c.text("host-listen"), func() (net.Listener, error) { return server.Listen(c.text("host-listen"), false) })
	if err != nil {
		return err
	}
	defer host.Close()
	i, err := open(ctx, c, store.ServeProcess)
	if err != nil {
		return err
	}
	defer i.close()
	figures, err := openClickHouse(c)
	if err != nil {
		return err
	}
	defer figures.Close()
	registry := prometheus.NewRegistry()
	s, parts, err := i.server(certificate, figures, registry)
	if err != nil {
		return err
	}
	group, running := errgroup.WithContext(ctx)
	group.Go(func() error { return s.Serve(running, public, host) })
	group.Go(func() error { return i.keepLease(running) })
	group.Go(func() error { return parts.access.KeepQuotas(running) })
	group.Go(func() error { return i.jobs(running, parts, figures, registry) })
	err = group.Wait()
	if ctx.Err() != nil && !errors.Is(err, errLeaseLost) {
		return nil
	}
	return err
}

var errLeaseLost = errors.New("the lease was lost; the process must start anew")

// keepLease renews the process's lease: its node number makes ids its own, and dispatchers read from it whether anybody
// hears webhooks.
func (i *installation) keepLease(ctx context.Context) error {
	tick := time.NewTicker(i.config.duration("heartbeat"))
	defer tick.Stop()
	until := i.joined.Add(i.config.duration("lease"))
	for {
		select {
		case <-ctx.Done():
			return i.store.Leave(context.WithoutCancel(ctx), i.self.ID)
		case <-tick.C:
		}
		asked := time.Now()
		_, err := i.store.Beat(ctx, i.self.ID, i.config.duration("lease"))
		switch {
		case err == nil:
			until = asked.Add(i.config.duration("lease"))
		case ctx.Err() != nil:
		case time.Now().After(until):
			return fmt.Errorf("%w: %w", errLeaseLost, err)
		default:
			i.log.Warn("the lease could not be renewed", "error", err)
		}
	}
}

func (c *config) certificate() (*tls.Config, error) {
	cert, key := c.text("tls-cert"), c.text("tls-key")
	if cert == "" && key == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, badSetting("tls-cert", "certificate and key cannot be read together")
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair},
		CipherSuites: []uint16{ // of TLS 1.2: forward secrecy and AEAD only; TLS 1.3 has nothing else
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
	}, nil
}

func (i *installation) server(certificate *tls.Config, figures *clickhouse.Store, registry *prometheus.Registry) (*server.Server, *parts, error) {
	publicURL, err := i.config.publicURL()
	if err != nil {
		return nil, nil, err
	}
	proxies, err := i.config.trustedProxies()
	if err != nil {
		return nil, nil, err
	}
	header := ""
	if len(proxies) > 0 {
		header = i.config.text("proxy-header")
	}
	clientIP, err := auth.NewClientIP(proxies, header, false)
	if err != nil {
		return nil, nil, badSetting("trusted-proxies", "%s", err)
	}
	client, err := i.whatsapp()
	if err != nil {
		return nil, nil, err
	}
	parts := i.parts(publicURL, client, figures)
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s, err := server.New(server.Options{
		Resolvers: parts.resolvers, Sandboxed: i.config.sandboxed(), Door: parts.access, Receiver: parts.receiver, Uploads: parts.uploads, Evidence: evidenceDesk{i, parts.access},
		Assets: frontend.Assets(), CSP: frontend.CSP(), ClientIP: clientIP, PublicURL: publicURL,
		Checks:   []server.Check{{Name: "postgres", Ask: i.store.Ping}},
		Registry: registry, Log: i.log, Now: time.Now, TLS: certificate, Grace: i.config.duration("grace"),
	})
	return s, parts, err
}
