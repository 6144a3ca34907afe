package auth

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"posthaste/messaging"
)

// MaxAllowEntries bounds a list: it is walked on every request.
const MaxAllowEntries = 500

// AllowEntry lets one network in.
type AllowEntry struct {
	Network  netip.Prefix
	Label    string
	Disabled bool
	Expires  time.Time // zero: never
}

func (e AllowEntry) serves(address netip.Addr, now time.Time) bool {
	return !e.Disabled && (e.Expires.IsZero() || now.Before(e.Expires)) && e.Network.Contains(address)
}

// ParseNetwork reads one address or one network in CIDR form, of IPv4 or IPv6, into its one spelling. It refuses with
// INVALID, and where it can with the spelling that was probably meant: host bits set, IPv4 inside IPv6, a zone, and the
// whole Internet unless everyone is true.
func ParseNetwork(text string, everyone bool) (netip.Prefix, error) {
	refuse := func(sentence string, args ...any) (netip.Prefix, error) {
		return netip.Prefix{}, messaging.Refuse(messaging.CodeInvalid, "network", sentence, args...)
	}
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "/") {
		address, err := netip.ParseAddr(text)
		if err != nil {
			return refuse("write an address such as 203.0.113.7 or a network such as 203.0.113.0/24")
		}
		address = plainAddr(address)
		if address.IsUnspecified() {
			return refuse("%s is no address of a client", address)
		}
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return refuse("write an address such as 203.0.113.7 or a network such as 203.0.113.0/24")
	}
	if network.Addr().Is4In6() {
		if network.Bits() < 96 {
			return refuse("write IPv4 networks in IPv4 form")
		}
		meant := netip.PrefixFrom(network.Addr().Unmap(), network.Bits()-96).Masked()
		return refuse("write IPv4 networks in IPv4 form; did you mean %s?", meant)
	}
	if network != network.Masked() {
		return refuse("the address has bits beyond its mask; did you mean %s, or the single address %s?", network.Masked(), network.Addr())
	}
	if network.Bits() == 0 && !everyone {
		return refuse("%s is everyone; list the networks that your people use", network)
	}
	return network, nil
}

// plainAddr is the one form of an address: IPv4 not wrapped in IPv6, no zone.
func plainAddr(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// AllowState is how a tenant's list stands.
type AllowState string

const (
	// AllowBootstrap is a new tenant's: only the address that accepted the invitation may enter, until a list is saved.
	AllowBootstrap AllowState = "BOOTSTRAP"
	// AllowEnforced lets in who is listed. An empty list lets in nobody.
	AllowEnforced AllowState = "ENFORCED"
)

// Trial is a change that is in force but not kept: unless it is confirmed in time, from an address that it lets in, the
// list before it returns by itself.
type Trial struct {
	Entries []AllowEntry
	Until   time.Time
	By      messaging.ID // who proposed it
}

// AllowList is a tenant's list with its state. The zero value lets nobody in. It is a value: the methods give a new one
// to store, with a Revision one higher, and the caller stores it on condition that the stored Revision is still the old.
type AllowList struct {
	State     AllowState
	Bootstrap netip.Addr // in AllowBootstrap: the address that may enter
	Entries   []AllowEntry
	Trial     *Trial
	Revision  int64
}

// Allows decides on one address. It is asked on every request of every kind of credential.
func (l AllowList) Allows(address netip.Addr, now time.Time) bool {
	address = plainAddr(address)
	if !address.IsValid() {
		return false
	}
	if l.OnTrial(now) {
		return entriesAllow(l.Trial.Entries, address, now)
	}
	switch l.State {
	case AllowEnforced:
		return entriesAllow(l.Entries, address, now)
	case AllowBootstrap:
		return l.Bootstrap.IsValid() && address == plainAddr(l.Bootstrap)
	default:
		return false
	}
}

func entriesAllow(entries []AllowEntry, address netip.Addr, now time.Time) bool {
	return slices.ContainsFunc(entries, func(e AllowEntry) bool { return e.serves(address, now) })
}

// OnTrial tells whether a trial is in force. Its end needs no clock-work: from then on it just does not count.
func (l AllowList) OnTrial(now time.Time) bool { return l.Trial != nil && now.Before(l.Trial.Until) }

// Bounds of a trial.
const (
	MinTrial = 10 * time.Second
	MaxTrial = time.Hour
)

// Propose puts entries into force on trial. It refuses a list that would shut out the caller, one that is too long, and a
// second trial beside one that runs.
func (l AllowList) Propose(entries []AllowEntry, by messaging.ID, caller netip.Addr, now time.Time, trial time.Duration) (AllowList, error) {
	if l.OnTrial(now) {
		return l, messaging.Refuse(messaging.CodeConflict, "", "another change is on trial; confirm it or withdraw it first")
	}
	if trial < MinTrial || trial > MaxTrial {
		return l, messaging.Refuse(messaging.CodeInvalid, "trial", "a trial takes between ten seconds and an hour")
	}
	if len(entries) > MaxAllowEntries {
		return l, messaging.Refuse(messaging.CodeInvalid, "entries", "a list has at most %d entries", MaxAllowEntries)
	}
	until := now.Add(trial)
	// The caller must also be let in when the trial ends, or could not be sure to confirm it.
	if caller = plainAddr(caller); !entriesAllow(entries, caller, now) || !entriesAllow(entries, caller, until) {
		return l, messaging.Refuse(messaging.CodeConflict, "entries", "this list would shut you out: it does not contain the address you come from")
	}
	l.Trial = &Trial{Entries: slices.Clone(entries), Until: until, By: by}
	l.Revision++
	return l, nil
}

// Confirm keeps the trial. It is refused after the trial's end and from an address that the new list does not let in.
func (l AllowList) Confirm(caller netip.Addr, now time.Time) (AllowList, error) {
	if l.Trial == nil {
		return l, messaging.Refuse(messaging.CodeConflict, "", "no change is on trial")
	}
	if !l.OnTrial(now) {
		return l, messaging.Refuse(messaging.CodeConflict, "", "the trial is over and the list before it is back; propose the change again")
	}
	if !entriesAllow(l.Trial.Entries, plainAddr(caller), now) {
		return l, messaging.Refuse(messaging.CodeAddressNotListed, "", "confirm from an address that the new list contains")
	}
	return AllowList{State: AllowEnforced, Entries: l.Trial.Entries, Revision: l.Revision + 1}, nil
}

// Withdraw ends the trial at once and returns to the list before it.
func (l AllowList) Withdraw() (AllowList, error) {
	if l.Trial == nil {
		return l, messaging.Refuse(messaging.CodeConflict, "", "no change is on trial")
	}
	l.Trial = nil
	l.Revision++
	return l, nil
}

// Settle drops a trial that has run out, so that the stored row says what is in force; changed tells whether it did.
func (l AllowList) Settle(now time.Time) (settled AllowList, changed bool) {
	if l.Trial == nil || l.OnTrial(now) {
		return l, false
	}
	l.Trial = nil
	l.Revision++
	return l, true
}

// BreakGlass adds a network for a while, whatever the state: the way back in from the host's command line. It goes into
// both lists, so it survives the end of a trial.
func (l AllowList) BreakGlass(network netip.Prefix, label string, until time.Time) AllowList {
	entry := AllowEntry{Network: network, Label: label, Expires: until}
	if l.State != AllowEnforced {
		l.State = AllowEnforced
		if l.Bootstrap.IsValid() {
			b := plainAddr(l.Bootstrap)
			l.Entries = append(slices.Clone(l.Entries), AllowEntry{Network: netip.PrefixFrom(b, b.BitLen()), Label: "first sign-in"})
			l.Bootstrap = netip.Addr{}
		}
	}
	l.Entries = append(slices.Clone(l.Entries), entry)
	if l.Trial != nil {
		trial := *l.Trial
		trial.Entries = append(slices.Clone(trial.Entries), entry)
		l.Trial = &trial
	}
	l.Revision++
	return l
}

// RecentVisits is how long it is remembered from where people and keys have come.
const RecentVisits = 30 * 24 * time.Hour

// Visitor is an address from which someone or some key has lately come.
type Visitor struct {
	Address  netip.Addr
	User     messaging.ID // zero for a key
	Key      messaging.ID // zero for a user
	LastSeen time.Time
}

// ShutOut is the dry run: the visitors whom the entries would not let in.
func ShutOut(entries []AllowEntry, recent []Visitor, now time.Time) []Visitor {
	var out []Visitor
	for _, v := range recent {
		if !entriesAllow(entries, plainAddr(v.Address), now) {
			out = append(out, v)
		}
	}
	return out
}
