package whatsapp_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"posthaste/channels"
	"posthaste/channels/channeltest"
	"posthaste/channels/whatsapp"
	"posthaste/messaging"
)

type provider struct {
	*channeltest.HTTPServer
	client *whatsapp.Client
}

func (p provider) Channel() channels.Channel { return p.client }

func (p provider) Outgoing(i int) channels.Outgoing {
	return channels.Outgoing{
		Account: channels.Account{SenderID: "700100200", Token: "EAAtoken-for-tests"},
		To:      channels.Recipient{Phone: fmt.Sprintf("+9198111%05d", i)},
		Content: messaging.Content{Text: &messaging.Text{Body: fmt.Sprintf("your parcel %d has arrived", i)}},
	}
}

// Over the client's own lines, and through a transport as behind a proxy.
func TestConformance(t *testing.T) {
	t.Parallel()
	t.Run("lines", func(t *testing.T) { t.Parallel(); conform(t, func(*testing.T) http.RoundTripper { return nil }) })
	t.Run("transport", func(t *testing.T) {
		t.Parallel()
		conform(t, func(t *testing.T) http.RoundTripper { return newTransport(t) })
	})
}

func conform(t *testing.T, transport func(*testing.T) http.RoundTripper) {
	channeltest.Run(t, func(t *testing.T) channeltest.Provider {
		server := channeltest.NewHTTPServer(t,
			func(n int) (int, string) {
				return http.StatusOK, fmt.Sprintf(`{"messaging_product":"whatsapp","contacts":[{"wa_id":"919811100001"}],"messages":[{"id":"wamid.%d"}]}`, n)
			},
			func(int) (int, string) {
				return http.StatusBadRequest, `{"error":{"message":"(#131026) +919811100001 is not on WhatsApp","code":131026,"error_data":{"details":"919811100001"}}}`
			})
		client, err := whatsapp.New(whatsapp.Options{BaseURL: server.URL, Transport: transport(t), Timeout: 300 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		return provider{server, client}
	})
}

// newTransport gives the client's own transport, whose idle connections end with the test.
func newTransport(t *testing.T) *http.Transport {
	transport := whatsapp.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}
