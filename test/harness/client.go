package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// Client is a person's browser or a BI tool: a cookie jar and a bearer token.
type Client struct {
	box    *Box
	http   *http.Client
	Bearer string

	signedIn bool // by a person: the access token is renewed when it has run out
	app      *Authenticator
}

// Client makes one without a credential.
func (b *Box) Client(t testing.TB) *Client { return b.ClientFrom(t, "127.0.0.1") }

// ClientFrom makes one that comes from another address of this host; 127.0.0.0/8 is all its own.
func (b *Box) ClientFrom(t testing.TB, address string) *Client {
	t.Helper()
	cookies, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	transport := &http.Transport{MaxIdleConnsPerHost: 16, DialContext: func(ctx context.Context, _, target string) (net.Conn, error) {
		return dialer.DialContext(ctx, "tcp4", strings.Replace(target, "localhost", "127.0.0.1", 1))
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &Client{box: b, http: &http.Client{Jar: browserJar{cookies}, Transport: listening{transport, b.heard}, Timeout: 30 * time.Second}}
}

// Visitor asks with nothing but what its requests say, and is overheard like every client.
func (b *Box) Visitor() *http.Client {
	return &http.Client{Transport: listening{http.DefaultTransport, b.heard}}
}

// browserJar takes a loopback host for secure, as browsers do: Secure cookies are kept and sent.
type browserJar struct{ http.CookieJar }

func (j browserJar) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(secured(u)) }

func (j browserJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(secured(u), cookies)
}

func secured(u *url.URL) *url.URL {
	s := *u
	s.Scheme = "https"
	return &s
}

// Problem is an error of an operation.
type Problem struct {
	Message    string
	Extensions struct {
		Code      string
		RequestID string
	}
}

// Answer is what GraphQL said.
type Answer struct {
	Status int
	Data   json.RawMessage
	Errors []Problem
	Raw    []byte `json:"-"` // the whole body
}

// Code is the first error's code, empty without errors.
func (a Answer) Code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	return a.Errors[0].Extensions.Code
}

func (a Answer) needsStepUp() bool {
	return a.Code() == "STEP_UP_REQUIRED" || bytes.Contains(a.Data, []byte(`"code":"STEP_UP_REQUIRED"`))
}

// Ask sends an operation and gives the answer, whatever it is.
func (c *Client) Ask(t testing.TB, query string, variables map[string]any) Answer {
	t.Helper()
	answer, err := c.Try(t, query, variables)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// Try is Ask where no answer is expected of a server that may be down.
func (c *Client) Try(t testing.TB, query string, variables map[string]any) (Answer, error) {
	t.Helper()
	answer, err := c.try(t, query, variables)
	if err == nil && answer.Code() == "UNAUTHENTICATED" && c.signedIn && !strings.Contains(query, "refreshSession") {
		if err := c.refresh(t); err != nil {
			return answer, err
		}
		return c.try(t, query, variables)
	}
	return answer, err
}

// refresh renews the access token by the cookie, as the portal does.
func (c *Client) refresh(t testing.TB) error {
	t.Helper()
	c.Bearer = ""
	answer, err := c.try(t, `mutation { refreshSession { accessToken userErrors { code } } }`, nil)
	if err != nil {
		return err
	}
	var renewed struct{ RefreshSession struct{ AccessToken string } }
	if err := json.Unmarshal(answer.Data, &renewed); err != nil || renewed.RefreshSession.AccessToken == "" {
		return fmt.Errorf("the session was not renewed: %s", answer.Code())
	}
	c.Bearer = c.box.Secret(renewed.RefreshSession.AccessToken)
	return nil
}

func (c *Client) try(t testing.TB, query string, variables map[string]any) (Answer, error) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.box.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	answer := Answer{Status: response.StatusCode}
	if answer.Raw, err = io.ReadAll(response.Body); err != nil {
		return Answer{}, fmt.Errorf("read the answer: %w", err)
	}
	if err := json.Unmarshal(answer.Raw, &answer); err != nil {
		return Answer{}, fmt.Errorf("HTTP %d, not JSON: %s", response.StatusCode, answer.Raw)
	}
	return answer, nil
}

func (c *Client) do(request *http.Request) (*http.Response, error) {
	if c.Bearer != "" {
		request.Header.Set("Authorization", "Bearer "+c.Bearer)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", request.Method, request.URL.Path, err)
	}
	return response, nil
}

// Must sends an operation that has to succeed and reads its data into out. Where a fresh factor is asked for it is given.
func (c *Client) Must(t testing.TB, query string, variables map[string]any, out any) {
	t.Helper()
	answer := c.Ask(t, query, variables)
	if c.app != nil && c.signedIn && answer.needsStepUp() {
		c.StepUp(t)
		answer = c.Ask(t, query, variables)
	}
	if len(answer.Errors) > 0 {
		t.Fatalf("%s: %s %s", firstLine(query), answer.Code(), answer.Errors[0].Message)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(answer.Data, out); err != nil {
		t.Fatalf("%s: read the data: %v", firstLine(query), err)
	}
}

func firstLine(query string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(query), "\n")
	return line
}

// Put streams a file to an upload address.
func (c *Client) Put(t testing.TB, url string, file io.Reader) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, file)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "text/csv")
	response, err := c.do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	return response.StatusCode, string(raw)
}

// Authenticator is the app on a person's phone, whatever they sign in from.
type Authenticator struct {
	seed string
	last int64 // the newest 30-second step whose code was used
}

// NewAuthenticator takes the secret that an enrolment showed.
func NewAuthenticator(seed string) *Authenticator { return &Authenticator{seed: seed} }

// Carry gives what another device needs to go on as this app: the secret, and the newest step whose code was used.
func (a *Authenticator) Carry() (seed string, last int64) { return a.seed, a.last }

// Code gives the next unused code; where the present one is used up it takes the one after, which the server accepts
// too, and waits for the clock only when that is used as well.
func (a *Authenticator) Code(t testing.TB) string {
	t.Helper()
	step := max(time.Now().Unix()/30, a.last+1)
	if ahead := time.Until(time.Unix((step-1)*30, 0)); ahead > 0 {
		timer := time.NewTimer(ahead)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
	a.last = step
	code, err := totp.GenerateCodeCustom(a.seed, time.Unix(step*30, 0), totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// UserErrors are refusals of a mutation's input.
type UserErrors []struct{ Field, Code, Message string }

// None fails the test when there are any.
func (e UserErrors) None(t testing.TB) {
	t.Helper()
	if len(e) > 0 {
		t.Fatalf("refused: %s", fmt.Sprint(e))
	}
}

// Join accepts an invite: name and password, then the enrolment of an authenticator app. Afterwards the client is signed in.
func (c *Client) Join(t testing.TB, inviteURL, name, password string) {
	t.Helper()
	c.box.Link(inviteURL)
	_, token, found := strings.Cut(inviteURL, "#")
	if !found {
		t.Fatalf("the invite's address has no token")
	}
	c.box.secrets.Add(token, password)
	var accepted struct {
		AcceptInvite struct {
			State, PendingToken string
			UserErrors          UserErrors
		}
	}
	c.Must(t, `mutation($i: AcceptInviteInput!) { acceptInvite(input: $i) { state pendingToken userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"token": token, "name": name, "password": password}}, &accepted)
	accepted.AcceptInvite.UserErrors.None(t)
	c.enrol(t, accepted.AcceptInvite.PendingToken)
}

func (c *Client) enrol(t testing.TB, pending string) {
	t.Helper()
	var begun struct {
		BeginEnrolment struct {
			ManualKey  string
			UserErrors UserErrors
		}
	}
	c.Must(t, `mutation($p: String!) { beginEnrolment(pendingToken: $p) { manualKey userErrors { field code message } } }`,
		map[string]any{"p": pending}, &begun)
	begun.BeginEnrolment.UserErrors.None(t)
	c.app = NewAuthenticator(strings.NewReplacer(" ", "", "-", "").Replace(begun.BeginEnrolment.ManualKey))
	var confirmed struct {
		ConfirmEnrolment struct {
			AccessToken   string
			RecoveryCodes []string
			UserErrors    UserErrors
		}
	}
	c.Must(t, `mutation($i: SecondFactorInput!) { confirmEnrolment(input: $i) { accessToken recoveryCodes userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"pendingToken": pending, "code": c.app.Code(t)}}, &confirmed)
	confirmed.ConfirmEnrolment.UserErrors.None(t)
	if len(confirmed.ConfirmEnrolment.RecoveryCodes) != 10 {
		t.Fatalf("%d recovery codes, want 10", len(confirmed.ConfirmEnrolment.RecoveryCodes))
	}
	c.Bearer, c.signedIn = confirmed.ConfirmEnrolment.AccessToken, true
	c.box.secrets.Add(c.app.seed, pending, c.Bearer)
	c.box.secrets.Add(confirmed.ConfirmEnrolment.RecoveryCodes...)
}

// SignIn signs a person in who has an authenticator app: password, then a code.
func (c *Client) SignIn(t testing.TB, email, password string, app *Authenticator) {
	t.Helper()
	c.app = app
	if refused := c.Confirm(t, c.Password(t, email, password), app.Code(t)); refused != "" {
		t.Fatalf("the second factor was refused: %s", refused)
	}
}

// Password is the first step. It gives the token for the next.
func (c *Client) Password(t testing.TB, email, password string) (pending string) {
	t.Helper()
	var first struct {
		SignIn struct {
			State, PendingToken string
			UserErrors          UserErrors
		}
	}
	c.Must(t, `mutation($i: SignInInput!) { signIn(input: $i) { state pendingToken userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"email": email, "password": password}}, &first)
	first.SignIn.UserErrors.None(t)
	if first.SignIn.State != "SECOND_FACTOR" {
		t.Fatalf("after the password: %s", first.SignIn.State)
	}
	return c.box.Secret(first.SignIn.PendingToken)
}

// Confirm is the second step. It gives the code of the refusal, if any.
func (c *Client) Confirm(t testing.TB, pending, code string) (refused string) {
	t.Helper()
	answer := c.Ask(t, `mutation($i: SecondFactorInput!) { confirmSecondFactor(input: $i) { accessToken userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"pendingToken": pending, "code": code}})
	if answer.Code() != "" {
		return answer.Code()
	}
	var second struct {
		ConfirmSecondFactor struct {
			AccessToken string
			UserErrors  UserErrors
		}
	}
	if err := json.Unmarshal(answer.Data, &second); err != nil {
		t.Fatal(err)
	}
	if refusals := second.ConfirmSecondFactor.UserErrors; len(refusals) > 0 {
		return refusals[0].Code
	}
	c.Bearer, c.signedIn = c.box.Secret(second.ConfirmSecondFactor.AccessToken), true
	return ""
}

// StepUp makes the second factor fresh again.
func (c *Client) StepUp(t testing.TB) {
	t.Helper()
	var done struct {
		StepUp struct{ UserErrors UserErrors }
	}
	c.Must(t, `mutation($c: String!) { stepUp(code: $c) { userErrors { field code message } } }`, map[string]any{"c": c.app.Code(t)}, &done)
	done.StepUp.UserErrors.None(t)
}

// Authenticator is the person's app.
func (c *Client) Authenticator() *Authenticator { return c.app }
