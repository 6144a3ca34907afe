package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"posthaste/channels"
	"posthaste/messaging"
)

// maxManagementAnswer bounds an answer of a management call: a page of templates with all their components.
const maxManagementAnswer = 4 << 20

// APIError is the cause of a refused management call, for the log and for what follows. The caller of the call gets a
// *messaging.Error with the sentence of the playbook.
type APIError struct {
	Failure channels.Failure
	Status  int
	// Explanation is the platform's own text for the person who made the call: why a template is not in order. It may
	// hold what they wrote, so it is shown to them alone and never logged.
	Explanation string
}

func (e *APIError) Error() string {
	return fmt.Sprintf("whatsapp: the platform refused the call with code %d and HTTP status %d", e.Failure.Code, e.Status)
}

// Management calls are not repeated here. They are refused with
//
//	LIMITED       the hourly budget of calls is used up; APIError.Failure.RetryAfter says when to come again
//	NOT_FOUND     the platform does not know the object
//	INVALID       the platform refused what was sent
//	UPSTREAM      the token, the account or the platform itself is not in order
//	UNAVAILABLE   the platform could not be reached, or its answer could not be read: the change may have been made
func (c *Client) call(ctx context.Context, method, token string, query url.Values, content, answer any, path ...string) error {
	var body io.Reader
	contentType := ""
	if content != nil {
		raw, err := json.Marshal(content)
		if err != nil {
			return fmt.Errorf("whatsapp: write a management call: %w", err)
		}
		body, contentType = bytes.NewReader(raw), "application/json"
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	return c.exchange(ctx, method, token, query, body, contentType, answer, path...)
}

// exchange makes one call and reads its answer into answer.
func (c *Client) exchange(ctx context.Context, method, token string, query url.Values, body io.Reader, contentType string, answer any, path ...string) error {
	if !isToken(token) {
		return messaging.Refuse(messaging.CodeUpstream, "", "The account has no usable access token.")
	}
	if !isObjectID(path[0]) {
		return messaging.Refuse(messaging.CodeInvalid, "", "The provider's id must be a number.")
	}
	request := c.request(ctx, method, token, query, path...)
	if body != nil {
		request.Header.Set("Content-Type", contentType)
		request.Body = io.NopCloser(body)
		request.ContentLength = -1
		if sized, ok := body.(interface{ Len() int }); ok {
			request.ContentLength = int64(sized.Len())
		}
	}
	response, err := c.transport.RoundTrip(request)
	if err != nil {
		return messaging.Refuse(messaging.CodeUnavailable, "", reasonNotReached).Because(fmt.Errorf("whatsapp: %w", err))
	}
	defer response.Body.Close()
	raw, err := readAtMost(response.Body, maxManagementAnswer)
	if err != nil {
		return messaging.Refuse(messaging.CodeUnavailable, "", "WhatsApp's answer broke off or is too long.").Because(fmt.Errorf("whatsapp: %w", err))
	}
	return c.read(response, raw, answer)
}

func (c *Client) read(response *http.Response, raw []byte, answer any) error {
	var failed struct {
		Error *graphError `json:"error"`
	}
	err := json.Unmarshal(raw, &failed)
	if failed.Error != nil && failed.Error.coded() {
		return refusal(response.StatusCode, failed.Error, retryAfter(response.Header, c.now()))
	}
	if err != nil && !isTypeError(err) || response.StatusCode/100 != 2 {
		return messaging.Refuse(messaging.CodeUnavailable, "", "%s", unreadable(response.StatusCode))
	}
	if err := json.Unmarshal(raw, answer); err != nil {
		return messaging.Refuse(messaging.CodeUnavailable, "", "WhatsApp's answer has another form than expected.")
	}
	return nil
}

// refusal says by whose fault it is. The platform answers an unknown object with code 100 or 33.
func refusal(status int, e *graphError, wait time.Duration) error {
	play, _ := e.play()
	cause := &APIError{Failure: play.failure(), Status: status, Explanation: e.UserText}
	if wait > 0 {
		cause.Failure.RetryAfter = wait
	}
	subcode, _ := e.Subcode.Int64()
	code := messaging.CodeUpstream
	switch {
	case play.Code == 4 || play.Code == 80007 || play.Code/100 == 800 || play.Code == 133016:
		code = messaging.CodeLimited
	case play.Code == 33 || play.Code == 100 && subcode == objectMissing || status == http.StatusNotFound:
		code = messaging.CodeNotFound
	case play.Action == channels.Fix:
		code = messaging.CodeInvalid
	case play.Action == channels.Retry:
		code = messaging.CodeUnavailable
	}
	return messaging.Refuse(code, "", "%s", play.Happened).Because(cause)
}

// objectMissing is the subcode under code 100 for an id that does not exist or may not be seen.
const objectMissing = 33

// done is the answer of calls that only change something.
type done struct {
	Success bool `json:"success"`
}

func (d done) err() error {
	if !d.Success {
		return messaging.Refuse(messaging.CodeUpstream, "", "WhatsApp did not confirm the change.")
	}
	return nil
}
