package whatsapp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"posthaste/channels"
)

// Options tell where the platform is and how to reach it.
type Options struct {
	BaseURL   string            // "https://graph.facebook.com", or a sandbox
	Version   string            // "v25.0"; DefaultVersion if empty
	Transport http.RoundTripper // of all calls; must not retry a request of which bytes may have left. Nil: the client's own
	Timeout   time.Duration     // of one call, DefaultTimeout if 0
	Now       func() time.Time  // time.Now if nil; reads Retry-After dates
}

const (
	// DefaultBaseURL is Meta's Graph API.
	DefaultBaseURL = "https://graph.facebook.com"
	// DefaultVersion is the newest Graph version these calls were written against.
	DefaultVersion = "v25.0"
	// DefaultTimeout of one call. Meta answers a send in well under a second; a call that lasts longer ends Unknown,
	// so the time is chosen long enough to make that rare.
	DefaultTimeout = 20 * time.Second

	maxAnswer = 64 << 10 // of a send; answers seen are under 1 KiB
)

// Client sends messages and keeps templates and numbers. It is safe for concurrent use.
type Client struct {
	base      url.URL           // with the version in its path
	transport http.RoundTripper // of management calls
	poster    poster
	timeout   time.Duration
	now       func() time.Time
}

var _ channels.Channel = (*Client)(nil)

// New makes a client. It opens no connection. The error tells which option is wrong.
func New(o Options) (*Client, error) {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" || base.RawQuery != "" || base.User != nil || base.EscapedPath() != base.Path {
		return nil, errors.New("whatsapp: the base URL must be http(s)://host[/path]")
	}
	if o.Version == "" {
		o.Version = DefaultVersion
	}
	if strings.ContainsAny(o.Version, "/?#%") {
		return nil, errors.New("whatsapp: the version must be of the form v25.0")
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	base.Path = strings.TrimSuffix(base.Path, "/") + "/" + o.Version
	c := &Client{base: *base, transport: o.Transport, poster: newPoster(base, o.Transport), timeout: o.Timeout, now: o.Now}
	if c.transport == nil {
		c.transport = NewTransport()
	}
	return c, nil
}

// NewTransport gives the connections that suit sending: HTTP/1.1, so that one broken connection leaves one message in
// doubt and not a hundred, and enough of them for 1,000 messages a second at 0.4 s each. Idle ones are closed early,
// before the provider does so in the moment of a write.
func NewTransport() *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout:    5 * time.Second,
		Protocols:              protocols,
		MaxConnsPerHost:        400,
		MaxIdleConnsPerHost:    400,
		MaxIdleConns:           0,
		IdleConnTimeout:        20 * time.Second,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxAnswer,
	}
}

// Send posts one message. See the table in outcome.go for how an answer becomes a verdict. Outgoing.TTL is not used: on
// WhatsApp the time to live is a property of the template.
func (c *Client) Send(ctx context.Context, out channels.Outgoing) channels.Outcome {
	if !isObjectID(out.Account.SenderID) {
		return notSent(channels.Stop, channels.OfSender, "The sender has no phone-number id.")
	}
	if !isToken(out.Account.Token) {
		return notSent(channels.Stop, channels.OfAccount, "The account has no usable access token.")
	}
	content, err := body(out)
	if err != nil {
		return notSent(channels.Fix, channels.OfMessage, "The message cannot be written for WhatsApp: "+err.Error()+".")
	}
	if ctx.Err() != nil {
		return notSent(channels.Retry, channels.OfMessage, reasonNotReached)
	}

	r, left, err := c.poster.post(ctx, c.timeout, c.base.Path+"/"+out.Account.SenderID+"/messages", out.Account.Token, content)
	switch {
	case errors.Is(err, errTooLong):
		return unknown(channels.OfMessage, "WhatsApp's answer is too long.")
	case err != nil && !left:
		return notSent(channels.Retry, channels.OfAccount, reasonNotReached)
	case err != nil:
		return unknown(channels.OfMessage, "The connection to WhatsApp broke, or no whole answer came in time.")
	}
	return outcome(r.status, r.content, retryAfter(r.header, c.now()))
}

var jsonContent = []string{"application/json"}

// request makes a request to /{version}/{path…}. The parts of the path must be object ids or constants.
func (c *Client) request(ctx context.Context, method, token string, query url.Values, path ...string) *http.Request {
	target := c.base
	target.Path += "/" + strings.Join(path, "/")
	target.RawQuery = query.Encode()
	request := &http.Request{
		Method: method, URL: &target, Host: target.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Authorization": {"Bearer " + token}, "User-Agent": userAgent},
	}
	return request.WithContext(ctx)
}

var userAgent = []string{"posthaste"}

var errTooLong = errors.New("whatsapp: the answer is too long")

// readAtMost reads all of r, or fails if it is longer than limit.
func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, errTooLong
	}
	return b, nil
}

// isObjectID keeps anything but digits out of the path.
func isObjectID(s string) bool { return len(s) <= 32 && isDigits(s) }

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// isToken keeps out what may not stand in a header.
func isToken(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}
