package messaging

import (
	"encoding/json"
	"errors"
	"strings"
)

// component is a part of a template in the platform's JSON, which is also how the store keeps it.
type component struct {
	Type         string            `json:"type"`
	Format       string            `json:"format,omitempty"`
	Text         string            `json:"text,omitempty"`
	Example      *componentExample `json:"example,omitempty"`
	Buttons      []componentButton `json:"buttons,omitempty"`
	SecurityNote bool              `json:"add_security_recommendation,omitempty"`
}

type componentExample struct {
	HeaderText  []string       `json:"header_text,omitempty"`
	BodyText    [][]string     `json:"body_text,omitempty"`
	HeaderNamed []namedExample `json:"header_text_named_params,omitempty"`
	BodyNamed   []namedExample `json:"body_text_named_params,omitempty"`
}

type namedExample struct {
	Name    string `json:"param_name"`
	Example string `json:"example"`
}

type componentButton struct {
	Type    string   `json:"type"`
	Text    string   `json:"text,omitempty"`
	URL     string   `json:"url,omitempty"`
	Example []string `json:"example,omitempty"`
	OTPType string   `json:"otp_type,omitempty"`
}

// Components writes the platform's components JSON of a checked draft.
func (d TemplateDraft) Components() ([]byte, error) {
	if d.Category == Authentication {
		return json.Marshal([]component{
			{Type: "BODY", SecurityNote: true},
			{Type: "BUTTONS", Buttons: []componentButton{{Type: "OTP", OTPType: "COPY_CODE", Text: "Copy code"}}},
		})
	}
	var list []component
	if d.Header != "" {
		list = append(list, component{Type: "HEADER", Format: "TEXT", Text: d.Header, Example: d.headerExample()})
	}
	list = append(list, component{Type: "BODY", Text: d.Body, Example: d.bodyExample()})
	if d.Footer != "" {
		list = append(list, component{Type: "FOOTER", Text: d.Footer})
	}
	if len(d.Buttons) > 0 {
		list = append(list, component{Type: "BUTTONS", Buttons: buttonComponents(d.Buttons)})
	}
	return json.Marshal(list)
}

func (d TemplateDraft) headerExample() *componentExample {
	variables := variablesOf(d.Header)
	switch {
	case len(variables) == 0:
		return nil
	case d.Format == Named:
		return &componentExample{HeaderNamed: []namedExample{{variables[0], d.HeaderExample}}}
	}
	return &componentExample{HeaderText: []string{d.HeaderExample}}
}

func (d TemplateDraft) bodyExample() *componentExample {
	variables := variablesOf(d.Body)
	switch {
	case len(variables) == 0:
		return nil
	case d.Format != Named:
		return &componentExample{BodyText: [][]string{d.BodyExamples}}
	}
	var named []namedExample
	for i, name := range variables {
		named = append(named, namedExample{name, d.BodyExamples[i]})
	}
	return &componentExample{BodyNamed: named}
}

func buttonComponents(buttons []TemplateButton) []componentButton {
	list := make([]componentButton, len(buttons))
	for i, b := range buttons {
		list[i] = componentButton{Type: string(b.Kind), Text: b.Text, URL: b.URL}
		if b.URLExample != "" {
			list[i].Example = []string{b.URLExample}
		}
	}
	return list
}

// ErrComponents says that a template has parts that this program cannot show: a file as header, other buttons.
var ErrComponents = errors.New("messaging: the template has parts of an unknown kind")

// ParseComponents reads the platform's components JSON. Errors wrap ErrComponents.
func ParseComponents(raw []byte) (TemplateText, error) {
	var list []component
	if err := json.Unmarshal(raw, &list); err != nil {
		return TemplateText{}, ErrComponents
	}
	var text TemplateText
	for _, c := range list {
		if err := text.add(c); err != nil {
			return TemplateText{}, err
		}
	}
	if text.Body == "" {
		return TemplateText{}, ErrComponents
	}
	return text, nil
}

func (t *TemplateText) add(c component) error {
	switch strings.ToUpper(c.Type) {
	case "HEADER":
		if c.Format != "" && !strings.EqualFold(c.Format, "TEXT") {
			return ErrComponents
		}
		t.Header = c.Text
		if c.Example != nil && len(c.Example.HeaderText) > 0 {
			t.HeaderExample = c.Example.HeaderText[0]
		}
		if c.Example != nil && len(c.Example.HeaderNamed) > 0 {
			t.HeaderExample = c.Example.HeaderNamed[0].Example
		}
	case "BODY":
		t.addBody(c)
	case "FOOTER":
		t.Footer = c.Text
	case "BUTTONS":
		return t.addButtons(c.Buttons)
	default:
		return ErrComponents
	}
	return nil
}

func (t *TemplateText) addBody(c component) {
	t.Body = c.Text
	if c.SecurityNote {
		t.Body, t.BodyExamples = AuthenticationBody, []string{"123456"}
		return
	}
	if c.Example == nil {
		return
	}
	if len(c.Example.BodyText) > 0 {
		t.BodyExamples = c.Example.BodyText[0]
	}
	named := map[string]string{}
	for _, e := range c.Example.BodyNamed {
		named[e.Name] = e.Example
	}
	if len(named) > 0 {
		t.BodyExamples = nil
		for _, name := range variablesOf(t.Body) {
			t.BodyExamples = append(t.BodyExamples, named[name])
		}
	}
}

func (t *TemplateText) addButtons(list []componentButton) error {
	for _, b := range list {
		button := TemplateButton{Kind: ButtonKind(strings.ToUpper(b.Type)), Text: b.Text, URL: b.URL}
		if button.Kind != QuickReply && button.Kind != URLButton && button.Kind != OTPButton {
			return ErrComponents
		}
		if len(b.Example) > 0 {
			button.URLExample = b.Example[0]
		}
		t.Buttons = append(t.Buttons, button)
	}
	return nil
}
