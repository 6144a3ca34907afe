package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// script is a step that prints what it is given.
func script(t *testing.T, body string, read reader) step {
	t.Helper()
	return step{name: "planted", args: []string{"/bin/sh", "-c", body}, read: read}
}

func TestRunCounts(t *testing.T) {
	t.Parallel()
	pass := `echo '{"Action":"pass","Package":"p","Test":"TestA"}'; echo '{"Action":"pass","Package":"p"}'`
	fail := `echo '{"Action":"output","Package":"p","Test":"TestB","Output":"why it failed\n"}'; echo '{"Action":"fail","Package":"p","Test":"TestB"}'`
	for name, c := range map[string]struct {
		step step
		want tally
		says string
	}{
		"a test that passes":                      {script(t, pass, goJSON), tally{passed: 1}, "ok   p"},
		"a test that fails":                       {script(t, fail+"; exit 1", goJSON), tally{failed: 1}, "why it failed"},
		"one of each":                             {script(t, pass+";"+fail+"; exit 1", goJSON), tally{passed: 1, failed: 1}, "FAIL p TestB"},
		"a skipped test":                          {script(t, `echo '{"Action":"skip","Package":"p","Test":"TestC"}'`, goJSON), tally{failed: 1}, "SKIP"},
		"a package that does not build":           {script(t, `echo '{"Action":"build-output","ImportPath":"p","Output":"undefined: x\n"}'; echo '{"Action":"build-fail","ImportPath":"p"}'; exit 1`, goJSON), tally{failed: 1}, "undefined: x"},
		"a runner that dies without a word":       {script(t, pass+"; exit 3", goJSON), tally{passed: 1, failed: 1}, "ended with"},
		"a runner that says nothing":              {script(t, "true", goJSON), tally{failed: 1}, "no test"},
		"a package with a failing test":           {script(t, fail+`; echo '{"Action":"fail","Package":"p"}'; exit 1`, goJSON), tally{failed: 1}, "FAIL p"},
		"a package that panics outside a test":    {script(t, pass+`; echo '{"Action":"fail","Package":"q"}'; exit 1`, goJSON), tally{passed: 1, failed: 1}, "FAIL q"},
		"a seed":                                  {script(t, pass+`; echo '{"Action":"output","Package":"p","Output":"seed 7: go\n"}'`, goJSON), tally{passed: 1}, "seed 7"},
		"a closing line":                          {script(t, "echo 12 passed, 0 failed", closingLine), tally{passed: 12}, "12 passed"},
		"a closing line with failures":            {script(t, "echo 12 passed, 3 failed; exit 1", closingLine), tally{passed: 12, failed: 3}, "3 failed"},
		"a closing line that hides a failure":     {script(t, "echo 12 passed, 0 failed; exit 1", closingLine), tally{passed: 12, failed: 1}, "ended with"},
		"a runner of counts that counted nothing": {script(t, "true", closingLine), tally{failed: 1}, "no test"},
		"a check":                     {script(t, "echo fine", nil), tally{passed: 1}, "fine"},
		"a check that fails":          {script(t, "echo not gofmt; exit 1", nil), tally{failed: 1}, "not gofmt"},
		"a program that is not there": {step{name: "x", args: []string{"/nonexistent"}}, tally{failed: 1}, "cannot start"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var said bytes.Buffer
			if got := run(c.step, &said); got != c.want {
				t.Errorf("counted %+v, want %+v\n%s", got, c.want, said.String())
			}
			if !strings.Contains(said.String(), c.says) {
				t.Errorf("it does not say %q:\n%s", c.says, said.String())
			}
		})
	}
}

func TestARunnerThatBrokeIsRunOnceMore(t *testing.T) {
	t.Parallel()
	clock := `printf -- '--- FAIL: FuzzA (20.06s)\n    context deadline exceeded\nFAIL\n'`
	finding := `printf -- '--- FAIL: FuzzA (1.70s)\n    --- FAIL: FuzzA (0.00s)\n        a_test.go:1: context deadline exceeded\nFAIL\n'`
	for name, c := range map[string]struct {
		first, second string
		want          tally
		runs          int
	}{
		"by its clock":        {clock + "; exit 1", "true", tally{passed: 1}, 2},
		"by its clock, twice": {clock + "; exit 1", clock + "; exit 1", tally{failed: 1}, 2},
		"then a finding":      {clock + "; exit 1", finding + "; exit 1", tally{failed: 1}, 2},
		"a finding":           {finding + "; exit 1", "true", tally{failed: 1}, 1},
		"without a word":      {"exit 1", "true", tally{failed: 1}, 1},
		"nothing":             {"true", "exit 1", tally{passed: 1}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runs := filepath.Join(t.TempDir(), "runs")
			s := script(t, "echo run >> "+runs+"; if [ $(wc -l < "+runs+") = 1 ]; then "+c.first+"; else "+c.second+"; fi", nil)
			s.broke = endedByItsClock
			var said bytes.Buffer
			if got := run(s, &said); got != c.want {
				t.Errorf("counted %+v, want %+v\n%s", got, c.want, said.String())
			}
			if lines, err := os.ReadFile(runs); err != nil || bytes.Count(lines, []byte("\n")) != c.runs {
				t.Errorf("%q (%v), want %d runs", lines, err, c.runs)
			}
		})
	}
}

func TestPlans(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"quick", "soak"} {
		steps, err := plan(what, func(string) string { return "" })
		if err != nil || len(steps) < 3 {
			t.Fatalf("%s: %d steps, %v", what, len(steps), err)
		}
		if !slices.ContainsFunc(steps, func(s step) bool { return slices.Contains(s.env, "POSTHASTE_TEST_PROGRAM="+program(t)) }) {
			t.Errorf("%s: the stories would build a program of their own", what)
		}
	}
	if _, err := plan("everything", os.Getenv); err == nil {
		t.Error("an unknown suite was planned")
	}
}

func program(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(binary)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
