package auth

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

func TestAPIKeyAgainstReference(t *testing.T) {
	t.Parallel()
	counting := make([]byte, 32)
	for i := range counting {
		counting[i] = byte(i)
	}
	key, err := NewAPIKey(strings.NewReader(string(counting)), false)
	if err != nil {
		t.Fatal(err)
	}
	const want = "ph_live_003AuLtjc7TJLctqJ2Unu3mfAGcxg9lrkrCWgKbidLF3NdXvA"
	if key.Reveal() != want {
		t.Errorf("%s", key.Reveal())
	}
	parsed, ok := ParseAPIKey(want)
	if !ok || parsed.Test || parsed.Hint() != "ph_live_…idLF" {
		t.Errorf("%v %v %s", ok, parsed.Test, parsed.Hint())
	}
	top, ok := ParseAPIKey("ph_test_YHJSKWDa6oz1al1yMhwzwM8llg7hJNUca2J5RoW8xP10MGY9c") // 2²⁵⁶−1
	if !ok || !top.Test {
		t.Error("the highest key is refused")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if printed := fmt.Sprintf(verb, parsed); strings.Contains(printed, "003Au") || strings.Contains(printed, "3030334175") {
			t.Errorf("printed %s", printed)
		}
	}
	bad := map[string]string{
		"empty":            "",
		"beyond 256 bits":  "ph_live_YHJSKWDa6oz1al1yMhwzwM8llg7hJNUca2J5RoW8xP237FqWA", // 2²⁵⁶ with its right checksum
		"other prefix":     strings.Replace(want, "ph_live_", "ph_test_", 1),
		"unknown prefix":   strings.Replace(want, "ph_live_", "ph_prod_", 1),
		"checksum":         want[:len(want)-1] + "B",
		"one character":    strings.Replace(want, "Lctq", "Lctp", 1),
		"swapped":          strings.Replace(want, "Lctq", "Lcqt", 1),
		"cut":              want[:len(want)-1],
		"longer":           want + "A",
		"space before":     " " + want[:len(want)-1],
		"letters not ours": "ph_live_" + strings.Repeat("é", 24) + "a" + "000000",
	}
	for name, text := range bad {
		if _, ok := ParseAPIKey(text); ok {
			t.Errorf("%s: took %q", name, text)
		}
	}
}

func TestAPIKeySurvivesRotation(t *testing.T) {
	t.Parallel()
	text, err := NewAPIKey(randomness(3), true)
	if err != nil {
		t.Fatal(err)
	}
	key, ok := ParseAPIKey(text.Reveal())
	if !ok {
		t.Fatal("a new key does not parse")
	}
	stored := key.Digest(NewDigester(keyring(t).Keys(privacy.ForAPIKeys)))
	after := NewDigester(rotated(t).Keys(privacy.ForAPIKeys))
	if !slices.ContainsFunc(key.Candidates(after), func(c []byte) bool { return string(c) == string(stored[:]) }) {
		t.Error("a rotation of the root key ends the keys")
	}
	if key.Digest(after) == stored {
		t.Error("new keys are still hashed under the old root")
	}
	if other := key.Digest(NewDigester(keyring(t).Keys(privacy.ForSessionIDs))); other == stored {
		t.Error("purposes hash alike")
	}
}

func TestAPIKeyRules(t *testing.T) {
	t.Parallel()
	key := APIKey{Quota: 600, ID: 1, Tenant: 2, Creator: 3, Scopes: []messaging.Permission{messaging.PermMessageSend, messaging.PermAnalyticsRead}, ExpiresAt: noon.Add(time.Hour)}
	anywhere := netip.MustParseAddr("198.51.100.1")
	if err := key.Judge(anywhere, noon); err != nil {
		t.Fatal(err)
	}
	wantCode(t, key.Judge(anywhere, noon.Add(time.Hour)), messaging.CodeUnauthenticated)
	wantCode(t, APIKey{}.Judge(anywhere, noon), messaging.CodeUnauthenticated) // no end, no key
	revoked := key
	revoked.RevokedAt = noon.Add(-time.Second)
	wantCode(t, revoked.Judge(anywhere, noon), messaging.CodeUnauthenticated)
	narrow := key
	narrow.Addresses = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
	wantCode(t, narrow.Judge(anywhere, noon), messaging.CodeAddressNotListed)
	if err := narrow.Judge(netip.MustParseAddr("203.0.113.9"), noon); err != nil {
		t.Error(err)
	}

	if got := key.Permissions([]Role{Developer}); !slices.Equal(got, messaging.PermissionSet{messaging.PermAnalyticsRead, messaging.PermMessageSend}) {
		t.Errorf("a developer's key holds %v", got)
	}
	if got := key.Permissions([]Role{Analyst}); !slices.Equal(got, messaging.PermissionSet{messaging.PermAnalyticsRead}) {
		t.Errorf("when its creator became an analyst, the key holds %v", got)
	}
	if got := key.Permissions(nil); len(got) != 0 {
		t.Errorf("when its creator was disabled, the key holds %v", got)
	}
	planted := APIKey{Scopes: []messaging.Permission{messaging.PermSecurityManage, messaging.PermAddressReveal, messaging.PermApprove, messaging.PermKeyManage}}
	if got := planted.Permissions([]Role{Owner}); len(got) != 0 {
		t.Errorf("a row with forbidden scopes gives %v", got)
	}

	wide := make([]netip.Prefix, 51)
	tests := []struct {
		name   string
		change func(*APIKey)
		roles  []Role
		want   messaging.Code
	}{
		{"good", func(*APIKey) {}, []Role{Developer}, ""},
		{"no end", func(k *APIKey) { k.ExpiresAt = time.Time{} }, []Role{Developer}, messaging.CodeInvalid},
		{"past end", func(k *APIKey) { k.ExpiresAt = noon }, []Role{Developer}, messaging.CodeInvalid},
		{"two years", func(k *APIKey) { k.ExpiresAt = noon.AddDate(2, 0, 0) }, []Role{Developer}, messaging.CodeInvalid},
		{"no scope", func(k *APIKey) { k.Scopes = nil }, []Role{Developer}, messaging.CodeInvalid},
		{"forbidden scope", func(k *APIKey) { k.Scopes = []messaging.Permission{messaging.PermSecurityRead} }, []Role{Owner}, messaging.CodeInvalid},
		{"unknown scope", func(k *APIKey) { k.Scopes = []messaging.Permission{"ROOT"} }, []Role{Owner}, messaging.CodeInvalid},
		{"more than one's own", func(*APIKey) {}, []Role{SecurityAdmin}, messaging.CodeForbidden},
		{"no quota", func(k *APIKey) { k.Quota = 0 }, []Role{Developer}, messaging.CodeInvalid},
		{"endless quota", func(k *APIKey) { k.Quota = 60_001 }, []Role{Developer}, messaging.CodeInvalid},
		{"many networks", func(k *APIKey) { k.Addresses = wide }, []Role{Developer}, messaging.CodeInvalid},
	}
	for _, tt := range tests {
		k := key
		tt.change(&k)
		if got := messaging.CodeOf(k.ValidateNew(tt.roles, noon)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestRoleTable states the table's promises by hand, so a slip of a column shows.
func TestRoleTable(t *testing.T) {
	t.Parallel()
	has := func(r Role, p messaging.Permission) bool { return PermissionsOf(r).Has(p) }
	must := map[Role][]messaging.Permission{
		Owner:         {messaging.PermSecurityManage, messaging.PermAddressReveal, messaging.PermTenantManage, messaging.PermApprove, messaging.PermMessageSend},
		SecurityAdmin: {messaging.PermSecurityManage, messaging.PermSecurityRead, messaging.PermKeyManage, messaging.PermApprove},
		BrandManager:  {messaging.PermCampaignManage, messaging.PermTemplateManage, messaging.PermMessageSend, messaging.PermConsentWrite},
		Approver:      {messaging.PermApprove, messaging.PermSecurityRead},
		Analyst:       {messaging.PermAnalyticsRead},
		Agent:         {messaging.PermMessageRead, messaging.PermMessageSend, messaging.PermContentReveal},
		Developer:     {messaging.PermKeyManage, messaging.PermMessageSend},
		Operator:      {messaging.PermTenantsOperate},
	}
	never := map[Role][]messaging.Permission{
		Owner:         {messaging.PermTenantsOperate},
		SecurityAdmin: {messaging.PermMessageRead, messaging.PermMessageSend, messaging.PermContentReveal, messaging.PermAddressReveal, messaging.PermTenantsOperate},
		BrandManager:  {messaging.PermSecurityRead, messaging.PermSecurityManage, messaging.PermApprove, messaging.PermAddressReveal, messaging.PermKeyManage},
		Approver:      {messaging.PermCampaignManage, messaging.PermSecurityManage, messaging.PermMessageSend, messaging.PermTenantManage},
		Analyst:       {messaging.PermMessageRead, messaging.PermMessageSend, messaging.PermConsentRead, messaging.PermContentReveal},
		Agent:         {messaging.PermCampaignManage, messaging.PermAddressReveal, messaging.PermSecurityRead, messaging.PermTemplateManage},
		Developer:     {messaging.PermSecurityManage, messaging.PermContentReveal, messaging.PermAddressReveal, messaging.PermApprove},
		Operator:      {messaging.PermMessageRead, messaging.PermMessageSend, messaging.PermContentReveal, messaging.PermAddressReveal, messaging.PermConsentRead, messaging.PermAnalyticsRead},
	}
	for _, r := range Roles() {
		for _, p := range must[r] {
			if !has(r, p) {
				t.Errorf("%s lacks %s", r, p)
			}
		}
		for _, p := range never[r] {
			if has(r, p) {
				t.Errorf("%s holds %s", r, p)
			}
		}
		if len(must[r]) == 0 || len(never[r]) == 0 {
			t.Errorf("nothing is promised of %s", r)
		}
	}
	listed := map[messaging.Permission]bool{}
	for _, g := range grants() {
		if listed[g.permission] || !slices.Contains(g.roles[:], true) {
			t.Errorf("%s is listed twice or held by nobody", g.permission)
		}
		listed[g.permission] = true
	}
	if len(PermissionsOf()) != 0 || len(PermissionsOf("ROOT")) != 0 {
		t.Error("no role, or an unknown one, holds something")
	}
	if got := len(PermissionsOf(Owner, Operator)); got != len(grants()) {
		t.Errorf("owner and operator together hold %d of %d", got, len(grants()))
	}
	for _, p := range KeyScopes() {
		if strings.HasPrefix(string(p), "SECURITY") || strings.HasSuffix(string(p), "REVEAL") || strings.HasPrefix(string(p), "TENANT") {
			t.Errorf("a key may hold %s", p)
		}
	}
	assign := []struct {
		by     []Role
		role   Role
		tenant messaging.ID
		want   bool
	}{
		{[]Role{Owner}, Owner, 9, true},
		{[]Role{SecurityAdmin}, Owner, 9, false},
		{[]Role{SecurityAdmin}, BrandManager, 9, true},
		{[]Role{BrandManager}, Analyst, 9, false},
		{[]Role{Owner}, Operator, 9, false},
		{[]Role{Operator}, Operator, messaging.PlatformTenant, true},
		{[]Role{Operator}, Owner, messaging.PlatformTenant, false},
		{[]Role{Owner}, "ROOT", 9, false},
		{nil, Analyst, 9, false},
	}
	for _, tt := range assign {
		if got := MayAssign(tt.by, tt.role, tt.tenant); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

func TestOpaqueCredentials(t *testing.T) {
	t.Parallel()
	made, err := NewOpaque(randomness(1))
	if err != nil {
		t.Fatal(err)
	}
	raw, ok := ParseOpaque(made.Reveal())
	if !ok || len(raw) != 32 {
		t.Fatalf("%d bytes, %v", len(raw), ok)
	}
	loose := []byte(made.Reveal())
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
		loose[42] = byte(c)
		if again, ok := ParseOpaque(string(loose)); ok && string(again) == string(raw) && string(loose) != made.Reveal() {
			t.Errorf("a second spelling %q", loose)
		}
	}
	for _, bad := range []string{"", made.Reveal() + "A", made.Reveal()[:42], strings.Repeat("!", 43), made.Reveal()[:42] + "\n"} {
		if _, ok := ParseOpaque(bad); ok {
			t.Errorf("took %q", bad)
		}
	}
}

func TestSessionRules(t *testing.T) {
	t.Parallel()
	limits := DefaultSessionLimits()
	tests := []struct {
		name          string
		age, idle     time.Duration
		ended         bool
		epoch, theirs int
		want          SessionState
	}{
		{"new", 0, 0, false, 3, 3, SessionLive},
		{"just in time", time.Hour, 30*time.Minute - 1, false, 3, 3, SessionLive},
		{"idle", time.Hour, 30 * time.Minute, false, 3, 3, SessionIdle},
		{"old but busy", 12 * time.Hour, 0, false, 3, 3, SessionExpired},
		{"almost old", 12*time.Hour - 1, 0, false, 3, 3, SessionLive},
		{"ended", 0, 0, true, 3, 3, SessionEnded},
		{"password changed since", 0, 0, false, 3, 4, SessionEnded},
		{"restored from a backup", 0, 0, false, 4, 3, SessionEnded},
		{"clock behind", -time.Minute, -time.Minute, false, 3, 3, SessionLive},
	}
	for _, tt := range tests {
		s := Session{Created: noon.Add(-tt.age), LastUsed: noon.Add(-tt.idle), Ended: tt.ended, Epoch: tt.epoch, UserEpoch: tt.theirs}
		if got := s.State(limits, noon); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	var sessions []Session
	for i := range 6 {
		sessions = append(sessions, Session{ID: messaging.ID(i + 1), Created: noon, LastUsed: noon.Add(-time.Duration(i) * time.Minute)})
	}
	sessions[5].Ended = true
	if got := Surplus(sessions, limits, noon); !slices.Equal(got, []messaging.ID{5}) {
		t.Errorf("surplus %v", got)
	}
	if got := Surplus(sessions, SessionLimits{Idle: time.Hour, Absolute: time.Hour, Count: 1}, noon); !slices.Equal(got, []messaging.ID{5, 4, 3, 2, 1}) {
		t.Errorf("surplus of one %v", got)
	}
	if got := Surplus(sessions[:4], limits, noon); len(got) != 0 {
		t.Errorf("surplus of four %v", got)
	}
}

func TestFreshness(t *testing.T) {
	t.Parallel()
	here, there := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("203.0.113.8")
	proof := func(f Factor, age time.Duration, from netip.Addr) []Proof { return []Proof{{f, noon.Add(-age), from}} }
	tests := []struct {
		name   string
		action Action
		proofs []Proof
		good   bool
	}{
		{"fresh code", ActManageKeys, proof(FactorTOTP, time.Minute, here), true},
		{"fresh passkey", ActManageKeys, proof(FactorPasskey, 5*time.Minute, here), true},
		{"stale code", ActManageKeys, proof(FactorTOTP, 5*time.Minute+1, here), false},
		{"code of the future", ActManageKeys, proof(FactorTOTP, -time.Minute, here), false},
		{"from elsewhere", ActManageKeys, proof(FactorTOTP, 0, there), false},
		{"from nowhere", ActManageKeys, proof(FactorTOTP, 0, netip.Addr{}), false},
		{"password only", ActManageKeys, proof(FactorPassword, 0, here), false},
		{"recovery code", ActManageKeys, proof(FactorRecovery, 0, here), false},
		{"password for sessions", ActManageSessions, proof(FactorPassword, 0, here), true},
		{"nothing", ActExport, nil, false},
		{"a large send needs none", ActSendLarge, nil, true},
		{"an unlisted mutation", ActUnlisted, proof(FactorPassword, 0, here), false},
		{"unknown action", "SOMETHING_NEW", proof(FactorPassword, 0, here), false},
		{"one of several", ActReveal, append(proof(FactorPassword, 0, here), proof(FactorTOTP, 0, here)...), true},
	}
	for _, tt := range tests {
		err := RequireFresh(tt.action, tt.proofs, here, noon)
		if (err == nil) != tt.good {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err != nil {
			wantCode(t, err, messaging.CodeStepUp)
		}
	}
	if n := NeedOf("SOMETHING_NEW"); !n.Approval || !n.Password || len(n.Fresh) != 2 {
		t.Errorf("an unknown action needs only %v", n)
	}
	for _, a := range []Action{ActChangeAllowList, ActChangeKeeping, ActSendLarge, ActDeleteTenant, ActExportPlain} {
		if !NeedOf(a).Approval {
			t.Errorf("%s needs no second person", a)
		}
	}
	if err := RequireFresh(ActManageKeys, proof(FactorTOTP, 0, netip.Addr{}), netip.Addr{}, noon); err == nil {
		t.Error("two unknown addresses are the same one")
	}
}

func TestSecondPerson(t *testing.T) {
	t.Parallel()
	waiting := Approval{Action: ActSendLarge, Tenant: 5, Maker: 10, Payload: []byte(`{}`), State: ApprovalPending, ExpiresAt: noon.Add(time.Hour)}
	waiting.Digest = waiting.digest()
	checker := messaging.Actor{Tenant: 5, User: 11, Session: 1, Permissions: messaging.PermissionSet{messaging.PermApprove}}
	if err := RequireSecond(waiting, checker, noon); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*Approval, *messaging.Actor, *time.Time)
		want   messaging.Code
	}{
		{"oneself", func(_ *Approval, a *messaging.Actor, _ *time.Time) { a.User = 10 }, messaging.CodeForbidden},
		{"a key", func(_ *Approval, a *messaging.Actor, _ *time.Time) { a.Key = 3 }, messaging.CodeForbidden},
		{"no right", func(_ *Approval, a *messaging.Actor, _ *time.Time) { a.Permissions = nil }, messaging.CodeForbidden},
		{"other tenant", func(_ *Approval, a *messaging.Actor, _ *time.Time) { a.Tenant = 6 }, messaging.CodeNotFound},
		{"approved", func(w *Approval, _ *messaging.Actor, _ *time.Time) { w.State = ApprovalApproved }, messaging.CodeConflict},
		{"withdrawn", func(w *Approval, _ *messaging.Actor, _ *time.Time) { w.State = ApprovalWithdrawn }, messaging.CodeConflict},
		{"too late", func(_ *Approval, _ *messaging.Actor, n *time.Time) { *n = noon.Add(time.Hour) }, messaging.CodeConflict},
		{"other content", func(w *Approval, _ *messaging.Actor, _ *time.Time) { w.Payload = []byte(`{"RunAt":1}`) }, messaging.CodeConflict},
		{"other act", func(w *Approval, _ *messaging.Actor, _ *time.Time) { w.Action = ActChangePolicy }, messaging.CodeConflict},
		{"other subject", func(w *Approval, _ *messaging.Actor, _ *time.Time) { w.Subject = 9 }, messaging.CodeConflict},
	}
	for _, tt := range tests {
		w, a, n := waiting, checker, noon
		tt.change(&w, &a, &n)
		if got := messaging.CodeOf(RequireSecond(w, a, n)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestLockout(t *testing.T) {
	t.Parallel()
	rule := StrangerBudget.Rule()
	var f Failures
	now := noon
	var waits []time.Duration
	tries := 0
	for !rule.Stopped(f) && tries < 1000 {
		if wait := rule.RetryAfter(f, now); wait > 0 {
			waits = append(waits, wait)
			if _, err := rule.Take(f, now.Add(wait-1)); err == nil {
				t.Fatalf("a try %v too early was let in", time.Duration(1))
			}
			now = now.Add(wait)
		}
		taken, err := rule.Take(f, now)
		if err != nil {
			t.Fatalf("try %d: %v", tries, err)
		}
		f, tries = taken, tries+1
	}
	want := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute}
	if !slices.Equal(waits[:7], want) || slices.Max(waits) != 15*time.Minute {
		t.Errorf("waits %v", waits[:8])
	}
	if tries != 80 || len(waits) != 75 {
		t.Errorf("%d tries, %d waits", tries, len(waits))
	}
	_, err := rule.Take(f, now.Add(1000*time.Hour))
	wantCode(t, err, messaging.CodeLimited)
	if StrangerBudget.Rule().Stop+KnownBudget.Rule().Stop > 100 {
		t.Error("more than 100 tries in a row")
	}
	if _, err := rule.Take(rule.Clear(), now); err != nil {
		t.Errorf("after a reset: %v", err)
	}

	// The count of strangers does not touch the known device's.
	if _, err := KnownBudget.Rule().Take(Failures{}, now); err != nil {
		t.Error(err)
	}
	// An address shared by an office is slowed, never stopped, and forgotten.
	office := AddressBudget.Rule()
	if office.Stopped(Failures{Count: 1 << 30, Last: noon}) || office.RetryAfter(Failures{Count: 1 << 30, Last: noon}, noon) != 15*time.Minute {
		t.Error("an address is stopped for good, or not slowed")
	}
	if f, err := office.Take(Failures{Count: 1 << 30, Last: noon}, noon.Add(time.Hour)); err != nil || f.Count != 1 {
		t.Errorf("after an hour: %+v, %v", f, err)
	}
	// A refused try does not lengthen the wait, and a clock that is ahead does not either.
	blocked := Failures{Count: 5, Last: noon}
	if after, err := rule.Take(blocked, noon.Add(time.Second)); err == nil || after != blocked {
		t.Errorf("a refused try was counted: %+v", after)
	}
	if wait := rule.RetryAfter(Failures{Count: 5, Last: noon.Add(time.Hour)}, noon); wait != 30*time.Second {
		t.Errorf("a last try in the future waits %v", wait)
	}
}

func FuzzParseAPIKey(f *testing.F) {
	f.Add("ph_live_003AuLtjc7TJLctqJ2Unu3mfAGcxg9lrkrCWgKbidLF3NdXvA", []byte("x"))
	f.Add("ph_test_", []byte{0xff})
	f.Fuzz(func(t *testing.T, text string, seed []byte) {
		if key, ok := ParseAPIKey(text); ok {
			// One text, one key: writing the number again gives the same text.
			n, _ := new(big.Int).SetString(text[8:51], 62)
			if n.BitLen() > 256 || base62(n, 43) != text[8:51] || key.Test != strings.HasPrefix(text, "ph_test_") {
				t.Fatalf("took %q", text)
			}
		}
		b := make([]byte, 32)
		copy(b, seed)
		made, err := NewAPIKey(strings.NewReader(string(b)), len(seed)%2 == 0)
		if err != nil {
			t.Fatal(err)
		}
		key, ok := ParseAPIKey(made.Reveal())
		if n, _ := new(big.Int).SetString(made.Reveal()[8:51], 62); !ok || key.Test != (len(seed)%2 == 0) || hex.EncodeToString(n.FillBytes(make([]byte, 32))) != hex.EncodeToString(b) {
			t.Fatalf("made %q of %x", made.Reveal(), b)
		}
	})
}

func BenchmarkAPIKeyCheck(b *testing.B) {
	const text = "ph_live_003AuLtjc7TJLctqJ2Unu3mfAGcxg9lrkrCWgKbidLF3NdXvA"
	d := NewDigester(keyring(b).Keys(privacy.ForAPIKeys))
	row := APIKey{Scopes: KeyScopes(), ExpiresAt: noon.Add(time.Hour), Addresses: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}}
	address := netip.MustParseAddr("203.0.113.9")
	b.ReportAllocs()
	for b.Loop() {
		key, ok := ParseAPIKey(text)
		if !ok || len(key.Candidates(d)) != 1 || row.Judge(address, noon) != nil || len(row.Permissions([]Role{Owner})) == 0 {
			b.Fatal("refused")
		}
	}
}
