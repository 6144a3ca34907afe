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
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var messages, dials atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, err := io.Copy(io.Discard, r.Body); err == nil {
					_, _ = fmt.Fprintf(w, `{"messages":[{"id":"wamid.%d"}]}`, messages.Add(1))
				}
			}))
			t.Cleanup(server.Close)
			var broken atomic.Bool
			transport := newTransport(t)
			dial := transport.DialContext
			transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				if dials.Add(1) > 1 {
					if !c.reachable {
						return nil, errors.New("connection refused")
					}
					return dial(ctx, network, address)
				}
				conn, err := dial(ctx, network, address)
				return &frail{Conn: conn, broken: &broken, passes: c.passes}, err
			}
			client, err := whatsapp.New(whatsapp.Options{BaseURL: server.URL, Transport: transport})
			if err != nil {
				t.Fatal(err)
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
