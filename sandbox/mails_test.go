package sandbox

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"strings"
	"testing"
	"time"
)

func TestMailsAreKeptAndGoNowhere(t *testing.T) {
	t.Parallel()
	box, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- box.Mails().Serve(ctx, listener) }()
	control := httptest.NewServer(box.ControlHandler())
	t.Cleanup(control.Close)

	raw := "From: a@x.example\r\nTo: asha@acme.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <7@x.example>\r\n" +
		"Content-Type: multipart/alternative; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\n" +
		"Content-Transfer-Encoding: quoted-printable\r\n\r\nGo to:=20\r\nhttps://ph.example/invite#a=3Db\r\n--B\r\n" +
		"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+SGk8L2I+\r\n--B--\r\n"
	send := func() error {
		return smtp.SendMail(listener.Addr().String(), nil, "a@x.example", []string{"asha@acme.example"}, []byte(raw))
	}
	if err := send(); err != nil {
		t.Fatal(err)
	}
	kept := box.Mails().Kept("ASHA@acme.example")
	if len(kept) != 1 || len(box.Mails().Kept("ravi@acme.example")) != 0 {
		t.Fatalf("kept %+v", kept)
	}
	m := kept[0]
	if m.Subject != "Grüße" || m.ID != "7@x.example" || m.HTML != "<b>Hi</b>" || !strings.Contains(m.Text, "https://ph.example/invite#a=b") || m.Seq != 1 {
		t.Errorf("read as %+v", m)
	}
	get := func(method, path string) (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, control.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(body)
	}
	if code, body := get(http.MethodGet, "/_sandbox/mails?to=asha@acme.example"); code != 200 || !strings.Contains(body, `"subject":"Gr\u00fc\u00dfe"`) {
		t.Errorf("listed %d %s", code, body)
	}
	if code, body := get(http.MethodGet, "/_sandbox/inbox"); code != 200 || !strings.Contains(body, `<a href="https://ph.example/invite#a=b">`) {
		t.Errorf("shown %d %s", code, body)
	}
	if code, _ := get(http.MethodPut, "/_sandbox/mails/refusal/451"); code != 200 {
		t.Errorf("refusal: %d", code)
	}
	if err := send(); err == nil || !strings.HasPrefix(err.Error(), "451") {
		t.Errorf("refused with %v", err)
	}
	if code, _ := get(http.MethodPut, "/_sandbox/mails/refusal/200"); code != 400 {
		t.Errorf("a refusal that is none: %d", code)
	}
	get(http.MethodPut, "/_sandbox/mails/refusal/0")
	if err := send(); err != nil {
		t.Error(err)
	}
	get(http.MethodDelete, "/_sandbox/mails")
	if n := len(box.Mails().Kept("")); n != 0 {
		t.Errorf("%d mails after forgetting", n)
	}
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the mail server does not end")
	}
}
