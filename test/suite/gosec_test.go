package main

import (
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryRuleThatIsLeftOutSaysWhy(t *testing.T) {
	t.Parallel()
	for rule, why := range leftOut() {
		if len(why) < 40 {
			t.Errorf("%s: %q", rule, why)
		}
	}
}

// Without a network and without a database, insecure code is found all the same.
func TestGosecNeedsNothing(t *testing.T) {
	t.Parallel()
	for _, suite := range []string{"scan", "soak"} {
		steps, err := plan(suite, func(string) string { return "" })
		if err != nil || steps[0].name != "gosec" || steps[0].needs != nil || !slices.Contains(steps[0].args, "./...") {
			t.Errorf("%s begins with %+v, %v", suite, steps[0], err)
		}
	}
}

func TestUnsafeIsInOneFile(t *testing.T) {
	t.Parallel()
	files := slices.DeleteFunc(linesWith(t, "-l", `"unsafe"`), func(file string) bool { return strings.HasPrefix(file, "test/suite/") })
	if !slices.Equal(files, []string{"engines/libchdb.go"}) {
		t.Errorf("unsafe is used in %v", files)
	}
}

// unreasoned tells whether a line hides something from gosec without naming the rule and the reason.
func unreasoned(line string) bool {
	return strings.Contains(line, "#nosec") && !regexp.MustCompile(`// #nosec( G\d{3})+ -- \S.{5,}`).MatchString(line)
}

func TestEveryExceptionSaysWhy(t *testing.T) {
	t.Parallel()
	marked := linesWith(t, "-n", "#nosec")
	if len(marked) < 20 {
		t.Errorf("only %d lines are marked", len(marked))
	}
	for _, line := range marked {
		if !strings.HasPrefix(line, "test/suite/") && unreasoned(line) {
			t.Error(line)
		}
	}
	for planted, want := range map[string]bool{
		"x := int8(n) // #nosec": true, "x := int8(n) // #nosec G115": true, "x := int8(n) //#nosec -- looked at above": true,
		"x := int8(n) // #nosec G115 --": true, "x := int8(n) // #nosec G115 -- looked at above": false, "x := int8(n)": false,
		"x := f(int8(n)) // #nosec G115 G404 -- looked at above": false,
	} {
		if unreasoned(planted) != want {
			t.Errorf("%q", planted)
		}
	}
}

// linesWith asks git for what the Go files hold, those not yet committed too.
func linesWith(t *testing.T, form, text string) []string {
	t.Helper()
	search := exec.Command("git", "grep", form, "--untracked", "-F", text, "--", "*.go")
	search.Dir = "../.."
	out, err := search.Output()
	if err != nil {
		t.Fatalf("look for %s: %v", text, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func TestAScanThatSeesHalfIsRed(t *testing.T) {
	t.Parallel()
	for says, want := range map[string]tally{
		"[gosec] 2026/11/22 Checking file: a.go\n  Files  : 1\n  Issues : 0\n":                                 {passed: 1},
		"[gosec] 2026/11/22 Panic when running SSA analyser on package: planted\n  Files  : 1\n  Issues : 0\n": {failed: 1},
		"[gosec] 2026/11/22 Error building the SSA representation\n  Files  : 1\n  Issues : 0\n":               {failed: 1},
		"  Files  : 0\n  Issues : 0\n": {failed: 1},
		"  Files  : 9\n  Issues : 3\n": {failed: 3},
		"":                             {failed: 1},
	} {
		if got := run(script(t, "printf '"+says+"'", scanned), io.Discard); got != want {
			t.Errorf("%q counts %+v, want %+v", says, got, want)
		}
	}
}
