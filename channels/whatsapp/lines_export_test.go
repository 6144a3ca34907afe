package whatsapp

import (
	"context"
	"crypto/x509"
	"net"
)

// DialWith has the client's lines opened by dial.
func (c *Client) DialWith(dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	c.poster.(*lines).dial = dial
}

// Trust has the client's lines trust the authorities.
func (c *Client) Trust(roots *x509.CertPool) { c.poster.(*lines).tls.RootCAs = roots }
