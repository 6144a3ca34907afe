// Package server is the HTTP edge: the table of routes, the doors before them, GraphQL, webhooks, uploads, the portal and
// the host's own listener. It knows the rest only by small interfaces.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"posthaste/auth"
	"posthaste/graph"
	"posthaste/loopback"
)

// Options is what the server is made of.
type Options struct {
	Resolvers graph.ResolverRoot
	Door      Doorkeeper
	Receiver  Receiver
	Uploads   Uploader
	Evidence  Exporter
	Assets    fs.FS  // the portal
	CSP       string // of every answer
	ClientIP  auth.ClientIP
	PublicURL *url.URL
	Checks    []Check
	Sandboxed bool // WhatsApp is a sandbox on this host: elsewhere test keys only read
	Registry  *prometheus.Registry
	Log       *slog.Logger
	Now       func() time.Time
	TLS       *tls.Config // nil: plain HTTP, on loopback only
	Grace     time.Duration
}

// Server listens for people, programs and providers on one address, and for the host on another.
type Server struct {
	options Options
	routes  []Route
	health  *health
	public  http.Handler
	host    http.Handler
}

// New builds both handlers. A route without a class, a handler or a method is an error here.
func New(o Options) (*Server, error) {
	h := &health{checks: o.Checks}
	m := newMetrics(o.Registry)
	e := &edge{
		clientIP: o.ClientIP, door: o.Door, crossSite: http.NewCrossOriginProtection(), csp: o.CSP, secure: o.TLS != nil || o.PublicURL.Scheme == "https",
		public: newLimiter(20, 60), strangers: newLimiter(strangersPerSecond, strangersBurst), pace: bodyPace(), log: o.Log, metrics: m, now: o.Now,
	}
	if err := e.crossSite.AddTrustedOrigin(o.PublicURL.Scheme + "://" + o.PublicURL.Host); err != nil {
		return nil, fmt.Errorf("the public URL is no origin: %w", err)
	}
	routes := Routes(o, h, m)
	public, err := e.mux(routes, Portal, API, Provider, Public)
	if err != nil {
		return nil, err
	}
	host, err := e.mux(routes, Host)
	if err != nil {
		return nil, err
	}
	return &Server{options: o, routes: routes, health: h, public: public, host: host}, nil
}

// What one address (of IPv6: one /64) may ask without a credential. Each sign-in costs a derivation, whoever asks, and an
// office behind one address signs in together in the morning.
const (
	strangersPerSecond = 5
	strangersBurst     = 100
)

// Routes is the table: all that is served, each with its class.
func Routes(o Options, h *health, m *metrics) []Route {
	routes := []Route{
		{Method: "POST", Pattern: "/graphql", Class: API, MaxBody: maxGraphQLBody, Streams: true, Handler: graphQL(o.Resolvers, fence{o.Door, o.Sandboxed}, m)},
		{Method: "PUT", Pattern: "/uploads/{ticket}", Class: API, MaxBody: maxUpload, Streams: true, Handler: upload(o.Uploads)},
		{Method: "GET", Pattern: "/evidence/{ticket}", Class: API, Streams: true, Handler: evidence(o.Evidence)},
		{Method: "GET", Pattern: "/webhooks/whatsapp/{app}", Class: Provider, Handler: handshake(o.Receiver)},
		{Method: "POST", Pattern: "/webhooks/whatsapp/{app}", Class: Provider, MaxBody: maxWebhookBody, Handler: receive(o.Receiver)},
		{Method: "GET", Pattern: "/livez", Class: Public, Handler: alive()},
		{Method: "GET", Pattern: "/{path...}", Class: Portal, Handler: portal(o.Assets)},
		{Method: "GET", Pattern: "/readyz", Class: Host, Handler: h.ready()},
		{Method: "GET", Pattern: "/metrics", Class: Host, Handler: m.handler()},
	}
	return append(routes, profiles()...)
}

// Routes is the table that this server serves.
func (s *Server) Routes() []Route { return s.routes }

// Handler is what listens to the world; HostHandler what listens to the host. Tests drive them without a socket.
func (s *Server) Handler() http.Handler { return s.public }

// HostHandler serves metrics, profiles and readiness.
func (s *Server) HostHandler() http.Handler { return s.host }

// Listen opens an address. Without TLS it takes a loopback address only.
func Listen(address string, secure bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("%q is not host:port", address)
	}
	if !secure && !loopback.Host(host) {
		return nil, errors.New("without TLS only a loopback address may be listened on; give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy on this host")
	}
	return net.Listen("tcp", address)
}

// Serve answers until ctx ends; then it tells the load balancer, finishes what runs and returns.
func (s *Server) Serve(ctx context.Context, public, host net.Listener) error {
	servers := []*http.Server{s.server(s.public), s.server(s.host)}
	servers[0].TLSConfig = s.options.TLS
	failed := make(chan error, len(servers))
	go func() {
		if s.options.TLS != nil {
			failed <- servers[0].ServeTLS(public, "", "")
			return
		}
		failed <- servers[0].Serve(public)
	}()
	go func() { failed <- servers[1].Serve(host) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.health.draining.Store(true)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.Grace)
	defer cancel()
	for _, server := range servers {
		if err := server.Shutdown(grace); err != nil {
			_ = server.Close()
		}
	}
	return nil
}

func (s *Server) server(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.options.Log.Handler(), slog.LevelDebug),
	}
}
