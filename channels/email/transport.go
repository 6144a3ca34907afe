package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"posthaste/loopback"
)

// Options say where the mail server is.
type Options struct {
	// URL is smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465 (TLS from the start). The password
	// may be given apart. Without a port: 587, and 465.
	URL      string
	Password string
	From     string // "Acme Tea <no-reply@acme.example>" or the address alone
	// Plain lets smtp:// go without TLS to a host beyond loopback, over a network that others keep safe.
	Plain   bool
	Timeout time.Duration // for one mail, from dialling to the last answer; 0 means 30 s
	TLS     *tls.Config   // nil trusts the system's authorities
}

// Transport sends mails. It is safe for concurrent use; every mail has a connection of its own.
type Transport struct {
	from    mail.Address
	domain  string
	host    string
	options []gomail.Option
	timeout time.Duration
}

// ErrRefused says that the server will not take this mail, now or later.
var ErrRefused = errors.New("the mail was refused")

// ErrSetting says that the options cannot work.
var ErrSetting = errors.New("mail settings")

// New checks the options. It does not connect: a mail server that is away must keep nothing from starting.
func New(o Options) (*Transport, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("%w: give smtp://user@host:587 or smtps://user@host:465", ErrSetting) // url.Error would repeat the password
	}
	from, err := mail.ParseAddress(o.From)
	if err != nil || hasControl(o.From) {
		return nil, fmt.Errorf("%w: the sender is not an address such as Acme <no-reply@acme.example>", ErrSetting)
	}
	t := &Transport{from: *from, domain: from.Address[strings.LastIndexByte(from.Address, '@')+1:], host: u.Hostname(), timeout: o.Timeout}
	if t.timeout == 0 {
		t.timeout = 30 * time.Second
	}
	t.options = []gomail.Option{gomail.WithTimeout(t.timeout), gomail.WithHELO(t.domain), gomail.WithTLSConfig(tlsConfig(o.TLS, t.host))}
	port := 587
	switch {
	case u.Scheme == "smtps":
		port = 465
		t.options = append(t.options, gomail.WithSSL())
	case loopback.Host(t.host) || o.Plain:
		t.options = append(t.options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		t.options = append(t.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil || port < 1 || port > 65535 {
			return nil, fmt.Errorf("%w: the port is not a number from 1 to 65535", ErrSetting)
		}
	}
	t.options = append(t.options, gomail.WithPort(port))
	if user := u.User.Username(); user != "" {
		password, _ := u.User.Password()
		if o.Password != "" {
			password = o.Password
		}
		if password == "" {
			return nil, fmt.Errorf("%w: the user has no password", ErrSetting)
		}
		t.options = append(t.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user), gomail.WithPassword(password))
	}
	return t, nil
}

// tlsConfig verifies the server's name, and takes TLS 1.2 with forward secrecy and AEAD at the least.
func tlsConfig(base *tls.Config, host string) *tls.Config {
	config := base.Clone()
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	config.ServerName, config.MinVersion = host, tls.VersionTLS12
	config.CipherSuites = []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	}
	return config
}

// Message is one mail to one address.
type Message struct {
	ID      string // the same at every try, so that a mail taken twice can be known as one
	To      string
	Subject string
	Text    string
	HTML    string
	Date    time.Time
}

// Send hands one mail to the server and waits for its answer. An error that wraps ErrRefused is for good; any other may
// pass. Its text names no address and repeats nothing the server said but numbers.
func (t *Transport) Send(ctx context.Context, m Message) error {
	msg, err := t.message(m)
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(t.host, t.options...)
	if err != nil {
		return fmt.Errorf("%w: the client cannot be made", ErrSetting)
	}
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return failure(err, msg)
	}
	return nil
}

// message puts the mail together. A header takes no control character, whoever wrote its value.
func (t *Transport) message(m Message) (*gomail.Msg, error) {
	to, err := mail.ParseAddress(m.To)
	if err != nil || to.Name != "" || to.Address != m.To || hasControl(m.To) {
		return nil, fmt.Errorf("%w: the recipient is not a plain address", ErrRefused)
	}
	if hasControl(m.Subject) || hasControl(m.ID) || strings.ContainsAny(m.ID, "<>@ ") {
		return nil, fmt.Errorf("%w: a header holds a character that it cannot", ErrRefused)
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&t.from)
	msg.ToMailAddress(to)
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID + "@" + t.domain)
	msg.SetDateWithValue(m.Date)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar
	})
}
