package messaging

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// The platform's limits, in characters.
const (
	maxHeader     = 60
	maxBody       = 1024
	maxFooter     = 60
	maxButtons    = 10
	maxURLButtons = 2
	maxLabel      = 25
	maxURL        = 2000
	maxOTPCode    = 15
)

// AuthenticationBody is the text that the platform puts into every authentication template, in the template's language.
const AuthenticationBody = "{{1}} is your verification code."

var (
	templateName     = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)
	templateLanguage = regexp.MustCompile(`^[a-z]{2,3}(_[A-Z]{2,3})?$`)
)

// Check judges a draft by the platform's rules and gives each broken one with the field it is about; none when the
// platform's form is kept. Whether the reviewers like the content is theirs to say.
func (d TemplateDraft) Check() []*Error {
	var c ruleCheck
	if !templateName.MatchString(d.Name) {
		c.refuse("name", "a name is 1 to 512 characters of a-z, 0-9 and _")
	}
	if !templateLanguage.MatchString(d.Language) {
		c.refuse("language", "a language is a code such as en, en_IN or pt_BR")
	}
	if d.Format != Positional && d.Format != Named {
		c.refuse("parameterFormat", "a parameter format is POSITIONAL or NAMED")
	}
	switch d.Category {
	case Marketing, Utility:
		c.header(d)
		c.body(d)
		c.footer(d.Footer)
		c.buttons(d.Buttons)
	case Authentication:
		c.authentication(d)
	default:
		c.refuse("category", "a category is MARKETING, UTILITY or AUTHENTICATION")
	}
	return c.found
}

// ruleCheck collects broken rules.
type ruleCheck struct{ found []*Error }

func (c *ruleCheck) refuse(field, format string, args ...any) {
	c.found = append(c.found, Refuse(CodeInvalid, field, format, args...))
}

// text refuses broken text and tells whether the part may be looked at further.
func (c *ruleCheck) text(field, s string, lines bool) bool {
	problem := textProblem(s, lines)
	if problem != "" {
		c.refuse(field, "%s", problem)
	}
	return problem == ""
}

func (c *ruleCheck) header(d TemplateDraft) {
	if !c.text("header", d.Header, false) {
		return
	}
	variables := variablesOf(d.Header)
	if characters(d.Header) > maxHeader {
		c.refuse("header", "a header has at most %d characters", maxHeader)
	}
	if d.Header != "" && strings.TrimSpace(d.Header) == "" {
		c.refuse("header", "a header is not only spaces; leave it out")
	}
	if problem := variableProblem(d.Header, d.Format); problem != "" {
		c.refuse("header", "%s", problem)
		return
	}
	switch {
	case len(placeholders(d.Header)) > 1:
		c.refuse("header", "a header has at most one variable")
	case len(variables) == 1 && d.HeaderExample == "":
		c.refuse("headerExample", "give an example of the header's variable")
	case len(variables) == 1:
		c.example("headerExample", d.HeaderExample)
		if n := characters(fill(d.Header, map[string]string{variables[0]: d.HeaderExample})); n > maxHeader {
			c.refuse("headerExample", "with its example the header has more than %d characters", maxHeader)
		}
	case d.HeaderExample != "":
		c.refuse("headerExample", "the header has no variable that this could be an example of")
	}
}

func (c *ruleCheck) body(d TemplateDraft) {
	if !c.text("body", d.Body, true) {
		return
	}
	if strings.TrimSpace(d.Body) == "" {
		c.refuse("body", "the body must not be empty")
		return
	}
	if characters(d.Body) > maxBody {
		c.refuse("body", "a body has at most %d characters", maxBody)
	}
	if problem := variableProblem(d.Body, d.Format); problem != "" {
		c.refuse("body", "%s", problem)
		return
	}
	if problem := bodyLayoutProblem(d.Body); problem != "" {
		c.refuse("body", "%s", problem)
	}
	variables := variablesOf(d.Body)
	if len(d.BodyExamples) != len(variables) {
		c.refuse("bodyExamples", "give one example for each of the body's %d variables, in order", len(variables))
		return
	}
	values := map[string]string{}
	for i, example := range d.BodyExamples {
		c.example(fmt.Sprintf("bodyExamples.%d", i), example)
		values[variables[i]] = example
	}
	if characters(fill(d.Body, values)) > maxBody && characters(d.Body) <= maxBody {
		c.refuse("bodyExamples", "with its examples the body has more than %d characters", maxBody)
	}
}

func (c *ruleCheck) example(field, example string) {
	if problem := valueProblem(example); problem != "" {
		c.refuse(field, "%s", problem)
		return
	}
	if strings.Contains(example, "{{") {
		c.refuse(field, "an example is a value and holds no variable")
	}
}

func (c *ruleCheck) footer(footer string) {
	if !c.text("footer", footer, false) {
		return
	}
	switch {
	case characters(footer) > maxFooter:
		c.refuse("footer", "a footer has at most %d characters", maxFooter)
	case strings.Contains(footer, "{{"):
		c.refuse("footer", "a footer has no variable")
	case footer != "" && strings.TrimSpace(footer) == "":
		c.refuse("footer", "a footer is not only spaces; leave it out")
	}
}

func (c *ruleCheck) buttons(buttons []TemplateButton) {
	if len(buttons) > maxButtons {
		c.refuse("buttons", "a template has at most %d buttons", maxButtons)
		return
	}
	urls, groups := 0, 0
	var labels []string
	for i, b := range buttons {
		field := fmt.Sprintf("buttons.%d", i)
		if i > 0 && (b.Kind == QuickReply) != (buttons[i-1].Kind == QuickReply) {
			groups++
		}
		c.label(field+".text", b.Text)
		if slices.Contains(labels, b.Text) {
			c.refuse(field+".text", "two buttons must not have the same label")
		}
		labels = append(labels, b.Text)
		switch b.Kind {
		case QuickReply:
			if b.URL != "" || b.URLExample != "" {
				c.refuse(field+".url", "a quick reply has no URL")
			}
		case URLButton:
			if urls++; urls == maxURLButtons+1 {
				c.refuse(field, "a template has at most %d URL buttons", maxURLButtons)
			}
			c.url(field, b)
		default:
			c.refuse(field+".kind", "a button is a QUICK_REPLY or a URL")
		}
	}
	if groups > 1 {
		c.refuse("buttons", "put all quick replies together: before or after the URL buttons, not between them")
	}
}

func (c *ruleCheck) label(field, label string) {
	if !c.text(field, label, false) {
		return
	}
	switch {
	case strings.TrimSpace(label) == "" || characters(label) > maxLabel:
		c.refuse(field, "a label has 1 to %d characters", maxLabel)
	case strings.Contains(label, "{{"):
		c.refuse(field, "a label has no variable")
	}
}

func (c *ruleCheck) url(field string, b TemplateButton) {
	if !c.text(field+".url", b.URL, false) {
		return
	}
	prefix, variable, problem := splitURL(b.URL)
	switch {
	case problem != "":
		c.refuse(field+".url", "%s", problem)
	case variable && b.URLExample == "":
		c.refuse(field+".urlExample", "give an example of the URL's variable")
	case !variable && b.URLExample != "":
		c.refuse(field+".urlExample", "the URL has no variable that this could be an example of")
	case variable:
		c.example(field+".urlExample", b.URLExample)
		if characters(prefix)+characters(b.URLExample) > maxURL {
			c.refuse(field+".urlExample", "with its example the URL has more than %d characters", maxURL)
		}
	}
}

// splitURL parts a button's URL from its variable at the end.
func splitURL(text string) (prefix string, variable bool, problem string) {
	found := placeholders(text)
	switch {
	case len(found) > 1 || len(found) == 1 && found[0].end != len(text):
		return "", false, "a URL has at most one variable, at its end"
	case len(found) == 1 && found[0].name != "1":
		return "", false, "the variable of a URL is {{1}}"
	case len(found) == 1:
		text, variable = text[:found[0].start], true
	}
	if characters(text) > maxURL {
		return "", false, fmt.Sprintf("a URL has at most %d characters", maxURL)
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil:
		return "", false, "a URL begins with https:// and the site's name"
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '{' || r == '}' }):
		return "", false, "a URL holds no spaces and no braces"
	case variable && !strings.Contains(text[strings.Index(text, "://")+3:], "/"):
		return "", false, "the variable of a URL stands after the site's name and a /"
	}
	return text, variable, ""
}

// authentication judges what little of an authentication template is the author's: the platform writes the text and
// makes the button that copies the code.
func (c *ruleCheck) authentication(d TemplateDraft) {
	if d.Body != "" && d.Body != AuthenticationBody {
		c.refuse("body", "the platform writes the text of authentication templates; leave it empty")
	}
	for field, given := range map[string]bool{"header": d.Header != "" || d.HeaderExample != "", "footer": d.Footer != "",
		"buttons": slices.ContainsFunc(d.Buttons, func(b TemplateButton) bool { return b.Kind != OTPButton })} {
		if given {
			c.refuse(field, "an authentication template has none of its own; the platform adds the button that copies the code")
		}
	}
	if d.Format == Named {
		c.refuse("parameterFormat", "an authentication template has one variable, {{1}}")
	}
	slices.SortFunc(c.found, func(a, b *Error) int { return strings.Compare(a.Field, b.Field) })
}

// Normal is the draft as it is kept: an authentication template with the platform's own text.
func (d TemplateDraft) Normal() TemplateDraft {
	if d.Category == Authentication {
		d.Body, d.BodyExamples = AuthenticationBody, []string{"123456"}
		d.Buttons = []TemplateButton{{Kind: OTPButton, Text: "Copy code"}}
	}
	return d
}
