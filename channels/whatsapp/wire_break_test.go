package whatsapp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"posthaste/channels"
	"posthaste/channels/whatsapp"
	"posthaste/messaging"
)

// frail is a connection that breaks at a write: after passing on the first `passes` bytes of it.
type frail struct {
	net.Conn
	broken *atomic.Bool
	passes int
}

func (f *frail) Write(b []byte) (int, error) {
	if !f.broken.Load() {
		return f.Conn.Write(b)
	}
	n, _ := f.Conn.Write(b[:min(f.passes, len(b))])
	_ = f.Close()
	return n, errors.New("connection reset by peer")
}

// A kept connection that turns out to be dead: whether a byte was written decides between certainty and doubt, and
// between one more try on a new connection and none.
func TestSendOnABrokenKeptConnection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		passes    int
		reachable bool // a new connection can be made
		verdict   channels.Verdict
		messages  int32 // that the provider has read in all
		dials     int32
	}{
		{"nothing written, new connection", 0, true, channels.Accepted, 2, 2},
		{"nothing written, no connection", 0, false, channels.NotSent, 1, 2},
		{"one byte written", 1, true, channels.Unknown, 1, 1},
		{"half written", 300, true, channels.Unknown, 1, 1},
	} {
		for _, kind := range []string{"lines", "transport"} {
			t.Run(c.name+", "+kind, func(t *testing.T) {
				t.Parallel()
				var messages, dials atomic.Int32
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if _, err := io.Copy(io.Discard, r.Body); err == nil {
						_, _ = fmt.Fprintf(w, `{"messages":[{"id":"wamid.%d"}]}`, messages.Add(1))
					}
				}))
				t.Cleanup(server.Close)
				var broken atomic.Bool
				dial := new(net.Dialer).DialContext
				breaking := func(ctx context.Context, network, address string) (net.Conn, error) {
					if dials.Add(1) > 1 {
						if !c.reachable {
							return nil, errors.New("connection refused")
						}
						return dial(ctx, network, address)
					}
					conn, err := dial(ctx, network, address)
					return &frail{Conn: conn, broken: &broken, passes: c.passes}, err
				}
				options := whatsapp.Options{BaseURL: server.URL}
				if kind == "transport" {
					transport := newTransport(t)
					transport.DialContext = breaking
					options.Transport = transport
				}
				client, err := whatsapp.New(options)
				if err != nil {
					t.Fatal(err)
				}
				if kind == "lines" {
					client.DialWith(breaking)
				}
				out := outgoing(messaging.Content{Template: offer})
				if o := client.Send(t.Context(), out); o.Verdict != channels.Accepted {
					t.Fatalf("the first message: %v", o)
				}
				broken.Store(true)
				if o := client.Send(t.Context(), out); o.Verdict != c.verdict {
					t.Errorf("%v, want %s", o, c.verdict)
				}
				if messages.Load() != c.messages || dials.Load() != c.dials {
					t.Errorf("%d messages and %d dials, want %d and %d", messages.Load(), dials.Load(), c.messages, c.dials)
				}
			})
		}
	}
}

// A provider that ends a kept connection while it is idle costs nothing: the next message goes over a new one, without
// doubt, though a write to the old one would have worked.
func TestSendAfterAnIdleConnectionWasEnded(t *testing.T) {
	t.Parallel()
	var messages atomic.Int32
	ended := make(chan struct{}, 8)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			_, _ = fmt.Fprintf(w, `{"messages":[{"id":"wamid.%d"}]}`, messages.Add(1))
		}
	}))
	server.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		if state == http.StateIdle {
			_ = conn.Close()
			ended <- struct{}{}
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client, err := whatsapp.New(whatsapp.Options{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if o := client.Send(t.Context(), outgoing(messaging.Content{Template: offer})); o.Verdict != channels.Accepted {
			t.Fatalf("message %d: %v", i, o)
		}
		<-ended
	}
	if n := messages.Load(); n != 5 {
		t.Errorf("%d messages were read, want 5", n)
	}
}

// Over TLS: the certificate is checked, connections are kept, and one that was ended is found out.
func TestSendOverTLS(t *testing.T) {
	t.Parallel()
	var dials, messages atomic.Int32
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			_, _ = fmt.Fprintf(w, `{"messages":[{"id":"wamid.%d"}]}`, messages.Add(1))
		}
	}))
	t.Cleanup(server.Close)
	client, err := whatsapp.New(whatsapp.Options{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	client.DialWith(func(ctx context.Context, network, address string) (net.Conn, error) {
		dials.Add(1)
		return new(net.Dialer).DialContext(ctx, network, address)
	})
	out := outgoing(messaging.Content{Template: offer})
	if o := client.Send(t.Context(), out); o.Verdict != channels.NotSent || messages.Load() != 0 {
		t.Fatalf("an unknown certificate: %v", o)
	}
	client.Trust(server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs)
	for i := range 3 {
		if o := client.Send(t.Context(), out); o.Verdict != channels.Accepted {
			t.Fatalf("message %d: %v", i, o)
		}
	}
	if dials.Load() != 2 {
		t.Errorf("%d dials, want 2: the refused one and one that is kept", dials.Load())
	}
	server.CloseClientConnections()
	if o := client.Send(t.Context(), out); o.Verdict != channels.Accepted || dials.Load() != 3 || messages.Load() != 4 {
		t.Errorf("after the end of the connection: %v, %d dials, %d messages", o, dials.Load(), messages.Load())
	}
}
