// Command docgen writes docs/permissions.md from the table of roles. Run it in the module's root.
package main

import (
	"fmt"
	"os"

	"posthaste/auth"
)

func main() {
	// #nosec G306 -- a page of the documentation
	if err := os.WriteFile("docs/permissions.md", []byte(auth.Docs()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
