package messaging_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"posthaste/messaging"
)

func goodDraft() messaging.TemplateDraft {
	return messaging.TemplateDraft{
		Name: "diwali_offer_v3", Language: "en_IN", Category: messaging.Marketing, Format: messaging.Positional,
		TemplateText: messaging.TemplateText{
			Header: "For you, {{1}}", HeaderExample: "Asha",
			Body: "Hello {{1}}, your code {{2}} is good until Sunday.", BodyExamples: []string{"Asha", "DW25"},
			Footer: "Acme Tea",
			Buttons: []messaging.TemplateButton{
				{Kind: messaging.QuickReply, Text: "Stop promotions"},
				{Kind: messaging.URLButton, Text: "Shop", URL: "https://acme.example/shop?c={{1}}", URLExample: "DW25"},
			},
		},
	}
}

func fieldsOf(found []*messaging.Error) string {
	fields := make([]string, len(found))
	for i, e := range found {
		fields[i] = e.Field
		if e.Code != messaging.CodeInvalid || e.Message == "" {
			fields[i] += "(" + string(e.Code) + ")"
		}
	}
	return strings.Join(fields, " ")
}

func TestTemplateRules(t *testing.T) {
	t.Parallel()
	quick := func(n int) []messaging.TemplateButton {
		var list []messaging.TemplateButton
		for i := range n {
			list = append(list, messaging.TemplateButton{Kind: messaging.QuickReply, Text: fmt.Sprintf("Answer %d", i)})
		}
		return list
	}
	link := func(label string) messaging.TemplateButton {
		return messaging.TemplateButton{Kind: messaging.URLButton, Text: label, URL: "https://acme.example/"}
	}
	linkTo := func(url, example string) func(*messaging.TemplateDraft) {
		return func(d *messaging.TemplateDraft) {
			d.Buttons = []messaging.TemplateButton{{Kind: messaging.URLButton, Text: "Shop", URL: url, URLExample: example}}
		}
	}
	body := func(text string, examples ...string) func(*messaging.TemplateDraft) {
		return func(d *messaging.TemplateDraft) { d.Body, d.BodyExamples = text, examples }
	}
	named := func(text string, examples ...string) func(*messaging.TemplateDraft) {
		return func(d *messaging.TemplateDraft) {
			d.Format, d.Header, d.HeaderExample, d.Body, d.BodyExamples = messaging.Named, "", "", text, examples
		}
	}
	buttons := func(list ...messaging.TemplateButton) func(*messaging.TemplateDraft) {
		return func(d *messaging.TemplateDraft) { d.Buttons = list }
	}
	for name, test := range map[string]struct {
		change func(*messaging.TemplateDraft)
		want   string // broken fields, in order
	}{
		"good":                               {func(*messaging.TemplateDraft) {}, ""},
		"name in capitals":                   {func(d *messaging.TemplateDraft) { d.Name = "Offer" }, "name"},
		"name too long":                      {func(d *messaging.TemplateDraft) { d.Name = strings.Repeat("a", 513) }, "name"},
		"name at its limit":                  {func(d *messaging.TemplateDraft) { d.Name = strings.Repeat("a", 512) }, ""},
		"language with a dash":               {func(d *messaging.TemplateDraft) { d.Language = "en-IN" }, "language"},
		"filipino":                           {func(d *messaging.TemplateDraft) { d.Language = "fil" }, ""},
		"category service":                   {func(d *messaging.TemplateDraft) { d.Category = messaging.Service }, "category"},
		"unknown format":                     {func(d *messaging.TemplateDraft) { d.Format = "BOTH" }, "parameterFormat"},
		"header at its limit":                {func(d *messaging.TemplateDraft) { d.Header, d.HeaderExample = strings.Repeat("é", 60), "" }, ""},
		"header too long":                    {func(d *messaging.TemplateDraft) { d.Header, d.HeaderExample = strings.Repeat("é", 61), "" }, "header"},
		"header with two variables":          {func(d *messaging.TemplateDraft) { d.Header = "{{1}} and {{2}}" }, "header"},
		"header variable twice":              {func(d *messaging.TemplateDraft) { d.Header = "{{1}} and {{1}}" }, "header"},
		"header variable is not 1":           {func(d *messaging.TemplateDraft) { d.Header = "Hi {{2}}" }, "header"},
		"header without its example":         {func(d *messaging.TemplateDraft) { d.HeaderExample = "" }, "headerExample"},
		"example of no header variable":      {func(d *messaging.TemplateDraft) { d.Header = "Hi" }, "headerExample"},
		"header with a line break":           {func(d *messaging.TemplateDraft) { d.Header, d.HeaderExample = "a\nb", "" }, "header"},
		"no header":                          {func(d *messaging.TemplateDraft) { d.Header, d.HeaderExample = "", "" }, ""},
		"empty body":                         {body(" \n"), "body"},
		"body at its limit":                  {body(strings.Repeat("क", 1024)), ""},
		"body too long":                      {body(strings.Repeat("a", 1025)), "body"},
		"body with NUL":                      {body("a\x00b"), "body"},
		"body of broken UTF-8":               {body("a\xffb"), "body"},
		"body with line breaks":              {body("one\n\ntwo"), ""},
		"variable first":                     {body("{{1}} is here for you today", "a"), "body"},
		"variable last":                      {body("Your order of today is {{1}} ", "a"), "body"},
		"variables adjacent":                 {body("Hello {{1}} {{2}} how are you today", "a", "b"), "body"},
		"variables with a gap":               {body("Hello {{1}} and {{3}} how are you", "a", "b"), "body"},
		"variables out of order":             {body("Hello {{2}} and {{1}} how are you", "a", "b"), "body"},
		"variable from zero":                 {body("Hello {{0}} how are you", "a"), "body"},
		"variable used twice":                {body("Hello {{1}}, dear {{1}}, how are you", "a"), ""},
		"too many variables for the words":   {body("a {{1}} b {{2}} c {{3}}!", "a", "b", "c"), "body"},
		"enough words":                       {body("a {{1}} b {{2}} c {{3}} d", "a", "b", "c"), ""},
		"chinese has no spaces":              {body("您好{{1}}您的订单{{2}}已发货", "a", "b"), ""},
		"braces not closed":                  {body("Hello {{1} how are you"), "body"},
		"braces too many":                    {body("Hello {{{1}}} how are you"), "body"},
		"example missing":                    {body("Hello {{1}}, how are you"), "bodyExamples"},
		"example too many":                   {body("Hello you there", "a"), "bodyExamples"},
		"example empty":                      {body("Hello {{1}}, how are you", " "), "bodyExamples.0"},
		"example with a tab":                 {body("Hello {{1}}, how are {{2}} you", "a", "b\tc"), "bodyExamples.1"},
		"example with four spaces":           {body("Hello {{1}}, how are you", "a    b"), "bodyExamples.0"},
		"example is a variable":              {body("Hello {{1}}, how are you", "{{1}}"), "bodyExamples.0"},
		"examples too long together":         {body("Hello {{1}}, how are you", strings.Repeat("a", 1020)), "bodyExamples"},
		"name in a positional template":      {body("Hello {{name}}, how are you", "a"), "body"},
		"named":                              {named("Hello {{first_name}}, how are you", "Asha"), ""},
		"named in capitals":                  {named("Hello {{Name}}, how are you", "Asha"), "body"},
		"number in a named template":         {named("Hello {{1}}, how are you", "Asha"), "body"},
		"named with spaces":                  {named("Hello {{ name }}, how are you", "Asha"), "body"},
		"footer too long":                    {func(d *messaging.TemplateDraft) { d.Footer = strings.Repeat("a", 61) }, "footer"},
		"footer with a variable":             {func(d *messaging.TemplateDraft) { d.Footer = "{{1}}" }, "footer"},
		"ten quick replies":                  {buttons(quick(10)...), ""},
		"eleven buttons":                     {buttons(quick(11)...), "buttons"},
		"two links":                          {buttons(link("A"), link("B")), ""},
		"three links":                        {buttons(link("A"), link("B"), link("C")), "buttons.2"},
		"links first":                        {buttons(link("A"), quick(1)[0], quick(2)[1]), ""},
		"quick replies around a link":        {buttons(quick(1)[0], link("A"), quick(2)[1]), "buttons"},
		"links around a quick reply":         {buttons(link("A"), quick(1)[0], link("B")), "buttons"},
		"label at its limit":                 {buttons(link(strings.Repeat("é", 25))), ""},
		"label too long":                     {buttons(link(strings.Repeat("a", 26))), "buttons.0.text"},
		"label empty":                        {buttons(link("")), "buttons.0.text"},
		"label with a variable":              {buttons(link("Go {{1}}")), "buttons.0.text"},
		"two labels alike":                   {buttons(link("A"), link("A")), "buttons.1.text"},
		"quick reply with a URL":             {buttons(messaging.TemplateButton{Kind: messaging.QuickReply, Text: "A", URL: "https://a.example/"}), "buttons.0.url"},
		"unknown button":                     {buttons(messaging.TemplateButton{Kind: "PHONE", Text: "A"}), "buttons.0.kind"},
		"URL of another scheme":              {linkTo("javascript:alert(1)", ""), "buttons.0.url"},
		"URL with user":                      {linkTo("https://a@b.example/", ""), "buttons.0.url"},
		"URL without site":                   {linkTo("https:///x", ""), "buttons.0.url"},
		"URL empty":                          {linkTo("", ""), "buttons.0.url"},
		"URL with a space":                   {linkTo("https://a.example/a b", ""), "buttons.0.url"},
		"URL too long":                       {linkTo("https://a.example/"+strings.Repeat("a", 1983), ""), "buttons.0.url"},
		"URL at its limit":                   {linkTo("https://a.example/"+strings.Repeat("a", 1982), ""), ""},
		"URL variable in the middle":         {linkTo("https://a.example/{{1}}/x", "a"), "buttons.0.url"},
		"URL with two variables":             {linkTo("https://a.example/{{1}}{{2}}", "a"), "buttons.0.url"},
		"URL variable is the site":           {linkTo("https://{{1}}", "a"), "buttons.0.url"},
		"URL variable ends the site":         {linkTo("https://a.example.{{1}}", "a"), "buttons.0.url"},
		"URL variable is not 1":              {linkTo("https://a.example/{{2}}", "a"), "buttons.0.url"},
		"URL without its example":            {linkTo("https://a.example/{{1}}", ""), "buttons.0.urlExample"},
		"example of no URL variable":         {linkTo("https://a.example/", "a"), "buttons.0.urlExample"},
		"two broken rules are both reported": {func(d *messaging.TemplateDraft) { d.Name, d.Footer = "X", "{{1}}" }, "name footer"},
		"authentication with a header": {func(d *messaging.TemplateDraft) {
			d.Category, d.Body, d.BodyExamples, d.Footer, d.Buttons = messaging.Authentication, "", nil, "", nil
		}, "header"},
		"authentication with its own text": {func(d *messaging.TemplateDraft) {
			d.Category, d.TemplateText = messaging.Authentication, messaging.TemplateText{Body: "Your code"}
		}, "body"},
		"authentication": {func(d *messaging.TemplateDraft) {
			d.Category, d.TemplateText = messaging.Authentication, messaging.TemplateText{}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := goodDraft()
			test.change(&d)
			if got := fieldsOf(d.Check()); got != test.want {
				t.Errorf("broken: %q, want %q", got, test.want)
			}
		})
	}
}

func TestComponentsAreThePlatformsJSON(t *testing.T) {
	t.Parallel()
	named := goodDraft()
	named.Format, named.Header, named.HeaderExample = messaging.Named, "For {{first_name}}", "Asha"
	named.Body, named.Buttons, named.Footer = "Hello {{first_name}}, your {{tea_sort}} is on its way.", nil, ""
	named.BodyExamples = []string{"Asha", "Assam"}
	code := messaging.TemplateDraft{Name: "otp", Language: "en", Category: messaging.Authentication, Format: messaging.Positional}.Normal()
	for name, test := range map[string]struct {
		draft messaging.TemplateDraft
		want  string
	}{
		"positional": {goodDraft(), `[
			{"type":"HEADER","format":"TEXT","text":"For you, {{1}}","example":{"header_text":["Asha"]}},
			{"type":"BODY","text":"Hello {{1}}, your code {{2}} is good until Sunday.","example":{"body_text":[["Asha","DW25"]]}},
			{"type":"FOOTER","text":"Acme Tea"},
			{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Stop promotions"},
				{"type":"URL","text":"Shop","url":"https://acme.example/shop?c={{1}}","example":["DW25"]}]}]`},
		"named": {named, `[
			{"type":"HEADER","format":"TEXT","text":"For {{first_name}}","example":{"header_text_named_params":[{"param_name":"first_name","example":"Asha"}]}},
			{"type":"BODY","text":"Hello {{first_name}}, your {{tea_sort}} is on its way.","example":{"body_text_named_params":[{"param_name":"first_name","example":"Asha"},{"param_name":"tea_sort","example":"Assam"}]}}]`},
		"authentication": {code, `[{"type":"BODY","add_security_recommendation":true},
			{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE","text":"Copy code"}]}]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if broken := test.draft.Check(); len(broken) > 0 {
				t.Fatalf("the draft breaks rules: %v", broken)
			}
			raw, err := test.draft.Components()
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			if json.Unmarshal(raw, &got) != nil || json.Unmarshal([]byte(test.want), &want) != nil {
				t.Fatal("no JSON")
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %s\nwant %s", raw, test.want)
			}
			text, err := messaging.ParseComponents(raw)
			if err != nil || !reflect.DeepEqual(text, test.draft.TemplateText) {
				t.Errorf("read back: %+v, %v", text, err)
			}
		})
	}
}

func TestForeignComponentsAreRefused(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{``, `{}`, `[]`, `null`, `[{"type":"BODY"}]`, `[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"a"}]`,
		`[{"type":"BODY","text":"a"},{"type":"CAROUSEL"}]`, `[{"type":"BODY","text":"a"},{"type":"BUTTONS","buttons":[{"type":"FLOW"}]}]`} {
		if text, err := messaging.ParseComponents([]byte(raw)); err == nil {
			t.Errorf("%s was read as %+v", raw, text)
		}
	}
}

func templateOf(d messaging.TemplateDraft) messaging.Template {
	return messaging.Template{Name: d.Name, Language: d.Language, Category: d.Category, Format: d.Format, TemplateText: d.TemplateText}
}

func texts(values ...string) []messaging.Parameter {
	var list []messaging.Parameter
	for _, v := range values {
		list = append(list, messaging.Parameter{Text: v})
	}
	return list
}

func TestRenderCheck(t *testing.T) {
	t.Parallel()
	named := goodDraft()
	named.Format, named.Header, named.Buttons = messaging.Named, "", nil
	named.Body, named.BodyExamples = "Hello {{first_name}}, your {{tea}} is here.", []string{"a", "b"}
	code := messaging.TemplateDraft{Name: "otp", Language: "en", Category: messaging.Authentication, Format: messaging.Positional}.Normal()
	suffix := []messaging.ButtonValue{{Index: 1, Suffix: "DW25"}}
	byName := func(pairs ...string) []messaging.Parameter {
		var list []messaging.Parameter
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, messaging.Parameter{Name: pairs[i], Text: pairs[i+1]})
		}
		return list
	}
	for name, test := range map[string]struct {
		draft        messaging.TemplateDraft
		header, body []messaging.Parameter
		buttons      []messaging.ButtonValue
		want         string
	}{
		"good":                    {goodDraft(), texts("Asha"), texts("Asha", "DW25"), suffix, ""},
		"numbered":                {goodDraft(), texts("Asha"), byName("1", "Asha", "2", "DW25"), suffix, ""},
		"numbered, out of order":  {goodDraft(), texts("Asha"), byName("2", "Asha", "1", "DW25"), suffix, "body.0"},
		"quick reply payload":     {goodDraft(), texts("Asha"), texts("Asha", "DW25"), append([]messaging.ButtonValue{{Index: 0, Payload: "STOP"}}, suffix...), ""},
		"header missing":          {goodDraft(), nil, texts("Asha", "DW25"), suffix, "header"},
		"one value too few":       {goodDraft(), texts("Asha"), texts("Asha"), suffix, "body"},
		"one value too many":      {goodDraft(), texts("Asha"), texts("a", "b", "c"), suffix, "body"},
		"empty value":             {goodDraft(), texts("Asha"), texts("a", ""), suffix, "body.1"},
		"line break":              {goodDraft(), texts("Asha"), texts("a\nb", "c"), suffix, "body.0"},
		"tab":                     {goodDraft(), texts("Asha"), texts("a", "b\tc"), suffix, "body.1"},
		"four spaces":             {goodDraft(), texts("Asha"), texts("a", "b    c"), suffix, "body.1"},
		"three spaces":            {goodDraft(), texts("Asha"), texts("a", "b   c"), suffix, ""},
		"too long when filled":    {goodDraft(), texts("Asha"), texts("a", strings.Repeat("b", 1000)), suffix, "body"},
		"header too long":         {goodDraft(), texts(strings.Repeat("b", 55)), texts("a", "b"), suffix, "header"},
		"file for a text":         {goodDraft(), []messaging.Parameter{{Media: &messaging.Media{ID: "1"}}}, texts("a", "b"), suffix, "header.0"},
		"URL's value missing":     {goodDraft(), texts("Asha"), texts("a", "b"), nil, "buttons"},
		"URL's value at another":  {goodDraft(), texts("Asha"), texts("a", "b"), []messaging.ButtonValue{{Index: 0, Suffix: "x"}}, "buttons.0"},
		"button that is not":      {goodDraft(), texts("Asha"), texts("a", "b"), []messaging.ButtonValue{{Index: 2, Suffix: "x"}}, "buttons.0"},
		"button twice":            {goodDraft(), texts("Asha"), texts("a", "b"), append(suffix, suffix...), "buttons.1"},
		"URL too long":            {goodDraft(), texts("Asha"), texts("a", "b"), []messaging.ButtonValue{{Index: 1, Suffix: strings.Repeat("x", 1990)}}, "buttons.0"},
		"named":                   {named, nil, byName("tea", "Assam", "first_name", "Asha"), nil, ""},
		"named, unknown":          {named, nil, byName("tee", "Assam", "first_name", "Asha"), nil, "body.0"},
		"named, twice":            {named, nil, byName("tea", "Assam", "tea", "Asha"), nil, "body.1"},
		"named, without names":    {named, nil, texts("Assam", "Asha"), nil, "body.0"},
		"code":                    {code, nil, texts("123456"), nil, ""},
		"code with its button":    {code, nil, texts("123456"), []messaging.ButtonValue{{Suffix: "123456"}}, ""},
		"another code to copy":    {code, nil, texts("123456"), []messaging.ButtonValue{{Suffix: "654321"}}, "buttons"},
		"code too long":           {code, nil, texts("1234567890123456"), nil, "body.0"},
		"code without the code":   {code, nil, nil, nil, "body"},
		"code with a header":      {code, texts("a"), texts("123456"), nil, "header"},
		"negative button is none": {goodDraft(), texts("Asha"), texts("a", "b"), []messaging.ButtonValue{{Index: -1, Suffix: "x"}}, "buttons.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := templateOf(test.draft).Form().RenderCheck(test.header, test.body, test.buttons); err != nil {
				got = err.Field
			}
			if got != test.want {
				t.Errorf("refused %q, want %q", got, test.want)
			}
		})
	}
	content := templateOf(code).Form().Fill(nil, texts("123456"), nil)
	if !slices.Equal(content.Buttons, []messaging.ButtonValue{{Index: 0, Suffix: "123456"}}) || content.Name != "otp" {
		t.Errorf("the code's button: %+v", content)
	}
}

func TestTemplateTransitions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		from messaging.TemplateState
		says string
		want messaging.TemplateState // "" stays
	}{
		{messaging.TemplatePending, "APPROVED", messaging.TemplateApproved},
		{messaging.TemplateSubmitting, "APPROVED", messaging.TemplateApproved}, // the report overtook the answer
		{messaging.TemplateApproved, "PAUSED", messaging.TemplatePaused},
		{messaging.TemplatePaused, "APPROVED", messaging.TemplateApproved},
		{messaging.TemplateDisabled, "REINSTATED", messaging.TemplateApproved},
		{messaging.TemplateArchived, "UNARCHIVED", messaging.TemplateApproved},
		{messaging.TemplateApproved, "LOCKED", messaging.TemplatePaused},
		{messaging.TemplateApproved, "APPROVED", ""},
		{messaging.TemplateDeleted, "APPROVED", ""},
		{messaging.TemplatePendingDeletion, "APPROVED", ""},
		{messaging.TemplatePendingDeletion, "DELETED", messaging.TemplateDeleted},
		{messaging.TemplateDraftState, "APPROVED", ""},
		{messaging.TemplateApproved, "DRAFT", ""},
		{messaging.TemplateApproved, "SOMETHING_NEW", ""},
	} {
		next, known := messaging.TemplateEvent{Status: test.says}.State()
		if !known || !test.from.MayBecome(next) {
			next = ""
		}
		if next != test.want {
			t.Errorf("%s told %s: %q, want %q", test.from, test.says, next, test.want)
		}
	}
}

// A draft that passes the rules survives the platform's JSON and can be sent with its own examples; no draft makes the
// rules panic, and no refusal repeats the input.
func FuzzTemplateRules(f *testing.F) {
	d := goodDraft()
	f.Add(d.Header, d.HeaderExample, d.Body, "Asha", "DW25", d.Footer, "Shop", "https://acme.example/{{1}}", "x", false)
	f.Add("", "", "Hello {{name}}, how are you", "Asha", "", "", "Go", "https://a.example/", "", true)
	f.Add("", "", "Hello", "", "", "", "Go", "https://\x84.example/{{1}}", "x", false) // broken UTF-8
	f.Add("{{1}}", "\x00", "{{1}}{{2}}", "{{", "}}", "{{1}}", "", "https://{{1}}", "", false)
	f.Fuzz(func(t *testing.T, header, headerExample, body, first, second, footer, label, url, urlExample string, named bool) {
		d := messaging.TemplateDraft{Name: "fuzz", Language: "en", Category: messaging.Utility, Format: messaging.Positional,
			TemplateText: messaging.TemplateText{Header: header, HeaderExample: headerExample, Body: body, Footer: footer,
				Buttons: []messaging.TemplateButton{{Kind: messaging.URLButton, Text: label, URL: url, URLExample: urlExample}}}}
		if named {
			d.Format = messaging.Named
		}
		for _, e := range []string{first, second} {
			if e != "" {
				d.BodyExamples = append(d.BodyExamples, e)
			}
		}
		if broken := d.Check(); len(broken) > 0 {
			return
		}
		raw, err := d.Components()
		if err != nil {
			t.Fatal(err)
		}
		text, err := messaging.ParseComponents(raw)
		if err != nil || !reflect.DeepEqual(text, d.TemplateText) {
			t.Fatalf("%q came back as %+v (%v), was %+v", raw, text, err, d.TemplateText)
		}
		template := templateOf(d)
		var headers, values []messaging.Parameter
		if headerExample != "" {
			headers = []messaging.Parameter{{Text: headerExample}}
			if named {
				headers[0].Name = strings.TrimSuffix(header[strings.Index(header, "{{")+2:][:strings.Index(header[strings.Index(header, "{{")+2:], "}}")], "}}")
			}
		}
		for i, name := range template.Variables() {
			values = append(values, messaging.Parameter{Name: name, Text: d.BodyExamples[i]})
		}
		var buttons []messaging.ButtonValue
		if urlExample != "" {
			buttons = []messaging.ButtonValue{{Index: 0, Suffix: urlExample}}
		}
		if err := template.Form().RenderCheck(headers, values, buttons); err != nil {
			t.Fatalf("the examples of a good template cannot be sent: %v", err)
		}
	})
}
