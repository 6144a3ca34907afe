package resolvers

import (
	"posthaste/graph"
	"posthaste/messaging"
	"posthaste/privacy"
)

func jobNode(j messaging.Job) *graph.Job {
	return &graph.Job{
		ID: j.ID, Kind: graph.JobKind(j.Kind), State: graph.JobState(j.State), Done: j.Done, Total: optional(j.Total), Failed: j.Failed,
		Error: optional(j.Error), CreatedAt: j.CreatedAt, StartedAt: optional(j.StartedAt), FinishedAt: optional(j.FinishedAt),
	}
}

// uploadPayload answers a mutation that opens an upload.
func (r *Resolver) uploadPayload(j messaging.Job, ticket privacy.Secret, err error) (*graph.UploadPayload, error) {
	refused, err := inputErrors(err)
	if err != nil || len(refused) > 0 {
		return &graph.UploadPayload{UserErrors: refused}, err
	}
	return &graph.UploadPayload{Job: jobNode(j), URL: optional(messaging.UploadURL(r.PublicURL, ticket)), UserErrors: refused}, nil
}
