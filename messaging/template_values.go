package messaging

import "slices"

// HeaderVariable is the name under which callers give the value of a numbered header variable; the body's are "1", "2" …
const HeaderVariable = "header"

// Values puts one person's values where the template wants them: variables by name, suffix for the URL button that ends
// in a variable. A missing, surplus or unfit value is refused by its field.
func (f *TemplateForm) Values(to *PayloadRecipient, variables map[string]string, suffix string) *Error {
	var err *Error
	if to.Header, err = f.parameters(f.header, variables, f.headerName); err != nil {
		return err
	}
	if to.Body, err = f.parameters(f.body, variables, func(name string) string { return name }); err != nil {
		return err
	}
	if surplus := len(variables) - len(to.Header) - len(to.Body); surplus > 0 && !f.sharedNames() {
		return Refuse(CodeInvalid, "", "%d values are given that the template has no variable for", surplus)
	}
	if to.Buttons, err = f.buttonValues(suffix); err != nil {
		return err
	}
	if err := f.RenderCheck(to.Header, to.Body, to.Buttons); err != nil {
		return err
	}
	to.Buttons = f.Fill(to.Header, to.Body, to.Buttons).Buttons
	return nil
}

func (t Template) headerName(name string) string {
	if t.Format == Named {
		return name
	}
	return HeaderVariable
}

// valueNames are the names under which callers give values, each once.
func (t Template) valueNames() []string {
	var names []string
	for _, name := range variablesOf(t.Header) {
		names = append(names, t.headerName(name))
	}
	for _, name := range variablesOf(t.Body) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// sharedNames tells whether header and body may use one variable, so that the count of used values says nothing.
func (t Template) sharedNames() bool { return t.Format == Named && t.Header != "" }

func (f *TemplateForm) parameters(p part, variables map[string]string, nameOf func(string) string) ([]Parameter, *Error) {
	if len(p.names) == 0 {
		return nil, nil
	}
	out := make([]Parameter, len(p.names))
	for i, name := range p.names {
		value, given := variables[nameOf(name)]
		if !given {
			return nil, Refuse(CodeInvalid, nameOf(name), "the template needs a value for this variable")
		}
		out[i].Text = value
		if f.Format == Named {
			out[i].Name = name
		}
	}
	return out, nil
}

func (f *TemplateForm) buttonValues(suffix string) ([]ButtonValue, *Error) {
	switch {
	case f.suffixed >= 0 && suffix == "":
		return nil, Refuse(CodeInvalid, "urlSuffix", "the template's link ends in a variable; give its value")
	case f.suffixed >= 0:
		return []ButtonValue{{Index: f.suffixed, Suffix: suffix}}, nil
	case suffix != "":
		return nil, Refuse(CodeInvalid, "urlSuffix", "the template has no link that ends in a variable")
	}
	return nil, nil
}
