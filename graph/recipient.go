package graph

import (
	"errors"
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// Recipient is a RecipientInput. It reads itself: a call brings a thousand of them, and the generated reader would copy
// each one's fields and make an object of each variable.
type Recipient struct {
	To        string
	Variables []VariableInput
	URLSuffix string
}

var errRecipient = errors.New("a recipient and a variable are objects")

// UnmarshalGQL reads what has passed the schema's validation.
func (r *Recipient) UnmarshalGQL(v any) (err error) {
	fields, ok := v.(map[string]any)
	if !ok {
		return errRecipient
	}
	if r.To, err = graphql.UnmarshalString(fields["to"]); err != nil {
		return err
	}
	if r.URLSuffix, err = graphql.UnmarshalString(fields["urlSuffix"]); err != nil {
		return err
	}
	variables := graphql.CoerceList(fields["variables"])
	r.Variables = make([]VariableInput, len(variables))
	for i, v := range variables {
		fields, ok := v.(map[string]any)
		if !ok {
			return errRecipient
		}
		if r.Variables[i].Name, err = graphql.UnmarshalString(fields["name"]); err != nil {
			return err
		}
		if r.Variables[i].Value, err = graphql.UnmarshalString(fields["value"]); err != nil {
			return err
		}
	}
	return nil
}

// MarshalGQL is asked for by the generator alone: what is put in does not come out.
func (r Recipient) MarshalGQL(w io.Writer) { graphql.Null.MarshalGQL(w) }
