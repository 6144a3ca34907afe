package sandbox

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// check compares a send with the template it names. The order is that of a
// caller's likely mistakes: counts, then formats, then buttons.
func (t *template) check(send *templateSend) *apiError {
	return t.layout.check(send.components, t.category == authentication, t.named())
}

func (l layout) check(components []sendComponent, otp, named bool) *apiError {
	var header, body, carousel *sendComponent
	buttons := map[int]*sendComponent{}
	for i := range components {
		switch component := &components[i]; component.kind {
		case "header":
			header = component
		case "body":
			body = component
		case "carousel":
			carousel = component
		case "button":
			if buttons[component.index] != nil {
				return refusef(codeTemplateParam, "Button at index %d stands twice.", component.index)
			}
			buttons[component.index] = component
		case "limited_time_offer":
			if !l.offer {
				return refuse(codeTemplateParam, "The template has no limited-time offer.")
			}
		}
	}
	if err := l.header.check(header, named); err != nil {
		return err
	}
	if err := l.body.check(body, otp, named); err != nil {
		return err
	}
	if err := checkButtons(l.buttons, buttons, otp); err != nil {
		return err
	}
	return l.checkCards(carousel, named)
}

func (l layout) checkCards(carousel *sendComponent, named bool) *apiError {
	sent := 0
	if carousel != nil {
		sent = len(carousel.cards)
	}
	if sent != len(l.cards) {
		return refusef(codeParamCount, "carousel: number of cards (%d) does not match the expected number (%d)", sent, len(l.cards))
	}
	for i, card := range l.cards {
		if err := card.check(carousel.cards[i], false, named); err != nil {
			return err
		}
	}
	return nil
}

var headerParams = map[string]string{"IMAGE": "image", "VIDEO": "video", "GIF": "gif", "DOCUMENT": "document", "LOCATION": "location", "PRODUCT": "product"}

func (h headerLayout) check(component *sendComponent, named bool) *apiError {
	var params []sendParam
	if component != nil {
		params = component.params
	}
	if want, media := headerParams[h.form]; media {
		switch {
		case len(params) != 1:
			return refusef(codeParamFormat, "header: Format mismatch, expected %s, received UNKNOWN", h.form)
		case params[0].kind != want:
			return refusef(codeParamFormat, "header: Format mismatch, expected %s, received %s", h.form, strings.ToUpper(params[0].kind))
		}
		return nil
	}
	return checkTexts("header", h.params, params, named, "text")
}

func (b textLayout) check(component *sendComponent, otp, named bool) *apiError {
	var params []sendParam
	if component != nil {
		params = component.params
	}
	if err := checkTexts("body", b.params, params, named, "text", "currency", "date_time"); err != nil {
		return err
	}
	length := b.fixed
	for _, param := range params {
		n := utf8.RuneCountInString(param.value)
		if length += n; otp && n > 15 {
			return refuse(codeParamFormat, "body: a verification code has at most 15 characters")
		}
	}
	if length > 1024 {
		return refusef(codeHydratedTooLong, "body: the filled-in text is longer than 1024 characters")
	}
	return nil
}

func checkTexts(place string, want []string, got []sendParam, named bool, kinds ...string) *apiError {
	if len(got) != len(want) {
		return refusef(codeParamCount, "%s: number of localizable_params (%d) does not match the expected number of params (%d)", place, len(got), len(want))
	}
	seen := make([]string, 0, len(got))
	for _, param := range got {
		switch {
		case !slices.Contains(kinds, param.kind):
			return refusef(codeParamFormat, "%s: Format mismatch, expected TEXT, received %s", place, strings.ToUpper(param.kind))
		case named && (!slices.Contains(want, param.name) || slices.Contains(seen, param.name)):
			return refusef(codeParamFormat, "%s: parameter_name is missing, unknown or stands twice", place)
		case !named && param.name != "":
			return refusef(codeParamFormat, "%s: the template has positional parameters", place)
		}
		seen = append(seen, param.name)
	}
	return nil
}

func checkButtons(want []buttonLayout, got map[int]*sendComponent, otp bool) *apiError {
	for index := range 10 { // in order, so that the same call gets the same answer
		component, present := got[index]
		if !present {
			continue
		}
		if index >= len(want) {
			return refusef(codeTemplateParam, "buttons: the template has no button at index %d", index)
		}
		if err := want[index].check(index, component, otp); err != nil {
			return err
		}
	}
	for index, button := range want {
		if _, present := got[index]; !present && (button.variable || button.kind == "COPY_CODE") {
			return refusef(codeParameterMissing, "buttons: Button at index %d of type %s requires a parameter", index, button.kind)
		}
	}
	return nil
}

// buttonSends maps a kind of button to the sub_type and parameter of a send.
var buttonSends = map[string][2]string{
	"QUICK_REPLY": {"quick_reply", "payload"}, "URL": {"url", "text"}, "OTP": {"url", "text"},
	"COPY_CODE": {"copy_code", "coupon_code"}, "FLOW": {"flow", "action"}, "CATALOG": {"catalog", "action"},
	"MPM": {"mpm", "action"}, "SPM": {"mpm", "action"}, "VOICE_CALL": {"voice_call", "payload"},
	"REQUEST_CONTACT_INFO": {"request_contact_info", "payload"},
}

func (b buttonLayout) check(index int, component *sendComponent, otp bool) *apiError {
	want, takesParams := buttonSends[b.kind]
	if !takesParams || component.subType != want[0] {
		return refusef(codeTemplateParam, "buttons: Button at index %d is of type %s", index, b.kind)
	}
	if b.kind == "URL" && !b.variable && len(component.params) > 0 {
		return refusef(codeParamCount, "buttons: Button at index %d takes no parameter", index)
	}
	needed := b.variable || b.kind == "COPY_CODE"
	if len(component.params) > 1 || needed && len(component.params) != 1 {
		return refusef(codeParamCount, "buttons: Button at index %d takes one parameter", index)
	}
	for _, param := range component.params {
		switch {
		case param.kind != want[1]:
			return refusef(codeParamFormat, "buttons: Button at index %d: Format mismatch, expected %s, received %s", index, want[1], param.kind)
		case otp && utf8.RuneCountInString(param.value) > 15:
			return refusef(codeParamFormat, "buttons: Button at index %d: a verification code has at most 15 characters", index)
		case b.variable && !percentEncoded(param.value):
			return refusef(codeTemplateParam, "buttons: Button at index %d: the suffix must be percent-encoded", index)
		}
	}
	return nil
}

// taps are the buttons the recipient of a template can press.
func (t *template) taps(send *templateSend) []tap {
	var taps []tap
	for i, button := range t.layout.buttons {
		if button.kind != "QUICK_REPLY" {
			continue
		}
		payload := button.text
		for _, component := range send.components {
			if component.kind == "button" && component.index == i && len(component.params) == 1 {
				payload = component.params[0].value
			}
		}
		taps = append(taps, tap{kind: "button", payload: payload, text: button.text})
	}
	return taps
}
