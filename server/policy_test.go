package server_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"posthaste/frontend"
)

// directives is what the portal's Content-Security-Policy has to say, by hand. Nothing else may be in it.
var directives = map[string]string{
	"default-src":               "'none'", // so also: no frame, no plug-in, no media of anybody
	"script-src":                "'self'",
	"style-src":                 "'self'",
	"img-src":                   "'self' data: blob:", // QR codes and pictures that the page itself has drawn
	"font-src":                  "'self'",
	"connect-src":               "'self'",
	"worker-src":                "'self'",
	"manifest-src":              "'self'",
	"form-action":               "'none'",
	"base-uri":                  "'none'",
	"frame-ancestors":           "'none'",
	"require-trusted-types-for": "'script'",
	"trusted-types":             "posthaste",
}

// judgePolicy says what is wrong about a policy: a directive that is missing, weaker, foreign, or there twice. A browser
// takes the first of two.
func judgePolicy(policy string) (found []string) {
	seen := map[string]bool{}
	for _, part := range strings.Split(policy, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		switch want, known := directives[name]; {
		case !known:
			found = append(found, fmt.Sprintf("%q is not to be there", name))
		case seen[name]:
			found = append(found, name+" is there twice")
		case value != want:
			found = append(found, fmt.Sprintf("%s is %q, want %q", name, value, want))
		}
		seen[name] = true
	}
	for name := range maps.Keys(directives) {
		if !seen[name] {
			found = append(found, name+" is missing")
		}
	}
	slices.Sort(found)
	return found
}

// TestEachDirectiveOfThePolicy: the policy that the portal is served under is that of the table, directive by directive.
func TestEachDirectiveOfThePolicy(t *testing.T) {
	t.Parallel()
	for _, finding := range judgePolicy(frontend.CSP()) {
		t.Error(finding)
	}
}

// TestPolicyJudgeFindsPlantedBreaches: each directive that is taken out, and each of the usual holes that is put in, is found.
func TestPolicyJudgeFindsPlantedBreaches(t *testing.T) {
	t.Parallel()
	parts := strings.Split(frontend.CSP(), "; ")
	for i, part := range parts {
		if left := slices.Delete(slices.Clone(parts), i, i+1); len(judgePolicy(strings.Join(left, "; "))) != 1 {
			t.Errorf("without %q: %v", part, judgePolicy(strings.Join(left, "; ")))
		}
	}
	for _, hole := range []string{"'unsafe-inline'", "'unsafe-eval'", "'strict-dynamic'", "https:", "http:", "data:", "*", "https://cdn.example"} {
		weaker := strings.Replace(frontend.CSP(), "script-src 'self'", "script-src 'self' "+hole, 1)
		if len(judgePolicy(weaker)) != 1 {
			t.Errorf("with %s for scripts: %v", hole, judgePolicy(weaker))
		}
	}
	for _, more := range []string{"; script-src-elem *", "; report-uri https://elsewhere.example", "; script-src *"} {
		if len(judgePolicy(frontend.CSP()+more)) != 1 {
			t.Errorf("with %q: %v", more, judgePolicy(frontend.CSP()+more))
		}
	}
}
