package guards

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// asvsColumns are requirement, level, what it asks, how it is met, and what proves that.
const asvsColumns = 5

// unproven reads the table of docs/asvs.md and lists the rows that claim what nobody can look up: a test or a file that
// does not exist, a test without its file, or no proof and no reason. content gives a file of the project, and "" for a
// folder. rows is how many requirements were looked at.
func unproven(page string, content func(name string) (text string, exists bool)) (rows int, found []string) {
	seen := map[string]bool{}
	for line := range strings.Lines(page) {
		cells := cellsOf(line)
		if len(cells) == 0 || cells[0] == "ASVS" || strings.Trim(cells[0], "-: ") == "" {
			continue
		}
		rows++
		name := cells[0]
		if seen[name] {
			found = append(found, name+" has two rows")
		}
		seen[name] = true
		if len(cells) != asvsColumns || slices.Contains(cells, "") {
			found = append(found, fmt.Sprintf("%s does not fill its %d columns", name, asvsColumns))
			continue
		}
		proofs, breaches := namedIn(line, content)
		for _, breach := range breaches {
			found = append(found, name+" names "+breach)
		}
		reason := regexp.MustCompile(`(?i)\b(not built|not yet tested|nothing to test)\b`)
		if proofs == 0 && !reason.MatchString(cells[asvsColumns-1]) {
			found = append(found, name+" has neither a test nor a reason")
		}
	}
	return rows, found
}

// cellsOf splits a row of a Markdown table; nil for any other line.
func cellsOf(line string) []string {
	line = strings.TrimSpace(line)
	if len(line) < 2 || !strings.HasPrefix(line, "|") || !strings.HasSuffix(line, "|") {
		return nil
	}
	cells := strings.Split(line[1:len(line)-1], "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// namedIn counts the proofs that a row names and lists what of it does not exist.
func namedIn(row string, content func(name string) (text string, exists bool)) (proofs int, breaches []string) {
	test := regexp.MustCompile(`^([\w./-]+_test\.go):((?:Test|Fuzz)\w+)$`)
	file := regexp.MustCompile(`^[\w.-]+(?:/[\w.-]+)*(?:/|\.(?:go|sql|graphqls|ts|tsx|txt|md|yaml|mod))$`)
	quoted := regexp.MustCompile("`([^`]+)`")
	for _, match := range quoted.FindAllStringSubmatch(row, -1) {
		if named := test.FindStringSubmatch(match[1]); named != nil {
			text, exists := content(named[1])
			switch {
			case !exists:
				breaches = append(breaches, named[1]+", which does not exist")
			case !strings.Contains("\n"+text, "\nfunc "+named[2]+"("):
				breaches = append(breaches, named[2]+", which is not in "+named[1])
			default:
				proofs++
			}
		} else if file.MatchString(match[1]) {
			if _, exists := content(match[1]); !exists {
				breaches = append(breaches, match[1]+", which does not exist")
			} else if strings.HasSuffix(match[1], ".test.ts") || strings.HasSuffix(match[1], ".test.tsx") {
				proofs++
			}
		} else if loose := regexp.MustCompile(`^(?:Test|Fuzz)[A-Z]\w*$`); loose.MatchString(match[1]) {
			breaches = append(breaches, match[1]+" without its file")
		}
	}
	return proofs, breaches
}

// ofTheProject gives a file of the project by its path from the root.
func ofTheProject(name string) (text string, exists bool) {
	path := filepath.Join("../..", name)
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return "", err == nil
	}
	content, err := os.ReadFile(path)
	return string(content), err == nil
}

func TestEveryProofOfTheASVSExists(t *testing.T) {
	t.Parallel()
	rows, found := unproven(read(t, "../../docs/asvs.md"), ofTheProject)
	if rows < 50 {
		t.Fatalf("only %d requirements were found", rows)
	}
	for _, breach := range found {
		t.Error(breach)
	}
}

func TestASVSGuardFindsPlantedBreaches(t *testing.T) {
	t.Parallel()
	project := map[string]string{
		"auth/token_test.go": "package auth\n\nfunc TestBadTokens(t *testing.T) {\n}\n\n// func TestOfYesterday(t *testing.T)\n",
		"auth/token.go":      "package auth\n", "auth/": "", "src/session.test.ts": "it('keeps', () => {})\n",
	}
	content := func(name string) (string, bool) {
		text, exists := project[name]
		return text, exists
	}
	const head = "# A page\n\n| ASVS | level | it asks | how | proved by |\n|---|:-:|---|---|---|\n"
	for row, want := range map[string]string{
		"| 1.1 | 1 | a | b | `auth/token_test.go:TestGoodTokens` |":          "1.1 names TestGoodTokens, which is not in auth/token_test.go",
		"| 1.1 | 1 | a | b | `auth/token_test.go:TestBad` |":                 "1.1 names TestBad, which is not in auth/token_test.go",
		"| 1.1 | 1 | a | b | `auth/token_test.go:TestOfYesterday` |":         "1.1 names TestOfYesterday, which is not in auth/token_test.go",
		"| 1.1 | 1 | a | b | `auth/gone_test.go:TestBadTokens` |":            "1.1 names auth/gone_test.go, which does not exist",
		"| 1.1 | 1 | a | in `auth/gone.go` | not built: b |":                 "1.1 names auth/gone.go, which does not exist",
		"| 1.1 | 1 | a | in `gone/` | not built: b |":                        "1.1 names gone/, which does not exist",
		"| 1.1 | 1 | a | b | `src/gone.test.ts` |":                           "1.1 names src/gone.test.ts, which does not exist",
		"| 1.1 | 1 | a | b | `TestBadTokens` |":                              "1.1 names TestBadTokens without its file",
		"| 1.1 | 1 | a | in `auth/token.go` | it is so |":                    "1.1 has neither a test nor a reason",
		"| 1.1 | 1 | a | b | |":                                              "1.1 does not fill its 5 columns",
		"| 1.1 | 1 | a | not built |":                                        "1.1 does not fill its 5 columns",
		"| 1.1 | 1 | a | b | not built |\n| 1.1 | 1 | a | b | not built |\n": "1.1 has two rows",
	} {
		if _, found := unproven(head+row+"\n", content); !slices.Contains(found, want) {
			t.Errorf("planted %q was not found: %v", want, found)
		}
	}
	good := head +
		"| 1.1 | 1 | a | `auth/token.go`, `auth/`, `application/json`, `POST /graphql` | `auth/token_test.go:TestBadTokens` (one) |\n" +
		"| 1.2 ★ | 3 | a | b | `src/session.test.ts` (\"keeps\") |\n| 1.3 | 1 | a | b | nothing to test |\n| 1.4 | 2 | a | b | Not yet tested: c |\n"
	if rows, found := unproven(good, content); rows != 4 || len(found) != 0 {
		t.Errorf("%d good rows were read, and refused for %v", rows, found)
	}
}
