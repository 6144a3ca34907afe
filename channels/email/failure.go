package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"

	gomail "github.com/wneessen/go-mail"
)

// failure says what went wrong without what the server said: servers like to repeat the recipient.
func failure(err error, msg *gomail.Msg) error {
	if sent := (*gomail.SendError)(nil); errors.As(err, &sent) || errors.As(msg.SendError(), &sent) {
		code := sent.ErrorCode()
		if code >= 500 && (sent.Reason == gomail.ErrSMTPRcptTo || sent.Reason == gomail.ErrSMTPData || sent.Reason == gomail.ErrSMTPDataClose) {
			return fmt.Errorf("%w: the mail server answered %d", ErrRefused, code)
		}
		if code > 0 {
			return fmt.Errorf("the mail server answered %d", code)
		}
	}
	if answer := (*textproto.Error)(nil); errors.As(err, &answer) {
		return fmt.Errorf("the mail server answered %d before any mail", answer.Code)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("the mail server took too long")
	}
	if errors.Is(err, context.Canceled) {
		return errors.New("the process stopped before the mail server answered")
	}
	if certificate := (*tls.CertificateVerificationError)(nil); errors.As(err, &certificate) {
		return errors.New("the mail server's certificate is not trusted")
	}
	if network := (*net.OpError)(nil); errors.As(err, &network) {
		return fmt.Errorf("the mail server cannot be reached: %s", network.Op)
	}
	return errors.New("the mail server could not be talked to, or offers no TLS")
}
