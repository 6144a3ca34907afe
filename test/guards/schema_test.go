package guards

import (
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"posthaste/graph"
)

// unguarded lists the root fields without @can, with a permission that does not exist, and what @can(do: ANYONE) lets
// strangers reach beyond the given list.
func unguarded(schema *ast.Schema, strangers []string) []string {
	var found []string
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation, schema.Subscription} {
		if root == nil {
			continue
		}
		for _, field := range root.Fields {
			if len(field.Name) > 2 && field.Name[:2] == "__" {
				continue
			}
			can := field.Directives.ForName("can")
			switch {
			case can == nil || can.Arguments.ForName("do") == nil:
				found = append(found, root.Name+"."+field.Name+" has no @can")
			case can.Arguments.ForName("do").Value.Raw == "ANYONE" && !slices.Contains(strangers, field.Name):
				found = append(found, root.Name+"."+field.Name+" is open to anyone")
			}
		}
	}
	return found
}

// forStrangers is all that works without a credential.
func forStrangers() []string {
	return []string{"invite", "signIn", "confirmSecondFactor", "useRecoveryCode", "beginEnrolment", "confirmEnrolment", "refreshSession", "acceptInvite"}
}

func TestEveryRootFieldIsGuarded(t *testing.T) {
	t.Parallel()
	for _, breach := range unguarded(graph.Schema(), forStrangers()) {
		t.Error(breach)
	}
}

func TestSchemaGuardFindsPlantedBreaches(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `
		directive @can(do: P!) on FIELD_DEFINITION
		enum P { ANYONE SIGNED_IN }
		type Query { good: Int @can(do: SIGNED_IN) bad: Int open: Int @can(do: ANYONE) }
		type Mutation { alsoBad: Int }
		type Subscription { worse: Int }`})
	want := []string{"Query.bad has no @can", "Query.open is open to anyone", "Mutation.alsoBad has no @can", "Subscription.worse has no @can"}
	if found := unguarded(schema, nil); !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
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
