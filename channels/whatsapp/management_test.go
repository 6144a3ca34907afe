package whatsapp_test

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"posthaste/channels/whatsapp"
	"posthaste/messaging"
)

func TestTemplateCalls(t *testing.T) {
	t.Parallel()
	const listed = `{"id":"9001","name":"cart_v2","language":"hi","category":"MARKETING","previous_category":"UTILITY","parameter_format":"NAMED",
		"status":"REJECTED","rejected_reason":"INVALID_FORMAT","quality_score":{"score":"YELLOW","date":1793000000},
		"components":[{"type":"HEADER","format":"IMAGE","example":{"header_handle":["4::aW"]}},
			{"type":"BODY","text":"Hi {{first_name}}!","example":{"body_text_named_params":[{"param_name":"first_name","example":"Asha"}]}},
			{"type":"BUTTONS","buttons":[{"type":"URL","text":"Shop","url":"https://x.example/{{1}}","example":["https://x.example/a"]},{"type":"QUICK_REPLY","text":"Stop"}]}]}`
	want := whatsapp.Template{
		ID: "9001", Name: "cart_v2", Language: "hi", Category: "MARKETING", PreviousCategory: "UTILITY", ParameterFormat: "NAMED",
		Status: "REJECTED", RejectedReason: "INVALID_FORMAT", Quality: &whatsapp.QualityScore{Score: "YELLOW"},
		Components: []whatsapp.Component{
			{Type: "HEADER", Format: "IMAGE", Example: &whatsapp.Example{HeaderHandle: []string{"4::aW"}}},
			{Type: "BODY", Text: "Hi {{first_name}}!", Example: &whatsapp.Example{BodyNamed: []whatsapp.NamedExample{{Name: "first_name", Example: "Asha"}}}},
			{Type: "BUTTONS", Buttons: []whatsapp.TemplateButton{
				{Type: "URL", Text: "Shop", URL: "https://x.example/{{1}}", Example: []string{"https://x.example/a"}}, {Type: "QUICK_REPLY", Text: "Stop"},
			}},
		},
	}
	client, last := answering(t, 200, nil, `{"data":[`+listed+`],"paging":{"cursors":{"before":"b","after":"c"},"next":"https://graph/…"}}`)
	page, err := client.ListTemplates(t.Context(), "EAA", "55500011", "cart_v2", "REJECTED", "x", 50)
	path, token, _ := last()
	if err != nil || page.After != "c" || len(page.Templates) != 1 || !reflect.DeepEqual(page.Templates[0], want) {
		t.Errorf("%v %+v", err, page)
	}
	if !strings.HasPrefix(path, "GET /v25.0/55500011/message_templates?after=x&fields=id%2Cname") || !strings.HasSuffix(path, "&limit=50&name=cart_v2&status=REJECTED") || token != "Bearer EAA" {
		t.Errorf("%s %s", path, token)
	}

	client, last = answering(t, 200, nil, `{"data":[],"paging":{"cursors":{"after":"c"}}}`)
	if page, err := client.ListTemplates(t.Context(), "EAA", "55500011", "", "", "", 10); err != nil || page.After != "" {
		t.Errorf("the last page names a next one: %+v %v", page, err)
	}
	last()

	client, last = answering(t, 200, nil, listed)
	if got, err := client.GetTemplate(t.Context(), "EAA", "9001"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %+v", err, got)
	}
	last()

	client, last = answering(t, 200, nil, `{"id":"9002","status":"PENDING","category":"MARKETING"}`)
	draft := want
	draft.Category = "UTILITY"
	made, err := client.CreateTemplate(t.Context(), "EAA", "55500011", draft)
	path, _, body := last()
	if err != nil || made.ID != "9002" || made.Status != "PENDING" || made.Category != "MARKETING" || path != "POST /v25.0/55500011/message_templates" {
		t.Errorf("%v %+v %s", err, made, path)
	}
	if !sameJSON(t, body, `{"name":"cart_v2","language":"hi","category":"UTILITY","parameter_format":"NAMED","components":[
		{"type":"HEADER","format":"IMAGE","example":{"header_handle":["4::aW"]}},
		{"type":"BODY","text":"Hi {{first_name}}!","example":{"body_text_named_params":[{"param_name":"first_name","example":"Asha"}]}},
		{"type":"BUTTONS","buttons":[{"type":"URL","text":"Shop","url":"https://x.example/{{1}}","example":["https://x.example/a"]},{"type":"QUICK_REPLY","text":"Stop"}]}]}`) {
		t.Errorf("%s", body)
	}
}

func TestChangingCalls(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for name, c := range map[string]struct {
		call func(*whatsapp.Client) error
		path string
		body string
	}{
		"edit": {func(c *whatsapp.Client) error {
			return c.EditTemplate(ctx, "EAA", "9001", whatsapp.Template{ID: "1", Name: "no", Components: []whatsapp.Component{{Type: "BODY", Text: "Hi"}}, TTLSeconds: 60})
		}, "POST /v25.0/9001", `{"components":[{"type":"BODY","text":"Hi"}],"message_send_ttl_seconds":60}`},
		"delete one":   {func(c *whatsapp.Client) error { return c.DeleteTemplate(ctx, "EAA", "55500011", "a&b", "9001") }, "DELETE /v25.0/55500011/message_templates?hsm_id=9001&name=a%26b", ""},
		"delete all":   {func(c *whatsapp.Client) error { return c.DeleteTemplate(ctx, "EAA", "55500011", "ab", "") }, "DELETE /v25.0/55500011/message_templates?name=ab", ""},
		"unpause":      {func(c *whatsapp.Client) error { return c.UnpauseTemplate(ctx, "EAA", "9001") }, "POST /v25.0/9001/unpause", ""},
		"request code": {func(c *whatsapp.Client) error { return c.RequestCode(ctx, "EAA", "7", "SMS", "en_US") }, "POST /v25.0/7/request_code", `{"code_method":"SMS","language":"en_US"}`},
		"verify code":  {func(c *whatsapp.Client) error { return c.VerifyCode(ctx, "EAA", "7", "123456") }, "POST /v25.0/7/verify_code", `{"code":"123456"}`},
		"register":     {func(c *whatsapp.Client) error { return c.Register(ctx, "EAA", "7", "123456", "IN") }, "POST /v25.0/7/register", `{"messaging_product":"whatsapp","pin":"123456","data_localization_region":"IN"}`},
		"deregister":   {func(c *whatsapp.Client) error { return c.Deregister(ctx, "EAA", "7") }, "POST /v25.0/7/deregister", ""},
		"subscribe": {func(c *whatsapp.Client) error {
			return c.Subscribe(ctx, "EAA", "55500011", "https://ph.example/hooks/1", "tok")
		}, "POST /v25.0/55500011/subscribed_apps", `{"override_callback_uri":"https://ph.example/hooks/1","verify_token":"tok"}`},
		"delete media": {func(c *whatsapp.Client) error { return c.DeleteMedia(ctx, "EAA", "88") }, "DELETE /v25.0/88", ""},
	} {
		client, last := answering(t, 200, nil, `{"success":true}`)
		if err := c.call(client); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		path, token, body := last()
		if path != c.path || token != "Bearer EAA" || c.body == "" && len(body) != 0 || c.body != "" && !sameJSON(t, body, c.body) {
			t.Errorf("%s: %s %s", name, path, body)
		}
		unconfirmed, _ := answering(t, 200, nil, `{"success":false}`)
		if err := c.call(unconfirmed); messaging.CodeOf(err) != messaging.CodeUpstream {
			t.Errorf("%s unconfirmed: %v", name, err)
		}
	}
}

func TestNumberCalls(t *testing.T) {
	t.Parallel()
	const number = `{"id":"700100200","display_phone_number":"+91 11 4000 1234","verified_name":"Acme Tea","name_status":"APPROVED","quality_rating":"GREEN",
		"status":"CONNECTED","code_verification_status":"VERIFIED","whatsapp_business_manager_messaging_limit":"TIER_2K","throughput":{"level":"STANDARD"}}`
	client, last := answering(t, 200, nil, number)
	n, err := client.GetNumber(t.Context(), "EAA", "700100200")
	if err != nil || n.DisplayNumber != "+91 11 4000 1234" || n.Throughput.Level != "STANDARD" || n.LimitWindow() != 2000 || n.Quality != "GREEN" {
		t.Errorf("%v %+v", err, n)
	}
	last()
	// A cursor that never ends does not keep us for ever.
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		_, _ = io.WriteString(w, `{"data":[`+number+`],"paging":{"cursors":{"after":"c"},"next":"x"}}`)
	}))
	defer server.Close()
	endless, err := whatsapp.New(whatsapp.Options{BaseURL: server.URL, Transport: newTransport(t)})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := endless.ListNumbers(t.Context(), "EAA", "55500011"); err != nil || len(list) != 10 || calls != 10 {
		t.Errorf("%d numbers in %d calls, %v", len(list), calls, err)
	}
	for limit, want := range map[string]int{"TIER_250": 250, "TIER_100K": 100_000, "TIER_UNLIMITED": -1, "": 0, "TIER_X": 0,
		"1000000000": 1_000_000_000, "1000000001": 0, "TIER_1000000K": 1_000_000_000, "TIER_1000001K": 0, "TIER_2147484K": 0, "TIER_1000000000K": 0, "-2": 0, "-1K": 0} {
		if got := (whatsapp.Number{MessagingLimit: limit}).LimitWindow(); got != want {
			t.Errorf("%q is %d", limit, got)
		}
	}
}

func TestManagementRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		want   messaging.Code
		code   int
	}{
		"account's budget": {400, `{"error":{"code":80007}}`, messaging.CodeLimited, 80007},
		"app's budget":     {400, `{"error":{"code":4}}`, messaging.CodeLimited, 4},
		"another budget":   {400, `{"error":{"code":80004}}`, messaging.CodeLimited, 80004},
		"token":            {401, string(fixture(t, "requests/error_token_190.json")), messaging.CodeUpstream, 190},
		"no such object":   {400, `{"error":{"code":100,"error_subcode":33}}`, messaging.CodeNotFound, 100},
		"gone":             {400, `{"error":{"code":33}}`, messaging.CodeNotFound, 33},
		"bad template":     {400, `{"error":{"code":100,"error_subcode":2388299,"error_user_msg":"Secret of Asha"}}`, messaging.CodeInvalid, 2388299},
		"overload":         {503, `{"error":{"code":2}}`, messaging.CodeUnavailable, 2},
	} {
		client, _ := answering(t, c.status, http.Header{"Retry-After": {"30"}}, c.body)
		_, err := client.GetTemplate(t.Context(), "EAA", "9001")
		var cause *whatsapp.APIError
		if messaging.CodeOf(err) != c.want || !errors.As(err, &cause) || cause.Failure.Code != c.code || cause.Failure.RetryAfter != 30*time.Second {
			t.Errorf("%s: %v %+v", name, err, cause)
			continue
		}
		if strings.Contains(err.Error()+cause.Error(), "Asha") {
			t.Errorf("%s: the platform's text is in the error", name)
		}
		if name == "bad template" && cause.Explanation != "Secret of Asha" {
			t.Errorf("%s: no explanation for the person", name)
		}
	}
	for name, c := range map[string]struct {
		status int
		body   string
	}{
		"redirect": {302, ""}, "page": {200, "<html>"}, "proxy": {502, "{}"}, "list": {200, "[]"}, "other types": {200, `{"id":{}}`},
	} {
		client, _ := answering(t, c.status, http.Header{"Location": {"http://127.0.0.1:1/"}}, c.body)
		if _, err := client.GetTemplate(t.Context(), "EAA", "9001"); messaging.CodeOf(err) != messaging.CodeUnavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	client, _ := answering(t, 200, nil, "{}")
	for name, err := range map[string]error{
		"path":  func() error { _, err := client.GetTemplate(t.Context(), "EAA", "../me"); return err }(),
		"PIN":   client.Register(t.Context(), "EAA", "7", "12345", ""),
		"empty": client.DeleteTemplate(t.Context(), "EAA", "7", " ", ""),
	} {
		if messaging.CodeOf(err) != messaging.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused, err := whatsapp.New(whatsapp.Options{BaseURL: "http://127.0.0.1:1", Transport: newTransport(t)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := refused.GetTemplate(t.Context(), "EAA", "1"); messaging.CodeOf(err) != messaging.CodeUnavailable {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestUploadMedia(t *testing.T) {
	t.Parallel()
	type part struct{ name, filename, kind, content string }
	var parts []part
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || r.URL.Path != "/v25.0/7/media" || r.Header.Get("Authorization") != "Bearer EAA" {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		form := multipart.NewReader(r.Body, params["boundary"])
		for {
			p, err := form.NextPart()
			if err != nil {
				break
			}
			content, _ := io.ReadAll(p)
			parts = append(parts, part{p.FormName(), p.FileName(), p.Header.Get("Content-Type"), string(content)})
		}
		_, _ = io.WriteString(w, `{"id":"880011"}`)
	}))
	defer server.Close()
	client, err := whatsapp.New(whatsapp.Options{BaseURL: server.URL, Transport: newTransport(t)})
	if err != nil {
		t.Fatal(err)
	}
	file := strings.Repeat("\x00\xffpixels\r\n--", 5000)
	id, err := client.UploadMedia(t.Context(), "EAA", "7", "a\"\r\nX: y.jpg", "image/jpeg", strings.NewReader(file))
	if err != nil || id != "880011" || len(parts) != 3 {
		t.Fatalf("%q %v, %d parts", id, err, len(parts))
	}
	got := map[string]part{}
	for _, p := range parts {
		got[p.name] = p
	}
	if got["messaging_product"].content != "whatsapp" || got["type"].content != "image/jpeg" || got["file"] != (part{"file", "a___X: y.jpg", "image/jpeg", file}) {
		t.Errorf("%q %q %q", got["messaging_product"].content, got["file"].filename, got["file"].kind)
	}
	broken := io.MultiReader(strings.NewReader("half"), failing{})
	if _, err := client.UploadMedia(t.Context(), "EAA", "7", "x", "image/jpeg", broken); messaging.CodeOf(err) != messaging.CodeUnavailable {
		t.Errorf("a file that cannot be read: %v", err)
	}
	if _, err := client.UploadMedia(t.Context(), "EAA", "7", "x", "image/jpeg\r\nX: y", strings.NewReader("")); messaging.CodeOf(err) != messaging.CodeInvalid {
		t.Errorf("a type with a line break: %v", err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }
