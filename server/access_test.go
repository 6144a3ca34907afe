package server_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/resolvers"
	"posthaste/server"
	"posthaste/store"
	"posthaste/store/storetest"
)

const password = "correct horse battery"

// site is the program's edge before a real database.
type site struct {
	*storetest.Bench
	access  *auth.Access
	tenant  messaging.Tenant
	handler http.Handler
	log     *bytes.Buffer
}

func newSite(t *testing.T, change ...func(*server.Options)) *site {
	t.Helper()
	b := storetest.New(t)
	rows := store.NewAccess(b.Store, b.Keys, b.IDs)
	signing := store.NewSigningKeys(b.Store, b.Ring.Ring(privacy.ForJWT), "https://ph.example", rand.Reader, b.Clock.Now)
	digester := func(p privacy.Purpose) auth.Digester { return auth.NewDigester(b.Ring.Keys(p)) }
	access := &auth.Access{
		Store: rows, Tokens: signing.Tokens, Refresh: auth.NewRefreshTokens(b.Ring.Keys(privacy.ForRefreshTokens)),
		Passwords: auth.NewPasswords(b.Ring.Keys(privacy.ForPasswords), 100<<20, rand.Reader), Policy: auth.NewPasswordPolicy(),
		Emails: digester(privacy.ForUserEmails), Clients: digester(privacy.ForSessionIDs), Recovery: digester(privacy.ForRecoveryCodes),
		APIKeys: digester(privacy.ForAPIKeys), Invites: digester(privacy.ForInvites), Counters: b.Ring.Key(privacy.ForRateLimits),
		Issuer: "Posthaste", IDs: b.IDs, Now: b.Clock.Now, Random: rand.Reader, Quotas: &auth.Quotas{},
	}
	public, err := url.Parse("https://ph.example")
	if err != nil {
		t.Fatal(err)
	}
	clientIP, err := auth.NewClientIP(nil, "", false)
	if err != nil {
		t.Fatal(err)
	}
	log, sending := &bytes.Buffer{}, store.NewSending(b.Store, b.Keys)
	options := server.Options{
		Resolvers: &resolvers.Resolver{
			Cursors: resolvers.NewCursors(b.Ring.Ring(privacy.ForCursors)), PublicURL: public.String(), Access: access, AccessReads: rows,
			ApprovalWork: &auth.Approvals{Access: access, Campaigns: messaging.NewCampaigns(sending, b.IDs, b.Clock.Now)}, Rechecker: access, Now: b.Clock.Now, Tick: time.Millisecond,
			CampaignReads: sending, CampaignCounts: messaging.NewProgressBoard(sending, b.Clock.Now),
		},
		Door: access, Assets: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}, CSP: "default-src 'self'", ClientIP: clientIP,
		PublicURL: public, Registry: prometheus.NewRegistry(), Log: slog.New(slog.NewTextHandler(log, nil)), Now: b.Clock.Now,
	}
	for _, fn := range change {
		fn(&options)
	}
	s, err := server.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return &site{Bench: b, access: access, tenant: b.Tenant(t), handler: s.Handler(), log: log}
}

// client is a browser or a program at one address.
type client struct {
	site    *site
	address string
	bearer  string
	cookie  *http.Cookie
}

type answer struct {
	status int
	header http.Header
	Data   map[string]json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	raw string
}

// refused is the code of the first error.
func (a answer) refused() messaging.Code {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return messaging.Code(code)
}

func (c *client) ask(t *testing.T, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "https://ph.example/graphql", bytes.NewReader(body)).WithContext(t.Context())
	r.RemoteAddr = c.address + ":4711"
	r.Header.Set("Content-Type", "application/json")
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	if c.cookie != nil {
		r.AddCookie(c.cookie)
	}
	w := httptest.NewRecorder()
	c.site.handler.ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		c.cookie = cookie
		if cookie.MaxAge < 0 {
			c.cookie = nil
		}
	}
	a := answer{status: w.Code, header: w.Result().Header, raw: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("answer %d %s: %v", w.Code, a.raw, err)
	}
	return a
}

// get asks and reads one root field into out; errors fail the test.
func (c *client) get(t *testing.T, out any, field, query string, variables map[string]any) {
	t.Helper()
	a := c.ask(t, query, variables)
	if len(a.Errors) > 0 {
		t.Fatalf("%s: %s", field, a.raw)
	}
	if err := json.Unmarshal(a.Data[field], out); err != nil {
		t.Fatalf("%s: %s: %v", field, a.raw, err)
	}
}

type userErrors []struct{ Field, Code, Message string }

type signInPayload struct {
	State, PendingToken, AccessToken, ExpiresAt string
	UserErrors                                  userErrors
}

const signInFields = `{ state pendingToken accessToken expiresAt userErrors { field code message } }`

func code(secret []byte, at time.Time) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000)
}

func (s *site) owner(t *testing.T, address string) (*client, []byte) {
	t.Helper()
	secret, err := auth.NewTOTPSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.access.SeedUser(t.Context(), s.tenant.ID, auth.Seed{Email: "asha@acme.example", Name: "Asha Rao", Role: auth.Owner, Password: password, TOTP: secret}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.access.SeedAllowList(t.Context(), s.tenant.ID, []auth.EntryInput{{Network: "203.0.113.0/24", Label: "Office"}}); err != nil {
		t.Fatal(err)
	}
	c := &client{site: s, address: address}
	return c, secret.Bytes()
}

func (c *client) signIn(t *testing.T, secret []byte) {
	t.Helper()
	var p signInPayload
	c.get(t, &p, "signIn", `mutation($i: SignInInput!) { signIn(input: $i) `+signInFields+` }`,
		map[string]any{"i": map[string]any{"email": "asha@acme.example", "password": password}})
	if p.State != "SECOND_FACTOR" || p.PendingToken == "" || p.AccessToken != "" {
		t.Fatalf("first step: %+v", p)
	}
	c.get(t, &p, "confirmSecondFactor", `mutation($i: SecondFactorInput!) { confirmSecondFactor(input: $i) `+signInFields+` }`,
		map[string]any{"i": map[string]any{"pendingToken": p.PendingToken, "code": code(secret, c.site.Clock.Now())}})
	if p.State != "SIGNED_IN" || p.AccessToken == "" || c.cookie == nil {
		t.Fatalf("second step: %+v", p)
	}
	c.bearer = p.AccessToken
}

// TestInvitedSignedInSeen goes the way of a new person through GraphQL alone.
func TestInvitedSignedInSeen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin, secret := s.owner(t, "203.0.113.7")
	admin.signIn(t, secret)
	var invited struct {
		URL        string
		UserErrors userErrors
	}
	admin.get(t, &invited, "inviteUser", `mutation { inviteUser(input: {email: "Ravi@acme.example", role: ANALYST}) { url userErrors { code } } }`, nil)
	token, ok := strings.CutPrefix(invited.URL, "https://ph.example/invite#")
	if !ok {
		t.Fatalf("the invite leads to %q", invited.URL)
	}

	guest := &client{site: s, address: "203.0.113.8"}
	var shown struct{ Email, Role, Brand string }
	guest.get(t, &shown, "invite", `query($t: String!) { invite(token: $t) { email role brand } }`, map[string]any{"t": token})
	if shown.Email != "ravi@acme.example" || shown.Role != "ANALYST" || shown.Brand != s.tenant.Brand {
		t.Errorf("the invite shows %+v", shown)
	}
	var p signInPayload
	accept := `mutation($i: AcceptInviteInput!) { acceptInvite(input: $i) ` + signInFields + ` }`
	guest.get(t, &p, "acceptInvite", accept, map[string]any{"i": map[string]any{"token": token, "name": "Ravi", "password": "short"}})
	if len(p.UserErrors) != 1 || p.UserErrors[0].Field != "password" || p.UserErrors[0].Code != "INVALID" || p.State != "" {
		t.Errorf("a short password: %+v", p)
	}
	p = signInPayload{}
	guest.get(t, &p, "acceptInvite", accept, map[string]any{"i": map[string]any{"token": token, "name": "Ravi", "password": password}})
	if p.State != "ENROLMENT" || p.PendingToken == "" || len(p.UserErrors) != 0 {
		t.Fatalf("accepted: %+v", p)
	}
	var enrolment struct {
		URI, ManualKey string
	}
	guest.get(t, &enrolment, "beginEnrolment", `mutation($t: String!) { beginEnrolment(pendingToken: $t) { uri manualKey } }`, map[string]any{"t": p.PendingToken})
	guestSecret, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(enrolment.ManualKey, " ", ""))
	if err != nil || !strings.HasPrefix(enrolment.URI, "otpauth://totp/") {
		t.Fatalf("enrolment %q: %v", enrolment.URI, err)
	}
	var confirmed struct {
		AccessToken   string
		RecoveryCodes []string
		UserErrors    userErrors
	}
	guest.get(t, &confirmed, "confirmEnrolment",
		`mutation($i: SecondFactorInput!) { confirmEnrolment(input: $i) { accessToken recoveryCodes userErrors { code } } }`,
		map[string]any{"i": map[string]any{"pendingToken": p.PendingToken, "code": code(guestSecret, s.Clock.Now())}})
	if confirmed.AccessToken == "" || len(confirmed.RecoveryCodes) != 10 {
		t.Fatalf("confirmed: %+v", confirmed)
	}
	if c := guest.cookie; c == nil || c.Name != "__Host-posthaste-refresh" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("the refresh cookie is %+v", c)
	}
	guest.bearer = confirmed.AccessToken

	var viewer struct {
		User struct {
			Email, Name, Role string
			SecondFactor      bool
		}
		Tenant      struct{ ID, Brand string }
		Permissions []string
		Address     string
		Session     struct {
			Current bool
			Factors []string
		}
	}
	guest.get(t, &viewer, "viewer", `{ viewer { user { email name role secondFactor } tenant { id brand } permissions address session { current factors } } }`, nil)
	if viewer.User.Email != "ravi@acme.example" || viewer.User.Role != "ANALYST" || !viewer.User.SecondFactor || viewer.Tenant.ID != s.tenant.ID.String() ||
		viewer.Address != "203.0.113.8" || !viewer.Session.Current || strings.Join(viewer.Session.Factors, " ") != "pwd otp" {
		t.Errorf("the viewer is %+v", viewer)
	}
	if len(viewer.Permissions) == 0 || strings.Contains(strings.Join(viewer.Permissions, " "), "SECURITY") {
		t.Errorf("an analyst holds %v", viewer.Permissions)
	}
	if code := guest.ask(t, `{ users { id } }`, nil).refused(); code != messaging.CodeForbidden {
		t.Errorf("an analyst who lists users: %q", code)
	}

	s.Clock.Advance(4 * time.Minute)
	var refreshed signInPayload
	guest.get(t, &refreshed, "refreshSession", `mutation { refreshSession `+signInFields+` }`, nil)
	if refreshed.AccessToken == "" || refreshed.AccessToken == guest.bearer {
		t.Errorf("refreshed: %+v", refreshed.UserErrors)
	}
	guest.get(t, &struct{}{}, "signOut", `mutation { signOut { userErrors { code } } }`, nil)
	if guest.cookie != nil {
		t.Error("the cookie outlives the sign-out")
	}
	if code := guest.ask(t, `{ viewer { address } }`, nil).refused(); code != messaging.CodeUnauthenticated {
		t.Errorf("the token after sign-out: %q", code)
	}
	for _, private := range []string{password, "acme.example", token, guest.bearer, confirmed.RecoveryCodes[0], "203.0.113"} {
		if strings.Contains(s.log.String(), private) {
			t.Errorf("the log holds what it must not: %s", s.log)
		}
	}
}

// TestRefusalsShowACodeOnly: who may not come in gets one answer, whatever the reason.
func TestRefusalsShowACodeOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	person, secret := s.owner(t, "203.0.113.7")
	attempt := func(address, email, word string) string {
		c := &client{site: s, address: address}
		a := c.ask(t, `mutation($i: SignInInput!) { signIn(input: $i) `+signInFields+` }`, map[string]any{"i": map[string]any{"email": email, "password": word}})
		if !strings.Contains(a.raw, `"code":"UNAUTHENTICATED"`) || strings.Contains(a.raw, "asha") {
			t.Errorf("refused with %s", a.raw)
		}
		return a.raw
	}
	want := attempt("203.0.113.7", "nobody@acme.example", password)
	for name, got := range map[string]string{
		"wrong password": attempt("203.0.113.7", "asha@acme.example", "another password"),
		"other address":  attempt("198.51.100.9", "asha@acme.example", password),
	} {
		if got != want {
			t.Errorf("%s: %s\nunknown: %s", name, got, want)
		}
	}
	for name, change := range map[string][2]string{
		"disabled":           {"UPDATE app_user SET state = 'DISABLED' WHERE tenant_id = $1 RETURNING 1", "UPDATE app_user SET state = 'ACTIVE' WHERE tenant_id = $1 RETURNING 1"},
		"a suspended tenant": {"UPDATE tenant SET state = 'SUSPENDED', suspended_at = now() WHERE id = $1 RETURNING 1", "UPDATE tenant SET state = 'ACTIVE', suspended_at = NULL WHERE id = $1 RETURNING 1"},
	} {
		storetest.Owner[int](t, s.Bench, change[0], int64(s.tenant.ID))
		if got := attempt("203.0.113.7", "asha@acme.example", password); got != want {
			t.Errorf("%s: %s\nunknown: %s", name, got, want)
		}
		storetest.Owner[int](t, s.Bench, change[1], int64(s.tenant.ID))
	}
	for range 5 {
		attempt("203.0.113.8", "asha@acme.example", "another password")
	}
	if got := attempt("203.0.113.7", "asha@acme.example", password); got != want {
		t.Errorf("during the wait: %s\nunknown: %s", got, want)
	}
	s.Clock.Advance(time.Hour)
	person.signIn(t, secret)
	away := &client{site: s, address: "198.51.100.9", bearer: person.bearer}
	a := away.ask(t, `{ viewer { user { email } } }`, nil)
	if a.status != http.StatusForbidden || a.refused() != messaging.CodeAddressNotListed || len(a.Data) != 0 || strings.Contains(a.raw, "198.51") || strings.Contains(a.raw, "203.0") {
		t.Errorf("from another address: %d %s", a.status, a.raw)
	}
	for name, bearer := range map[string]string{"garbage": "x", "a made up key": "ph_live_" + strings.Repeat("0", 49), "a cut token": person.bearer[:len(person.bearer)-2]} {
		c := &client{site: s, address: "203.0.113.7", bearer: bearer}
		if a := c.ask(t, `{ viewer { address } }`, nil); a.status != http.StatusUnauthorized || a.refused() != messaging.CodeUnauthenticated {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	stranger := &client{site: s, address: "203.0.113.7"}
	for _, query := range []string{`{ viewer { address } }`, `{ users { id } }`, `{ audit { edges { cursor } } }`, `mutation { signOut { userErrors { code } } }`} {
		if code := stranger.ask(t, query, nil).refused(); code != messaging.CodeUnauthenticated {
			t.Errorf("%s without a credential: %q", query, code)
		}
	}
}

// TestSecurityPages reads and changes what the security pages of the portal show.
func TestSecurityPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, secret := s.owner(t, "203.0.113.7")
	c.signIn(t, secret)

	var made struct {
		APIKey struct {
			ID, Prefix string
			Scopes     []string
			Cidrs      []string
		}
		Secret     string
		UserErrors userErrors
	}
	create := `mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) { apiKey { id prefix scopes cidrs } secret userErrors { field code } } }`
	c.get(t, &made, "createApiKey", create, map[string]any{"i": map[string]any{"name": "BI", "scopes": []string{"ANALYTICS_READ"}, "cidrs": []string{"203.0.113.0/25"}}})
	if !strings.HasPrefix(made.Secret, "ph_live_") || made.APIKey.Cidrs[0] != "203.0.113.0/25" || strings.Contains(made.APIKey.Prefix, made.Secret[8:20]) {
		t.Errorf("made %+v", made)
	}
	program := &client{site: s, address: "203.0.113.9", bearer: made.Secret}
	if code := program.ask(t, `{ apiKeys { id } }`, nil).refused(); code != messaging.CodeForbidden {
		t.Errorf("a key that lists keys: %q", code)
	}
	if code := program.ask(t, `mutation { endOtherSessions { ended } }`, nil).refused(); code != messaging.CodeForbidden {
		t.Errorf("a key that ends sessions: %q", code)
	}
	var refused struct{ UserErrors userErrors }
	c.get(t, &refused, "createApiKey", create, map[string]any{"i": map[string]any{"name": "BI", "scopes": []string{"ANALYTICS_READ"}, "days": 366}})
	if len(refused.UserErrors) != 1 || refused.UserErrors[0].Field != "days" {
		t.Errorf("a year and a day: %+v", refused)
	}

	var list struct {
		AllowList *struct {
			State      string
			Trial      []struct{ Cidr string }
			TrialUntil string
			OwnAddress string
		}
		CutOff []struct {
			User    *struct{ Email string }
			APIKey  *struct{ Name string }
			Address string
		}
		UserErrors userErrors
	}
	set := `mutation($e: [AllowEntryInput!]!, $dry: Boolean!) { setAllowList(entries: $e, dryRun: $dry) {
		allowList { state trial { cidr } trialUntil ownAddress } cutOff { user { email } apiKey { name } address } userErrors { field code } } }`
	entries := func(networks ...string) []map[string]any {
		var out []map[string]any
		for _, n := range networks {
			out = append(out, map[string]any{"cidr": n})
		}
		return out
	}
	c.get(t, &list, "setAllowList", set, map[string]any{"e": entries("198.51.100.0/24"), "dry": true})
	people, programs := 0, 0
	for _, one := range list.CutOff {
		if one.User != nil && one.APIKey == nil && one.User.Email == "asha@acme.example" && one.Address == "203.0.113.7" {
			people++
		}
		if one.APIKey != nil && one.User == nil && one.APIKey.Name != "" && one.Address == "203.0.113.9" {
			programs++
		}
	}
	if len(list.CutOff) != 2 || people != 1 || programs != 1 || list.AllowList.State != "ACTIVE" {
		t.Errorf("dry run: %+v", list)
	}
	c.get(t, &list, "setAllowList", set, map[string]any{"e": entries("198.51.100.1/24"), "dry": true})
	if len(list.UserErrors) != 1 || list.UserErrors[0].Field != "entries.0.cidr" {
		t.Errorf("a network with host bits: %+v", list.UserErrors)
	}
	c.get(t, &list, "setAllowList", set, map[string]any{"e": entries("203.0.113.7", "2001:db8::/48"), "dry": false})
	if list.AllowList.State != "TRIAL" || len(list.AllowList.Trial) != 2 || list.AllowList.OwnAddress != "203.0.113.7" {
		t.Errorf("proposed: %+v", list)
	}
	var test struct {
		Allowed bool
		Entry   *struct{ Cidr string }
	}
	c.get(t, &test, "testAddress", `{ testAddress(address: "2001:db8::1") { allowed entry { cidr } } }`, nil)
	if !test.Allowed || test.Entry.Cidr != "2001:db8::/48" {
		t.Errorf("tested: %+v", test)
	}
	c.get(t, &list, "confirmAllowList", `mutation { confirmAllowList { allowList { state } userErrors { code } } }`, nil)
	if list.AllowList.State != "ACTIVE" || len(list.UserErrors) != 0 {
		t.Errorf("confirmed: %+v", list)
	}

	s.Clock.Advance(4*time.Minute + 50*time.Second)
	c.get(t, &signInPayload{}, "refreshSession", `mutation { refreshSession `+signInFields+` }`, nil)
	if code := (&client{site: s, address: "203.0.113.7", bearer: c.bearer}).ask(t, `{ viewer { address } }`, nil).refused(); code != "" {
		t.Errorf("just before the token ends: %q", code)
	}
	s.Clock.Advance(20 * time.Second)
	var p signInPayload
	c.bearer = "" // over; the cookie alone renews it
	c.get(t, &p, "refreshSession", `mutation { refreshSession `+signInFields+` }`, nil)
	c.bearer = p.AccessToken
	a := c.ask(t, set, map[string]any{"e": entries("203.0.113.7"), "dry": false})
	if a.refused() != messaging.CodeStepUp || a.status != http.StatusOK {
		t.Errorf("an act without a fresh factor: %d %s", a.status, a.raw)
	}
	c.get(t, &refused, "stepUp", `mutation($c: String!) { stepUp(code: $c) { userErrors { code } } }`, map[string]any{"c": code(secret, s.Clock.Now())})
	if len(refused.UserErrors) != 0 {
		t.Errorf("stepping up: %+v", refused)
	}
	c.get(t, &list, "setAllowList", set, map[string]any{"e": entries("203.0.113.7"), "dry": false})
	c.get(t, &list, "rollBackAllowList", `mutation { rollBackAllowList { allowList { state } userErrors { code } } }`, nil)

	var audit struct {
		Edges []struct {
			Node struct {
				Action, Address string
				User            *struct{ Email string }
				Detail          []string
			}
		}
		PageInfo struct {
			HasNextPage bool
			EndCursor   string
		}
	}
	var actions []string
	for after := any(nil); ; after = audit.PageInfo.EndCursor {
		c.get(t, &audit, "audit", `query($a: Cursor) { audit(first: 4, after: $a) { edges { node { action address user { email } detail } } pageInfo { hasNextPage endCursor } } }`, map[string]any{"a": after})
		for _, e := range audit.Edges {
			actions = append(actions, e.Node.Action)
		}
		if !audit.PageInfo.HasNextPage {
			break
		}
	}
	want := "allow_list.rolled_back allow_list.proposed session.stepped_up allow_list.confirmed allow_list.proposed api_key.created session.signed_in allow_list.set user.created"
	if got := strings.Join(actions, " "); got != want {
		t.Errorf("audited %s\nwant    %s", got, want)
	}
	if a := c.ask(t, `query($a: Cursor) { audit(after: $a) { edges { cursor } } }`, map[string]any{"a": "AAAA"}); a.refused() != messaging.CodeInvalid {
		t.Errorf("a made up cursor: %s", a.raw)
	}
	keys, err := s.Keys.Of(t.Context(), s.tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	if head, err := s.Store.VerifyLedger(t.Context(), s.tenant.ID, keys); err != nil || int(head.Seq) != len(actions) {
		t.Errorf("the ledger verifies up to %d of %d: %v", head.Seq, len(actions), err)
	}
	var revoked struct{ APIKey struct{ RevokedAt string } }
	c.get(t, &revoked, "revokeApiKey", `mutation($id: ID!) { revokeApiKey(id: $id) { apiKey { revokedAt } } }`, map[string]any{"id": made.APIKey.ID})
	if revoked.APIKey.RevokedAt == "" {
		t.Error("not revoked")
	}
	if a := program.ask(t, `{ apiKeys { id } }`, nil); a.status != http.StatusUnauthorized {
		t.Errorf("a revoked key: %d", a.status)
	}
}
