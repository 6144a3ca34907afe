package messaging

import (
	"fmt"
	"slices"
)

// Lengths of what a send fills in, in characters.
const (
	maxQuickReplyPayload = 256
)

// RenderCheck tells whether the values fit the template: every variable has a value that the platform takes, nothing is
// left over, and the filled parts keep their lengths. The error's Field is "header", "body.<i>" or "buttons.<i>", where
// i is the position in the values; it is about the values alone, so whether the template may be sent is another question.
func (f *TemplateForm) RenderCheck(header, body []Parameter, buttons []ButtonValue) *Error {
	if f.carriesCode {
		return f.checkCode(header, body, buttons)
	}
	if err := f.header.check(f.Format, header); err != nil {
		return err
	}
	if err := f.body.check(f.Format, body); err != nil {
		return err
	}
	return f.checkButtons(buttons)
}

// Fill gives the content of a message to one person. The values must have passed RenderCheck.
func (f *TemplateForm) Fill(header, body []Parameter, buttons []ButtonValue) TemplateContent {
	if f.carriesCode && len(buttons) == 0 && len(body) == 1 {
		buttons = []ButtonValue{{Index: 0, Suffix: body[0].Text}} // the button copies the code that the text shows
	}
	return TemplateContent{Name: f.Name, Language: f.Language, Header: header, Body: body, Buttons: buttons}
}

func (p *part) check(format ParameterFormat, values []Parameter) *Error {
	if len(values) != len(p.names) {
		return Refuse(CodeInvalid, p.name, "the %s has %d variables; %d values were given", p.name, len(p.names), len(values))
	}
	length := p.fixed
	for i, v := range values {
		at, err := p.place(format, values, i)
		if err != nil {
			return err
		}
		if v.Media != nil {
			return p.refuse(i, "this template takes text here, not a file")
		}
		if problem := valueProblem(v.Text); problem != "" {
			return p.refuse(i, problem)
		}
		length += p.times[at] * characters(v.Text)
	}
	if length > p.limit {
		return Refuse(CodeInvalid, p.name, "with these values the %s has more than %d characters", p.name, p.limit)
	}
	return nil
}

// place is the variable that the i-th value is for. A template with numbered variables takes them in order, and takes
// values without a name.
func (p *part) place(format ParameterFormat, values []Parameter, i int) (int, *Error) {
	name := values[i].Name
	if format != Named && (name == "" || name == p.names[i]) {
		return i, nil
	}
	at := slices.Index(p.names, name)
	twice := slices.ContainsFunc(values[:i], func(v Parameter) bool { return v.Name == name })
	switch {
	case at < 0 || twice:
		return 0, p.refuse(i, "give each variable of the "+p.name+" one value, by its name")
	case format != Named:
		return 0, p.refuse(i, "give the values of the "+p.name+" in order")
	}
	return at, nil
}

func (p *part) refuse(i int, sentence string) *Error {
	return Refuse(CodeInvalid, fmt.Sprintf("%s.%d", p.name, i), "%s", sentence)
}

func (f *TemplateForm) checkButtons(values []ButtonValue) *Error {
	given := make([]bool, len(f.buttons))
	for i, v := range values {
		problem := "the template has no such button, or it was given twice"
		if v.Index >= 0 && v.Index < len(given) && !given[v.Index] {
			given[v.Index] = true
			problem = f.buttons[v.Index].problem(v)
		}
		if problem != "" {
			return Refuse(CodeInvalid, fmt.Sprintf("buttons.%d", i), "%s", problem)
		}
	}
	for i, b := range f.buttons {
		if b.kind == URLButton && b.variable && !given[i] {
			return Refuse(CodeInvalid, "buttons", "the URL of button %d has a variable; give its value", i+1)
		}
	}
	return nil
}

// problem says what is wrong with a button's value; empty if nothing is.
func (b buttonForm) problem(v ButtonValue) string {
	switch {
	case b.kind == URLButton && !b.variable:
		return "this button's URL has no variable"
	case b.kind == URLButton && (v.Suffix == "" || v.Payload != "" || v.Code != ""):
		return "a URL button takes the end of its URL"
	case b.kind == QuickReply && (v.Payload == "" || v.Suffix != "" || v.Code != ""):
		return "a quick reply takes a payload"
	case b.kind == QuickReply && characters(v.Payload) > maxQuickReplyPayload:
		return fmt.Sprintf("a payload has at most %d characters", maxQuickReplyPayload)
	case b.prefix+characters(v.Suffix) > maxURL:
		return fmt.Sprintf("with this end the URL has more than %d characters", maxURL)
	}
	return valueProblem(v.Suffix + v.Payload)
}

// checkCode judges the values of an authentication template: one code, for the text and the button alike.
func (f *TemplateForm) checkCode(header, body []Parameter, buttons []ButtonValue) *Error {
	if len(header) > 0 {
		return Refuse(CodeInvalid, "header", "an authentication template has no header")
	}
	if err := f.code.check(Positional, body); err != nil {
		return err
	}
	if characters(body[0].Text) > maxOTPCode {
		return Refuse(CodeInvalid, "body.0", "a code has at most %d characters", maxOTPCode)
	}
	if len(buttons) > 1 || len(buttons) == 1 && buttons[0] != (ButtonValue{Suffix: body[0].Text}) {
		return Refuse(CodeInvalid, "buttons", "the button copies the code; leave it out")
	}
	return nil
}
