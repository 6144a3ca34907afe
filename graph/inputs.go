package graph

import "github.com/vektah/gqlparser/v2/ast"

// Schema is the parsed schema of this program.
func Schema() *ast.Schema { return NewExecutableSchema(Config{}).Schema() }

// InputOf gives the definition of an input type, or nil.
func InputOf(name string) *ast.Definition {
	definition := parsedSchema.Types[name]
	if definition == nil || definition.Kind != ast.InputObject {
		return nil
	}
	return definition
}
