package server

import (
	"context"
	"errors"
	"io"
	"net/http"

	"posthaste/channels/whatsapp"
	"posthaste/messaging"
)

// maxWebhookBody is Meta's own limit.
const maxWebhookBody = 3 << 20

// Receiver takes what a provider reports. The app's id comes from the route; the tenant is the app's and nothing in the
// body can change it.
type Receiver interface {
	// Handshake answers the provider's question whether this address is ours: nil when the token is the app's.
	Handshake(ctx context.Context, app messaging.ID, token string) error
	// Receive verifies the raw bytes against the signature and records all that they tell. nil means durable.
	Receive(ctx context.Context, app messaging.ID, raw []byte, signature string) error
}

func handshake(receiver Receiver) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, ok := whatsapp.ParseHandshake(r.URL.Query())
		app, err := messaging.ParseID(r.PathValue("app"))
		if err == nil && !ok {
			err = messaging.Refuse(messaging.CodeInvalid, "", "not a subscription")
		}
		if err == nil {
			err = receiver.Handshake(r.Context(), app, asked.Token)
		}
		if err != nil {
			plain(w, r, err, http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, asked.Challenge)
	})
}

// receive answers 200 only for what is durable, 503 for what could not be stored (the provider tries again for days),
// and the same 403 for an unknown app and a wrong signature.
func receive(receiver Receiver) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(bodyStatus(err))
			return
		}
		app, err := messaging.ParseID(r.PathValue("app"))
		if err == nil {
			err = receiver.Receive(r.Context(), app, raw, r.Header.Get("X-Hub-Signature-256"))
		}
		if err != nil {
			plain(w, r, err, http.StatusForbidden)
		}
	})
}

// plain answers a provider: refusals with the status given, failures of ours with 503. Nothing is explained.
func plain(w http.ResponseWriter, r *http.Request, err error, refused int) {
	switch code := messaging.CodeOf(err); code {
	case messaging.CodeInternal, messaging.CodeUnavailable:
		if _, told := errors.AsType[*messaging.Error](err); !told || code == messaging.CodeUnavailable {
			requestOf(r.Context()).log.Error("a webhook could not be stored", "error", err)
		}
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		w.WriteHeader(refused)
	}
}
