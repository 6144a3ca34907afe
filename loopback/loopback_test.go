package loopback_test

import (
	"testing"

	"posthaste/loopback"
)

func TestHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "[::1]": true, "::ffff:127.0.0.1": true, "[::ffff:127.0.0.1]": true,
		"": false, "0.0.0.0": false, "::": false, "[::]": false, "203.0.113.7": false, "10.0.0.1": false, "localhost.evil.example": false,
		"127.0.0.1.evil.example": false, "127.1": false, "2130706433": false, "0x7f.0.0.1": false, "127.0.0.01": false, "::ffff:203.0.113.7": false,
		"/run/postgresql": false, "127.0.0.1:80": false, "localhost.": false, " 127.0.0.1": false,
	} {
		if got := loopback.Host(host); got != want {
			t.Errorf("%q: %t", host, got)
		}
	}
}
