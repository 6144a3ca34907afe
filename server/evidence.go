package server

import (
	"context"
	"io"
	"net/http"

	"posthaste/messaging"
)

// Exporter gives the evidence that a ticket is for, as a ZIP file whose name it says. Whoever reads it closes it.
type Exporter interface {
	Evidence(ctx context.Context, actor messaging.Actor, ticket string) (archive io.ReadCloser, name string, err error)
}

// evidence answers once the archive is whole, so that a failure is an error and never half of a file.
func evidence(exporter Exporter) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, err := messaging.ActorFrom(r.Context())
		if err != nil {
			refuseRequest(w, r, err)
			return
		}
		archive, name, err := exporter.Evidence(r.Context(), actor, r.PathValue("ticket"))
		if err != nil {
			refuseRequest(w, r, err)
			return
		}
		defer archive.Close()
		w.Header().Set("Content-Type", "application/zip")
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
		if _, err := io.Copy(w, archive); err != nil {
			requestOf(r.Context()).log.Debug("a reader of evidence went away")
		}
	})
}
