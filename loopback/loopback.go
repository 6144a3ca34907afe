// Package loopback knows what does not leave this host. There may go without TLS what nowhere else may.
package loopback

import (
	"net/netip"
	"strings"
)

// Host tells whether a host's name or address, IPv6 with or without brackets, is this host's own. Only the one name is
// taken that needs no asking; an address in another spelling than the plain one is taken for a stranger's.
func Host(host string) bool {
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	return host == "localhost" || err == nil && address.Unmap().IsLoopback()
}
