package messaging

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// placeholder is a variable as it stands in a text.
type placeholder struct {
	name       string
	start, end int // bytes, with the braces
}

var (
	placeholderPattern = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
	variableName       = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
)

func placeholders(text string) []placeholder {
	var found []placeholder
	for _, m := range placeholderPattern.FindAllStringSubmatchIndex(text, -1) {
		found = append(found, placeholder{text[m[2]:m[3]], m[0], m[1]})
	}
	return found
}

// variablesOf lists the distinct variables of a text in order of appearance.
func variablesOf(text string) []string {
	names := []string{}
	for _, p := range placeholders(text) {
		if !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	}
	return names
}

// variableProblem says in a sentence what is wrong with the variables of a text; empty if nothing is.
func variableProblem(text string, format ParameterFormat) string {
	const form = "a variable is two opening braces, its name, and two closing ones"
	rest := placeholderPattern.ReplaceAllString(text, " ")
	if strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		return form
	}
	for _, p := range placeholders(text) {
		if strings.HasSuffix(text[:p.start], "{") || strings.HasPrefix(text[p.end:], "}") {
			return form
		}
	}
	for i, name := range variablesOf(text) {
		switch {
		case format == Named && !variableName.MatchString(name):
			return "a named variable is lower-case letters, digits and _, and begins with a letter"
		case format != Named && name != strconv.Itoa(i+1):
			return "variables are numbered {{1}}, {{2}}, … in the order in which they appear, without a gap"
		}
	}
	return ""
}

// bodyLayoutProblem says what is wrong with where the variables of a body stand.
func bodyLayoutProblem(body string) string {
	body = strings.TrimSpace(body)
	found := placeholders(body)
	if len(found) == 0 {
		return ""
	}
	if found[0].start == 0 {
		return "the body must not begin with a variable"
	}
	if found[len(found)-1].end == len(body) {
		return "the body must not end with a variable"
	}
	for i := 1; i < len(found); i++ {
		if strings.TrimSpace(body[found[i-1].end:found[i].start]) == "" {
			return "two variables must not stand side by side; put words between them"
		}
	}
	if words, variables := wordCount(placeholderPattern.ReplaceAllString(body, " ")), len(found); words < variables+1 {
		return "there are too many variables for so few words"
	}
	return ""
}

// wordCount counts words; in scripts that put no spaces between words each character counts as one.
func wordCount(text string) int {
	count, inside := 0, false
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			count, inside = count+1, false
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if !inside {
				count++
			}
			inside = true
		case unicode.IsSpace(r):
			inside = false
		}
	}
	return count
}

// fill puts values into a text.
func fill(text string, values map[string]string) string {
	return placeholderPattern.ReplaceAllStringFunc(text, func(m string) string { return values[m[2:len(m)-2]] })
}

func characters(s string) int { return utf8.RuneCountInString(s) }

// textProblem refuses what no person sees or no store keeps: broken UTF-8 and control characters. Line breaks are for
// bodies alone.
func textProblem(s string, lines bool) string {
	if !utf8.ValidString(s) {
		return "the text is not valid UTF-8"
	}
	for _, r := range s {
		if r == '\n' && lines {
			continue
		}
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			if r == '\n' || r == '\r' {
				return "no line breaks here"
			}
			return "the text holds a control character"
		}
	}
	return ""
}

// valueProblem says what is wrong with the value of a variable: the platform refuses line breaks, tabs and more than
// three spaces on end.
func valueProblem(s string) string {
	if strings.TrimSpace(s) == "" {
		return "a value must not be empty"
	}
	if problem := textProblem(s, false); problem != "" {
		return "a value must not hold line breaks, tabs or other control characters"
	}
	if strings.Contains(s, "    ") {
		return "a value must not hold more than three spaces on end"
	}
	return ""
}

// clip shortens a text to at most n characters and drops what does not print.
func clip(s string, n int) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "")))
	if characters(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}
