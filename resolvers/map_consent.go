package resolvers

import (
	"fmt"

	"posthaste/graph"
	"posthaste/messaging"
)

func consentRows(input []*graph.ConsentInput) []messaging.ConsentInput {
	rows := make([]messaging.ConsentInput, len(input))
	for i, in := range input {
		rows[i] = messaging.ConsentInput{
			Address: in.Address, Channel: in.Channel, Purpose: messaging.Purpose(in.Purpose), Source: messaging.ConsentSource(in.Source),
			WordingVersion: in.WordingVersion, Language: in.Language, OccurredAt: value(in.OccurredAt.Value()),
		}
	}
	return rows
}

// consentsPayload answers for each row: an error's field is the row's path in the input.
func consentsPayload(results []messaging.ConsentResult, err error) (*graph.ConsentsPayload, error) {
	refused, err := inputErrors(err)
	payload := &graph.ConsentsPayload{Results: []*graph.ConsentResult{}, UserErrors: refused}
	for i, result := range results {
		node := &graph.ConsentResult{Index: i, Recorded: result.Err == nil, EventID: optional(result.EventID)}
		if result.Err != nil {
			node.Error = userError(result.Err.At(fmt.Sprintf("input.%d", i)))
		} else {
			payload.Recorded++
		}
		payload.Results = append(payload.Results, node)
	}
	return payload, err
}

func consentImport(in graph.ConsentImportInput) messaging.ConsentImport {
	return messaging.ConsentImport{
		Channel: in.Channel, Purpose: messaging.Purpose(in.Purpose), Source: messaging.ConsentSource(in.Source),
		WordingVersion: in.WordingVersion, AddressColumn: in.AddressColumn, TimeColumn: value(in.TimeColumn.Value()), Attestation: in.Attestation,
	}
}

func proofNode(p messaging.ConsentProof) *graph.ConsentProof {
	return &graph.ConsentProof{
		At: p.At, Known: p.Known, Suppressed: append([]messaging.Channel{}, p.Suppressed...),
		States: nodes(p.States, func(s messaging.ConsentState) *graph.ConsentState {
			return &graph.ConsentState{Channel: s.Channel, Purpose: graph.Purpose(s.Purpose), Granted: s.Granted, EventID: s.EventID, At: s.At}
		}),
		Events: nodes(p.Events, func(e messaging.ConsentEvent) *graph.ConsentEvent {
			return &graph.ConsentEvent{
				ID: e.ID, Channel: e.Channel, Purpose: graph.Purpose(e.Purpose), Granted: e.Granted, Source: graph.ConsentSource(e.Source),
				WordingVersion: e.WordingVersion, Language: e.Language, OccurredAt: e.OccurredAt, Undated: e.Undated,
				RecordedAt: e.RecordedAt, Seq: e.Seq,
			}
		}),
		EventCount: p.Held, LedgerSeq: p.LedgerSeq, ReadAt: p.ReadAt,
	}
}

func jobIDs(jobs []*graph.Job) []messaging.ID {
	ids := make([]messaging.ID, len(jobs))
	for i, j := range jobs {
		ids[i] = j.ID
	}
	return ids
}

func failureNodes(jobs []*graph.Job, failures map[messaging.ID][]messaging.JobFailure) [][]*graph.JobFailure {
	out := make([][]*graph.JobFailure, len(jobs))
	for i, j := range jobs {
		out[i] = nodes(failures[j.ID], func(f messaging.JobFailure) *graph.JobFailure {
			return &graph.JobFailure{Line: f.Line, Field: f.Field, Code: f.Code}
		})
	}
	return out
}
