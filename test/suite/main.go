// Command suite runs the project's tests and ends with one line: N passed, N failed.
//
//	suite quick   what CI runs
//	suite soak    the long tests
//	suite scan    insecure code, and known holes in what we build on
//	suite fuzz    each fuzz target for FUZZTIME (default 20s)
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: suite quick|soak|scan|fuzz")
		os.Exit(2)
	}
	steps, err := plan(os.Args[1], os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var total tally
	for _, s := range steps {
		total = total.plus(run(s, os.Stdout))
	}
	fmt.Printf("\n%d passed, %d failed\n", total.passed, total.failed)
	if total.failed > 0 || total.passed == 0 {
		os.Exit(1)
	}
}
