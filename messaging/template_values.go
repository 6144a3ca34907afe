package messaging

import "slices"

// HeaderVariable is the name under which callers give the value of a numbered header variable; the body's are "1", "2" …
const HeaderVariable = "header"

// Values puts one person's values where the template wants them: variables by name, suffix for the URL button that ends
// in a variable. A missing, surplus or unfit value is refused by its field.
func (t Template) Values(to *PayloadRecipient, variables map[string]string, suffix string) *Error {
	used := 0
	take := func(name string) (string, *Error) {
		value, ok := variables[name]
		if !ok {
			return "", Refuse(CodeInvalid, name, "the template needs a value for this variable")
		}
		used++
		return value, nil
	}
	var err *Error
	if to.Header, err = t.parameters(t.Header, t.headerName, take); err != nil {
		return err
	}
	if to.Body, err = t.parameters(t.Body, func(name string) string { return name }, take); err != nil {
		return err
	}
	if surplus := len(variables) - used; surplus > 0 && !t.sharedNames() {
		return Refuse(CodeInvalid, "", "%d values are given that the template has no variable for", surplus)
	}
	if to.Buttons, err = t.buttonValues(suffix); err != nil {
		return err
	}
	if err := t.RenderCheck(to.Header, to.Body, to.Buttons); err != nil {
		return err
	}
	to.Buttons = t.Fill(to.Header, to.Body, to.Buttons).Buttons
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

func (t Template) parameters(text string, nameOf func(string) string, take func(string) (string, *Error)) ([]Parameter, *Error) {
	var out []Parameter
	for _, name := range variablesOf(text) {
		value, err := take(nameOf(name))
		if err != nil {
			return nil, err
		}
		p := Parameter{Text: value}
		if t.Format == Named {
			p.Name = name
		}
		out = append(out, p)
	}
	return out, nil
}

func (t Template) buttonValues(suffix string) ([]ButtonValue, *Error) {
	for i, b := range t.Buttons {
		if _, variable, _ := splitURL(b.URL); b.Kind == URLButton && variable {
			if suffix == "" {
				return nil, Refuse(CodeInvalid, "urlSuffix", "the template's link ends in a variable; give its value")
			}
			return []ButtonValue{{Index: i, Suffix: suffix}}, nil
		}
	}
	if suffix != "" {
		return nil, Refuse(CodeInvalid, "urlSuffix", "the template has no link that ends in a variable")
	}
	return nil, nil
}
