package resolvers

import (
	"context"
	"slices"
	"strings"
	"time"

	"posthaste/auth"
	"posthaste/graph"
	"posthaste/messaging"
)

// signInPayload answers a step of signing in.
func signInPayload(p auth.Progress, err error) (*graph.SignInPayload, error) {
	refused, err := inputErrors(err)
	if err != nil || len(refused) > 0 {
		return &graph.SignInPayload{SecondFactors: []graph.SecondFactor{}, UserErrors: refused}, err
	}
	state := graph.SignInStateSignedIn
	switch {
	case p.Enrol:
		state = graph.SignInStateEnrolment
	case p.Pending != "":
		state = graph.SignInStateSecondFactor
	}
	return &graph.SignInPayload{
		State: &state, PendingToken: optional(p.Pending), AccessToken: optional(p.Access), ExpiresAt: optional(p.ExpiresAt),
		SecondFactors: secondFactors(p.Seconds), UserErrors: refused,
	}, nil
}

// done answers a mutation that gives nothing back.
func done(err error) (*graph.Done, error) {
	refused, err := inputErrors(err)
	if err != nil {
		return nil, err
	}
	return &graph.Done{UserErrors: refused}, nil
}

func sessionsPayload(ended int, err error) (*graph.SessionsPayload, error) {
	refused, err := inputErrors(err)
	if err != nil {
		return nil, err
	}
	return &graph.SessionsPayload{Ended: ended, UserErrors: refused}, nil
}

func userNode(u auth.User) *graph.User {
	return &graph.User{
		ID: u.ID, Name: u.Name, Email: u.Email, Role: graph.Role(u.Role), Disabled: u.Disabled, SecondFactor: u.SecondFactor,
		LastSignInAt: optional(u.LastSignIn), CreatedAt: u.CreatedAt,
	}
}

// user finds one user of the actor's tenant; nil for none.
func (r *Resolver) user(ctx context.Context, id messaging.ID) (*graph.User, error) {
	if id == 0 {
		return nil, nil
	}
	actor, err := messaging.ActorFrom(ctx)
	if err != nil {
		return nil, err
	}
	users, err := r.AccessReads.Users(ctx, actor.Tenant, []messaging.ID{id})
	if err != nil || len(users) == 0 {
		return nil, err
	}
	return userNode(users[0]), nil
}

func (r *Resolver) viewer(ctx context.Context, actor messaging.Actor) (*graph.Viewer, error) {
	sessions, err := r.Access.OwnSessions(ctx, actor)
	if err != nil {
		return nil, err
	}
	user, err := r.user(ctx, actor.User)
	if err != nil {
		return nil, err
	}
	tenant, err := r.AccessReads.Tenant(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	current := slices.IndexFunc(sessions, func(s auth.StoredSession) bool { return s.ID == actor.Session })
	if current < 0 || user == nil { // both were there when the request came in
		return nil, messaging.Refuse(messaging.CodeUnauthenticated, "", "sign in again")
	}
	return &graph.Viewer{
		User: user, Tenant: tenantNode(tenant), Permissions: actor.Permissions, Address: actor.Address.String(),
		Session: sessionNode(sessions[current], actor),
	}, nil
}

func sessionNode(s auth.StoredSession, actor messaging.Actor) *graph.Session {
	factors := make([]string, len(s.Factors))
	for i, f := range s.Factors {
		factors[i] = string(f)
	}
	return &graph.Session{
		ID: s.ID, Address: s.Address.String(), Agent: s.Agent, Factors: factors, CreatedAt: s.CreatedAt, LastUsedAt: s.LastUsedAt,
		ExpiresAt: s.ExpiresAt, Current: s.ID == actor.Session,
	}
}

func entryInputs(entries []*graph.AllowEntryInput) []auth.EntryInput {
	inputs := make([]auth.EntryInput, len(entries))
	for i, e := range entries {
		inputs[i] = auth.EntryInput{Network: e.Cidr, Label: e.Label, Disabled: !e.Enabled, Expires: value(e.ExpiresAt.Value())}
	}
	return inputs
}

func entryNode(e auth.AllowEntry) *graph.AllowEntry {
	return &graph.AllowEntry{Cidr: e.Network.String(), Label: e.Label, Enabled: !e.Disabled, ExpiresAt: optional(e.Expires)}
}

func entryNodes(entries []auth.AllowEntry) []*graph.AllowEntry {
	nodes := make([]*graph.AllowEntry, len(entries))
	for i, e := range entries {
		nodes[i] = entryNode(e)
	}
	return nodes
}

func allowListNode(list auth.AllowList, actor messaging.Actor, now time.Time) *graph.AllowList {
	node := &graph.AllowList{State: graph.AllowListStateBootstrap, Entries: entryNodes(list.Entries), OwnAddress: actor.Address.String()}
	if list.State == auth.AllowEnforced {
		node.State = graph.AllowListStateActive
	}
	if list.Revision != 0 {
		node.UpdatedAt = optional(messaging.ID(list.Revision).Time())
	}
	if list.OnTrial(now) {
		node.State, node.Trial, node.TrialUntil = graph.AllowListStateTrial, entryNodes(list.Trial.Entries), &list.Trial.Until
	}
	return node
}

func (r *Resolver) allowListPayload(ctx context.Context, actor messaging.Actor, list auth.AllowList, cutOff []auth.Visitor, err error) (*graph.AllowListPayload, error) {
	waiting, refused, err := r.waiting(ctx, actor, err)
	if err != nil || len(refused) > 0 {
		return &graph.AllowListPayload{CutOff: []*graph.CutOff{}, Approval: waiting, UserErrors: refused}, err
	}
	nodes, err := r.cutOff(ctx, actor, cutOff)
	return &graph.AllowListPayload{AllowList: allowListNode(list, actor, r.Access.Now()), CutOff: nodes, UserErrors: refused}, err
}

// cutOff names the visitors, all at once.
func (r *Resolver) cutOff(ctx context.Context, actor messaging.Actor, visitors []auth.Visitor) ([]*graph.CutOff, error) {
	nodes := []*graph.CutOff{}
	if len(visitors) == 0 {
		return nodes, nil
	}
	ids := make([]messaging.ID, len(visitors))
	for i, v := range visitors {
		ids[i] = v.User
	}
	users, err := r.usersByID(ctx, actor, ids)
	if err != nil {
		return nodes, err
	}
	keys, err := r.AccessReads.Keys(ctx, actor.Tenant, r.Now())
	for _, v := range visitors {
		node := &graph.CutOff{User: users[v.User], Address: v.Address.String(), LastUsedAt: v.LastSeen}
		if i := slices.IndexFunc(keys, func(k auth.ListedKey) bool { return k.ID == v.Key }); i >= 0 {
			node.APIKey = keyNode(keys[i])
		}
		if node.User != nil || node.APIKey != nil {
			nodes = append(nodes, node)
		}
	}
	return nodes, err
}

func keyNode(k auth.ListedKey) *graph.APIKey {
	node := &graph.APIKey{
		ID: k.ID, Name: k.Name, Prefix: k.Hint, Scopes: make([]graph.Scope, len(k.Scopes)), Cidrs: make([]string, len(k.Addresses)), Test: k.Test,
		Quota: k.Quota, LastMinute: k.LastMinute, CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt, LastUsedAt: optional(k.LastUsed), RevokedAt: optional(k.RevokedAt),
	}
	for i, s := range k.Scopes {
		node.Scopes[i] = graph.Scope(s)
	}
	for i, network := range k.Addresses {
		node.Cidrs[i] = network.String()
	}
	return node
}

func keyPayload(k auth.ListedKey, secret string, err error) (*graph.APIKeyPayload, error) {
	refused, err := inputErrors(err)
	if err != nil || len(refused) > 0 {
		return &graph.APIKeyPayload{UserErrors: refused}, err
	}
	return &graph.APIKeyPayload{APIKey: keyNode(k), Secret: optional(secret), UserErrors: refused}, nil
}

func newKey(in graph.CreateAPIKeyInput) auth.NewKey {
	k := auth.NewKey{Name: in.Name, Networks: in.Cidrs, Test: in.Test, Days: in.Days, Quota: in.Quota}
	for _, s := range in.Scopes {
		k.Scopes = append(k.Scopes, messaging.Permission(s))
	}
	return k
}

const auditList = "audit"

func (r *Resolver) auditPage(ctx context.Context, actor messaging.Actor, first int, after *string, action messaging.AuditAction) (*graph.AuditConnection, error) {
	if err := checkFirst(first); err != nil {
		return nil, err
	}
	before, err := r.Cursors.Open(auditList, actor.Tenant, after)
	if err != nil {
		return nil, err
	}
	records, err := r.AccessReads.AuditEvents(ctx, actor.Tenant, before, action, first+1)
	if err != nil {
		return nil, err
	}
	page := &graph.AuditConnection{Edges: []*graph.AuditEdge{}, PageInfo: &graph.PageInfo{}}
	for i, record := range records {
		if i == first {
			page.PageInfo = r.Cursors.pageInfo(auditList, actor.Tenant, records[i-1].ID)
			break
		}
		page.Edges = append(page.Edges, &graph.AuditEdge{Cursor: r.Cursors.Seal(auditList, actor.Tenant, record.ID), Node: auditNode(record)})
	}
	return page, nil
}

func auditNode(record messaging.AuditRecord) *graph.AuditEvent {
	node := &graph.AuditEvent{
		ID: record.ID, At: record.At, Action: string(record.Action), Target: optional(record.Target), Detail: []string{}, UserID: record.User,
	}
	if record.Address.IsValid() {
		node.Address = optional(record.Address.String())
	}
	for name, text := range record.Detail {
		node.Detail = append(node.Detail, name+"="+text)
	}
	slices.Sort(node.Detail)
	return node
}

func (r *Resolver) invitePayload(i auth.Invitation, err error) (*graph.InviteUserPayload, error) {
	refused, err := inputErrors(err)
	if err != nil || len(refused) > 0 {
		return &graph.InviteUserPayload{UserErrors: refused}, err
	}
	payload := &graph.InviteUserPayload{ExpiresAt: &i.ExpiresAt, Mailed: i.Token == "", UserErrors: refused}
	if i.Token != "" {
		payload.URL = optional(r.inviteURL(i.Token))
	}
	return payload, nil
}

func inviteNode(i auth.Invite) *graph.OpenInvite {
	return &graph.OpenInvite{ID: i.ID, Email: i.Email, Role: graph.Role(i.Role), InvitedByID: i.By, CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt}
}

// inviteURL carries the code behind "#", which browsers send to no server.
func (r *Resolver) inviteURL(code string) string {
	return strings.TrimSuffix(r.PublicURL, "/") + "/invite#" + code
}

func blockedNode(b auth.Blocked) *graph.BlockedAttempt {
	return &graph.BlockedAttempt{At: b.At, Address: b.Address.String(), Credential: graph.Credential(b.Credential), UserID: b.User}
}

// nodes converts a list. It is never nil: an empty list is not an absent one.
func nodes[R, N any](rows []R, convert func(R) *N) []*N {
	out := make([]*N, len(rows))
	for i, row := range rows {
		out[i] = convert(row)
	}
	return out
}
