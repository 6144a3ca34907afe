package server

import (
	"regexp"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

var (
	// The sentences of the rule about values, each up to where the value follows; the groups are names of types.
	valueComplaint = regexp.MustCompile(`^(?:(Int|Float|String|Boolean|ID) cannot represent|Enum "([^"]+)" cannot represent|Expected value of type "([^"]+)"|Value "\w+" does not exist in "([^"]+)" enum)`)
	// What is said of a variable ends with the type.
	variableComplaint = regexp.MustCompile(`(?s)^(?:.*) is not a valid (\w+)$|^cannot use .* as (ID)\b`)
)

// withoutValues is what gqlgen complains of, less what somebody has written as a value: an address or a text would else
// come back in a refusal, and end in the log of the program that asked. The names in a document are its shape, and stay.
func withoutValues(complaint *gqlerror.Error) string {
	said := complaint.Message
	switch {
	case strings.HasPrefix(complaint.Rule, "ValuesOfCorrectType") && !strings.HasPrefix(said, `Field "`) && !strings.HasPrefix(said, "OneOf "):
		return "the value is not " + firstGroup(valueComplaint, said)
	case complaint.Rule != "":
		return said
	case variableComplaint.MatchString(said):
		return "the value is not " + firstGroup(variableComplaint, said)
	}
	said, _, quoted := strings.Cut(said, `"`) // a token of the document, which may be a value
	if quoted {
		return strings.TrimRight(said, " ") + " …"
	}
	return said
}

// firstGroup tells the type that was named.
func firstGroup(pattern *regexp.Regexp, said string) string {
	groups := pattern.FindStringSubmatch(said)
	for i := 1; i < len(groups); i++ {
		if groups[i] != "" {
			return "of type " + groups[i]
		}
	}
	return "of the type that is asked for"
}
