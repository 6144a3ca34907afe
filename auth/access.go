package auth

import (
	"context"
	"io"
	"log/slog"
	"net/netip"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"posthaste/messaging"
	"posthaste/privacy"
)

// User is a person who may sign in.
type User struct {
	Tenant       messaging.ID
	ID           messaging.ID
	Email        string
	Name         string
	Role         Role
	Disabled     bool
	SecondFactor bool
	CreatedAt    time.Time
	LastSignIn   time.Time
}

// Account is all that a sign-in is judged by, read at once.
type Account struct {
	User         User
	PasswordHash string
	PasswordAt   time.Time // when it was chosen
	TenantActive bool
	Brand        string
	List         AllowList
	Limits       SessionLimits
}

// admits tells whether the account may act from the address now, whatever is presented.
func (a Account) admits(address netip.Addr, now time.Time) bool {
	return a.TenantActive && !a.User.Disabled && a.List.Allows(address, now)
}

// StoredSession is a session as it is kept.
type StoredSession struct {
	ID         messaging.ID
	User       messaging.ID
	RefreshN   uint32
	RotatedAt  time.Time
	ClientHash []byte
	Address    netip.Addr
	Agent      string
	Factors    []Factor
	PasswordAt time.Time
	SecondAt   time.Time
	ProofFrom  netip.Addr
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	Ended      bool
}

// live judges the session by the tenant's limits.
func (s StoredSession) live(limits SessionLimits, now time.Time) bool {
	state := Session{ID: s.ID, Created: s.CreatedAt, LastUsed: s.LastUsedAt, Ended: s.Ended}.State(limits, now)
	return state == SessionLive && now.Before(s.ExpiresAt)
}

// proofs are what was shown in the session, for RequireFresh.
func (s StoredSession) proofs() []Proof {
	proofs := []Proof{{FactorPassword, s.PasswordAt, s.ProofFrom}}
	for _, f := range s.Factors {
		if f != FactorPassword {
			proofs = append(proofs, Proof{f, s.SecondAt, s.ProofFrom})
		}
	}
	return proofs
}

// KeyAccess is what a request with an API key is judged by.
type KeyAccess struct {
	Key          APIKey
	Role         Role // its creator's, now
	Disabled     bool // its creator
	TenantActive bool
	List         AllowList
	Requests     int       // let in with it in this minute, as far as the servers have told
	SeenHere     time.Time // when it was last noted as seen at this address
	OldDigest    bool      // its digest was made under an older root key
}

// TOTPFactor is an authenticator app of a user.
type TOTPFactor struct {
	ID     messaging.ID
	Secret TOTPSecret
}

// Invite lets a person become a user.
type Invite struct {
	Tenant    messaging.ID
	ID        messaging.ID
	Email     string
	EmailKey  []byte
	Role      Role
	Brand     string
	Active    bool // the tenant, and who invited
	By        messaging.ID
	CreatedAt time.Time
	ExpiresAt time.Time
	Used      bool // or withdrawn
}

// Blocked is a refused attempt to come in.
type Blocked struct {
	At         time.Time
	Address    netip.Addr
	Credential string // SIGN_IN, SESSION, KEY
	User       messaging.ID
	Key        messaging.ID
}

// ListedKey is an API key as lists show it.
type ListedKey struct {
	APIKey
	Name      string
	Hint      string
	CreatedAt time.Time
	LastUsed  time.Time
	// LastMinute is how many requests were let in in the last minute that is over.
	LastMinute int
}

// AccessStore is where people, sessions, keys and lists are kept. Reads before a tenant is known go across tenants.
type AccessStore interface {
	// AccountByEmail does the same work whether it finds a user or not; the account comes without the e-mail.
	AccountByEmail(ctx context.Context, emailKeys [][]byte) (Account, bool, error)
	Account(ctx context.Context, tenant, user messaging.ID) (Account, error)
	// Session reads a session with its account, without e-mail and password hash. NOT_FOUND for another tenant's.
	Session(ctx context.Context, tenant, session messaging.ID) (StoredSession, Account, error)
	// SessionTenant finds whose session it is: a refresh token names only the session. 0 for none.
	SessionTenant(ctx context.Context, session messaging.ID) (messaging.ID, error)
	// Key tells of the key also when it last came from the address, and what was let in with it in this minute.
	Key(ctx context.Context, hashes [][]byte, address netip.Addr, now time.Time) (KeyAccess, bool, error)
	// AddKeyRequests adds to the counts that all servers share, and gives what these are now; without those of keys that are gone.
	AddKeyRequests(ctx context.Context, requests []KeyRequests) ([]KeyRequests, error)
	// RenewKeyDigest keeps a key under another digest.
	RenewKeyDigest(ctx context.Context, tenant, key messaging.ID, digest [32]byte, under privacy.KeyID) error
	// KeyByID reads a key that came in before. NOT_FOUND for another tenant's.
	KeyByID(ctx context.Context, tenant, key messaging.ID) (KeyAccess, error)
	Invite(ctx context.Context, hashes [][]byte) (Invite, bool, error)
	// TakeTry counts a try in a transaction of its own, under the counter's lock, before the secret is looked at.
	TakeTry(ctx context.Context, counter [32]byte, rule LockoutRule, now time.Time) error
	ClearTries(ctx context.Context, counters ...[32]byte) error
	// TellLockout is true once for each run of failures: when the counter has reached its free tries.
	TellLockout(ctx context.Context, counter [32]byte, free int) (bool, error)
	PasswordReset(ctx context.Context, hashes [][]byte) (PasswordReset, bool, error)
	// OpenInvites are those neither accepted nor withdrawn, the newest first.
	OpenInvites(ctx context.Context, tenant messaging.ID) ([]Invite, error)
	// Act runs a change of one tenant in one transaction.
	Act(ctx context.Context, tenant messaging.ID, fn func(AccessTx) error) error
	NoteBlocked(ctx context.Context, tenant messaging.ID, b Blocked) error
	TouchSession(ctx context.Context, tenant, session messaging.ID, address netip.Addr, now time.Time) error
	TouchKey(ctx context.Context, tenant, key messaging.ID, address netip.Addr, now time.Time) error
	Users(ctx context.Context, tenant messaging.ID, ids []messaging.ID) ([]User, error)
	Sessions(ctx context.Context, tenant, user messaging.ID, now, idleSince time.Time) ([]StoredSession, error)
	Keys(ctx context.Context, tenant messaging.ID, now time.Time) ([]ListedKey, error)
	AllowList(ctx context.Context, tenant messaging.ID) (AllowList, error)
	// Visitors are the people, and the keys that are still good, that came in since then, once for each address.
	Visitors(ctx context.Context, tenant messaging.ID, since, now time.Time) ([]Visitor, error)
	BlockedAttempts(ctx context.Context, tenant messaging.ID, count int) ([]Blocked, error)
	ApprovalStore
	FactorStore
}

// AccessTx is one transaction of one tenant.
type AccessTx interface {
	Audit(ctx context.Context, at time.Time, events ...messaging.AuditEvent) error
	PolicyTx
	KeepingTx
	FactorTx
	Steps
	TOTP(ctx context.Context, user messaging.ID, pending bool) (TOTPFactor, bool, error)
	// PutPendingTOTP replaces the factor that waits for its first code.
	PutPendingTOTP(ctx context.Context, user messaging.ID, f TOTPFactor, now time.Time) error
	// ConfirmTOTP makes the pending factor the active one and spends the step; false when it was no longer pending.
	ConfirmTOTP(ctx context.Context, user messaging.ID, f TOTPFactor, step int64, now time.Time) (bool, error)
	ReplaceRecoveryCodes(ctx context.Context, user messaging.ID, hashes [][32]byte, under privacy.KeyID) error
	UseRecoveryCode(ctx context.Context, user messaging.ID, candidates [][]byte) (bool, error)
	InsertSession(ctx context.Context, s StoredSession) error
	// EndSurplus ends the user's live sessions beyond limits.Count, the longest unused first.
	EndSurplus(ctx context.Context, user messaging.ID, limits SessionLimits, now time.Time) (int, error)
	RotateRefresh(ctx context.Context, session messaging.ID, presented uint32, client [32]byte, address netip.Addr, now time.Time) (bool, error)
	// EndSessions ends the user's live sessions: only one, all but one, or all (both 0).
	EndSessions(ctx context.Context, user, only, but messaging.ID, reason string, now time.Time) (int, error)
	FreshSecond(ctx context.Context, session messaging.ID, factor Factor, address netip.Addr, now time.Time) error
	NoteSignIn(ctx context.Context, user messaging.ID, now time.Time) error
	SetPasswordHash(ctx context.Context, user messaging.ID, old, hash string) error
	InsertUser(ctx context.Context, u User, emailKey [32]byte, passwordHash string) error
	SetUserDisabled(ctx context.Context, user messaging.ID, disabled bool) (bool, error)
	OtherOwners(ctx context.Context, but messaging.ID) (int, error)
	InsertInvite(ctx context.Context, i Invite, emailKey, tokenHash [32]byte, by messaging.ID, now time.Time) error
	UseInvite(ctx context.Context, invite messaging.ID, now time.Time) (bool, error)
	// RenewInvite gives an open invite another token and another end. NOT_FOUND when it is not open.
	RenewInvite(ctx context.Context, invite messaging.ID, tokenHash [32]byte, expires time.Time) (Invite, error)
	WithdrawInvite(ctx context.Context, invite messaging.ID, now time.Time) (bool, error)
	// WithdrawInvitesBy ends the open invites that the user made, but for those of the roles.
	WithdrawInvitesBy(ctx context.Context, user messaging.ID, but []Role, now time.Time) ([]messaging.ID, error)
	// ChangePassword stores a chosen password and closes the user's links; SetPasswordHash only another form of the same.
	ChangePassword(ctx context.Context, user messaging.ID, hash string, now time.Time) error
	// PutPasswordReset closes the links before it.
	PutPasswordReset(ctx context.Context, r PasswordReset, tokenHash [32]byte, now time.Time) error
	UsePasswordReset(ctx context.Context, reset messaging.ID, now time.Time) (bool, error)
	// KnowsNetwork tells whether the user has had a session from the network, or none at all.
	KnowsNetwork(ctx context.Context, user messaging.ID, network netip.Prefix) (bool, error)
	// Recipients are the persons, and the active users of the roles.
	Recipients(ctx context.Context, persons []messaging.ID, roles []Role) ([]User, error)
	// Post has the mails sent once the transaction has committed, and never if it does not.
	Post(ctx context.Context, mails ...Mail) error
	SetBootstrap(ctx context.Context, address netip.Addr) error
	InsertKey(ctx context.Context, k ListedKey, hash [32]byte, under privacy.KeyID) error
	RevokeKey(ctx context.Context, key messaging.ID, now time.Time) (ListedKey, error)
	// EndKey has a key that is good end at the given time, if it does not end sooner, and gives it as it was before. NOT_FOUND
	// for any other.
	EndKey(ctx context.Context, key messaging.ID, at, now time.Time) (ListedKey, error)
	// SetKeyQuota changes the quota of a key that is good. NOT_FOUND for any other.
	SetKeyQuota(ctx context.Context, key messaging.ID, quota int, now time.Time) (ListedKey, error)
	// TellKeyLimited is true once for each key and minute.
	TellKeyLimited(ctx context.Context, key messaging.ID, now time.Time) (bool, error)
	// LockedAllowList reads the list and holds it until the transaction ends.
	LockedAllowList(ctx context.Context) (AllowList, error)
	ProposeAllowList(ctx context.Context, revision messaging.ID, trial Trial, ids []messaging.ID, now time.Time) error
	KeepAllowList(ctx context.Context, now time.Time) (bool, error)
	// SetAllowList puts a list into force without a trial: the host's way.
	SetAllowList(ctx context.Context, revision messaging.ID, entries []AllowEntry, ids []messaging.ID, now time.Time) error
	DropTrial(ctx context.Context) (bool, error)
}

// Access is every act of getting in and staying in.
type Access struct {
	Store     AccessStore
	Tokens    func(ctx context.Context) (Tokens, error) // with the signing keys of this moment
	Refresh   RefreshTokens
	Passwords *Passwords
	Policy    *PasswordPolicy
	Emails    Digester      // privacy.ForUserEmails
	Clients   Digester      // privacy.ForSessionIDs
	Recovery  Digester      // privacy.ForRecoveryCodes
	APIKeys   Digester      // privacy.ForAPIKeys
	Invites   Digester      // privacy.ForInvites
	Counters  privacy.Key   // privacy.ForRateLimits
	Sealing   *privacy.Ring // privacy.ForSecrets
	Post      Post
	Resets    ResetQueue    // nil where no mails are sent
	Trial     time.Duration // of a changed allow-list; 0: DefaultTrial
	Issuer    string        // what authenticator apps show beside the e-mail
	IDs       *messaging.IDs
	Now       func() time.Time
	Random    io.Reader
	Log       *slog.Logger       // of what breaks beside an answer; nil keeps silent
	Passkeys  *webauthn.WebAuthn // NewPasskeys; nil offers none
	Quotas    *Quotas            // of API keys, as this server counts them
}

// counter names a row of tries. Kind and owner are hashed, so neither spelling nor address can be read from it.
func (a *Access) counter(kind string, owner []byte) [32]byte {
	return a.Counters.MAC([]byte(kind), owner)
}

func (a *Access) addressCounter(address netip.Addr) [32]byte {
	return a.counter("address", addressBytes(address))
}

// addressBytes is what counts as one client: of IPv6 a whole /64, which one client owns.
func addressBytes(address netip.Addr) []byte {
	b := address.As16()
	if address.Is6() && !address.Is4In6() {
		clear(b[8:])
	}
	return b[:]
}

// clientHash tells whether two requests come from the same address and user agent.
func (a *Access) clientHash(v Visit) [32]byte {
	return a.Clients.Digest(v.Address.AsSlice(), []byte(v.Agent))
}
