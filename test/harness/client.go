package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
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
	seed   string // of the authenticator app
	last   int64  // the newest 30-second step whose code was used
}

// Client makes one without a credential.
func (b *Box) Client(t testing.TB) *Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{box: b, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
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
}

// Code is the first error's code, empty without errors.
func (a Answer) Code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	return a.Errors[0].Extensions.Code
}

// Ask sends an operation and gives the answer, whatever it is.
func (c *Client) Ask(t testing.TB, query string, variables map[string]any) Answer {
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
	response := c.do(t, request)
	defer response.Body.Close()
	answer := Answer{Status: response.StatusCode}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatalf("HTTP %d, not JSON: %s", response.StatusCode, raw)
	}
	return answer
}

func (c *Client) do(t testing.TB, request *http.Request) *http.Response {
	t.Helper()
	if c.Bearer != "" {
		request.Header.Set("Authorization", "Bearer "+c.Bearer)
	}
	response, err := c.http.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", request.Method, request.URL.Path, err)
	}
	return response
}

// Must sends an operation that has to succeed and reads its data into out.
func (c *Client) Must(t testing.TB, query string, variables map[string]any, out any) {
	t.Helper()
	answer := c.Ask(t, query, variables)
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
	response := c.do(t, request)
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	return response.StatusCode, string(raw)
}

// Code gives the authenticator's next unused code; where the present one is used up it takes the one after, which the
// server accepts too, and waits for the clock only when that is used as well.
func (c *Client) Code(t testing.TB) string {
	t.Helper()
	step := max(time.Now().Unix()/30, c.last+1)
	if ahead := time.Until(time.Unix((step-1)*30, 0)); ahead > 0 {
		timer := time.NewTimer(ahead)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
	c.last = step
	code, err := totp.GenerateCodeCustom(c.seed, time.Unix(step*30, 0), totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
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
	c.seed = strings.ReplaceAll(begun.BeginEnrolment.ManualKey, " ", "")
	c.seed = strings.ReplaceAll(c.seed, "-", "")
	var confirmed struct {
		ConfirmEnrolment struct {
			AccessToken   string
			RecoveryCodes []string
			UserErrors    UserErrors
		}
	}
	c.Must(t, `mutation($i: SecondFactorInput!) { confirmEnrolment(input: $i) { accessToken recoveryCodes userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"pendingToken": pending, "code": c.Code(t)}}, &confirmed)
	confirmed.ConfirmEnrolment.UserErrors.None(t)
	if len(confirmed.ConfirmEnrolment.RecoveryCodes) != 10 {
		t.Fatalf("%d recovery codes, want 10", len(confirmed.ConfirmEnrolment.RecoveryCodes))
	}
	c.Bearer = confirmed.ConfirmEnrolment.AccessToken
	c.box.secrets.Add(c.seed, pending, c.Bearer)
	c.box.secrets.Add(confirmed.ConfirmEnrolment.RecoveryCodes...)
}
