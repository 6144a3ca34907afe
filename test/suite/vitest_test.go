package main

import (
	"io"
	"strings"
	"testing"
)

func TestVitestIsCounted(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]tally{
		" Test Files  15 passed (15)\n      Tests  173 passed (173)\n":                              {passed: 173},
		"\x1b[2m      Tests \x1b[22m \x1b[31m2 failed\x1b[39m | \x1b[32m171 passed\x1b[39m (173)\n": {passed: 171, failed: 2},
		"      Tests  1 skipped | 3 passed (4)\n":                                                   {passed: 3, failed: 1},
		" ✓ Tests are named well\n":                                                                 {},
	} {
		if got := vitest(strings.NewReader(output), io.Discard); got != want {
			t.Errorf("%q counts %+v, want %+v", output, got, want)
		}
	}
}
