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
func (t Template) RenderCheck(header, body []Parameter, buttons []ButtonValue) *Error {
	if t.carriesCode() {
		return t.checkCode(header, body, buttons)
	}
	if err := checkParameters("header", t.Header, t.Format, header, maxHeader); err != nil {
		return err
	}
	if err := checkParameters("body", t.Body, t.Format, body, maxBody); err != nil {
		return err
	}
	return t.checkButtons(buttons)
}

// Fill gives the content of a message to one person. The values must have passed RenderCheck.
func (t Template) Fill(header, body []Parameter, buttons []ButtonValue) TemplateContent {
	if t.carriesCode() && len(buttons) == 0 && len(body) == 1 {
		buttons = []ButtonValue{{Index: 0, Suffix: body[0].Text}} // the button copies the code that the text shows
	}
	return TemplateContent{Name: t.Name, Language: t.Language, Header: header, Body: body, Buttons: buttons}
}

// carriesCode tells whether it is an authentication template; its category may have been changed by the platform.
func (t Template) carriesCode() bool {
	return slices.ContainsFunc(t.Buttons, func(b TemplateButton) bool { return b.Kind == OTPButton })
}

func checkParameters(part, text string, format ParameterFormat, values []Parameter, limit int) *Error {
	variables := variablesOf(text)
	if len(values) != len(variables) {
		return Refuse(CodeInvalid, part, "the %s has %d variables; %d values were given", part, len(variables), len(values))
	}
	filled := map[string]string{}
	for i, v := range values {
		field := fmt.Sprintf("%s.%d", part, i)
		name := v.Name
		if format != Named && name == "" {
			name = variables[i]
		}
		if _, twice := filled[name]; twice || !slices.Contains(variables, name) {
			return Refuse(CodeInvalid, field, "give each variable of the %s one value, by its name", part)
		}
		if format != Named && name != variables[i] {
			return Refuse(CodeInvalid, field, "give the values of the %s in order", part)
		}
		if v.Media != nil {
			return Refuse(CodeInvalid, field, "this template takes text here, not a file")
		}
		if problem := valueProblem(v.Text); problem != "" {
			return Refuse(CodeInvalid, field, "%s", problem)
		}
		filled[name] = v.Text
	}
	if characters(fill(text, filled)) > limit {
		return Refuse(CodeInvalid, part, "with these values the %s has more than %d characters", part, limit)
	}
	return nil
}

func (t Template) checkButtons(values []ButtonValue) *Error {
	given := map[int]bool{}
	for i, v := range values {
		field := fmt.Sprintf("buttons.%d", i)
		if v.Index < 0 || v.Index >= len(t.Buttons) || given[v.Index] {
			return Refuse(CodeInvalid, field, "the template has no such button, or it was given twice")
		}
		given[v.Index] = true
		if err := t.Buttons[v.Index].checkValue(field, v); err != nil {
			return err
		}
	}
	for i, b := range t.Buttons {
		if _, variable, _ := splitURL(b.URL); b.Kind == URLButton && variable && !given[i] {
			return Refuse(CodeInvalid, "buttons", "the URL of button %d has a variable; give its value", i+1)
		}
	}
	return nil
}

func (b TemplateButton) checkValue(field string, v ButtonValue) *Error {
	prefix, variable, _ := splitURL(b.URL)
	switch {
	case b.Kind == URLButton && !variable:
		return Refuse(CodeInvalid, field, "this button's URL has no variable")
	case b.Kind == URLButton && (v.Suffix == "" || v.Payload != "" || v.Code != ""):
		return Refuse(CodeInvalid, field, "a URL button takes the end of its URL")
	case b.Kind == QuickReply && (v.Payload == "" || v.Suffix != "" || v.Code != ""):
		return Refuse(CodeInvalid, field, "a quick reply takes a payload")
	case b.Kind == QuickReply && characters(v.Payload) > maxQuickReplyPayload:
		return Refuse(CodeInvalid, field, "a payload has at most %d characters", maxQuickReplyPayload)
	case characters(prefix)+characters(v.Suffix) > maxURL:
		return Refuse(CodeInvalid, field, "with this end the URL has more than %d characters", maxURL)
	}
	if problem := valueProblem(v.Suffix + v.Payload); problem != "" {
		return Refuse(CodeInvalid, field, "%s", problem)
	}
	return nil
}

// checkCode judges the values of an authentication template: one code, for the text and the button alike.
func (t Template) checkCode(header, body []Parameter, buttons []ButtonValue) *Error {
	if len(header) > 0 {
		return Refuse(CodeInvalid, "header", "an authentication template has no header")
	}
	if err := checkParameters("body", AuthenticationBody, Positional, body, maxBody); err != nil {
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
