package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"

	"posthaste/messaging"
)

// maxUpload bounds a file: a million rows with a few columns each.
const maxUpload = 256 << 20

// Uploader takes the file behind a one-time ticket and works on it as it streams in.
type Uploader interface {
	Upload(ctx context.Context, actor messaging.Actor, ticket string, file io.Reader) (messaging.ID, error)
}

// upload answers when the whole file is worked through; its progress can be watched meanwhile as job(id).
func upload(uploader Uploader) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, err := messaging.ActorFrom(r.Context())
		var job messaging.ID
		if err == nil {
			job, err = uploader.Upload(r.Context(), actor, r.PathValue("ticket"), r.Body)
		}
		if err != nil {
			refuseRequest(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"jobId": job.String()})
	})
}

// refuseRequest answers a person's or a program's request beside GraphQL: a domain error as it is, and for the rest a
// constant sentence.
func refuseRequest(w http.ResponseWriter, r *http.Request, err error) {
	info := requestOf(r.Context())
	code := messaging.CodeOf(err)
	status, message := httpStatus(code), sentence(code)
	if domain, ok := errors.AsType[*messaging.Error](err); ok {
		message = domain.Message
	} else if tooLarge(err) {
		status, code, message = bodyStatus(err), messaging.CodeLimited, "the file is larger than 256 MiB"
	} else if errors.Is(err, os.ErrDeadlineExceeded) {
		status, code, message = bodyStatus(err), messaging.CodeInvalid, "the file came too slowly"
	} else {
		info.log.Error("a request failed", "route", r.Pattern, "error", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]any{
		"message": message, "extensions": map[string]any{"code": code, "requestId": info.id},
	}}})
}
