package auth

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"posthaste/messaging"
)

func TestParseNetwork(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text     string
		everyone bool
		want     string // empty: refused
		hint     string
	}{
		{"203.0.113.7", false, "203.0.113.7/32", ""},
		{" 203.0.113.7\t", false, "203.0.113.7/32", ""},
		{"203.0.113.0/24", false, "203.0.113.0/24", ""},
		{"2001:db8::1", false, "2001:db8::1/128", ""},
		{"2001:DB8:0:0::/32", false, "2001:db8::/32", ""},
		{"::ffff:203.0.113.7", false, "203.0.113.7/32", ""},
		{"fe80::1%eth0", false, "fe80::1/128", ""},
		{"0.0.0.0/0", true, "0.0.0.0/0", ""},
		{"::/0", true, "::/0", ""},
		{"0.0.0.0/0", false, "", "everyone"},
		{"::/0", false, "", "everyone"},
		{"0.0.0.0", false, "", "no address"},
		{"::", false, "", "no address"},
		{"203.0.113.7/24", false, "", "203.0.113.0/24, or the single address 203.0.113.7"},
		{"2001:db8::1/64", false, "", "2001:db8::/64"},
		{"1.2.3.4/0", true, "", "0.0.0.0/0"},
		{"::ffff:10.1.2.3/104", false, "", "did you mean 10.0.0.0/8"},
		{"::ffff:0.0.0.0/90", false, "", "IPv4 form"},
		{"fe80::1%eth0/64", false, "", "write an address"},
		{"203.0.113.0/33", false, "", "write an address"},
		{"203.0.113.0/-1", false, "", "write an address"},
		{"203.0.113.0/024", false, "", "write an address"},
		{"203.0.113", false, "", "write an address"},
		{"203.000.113.007", false, "", "write an address"},
		{"0x7f.1", false, "", "write an address"},
		{"3405803783", false, "", "write an address"},
		{"203.0.113.0/24/24", false, "", "write an address"},
		{"203.0.113.1-203.0.113.9", false, "", "write an address"},
		{"example.com", false, "", "write an address"},
		{"", false, "", "write an address"},
		{"/", false, "", "write an address"},
	}
	for _, tt := range tests {
		got, err := ParseNetwork(tt.text, tt.everyone)
		switch {
		case tt.want != "" && (err != nil || got.String() != tt.want):
			t.Errorf("%q: %v, %v", tt.text, got, err)
		case tt.want == "" && (err == nil || !strings.Contains(err.Error(), tt.hint)):
			t.Errorf("%q: %v, %v, want %q", tt.text, got, err, tt.hint)
		case err != nil:
			wantCode(t, err, messaging.CodeInvalid)
		}
	}
}

func entries(networks ...string) []AllowEntry {
	var list []AllowEntry
	for _, n := range networks {
		list = append(list, AllowEntry{Network: netip.MustParsePrefix(n)})
	}
	return list
}

func TestAllowListDecides(t *testing.T) {
	t.Parallel()
	a := netip.MustParseAddr
	office := entries("203.0.113.0/24", "2001:db8::/32")
	off := entries("203.0.113.0/24")
	off[0].Disabled = true
	over := entries("203.0.113.0/24")
	over[0].Expires = noon
	tests := []struct {
		name string
		list AllowList
		from netip.Addr
		want bool
	}{
		{"listed", AllowList{State: AllowEnforced, Entries: office}, a("203.0.113.9"), true},
		{"listed, wrapped in IPv6", AllowList{State: AllowEnforced, Entries: office}, a("::ffff:203.0.113.9"), true},
		{"listed, IPv6 with a zone", AllowList{State: AllowEnforced, Entries: office}, a("2001:db8::9%eth0"), true},
		{"next door", AllowList{State: AllowEnforced, Entries: office}, a("203.0.114.9"), false},
		{"other family", AllowList{State: AllowEnforced, Entries: entries("0.0.0.0/0")}, a("2001:db8::1"), false},
		{"empty list", AllowList{State: AllowEnforced}, a("203.0.113.9"), false},
		{"disabled", AllowList{State: AllowEnforced, Entries: off}, a("203.0.113.9"), false},
		{"expired", AllowList{State: AllowEnforced, Entries: over}, a("203.0.113.9"), false},
		{"no address", AllowList{State: AllowEnforced, Entries: office}, netip.Addr{}, false},
		{"zero list", AllowList{}, a("203.0.113.9"), false},
		{"unknown state", AllowList{State: "OPEN", Entries: office}, a("203.0.113.9"), false},
		{"invited", AllowList{State: AllowBootstrap, Bootstrap: a("::ffff:198.51.100.1")}, a("198.51.100.1"), true},
		{"not invited", AllowList{State: AllowBootstrap, Bootstrap: a("198.51.100.1")}, a("198.51.100.2"), false},
		{"invited by nobody", AllowList{State: AllowBootstrap}, netip.Addr{}, false},
		{"bootstrap ignores entries", AllowList{State: AllowBootstrap, Entries: office}, a("203.0.113.9"), false},
	}
	for _, tt := range tests {
		if got := tt.list.Allows(tt.from, noon); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	over[0].Expires = noon.Add(time.Second)
	if !(AllowList{State: AllowEnforced, Entries: over}).Allows(a("203.0.113.9"), noon) {
		t.Error("an entry ends too early")
	}
}

func TestTrialRollsBackUnlessConfirmed(t *testing.T) {
	t.Parallel()
	home, hotel := netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("198.51.100.1")
	before := AllowList{State: AllowEnforced, Entries: entries("203.0.113.0/24", "198.51.100.0/24"), Revision: 7}
	narrow := entries("203.0.113.0/24")

	_, err := before.Propose(narrow, 1, hotel, noon, 10*time.Minute)
	wantCode(t, err, messaging.CodeConflict) // it would shut the caller out
	_, err = before.Propose(nil, 1, home, noon, 10*time.Minute)
	wantCode(t, err, messaging.CodeConflict)
	_, err = before.Propose(narrow, 1, home, noon, time.Second)
	wantCode(t, err, messaging.CodeInvalid)
	_, err = before.Propose(make([]AllowEntry, MaxAllowEntries+1), 1, home, noon, 10*time.Minute)
	wantCode(t, err, messaging.CodeInvalid)
	soonOver := entries("203.0.113.0/24")
	soonOver[0].Expires = noon.Add(5 * time.Minute)
	_, err = before.Propose(soonOver, 1, home, noon, 10*time.Minute)
	wantCode(t, err, messaging.CodeConflict) // it would shut the caller out before the trial ends

	trial, err := before.Propose(narrow, 1, home, noon, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if before.Trial != nil || trial.Revision != 8 {
		t.Errorf("the old value changed, or the revision is %d", trial.Revision)
	}
	if !trial.Allows(home, noon) || trial.Allows(hotel, noon) {
		t.Error("the trial is not in force")
	}
	_, err = trial.Propose(narrow, 1, home, noon.Add(time.Minute), 10*time.Minute)
	wantCode(t, err, messaging.CodeConflict)
	_, err = trial.Confirm(hotel, noon.Add(time.Minute))
	wantCode(t, err, messaging.CodeAddressNotListed)
	_, err = trial.Confirm(netip.Addr{}, noon.Add(time.Minute))
	wantCode(t, err, messaging.CodeAddressNotListed)

	// Nobody confirms: at its end the old list is back, by the clock alone.
	end := noon.Add(10 * time.Minute)
	if trial.Allows(hotel, end.Add(-1)) || !trial.Allows(hotel, end) {
		t.Error("the roll-back does not come at the trial's end")
	}
	_, err = trial.Confirm(home, end)
	wantCode(t, err, messaging.CodeConflict)
	if settled, changed := trial.Settle(end); !changed || settled.Trial != nil || settled.Revision != 9 || !slices.Equal(settled.Entries, before.Entries) {
		t.Errorf("settled %+v, %v", settled, changed)
	}
	if _, changed := trial.Settle(end.Add(-1)); changed {
		t.Error("a running trial was settled")
	}
	if _, err := trial.Propose(narrow, 1, home, end, 10*time.Minute); err != nil {
		t.Errorf("a new trial after one that ran out: %v", err)
	}

	// Someone confirms: the new list stays.
	kept, err := trial.Confirm(home, end.Add(-1))
	if err != nil {
		t.Fatal(err)
	}
	if kept.Allows(hotel, end.Add(time.Hour)) || !kept.Allows(home, end.Add(time.Hour)) || kept.State != AllowEnforced || kept.Revision != 9 {
		t.Errorf("kept %+v", kept)
	}
	_, err = kept.Confirm(home, end)
	wantCode(t, err, messaging.CodeConflict)
	_, err = kept.Withdraw()
	wantCode(t, err, messaging.CodeConflict)
	if back, err := trial.Withdraw(); err != nil || !back.Allows(hotel, noon) {
		t.Errorf("withdrawn: %v", err)
	}

	// The first list of a new tenant.
	fresh := AllowList{State: AllowBootstrap, Bootstrap: hotel}
	first, err := fresh.Propose(entries("198.51.100.1/32"), 1, hotel, noon, 2*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if first.Allows(home, noon) || first.Allows(home, noon.Add(time.Hour)) || !first.Allows(hotel, noon.Add(time.Hour)) {
		t.Error("a first trial that runs out does not return to the inviting address alone")
	}
}

func TestBreakGlass(t *testing.T) {
	t.Parallel()
	home, help := netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("192.0.2.5")
	network := netip.MustParsePrefix("192.0.2.5/32")
	until := noon.Add(30 * time.Minute)
	states := map[string]AllowList{
		"enforced":  {State: AllowEnforced, Entries: entries("203.0.113.0/24")},
		"bootstrap": {State: AllowBootstrap, Bootstrap: home},
		"trial":     {State: AllowEnforced, Entries: entries("203.0.113.0/24"), Trial: &Trial{Entries: entries("203.0.113.0/24"), Until: noon.Add(10 * time.Minute)}},
	}
	for name, l := range states {
		opened := l.BreakGlass(network, "incident", until)
		for _, at := range []time.Duration{0, 9 * time.Minute, 11 * time.Minute, 29 * time.Minute} {
			if !opened.Allows(help, noon.Add(at)) || !opened.Allows(home, noon.Add(at)) {
				t.Errorf("%s: shut after %v", name, at)
			}
		}
		if opened.Allows(help, until) || !opened.Allows(home, until) {
			t.Errorf("%s: it does not end in time, or ends for others", name)
		}
		if opened.Revision != l.Revision+1 || l.Allows(help, noon) {
			t.Errorf("%s: the old value changed", name)
		}
	}
}

func TestShutOut(t *testing.T) {
	t.Parallel()
	recent := []Visitor{{Address: netip.MustParseAddr("203.0.113.9"), User: 1}, {Address: netip.MustParseAddr("198.51.100.1"), User: 2},
		{Address: netip.MustParseAddr("::ffff:203.0.113.10"), Key: 3}, {User: 4}}
	var users []messaging.ID
	for _, v := range ShutOut(entries("203.0.113.0/24"), recent, noon) {
		users = append(users, v.User)
	}
	if !slices.Equal(users, []messaging.ID{2, 4}) {
		t.Errorf("shut out %v", users)
	}
}

func TestClientIP(t *testing.T) {
	t.Parallel()
	const xff = "X-Forwarded-For"
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	behind := func(unix bool) ClientIP {
		c, err := NewClientIP(trusted, "x-forwarded-for", unix)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	tests := []struct {
		name   string
		ip     ClientIP
		remote string
		lines  []string
		want   string // empty: refused
	}{
		{"default: the peer", ClientIP{}, "203.0.113.7:4711", nil, "203.0.113.7"},
		{"default: headers say nothing", ClientIP{}, "203.0.113.7:4711", []string{"198.51.100.1"}, "203.0.113.7"},
		{"default: IPv6 peer", ClientIP{}, "[2001:db8::1%eth0]:4711", nil, "2001:db8::1"},
		{"default: wrapped peer", ClientIP{}, "[::ffff:203.0.113.7]:4711", nil, "203.0.113.7"},
		{"default: no peer", ClientIP{}, "", []string{"203.0.113.7"}, ""},
		{"default: Unix socket", ClientIP{}, "@", []string{"203.0.113.7"}, ""},
		{"default: a name", ClientIP{}, "localhost:80", nil, ""},
		{"untrusted peer forges", behind(false), "203.0.113.7:1", []string{"198.51.100.1"}, "203.0.113.7"},
		{"one hop", behind(false), "10.0.0.1:1", []string{"203.0.113.7"}, "203.0.113.7"},
		{"wrapped trusted peer", behind(false), "[::ffff:10.0.0.1]:1", []string{"203.0.113.7"}, "203.0.113.7"},
		{"client forges the left", behind(false), "10.0.0.1:1", []string{"198.51.100.1, 203.0.113.7"}, "203.0.113.7"},
		{"client forges a trusted left", behind(false), "10.0.0.1:1", []string{"10.9.9.9, 203.0.113.7"}, "203.0.113.7"},
		{"two proxies", behind(false), "10.0.0.1:1", []string{"198.51.100.1, 203.0.113.7, 10.0.0.2"}, "203.0.113.7"},
		{"two lines", behind(false), "10.0.0.1:1", []string{"198.51.100.1", "203.0.113.7, 10.0.0.2"}, "203.0.113.7"},
		{"client sends a line of its own", behind(false), "10.0.0.1:1", []string{"198.51.100.1", "203.0.113.7"}, "203.0.113.7"},
		{"trusted line after", behind(false), "10.0.0.1:1", []string{"203.0.113.7", "10.0.0.2"}, "203.0.113.7"},
		{"ports", behind(false), "10.0.0.1:1", []string{"203.0.113.7:55, [fd00::2]:44"}, "203.0.113.7"},
		{"bracketed IPv6", behind(false), "10.0.0.1:1", []string{"[2001:db8::7]"}, "2001:db8::7"},
		{"wrapped hop", behind(false), "10.0.0.1:1", []string{"203.0.113.7, ::ffff:10.0.0.2"}, "203.0.113.7"},
		{"zone hides a trusted hop", behind(false), "10.0.0.1:1", []string{"203.0.113.7, fd00::2%x"}, "203.0.113.7"},
		{"tabs and spaces", behind(false), "10.0.0.1:1", []string{"\t203.0.113.7 ,\t10.0.0.2 "}, "203.0.113.7"},
		{"all trusted: the leftmost", behind(false), "10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"no header", behind(false), "10.0.0.1:1", nil, ""},
		{"empty header", behind(false), "10.0.0.1:1", []string{"", " "}, ""},
		{"client sends an empty line", behind(false), "10.0.0.1:1", []string{"", "203.0.113.7"}, "203.0.113.7"},
		{"proxy appends to an empty line", behind(false), "10.0.0.1:1", []string{", 203.0.113.7"}, "203.0.113.7"},
		{"noise on the right", behind(false), "10.0.0.1:1", []string{"203.0.113.7, unknown"}, ""},
		{"noise behind a trusted hop", behind(false), "10.0.0.1:1", []string{"unknown, 10.0.0.2"}, ""},
		{"noise beyond the client", behind(false), "10.0.0.1:1", []string{"<script>, 203.0.113.7"}, "203.0.113.7"},
		{"comma at the end", behind(false), "10.0.0.1:1", []string{"203.0.113.7,"}, ""},
		{"empty hop behind a trusted one", behind(false), "10.0.0.1:1", []string{", 10.0.0.2"}, ""},
		{"leading zeros", behind(false), "10.0.0.1:1", []string{"203.000.113.007"}, ""},
		{"a quoted hop", behind(false), "10.0.0.1:1", []string{`"203.0.113.7"`}, ""},
		{"Unix socket not configured", behind(false), "@", []string{"203.0.113.7"}, ""},
		{"Unix socket", behind(true), "@", []string{"203.0.113.7"}, "203.0.113.7"},
		{"Unix socket, unnamed", behind(true), "", []string{"203.0.113.7, 10.0.0.2"}, "203.0.113.7"},
		{"Unix socket without header", behind(true), "@", nil, ""},
		{"noise for a peer", behind(true), "noise", []string{"203.0.113.7"}, ""},
	}
	for _, tt := range tests {
		header := map[string][]string{xff: tt.lines, "X-Real-Ip": {"192.0.2.99"}, "Forwarded": {"for=192.0.2.99"}, "X-Client-Ip": {"192.0.2.99"}}
		got, err := tt.ip.Resolve(tt.remote, header)
		if tt.want == "" {
			if !errors.Is(err, ErrClientIP) || got.IsValid() {
				t.Errorf("%s: %v, %v", tt.name, got, err)
			}
		} else if err != nil || got.String() != tt.want {
			t.Errorf("%s: %v, %v, want %s", tt.name, got, err, tt.want)
		}
	}
}

func TestClientIPConfiguration(t *testing.T) {
	t.Parallel()
	p := func(s string) []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix(s)} }
	bad := map[string]struct {
		trusted []netip.Prefix
		header  string
		unix    bool
	}{
		"header without proxies": {nil, "X-Forwarded-For", false},
		"proxies without header": {p("10.0.0.0/8"), "", false},
		"socket without header":  {nil, "", true},
		"Forwarded":              {p("10.0.0.0/8"), "forwarded", false},
		"everyone":               {p("0.0.0.0/0"), "X-Forwarded-For", false},
		"host bits":              {p("10.1.0.0/8"), "X-Forwarded-For", false},
		"wrapped":                {p("::ffff:10.0.0.0/104"), "X-Forwarded-For", false},
		"invalid":                {[]netip.Prefix{{}}, "X-Forwarded-For", false},
	}
	for name, tt := range bad {
		if _, err := NewClientIP(tt.trusted, tt.header, tt.unix); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := NewClientIP(nil, "", false); err != nil {
		t.Error(err)
	}
}

// FuzzClientIP checks the rule's core against any header: the answer is the peer when it is untrusted; else it stands in
// the header, everything to its right is trusted, and it is itself trusted only if everything is.
func FuzzClientIP(f *testing.F) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	c, err := NewClientIP(trusted, "X-Forwarded-For", true)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("10.0.0.1:1", "203.0.113.7, 10.0.0.2", "")
	f.Add("@", ",,", "[::1]:x")
	f.Add("203.0.113.7:1", "10.0.0.1", "10.0.0.2")
	f.Add("10.0.0.1:1", "10.0.0.3", "10.0.0.2")
	f.Fuzz(func(t *testing.T, remote, first, second string) {
		got, err := c.Resolve(remote, map[string][]string{"X-Forwarded-For": {first, second}})
		if err != nil {
			if got.IsValid() {
				t.Fatal("an address beside an error")
			}
			return
		}
		if !got.IsValid() || got.Is4In6() || got.Zone() != "" {
			t.Fatalf("not plain: %v", got)
		}
		peer, isAddr := parseHop(remote)
		if isAddr && !c.trusts(peer) {
			if got != peer {
				t.Fatalf("an untrusted peer %v became %v", peer, got)
			}
			return
		}
		var hops []netip.Addr
		seen := false
		for _, part := range strings.Split(first+","+second, ",") {
			hop, _ := parseHop(part)
			hops = append(hops, hop)
		}
		for _, hop := range slices.Backward(hops) {
			if hop == got && (!c.trusts(hop) || hop.IsValid()) {
				seen = true
				if !c.trusts(hop) {
					return // every hop right of it was trusted or empty, or an error would have come first
				}
			} else if hop.IsValid() && !c.trusts(hop) {
				t.Fatalf("%v is left of the untrusted %v", got, hop)
			}
		}
		if !seen || !c.trusts(got) {
			t.Fatalf("%v is not in the header", got)
		}
	})
}

// FuzzParseNetwork: what is taken is in its one spelling, never everyone, and contains what it was written as.
func FuzzParseNetwork(f *testing.F) {
	for _, s := range []string{"203.0.113.7", "203.0.113.0/24", "::ffff:1.2.3.4", "2001:db8::/32", "::ffff:0:0/96", "fe80::1%z", "0.0.0.0/0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		network, err := ParseNetwork(text, false)
		if err != nil {
			if messaging.CodeOf(err) != messaging.CodeInvalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, err := ParseNetwork(network.String(), false)
		if err != nil || again != network || network.Bits() == 0 || network != network.Masked() || network.Addr().Is4In6() || network.Addr().Zone() != "" {
			t.Fatalf("%q became %v, then %v, %v", text, network, again, err)
		}
		address, _, _ := strings.Cut(strings.TrimSpace(text), "/")
		if a, err := netip.ParseAddr(address); err != nil || !network.Contains(plainAddr(a)) {
			t.Fatalf("%q does not contain itself", text)
		}
	})
}

// FuzzAllowList drives the list through random acts and checks after each that nobody enters but those whom the list in
// force names, that no act shuts out who did it, and that revisions grow.
func FuzzAllowList(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Add(uint64(77), uint64(3))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		r := rand.New(rand.NewPCG(a, b))
		address := func() netip.Addr { return netip.MustParseAddr(fmt.Sprintf("192.0.2.%d", r.IntN(4))) }
		some := func() []AllowEntry {
			var list []AllowEntry
			for i := range 4 {
				if r.IntN(2) == 0 {
					e := AllowEntry{Network: netip.MustParsePrefix(fmt.Sprintf("192.0.2.%d/32", i)), Disabled: r.IntN(4) == 0}
					if r.IntN(4) == 0 {
						e.Expires = noon.Add(time.Duration(r.IntN(120)) * time.Minute)
					}
					list = append(list, e)
				}
			}
			return list
		}
		list, now := AllowList{State: AllowBootstrap, Bootstrap: address()}, noon
		for range 30 {
			now = now.Add(time.Duration(r.IntN(10)) * time.Minute)
			caller := address()
			next, err := list, error(nil)
			acted := r.IntN(4)
			if !list.Allows(caller, now) {
				acted = 4 // the edge lets nobody else act
			}
			switch acted {
			case 0:
				next, err = list.Propose(some(), 1, caller, now, time.Duration(2+r.IntN(20))*time.Minute)
			case 1:
				next, err = list.Confirm(caller, now)
			case 2:
				next, _ = list.Settle(now)
			}
			if err == nil && acted < 3 && !next.Allows(caller, now) {
				t.Fatalf("act %d shut out its caller", acted)
			}
			if err != nil && next.Revision != list.Revision {
				t.Fatal("a refused act changed the list")
			}
			if next.Revision < list.Revision {
				t.Fatal("the revision fell")
			}
			list = next
			force := list.Entries
			if list.Trial != nil && now.Before(list.Trial.Until) {
				force = list.Trial.Entries
			} else if list.State == AllowBootstrap {
				force = []AllowEntry{{Network: netip.PrefixFrom(list.Bootstrap, 32)}}
			}
			for i := range 5 {
				who := netip.MustParseAddr(fmt.Sprintf("192.0.2.%d", i))
				named := false
				for _, e := range force {
					named = named || (e.Network.Addr() == who && !e.Disabled && (e.Expires.IsZero() || e.Expires.After(now)))
				}
				if list.Allows(who, now) != named {
					t.Fatalf("%v at %v: allowed %v, named %v", who, now, !named, named)
				}
			}
		}
	})
}

func BenchmarkAllows(b *testing.B) {
	var list AllowList
	list.State = AllowEnforced
	for i := range MaxAllowEntries {
		list.Entries = append(list.Entries, AllowEntry{Network: netip.MustParsePrefix(fmt.Sprintf("10.%d.%d.0/24", i/256, i%256))})
	}
	address := netip.MustParseAddr("203.0.113.9")
	for b.Loop() {
		if list.Allows(address, noon) {
			b.Fatal("allowed")
		}
	}
}
