package guards

import (
	"fmt"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"posthaste/auth"
	"posthaste/graph"
)

// A key can be given exactly the scopes that the table of roles marks.
func TestScopesAreThoseOfTheTable(t *testing.T) {
	t.Parallel()
	var scopes []string
	for _, v := range graph.Schema().Types["Scope"].EnumValues {
		scopes = append(scopes, v.Name)
	}
	var marked []string
	for _, p := range auth.KeyScopes() {
		marked = append(marked, string(p))
	}
	if !slices.Equal(scopes, marked) {
		t.Errorf("the schema offers %v, the table marks %v", scopes, marked)
	}
}

// unlisted names the mutations that are neither in the table of sensitive ones nor said to need nothing, those that are in
// both, entries for mutations that are gone, and sensitive ones that are open to strangers.
func unlisted(mutations ast.FieldList, policies []auth.Policy, plain []auth.Plain) []string {
	var found []string
	entries := map[string]int{}
	for _, p := range policies {
		entries[p.Field]++
		field := mutations.ForName(p.Field)
		switch {
		case field == nil:
			found = append(found, p.Field+" is listed and does not exist")
		case p.Look != "" && field.Arguments.ForName(p.Look) == nil:
			found = append(found, p.Field+" has no argument "+p.Look)
		case field.Directives.ForName("can").Arguments.ForName("do").Value.Raw == "ANYONE":
			found = append(found, p.Field+" is sensitive and open to anyone")
		}
	}
	for _, p := range plain {
		entries[p.Field]++
		if mutations.ForName(p.Field) == nil {
			found = append(found, p.Field+" is listed and does not exist")
		}
		if p.Because == "" {
			found = append(found, p.Field+" is not sensitive, without a reason")
		}
	}
	for _, field := range mutations {
		if entries[field.Name] != 1 {
			found = append(found, fmt.Sprintf("%s is in the tables of auth/policy.go %d times, not once", field.Name, entries[field.Name]))
		}
	}
	return found
}

func TestEveryMutationHasAPolicy(t *testing.T) {
	t.Parallel()
	for _, breach := range unlisted(graph.Schema().Mutation.Fields, auth.Policies(), auth.Unguarded()) {
		t.Error(breach)
	}
	for _, p := range auth.Policies() {
		if n := auth.NeedOf(p.Action); len(n.Fresh) == 0 && !n.Approval {
			t.Errorf("%s is listed as sensitive and asks for nothing", p.Field)
		}
		if got := auth.ActionOf(p.Field, map[string]any{p.Look: false}); got != p.Action {
			t.Errorf("%s is taken for %q", p.Field, got)
		}
	}
}

func TestPolicyGuardFindsPlantedBreaches(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `
		directive @can(do: P!) on FIELD_DEFINITION
		enum P { ANYONE SIGNED_IN }
		type Query { x: Int }
		type Mutation { fine: Int @can(do: SIGNED_IN) dropEverything: Int @can(do: SIGNED_IN) open: Int @can(do: ANYONE) twice: Int @can(do: SIGNED_IN) }`})
	found := unlisted(schema.Mutation.Fields,
		[]auth.Policy{{Field: "open", Action: auth.ActReveal}, {Field: "twice", Action: auth.ActReveal, Look: "dry"}, {Field: "gone", Action: auth.ActReveal}},
		[]auth.Plain{{Field: "fine", Because: "ordinary"}, {Field: "twice"}})
	want := []string{
		"open is sensitive and open to anyone", "twice has no argument dry", "gone is listed and does not exist", "twice is not sensitive, without a reason",
		"dropEverything is in the tables of auth/policy.go 0 times, not once", "twice is in the tables of auth/policy.go 2 times, not once",
	}
	if !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	if auth.ActionOf("dropEverything", nil) != auth.ActUnlisted || !auth.NeedOf(auth.ActUnlisted).Password {
		t.Error("a mutation that nobody thought of asks for less than everything")
	}
}

// bare lists types, fields and root arguments without a description where one is due, and floats for money.
func TestNoFloatHoldsMoney(t *testing.T) {
	t.Parallel()
	for _, definition := range graph.Schema().Types {
		for _, field := range definition.Fields {
			if field.Type.Name() == "Float" && moneyName(field.Name) {
				t.Errorf("%s.%s is money in a Float", definition.Name, field.Name)
			}
		}
	}
	if !moneyName("spendMicros") || moneyName("readRate") {
		t.Error("moneyName does not tell money")
	}
}

func moneyName(name string) bool {
	for _, word := range []string{"spend", "price", "cost", "amount"} {
		if len(name) >= len(word) && name[:len(word)] == word {
			return true
		}
	}
	return false
}
