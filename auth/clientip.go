package auth

import (
	"errors"
	"fmt"
	"net/netip"
	"net/textproto"
	"slices"
	"strings"
)

// ErrClientIP is what Resolve gives when it cannot tell who is calling. The request must be refused.
var ErrClientIP = errors.New("auth: the client's address cannot be told")

// ErrUnnamedProxy is an ErrClientIP: a program on this host forwards what others ask, and no trusted proxy is configured.
// Everybody would seem to come from this host, and a list that holds it would be open to the world.
var ErrUnnamedProxy = fmt.Errorf("%w: a proxy on this host is not configured", ErrClientIP)

// ClientIP finds the client's address: one answer for allow-list, limits and audit. By default it is the TCP peer, and
// headers say nothing. Behind proxies it is read from exactly one header, and only when the peer itself is trusted.
type ClientIP struct {
	trusted []netip.Prefix
	header  string
	unix    bool
}

// NewClientIP takes the networks of the trusted proxies, the name of the one header they append to (X-Forwarded-For and
// its like: addresses parted by commas), and whether peers on a Unix socket are trusted too. Without trusted peers there
// must be no header, and the other way round: either alone is a mistake that would go unnoticed.
func NewClientIP(trusted []netip.Prefix, header string, unix bool) (ClientIP, error) {
	if trusts := len(trusted) > 0 || unix; trusts != (header != "") {
		return ClientIP{}, errors.New("trusted proxies and the header they set must be configured together")
	}
	if strings.EqualFold(header, "Forwarded") {
		return ClientIP{}, errors.New("the header Forwarded is not supported; let the proxy set X-Forwarded-For")
	}
	for _, p := range trusted {
		if !p.IsValid() || p != p.Masked() || p.Bits() == 0 || p.Addr().Is4In6() {
			return ClientIP{}, fmt.Errorf("trusted proxy %s must be a network in its plain form, and not everyone", p)
		}
	}
	return ClientIP{trusted: slices.Clone(trusted), header: textproto.CanonicalMIMEHeaderKey(header), unix: unix}, nil
}

// Resolve gives the client's address, plain: no IPv4 in IPv6, no zone. remote is http.Request.RemoteAddr, header its
// headers. The hops of all lines of the header are walked from the right; the first that is no trusted proxy is the
// client. When every hop is trusted, the leftmost is. A trusted peer that brings no hop, or a hop that is not an address,
// is ErrClientIP; a proxy on this host that nobody configured is ErrUnnamedProxy.
func (c ClientIP) Resolve(remote string, header map[string][]string) (netip.Addr, error) {
	peer, isAddr := parseHop(remote)
	switch {
	case isAddr && peer.IsLoopback() && c.header == "" && forwarded(header):
		return netip.Addr{}, ErrUnnamedProxy
	case isAddr && !c.trusts(peer):
		return peer, nil
	case !isAddr && !(c.unix && isUnixPeer(remote)):
		return netip.Addr{}, ErrClientIP
	}
	var hop netip.Addr
	for _, line := range slices.Backward(header[c.header]) {
		for more := strings.Trim(line, " \t") != ""; more; {
			var last string
			line, last, more = cutLast(line)
			var ok bool
			if hop, ok = parseHop(last); !ok {
				return netip.Addr{}, ErrClientIP
			}
			if !c.trusts(hop) {
				return hop, nil
			}
		}
	}
	if !hop.IsValid() {
		return netip.Addr{}, ErrClientIP
	}
	return hop, nil
}

// forwarded tells whether the request says that it was handed on.
func forwarded(header map[string][]string) bool {
	_, usual := header["X-Forwarded-For"]
	_, standard := header["Forwarded"]
	return usual || standard
}

func (c ClientIP) trusts(a netip.Addr) bool { return containsAddr(c.trusted, a) }

// isUnixPeer tells what net/http gives as RemoteAddr of a Unix socket's peer.
func isUnixPeer(remote string) bool { return remote == "" || remote == "@" }

// cutLast splits off what follows the last comma; more tells whether there was one.
func cutLast(line string) (rest, last string, more bool) {
	if i := strings.LastIndexByte(line, ','); i >= 0 {
		return line[:i], line[i+1:], true
	}
	return "", line, false
}

// parseHop reads an address with or without a port.
func parseHop(s string) (netip.Addr, bool) {
	s = strings.Trim(s, " \t")
	if a, err := netip.ParseAddr(s); err == nil {
		return plainAddr(a), true
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return plainAddr(ap.Addr()), true
	}
	if inner, ok := strings.CutPrefix(s, "["); ok && strings.HasSuffix(inner, "]") {
		if a, err := netip.ParseAddr(strings.TrimSuffix(inner, "]")); err == nil && a.Is6() {
			return plainAddr(a), true
		}
	}
	return netip.Addr{}, false
}
