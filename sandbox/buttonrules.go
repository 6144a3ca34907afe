package sandbox

import "strings"

// buttonMax is how many of a kind one template may have.
var buttonMax = map[string]int{
	"QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "FLOW": 1, "CATALOG": 1,
	"MPM": 1, "SPM": 1, "OTP": 1, "VOICE_CALL": 1, "REQUEST_CONTACT_INFO": 1,
}

// buttons reads up to limit buttons and checks counts and grouping: quick
// replies stand together, on either side of everything else.
func (r rules) buttons(component object, limit int) []buttonLayout {
	var found []buttonLayout
	count := map[string]int{}
	changes := 0
	for i, button := range component.children("buttons", 1, limit) {
		kind := strings.ToUpper(button.enumFold("type", "quick_reply", "url", "phone_number", "copy_code", "flow",
			"catalog", "mpm", "spm", "otp", "voice_call", "request_contact_info"))
		layout := r.button(button, kind)
		button.end()
		if count[kind]++; count[kind] > buttonMax[kind] {
			button.fail.refuse(refusef(codeParameter, "A template has at most %d buttons of type %s.", buttonMax[kind], kind))
		}
		if i > 0 && (found[i-1].kind == "QUICK_REPLY") != (kind == "QUICK_REPLY") {
			changes++
		}
		found = append(found, layout)
	}
	if changes > 1 {
		component.fail.refuse(refuse(codeParameter, "Quick replies and other buttons must form two groups."))
	}
	if count["OTP"] > 0 && r.category != authentication {
		component.fail.refuse(refuse(codeParameter, "OTP buttons need an AUTHENTICATION template."))
	}
	return found
}

func (r rules) button(button object, kind string) buttonLayout {
	layout := buttonLayout{kind: kind}
	switch kind {
	case "QUICK_REPLY", "FLOW", "CATALOG", "MPM", "SPM", "VOICE_CALL", "REQUEST_CONTACT_INFO":
		layout.text = button.optional("text", 25)
		if kind == "QUICK_REPLY" && layout.text == "" {
			button.missing("text")
		}
		button.ignore("flow_id", "flow_name", "flow_json", "flow_action", "navigate_screen", "icon", "ttl_minutes")
	case "URL":
		layout.text = button.text("text", 25)
		layout.variable = linkVariable(button)
	case "PHONE_NUMBER":
		layout.text = button.text("text", 25)
		button.text("phone_number", 20)
	case "COPY_CODE":
		layout.text = "Copy offer code"
		if code := sample(button); code == "" || len(code) > 15 {
			button.fail.refuse(refuse(codeParameter, "A COPY_CODE button needs an example of at most 15 characters."))
		}
	case "OTP":
		layout.text, layout.variable = oneTimePassword(button), true
	}
	return layout
}

// linkVariable checks the address of a URL button and tells whether it ends in a variable.
func linkVariable(button object) bool {
	link := button.text("url", 2000)
	spans := variable.FindAllStringIndex(link, -1)
	example := sample(button)
	switch {
	case !isWebAddress(variable.ReplaceAllString(link, "x")):
		button.invalid("url", "is not a valid URI")
	case len(spans) > 1 || len(spans) == 1 && spans[0][1] != len(link):
		button.invalid("url", "takes one variable, at its end")
	case len(spans) == 1 && example == "":
		button.fail.refuse(refuse(codeParameter, "A URL with a variable needs an example."))
	}
	return len(spans) == 1
}

// sample takes an example given as a string or as an array of one.
func sample(button object) string {
	if list, isList := button.fields["example"].([]any); isList && len(list) > 0 {
		button.fields["example"] = list[0]
	}
	return button.optional("example", 2000)
}

func oneTimePassword(button object) (label string) {
	kind := button.enumFold("otp_type", "copy_code", "one_tap", "zero_tap")
	label = orDefault(button.optional("text", 25), "Copy code")
	button.optional("autofill_text", 25)
	accepted := button.boolean("zero_tap_terms_accepted")
	apps := button.children("supported_apps", 0, 5)
	for _, app := range apps {
		app.text("package_name", 224)
		if hash := app.text("signature_hash", 11); len(hash) != 11 {
			app.invalid("signature_hash", "must be 11 characters long")
		}
		app.end()
	}
	if kind != "copy_code" && kind != "" && len(apps) == 0 {
		button.missing("supported_apps")
	}
	if kind == "zero_tap" && !accepted {
		button.fail.refuse(refuse(codeParameter, "zero_tap_terms_accepted must be true."))
	}
	return label
}
