// Command docgen writes docs/metrics.md from the registry of metrics. Run it in the module's root.
package main

import (
	"fmt"
	"os"

	"posthaste/analytics"
)

func main() {
	// #nosec G306 -- a page of the documentation
	if err := os.WriteFile("docs/metrics.md", []byte(analytics.Docs()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
