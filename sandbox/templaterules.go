package sandbox

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	authentication = "AUTHENTICATION"
	marketing      = "MARKETING"
	utility        = "UTILITY"
)

// layout is what a template asks of a send, read from its components.
type layout struct {
	header  headerLayout
	body    textLayout
	footer  string
	buttons []buttonLayout
	cards   []layout
	offer   bool // limited_time_offer
}

type headerLayout struct {
	form   string // "", TEXT, IMAGE, VIDEO, GIF, DOCUMENT, LOCATION, PRODUCT
	params []string
	text   string
}

type textLayout struct {
	text   string
	params []string // "1", "2", … or names
	fixed  int      // characters that are not variables
}

type buttonLayout struct {
	kind, text string
	variable   bool // URL with a suffix
}

var templateName = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)

// rules reads and judges the components of one template.
type rules struct {
	category string
	named    bool
}

// read checks every component of a create or edit call.
func (r rules) read(parent object) layout {
	var found layout
	var seen []string
	for _, component := range parent.children("components", 1, 8) {
		kind := strings.ToUpper(component.enumFold("type", "header", "body", "footer", "buttons", "limited_time_offer", "carousel"))
		if slices.Contains(seen, kind) {
			component.invalid("type", "must not stand twice")
		}
		seen = append(seen, kind)
		r.component(component, kind, &found)
		component.end()
	}
	if !slices.Contains(seen, "BODY") {
		parent.fail.refuse(refuse(codeTemplateBody, "A BODY component is required."))
	}
	if r.category == authentication && (len(found.buttons) != 1 || found.buttons[0].kind != "OTP" || found.header.form != "" || found.cards != nil) {
		parent.fail.refuse(refuse(codeParameter, "An authentication template has a body, an optional footer and exactly one OTP button."))
	}
	r.offer(parent, found)
	return found
}

func (r rules) component(component object, kind string, found *layout) {
	switch kind {
	case "HEADER":
		found.header = r.header(component)
	case "BODY":
		found.body = r.body(component, 1024)
	case "FOOTER":
		found.footer = r.footer(component)
	case "BUTTONS":
		found.buttons = r.buttons(component, 10)
	case "LIMITED_TIME_OFFER":
		found.offer = true
		if offer, ok := component.child("limited_time_offer", true); ok {
			offer.text("text", 16)
			offer.boolean("has_expiration")
			offer.end()
		}
	case "CAROUSEL":
		found.cards = r.cards(component)
	}
}

func (r rules) offer(parent object, found layout) {
	if !found.offer {
		return
	}
	media := found.header.form == "IMAGE" || found.header.form == "VIDEO" || found.header.form == ""
	if r.category != marketing || found.footer != "" || !media || utf8.RuneCountInString(found.body.text) > 600 {
		parent.fail.refuse(refuse(codeParameter, "A limited-time offer is a MARKETING template with a body of at most 600 characters, an image or video header and no footer."))
	}
}

func (r rules) header(component object) headerLayout {
	header := headerLayout{form: strings.ToUpper(component.enumFold("format", "text", "image", "video", "gif", "document", "location", "product"))}
	example, hasExample := component.child("example", false)
	switch header.form {
	case "TEXT":
		header.text = component.text("text", 60)
		params, problem := r.variables(header.text)
		if problem != "" || len(params) > 1 {
			component.fail.refuse(refuse(codeTemplateHeader, "A text header has at most one variable. "+problem))
		}
		header.params = params
		r.example(component, example, hasExample, "header_text", params, codeTemplateHeader)
	case "IMAGE", "VIDEO", "GIF", "DOCUMENT":
		if !hasExample || len(example.strings("header_handle")) == 0 {
			component.fail.refuse(refuse(codeTemplateHeader, "A media header needs an example: header_handle from a resumable upload."))
		}
	case "LOCATION":
		if r.category == authentication {
			component.fail.refuse(refuse(codeTemplateHeader, "A location header needs a UTILITY or MARKETING template."))
		}
	}
	if hasExample {
		example.end()
	}
	return header
}

func (r rules) body(component object, limit int) textLayout {
	if r.category == authentication {
		component.boolean("add_security_recommendation")
		component.ignore("text", "example") // both are fixed
		return textLayout{text: "*{{1}}* is your verification code.", params: []string{"1"}}
	}
	text := component.optional("text", 1<<16)
	params, problem := r.variables(text)
	words := strings.Fields(variable.ReplaceAllString(text, " "))
	trimmed := strings.TrimSpace(text)
	switch spans := variable.FindAllStringIndex(trimmed, -1); {
	case trimmed == "":
		component.fail.refuse(refuse(codeTemplateBody, "The body needs a text."))
	case utf8.RuneCountInString(text) > limit:
		component.fail.refuse(refusef(codeTemplateTooLong, "The body is longer than %d characters.", limit))
	case problem != "":
		component.fail.refuse(refuse(codeTemplateBody, problem))
	case len(spans) > 0 && (spans[0][0] == 0 || spans[len(spans)-1][1] == len(trimmed)):
		component.fail.refuse(refuse(codeTemplateEdgeParams, "A variable must not stand at the start or the end of the body."))
	case len(words) < len(params):
		component.fail.refuse(refuse(codeTemplateDensity, "The body has too many variables for its length."))
	}
	example, hasExample := component.child("example", false)
	r.example(component, example, hasExample, "body_text", params, codeTemplateBody)
	if hasExample {
		example.end()
	}
	return textLayout{text: text, params: params, fixed: utf8.RuneCountInString(variable.ReplaceAllString(text, ""))}
}

// example demands one sample value per variable: header_text ["a"], body_text
// [["a","b"]], or …_named_params [{param_name, example}].
func (r rules) example(component, example object, present bool, key string, params []string, code int) {
	count := 0
	if present {
		count = exampleCount(example, key, r.named)
	}
	if count != len(params) {
		component.fail.refuse(refuse(code, "Each variable needs an example value."))
	}
}

func exampleCount(example object, key string, named bool) int {
	if named {
		pairs := example.children(key+"_named_params", 0, 100)
		for _, pair := range pairs {
			pair.text("param_name", 64)
			pair.text("example", 1024)
			pair.end()
		}
		return len(pairs)
	}
	raw, _ := example.take(key)
	list, _ := raw.([]any)
	if len(list) == 1 {
		if inner, nested := list[0].([]any); nested {
			return len(inner)
		}
	}
	return len(list)
}

var (
	variable     = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
	variableName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)
	adjacent     = regexp.MustCompile(`\}\}\s*\{\{`)
)

// variables lists the distinct variables of a text in order of appearance, or says what is wrong.
func (r rules) variables(text string) (names []string, problem string) {
	if adjacent.MatchString(text) {
		return nil, "Two variables must not stand side by side."
	}
	for _, match := range variable.FindAllStringSubmatch(text, -1) {
		name := strings.TrimSpace(match[1])
		if slices.Contains(names, name) {
			continue
		}
		names = append(names, name)
		switch {
		case r.named && !variableName.MatchString(name):
			return nil, "A named variable is lower-case letters, digits and underscores."
		case !r.named && name != strconv.Itoa(len(names)):
			return nil, "Positional variables count {{1}}, {{2}}, … in order."
		}
	}
	if strings.Contains(variable.ReplaceAllString(text, ""), "{{") {
		return nil, "A variable is not closed."
	}
	return names, ""
}

func (r rules) footer(component object) string {
	if r.category == authentication {
		component.integer("code_expiration_minutes", true, 1, 90)
		return "This code expires."
	}
	text := component.optional("text", 1<<16)
	if n := utf8.RuneCountInString(text); n == 0 || n > 60 || variable.MatchString(text) {
		component.fail.refuse(refuse(codeTemplateFooter, "The footer has 1 to 60 characters and no variable."))
	}
	return text
}

func (r rules) cards(component object) []layout {
	var cards []layout
	var shape string
	for i, card := range component.children("cards", 2, 10) {
		var found layout
		hasBody := false
		for _, part := range card.children("components", 1, 3) {
			switch part.enumFold("type", "header", "body", "buttons") {
			case "header":
				found.header = r.header(part)
			case "body":
				found.body, hasBody = r.body(part, 160), true
			case "buttons":
				found.buttons = r.buttons(part, 2)
			}
			part.end()
		}
		card.end()
		if form := found.header.form; form != "IMAGE" && form != "VIDEO" && form != "PRODUCT" {
			card.fail.refuse(refuse(codeTemplateHeader, "Each card needs a media header."))
		}
		same := found.header.form + strconv.FormatBool(hasBody)
		for _, button := range found.buttons {
			same += button.kind
		}
		if i > 0 && same != shape {
			card.fail.refuse(refuse(codeParameter, "All cards of a carousel must have the same components."))
		}
		shape = same
		cards = append(cards, found)
	}
	return cards
}
