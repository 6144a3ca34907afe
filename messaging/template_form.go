package messaging

import "slices"

// TemplateForm is a template taken apart once, to be filled for many people: patterns and URLs are read per call, not
// per person.
type TemplateForm struct {
	Template
	header, body, code part // code is the body that the platform writes into a template that carries a code
	buttons            []buttonForm
	carriesCode        bool
	suffixed           int // the URL button that ends in a variable, -1 for none
}

// part is the header or the body.
type part struct {
	name  string
	names []string // the distinct variables in order of appearance
	times []int    // how often each stands in the text
	fixed int      // characters of the text without its variables
	limit int      // characters of the text with all values
}

// buttonForm is what the values of a button are held to.
type buttonForm struct {
	kind     ButtonKind
	prefix   int // characters of the URL before its variable
	variable bool
}

// Form takes the template apart.
func (t Template) Form() *TemplateForm {
	f := &TemplateForm{
		Template: t, header: newPart("header", t.Header, maxHeader), body: newPart("body", t.Body, maxBody),
		code: newPart("body", AuthenticationBody, maxBody), suffixed: -1,
	}
	for i, b := range t.Buttons {
		prefix, variable, _ := splitURL(b.URL)
		f.buttons = append(f.buttons, buttonForm{b.Kind, characters(prefix), variable})
		f.carriesCode = f.carriesCode || b.Kind == OTPButton
		if b.Kind == URLButton && variable && f.suffixed < 0 {
			f.suffixed = i
		}
	}
	return f
}

func newPart(name, text string, limit int) part {
	p := part{name: name, fixed: characters(text), limit: limit}
	for _, v := range placeholders(text) {
		p.fixed -= characters(text[v.start:v.end])
		at := slices.Index(p.names, v.name)
		if at < 0 {
			at = len(p.names)
			p.names, p.times = append(p.names, v.name), append(p.times, 0)
		}
		p.times[at]++
	}
	return p
}
