package messaging

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"posthaste/privacy"
)

// SenderStore keeps portfolios, accounts and senders. Each write audits itself in the same transaction.
type SenderStore interface {
	CreatePortfolio(ctx context.Context, by Author, p Portfolio, tokenSealed []byte) error
	// CreateWaba writes the account, and the app unless the tenant has it already: then the app's secret and token are
	// replaced, the old secret staying valid beside the new, and that is audited and told as by ReplaceAppSecret.
	CreateWaba(ctx context.Context, by Author, w Waba, app NewProviderApp) (Waba, error)
	CreateSender(ctx context.Context, by Author, s Sender) (Sender, error)
	// ResumeSender lets a stopped sender send; CONFLICT for one that is not stopped.
	ResumeSender(ctx context.Context, by Author, id ID) (Sender, error)
	ReplaceToken(ctx context.Context, by Author, portfolio ID, tokenSealed []byte) (Portfolio, error)
	// ReplaceAppSecret replaces the secret of the account's app by what seal gives for it.
	ReplaceAppSecret(ctx context.Context, by Author, waba ID, seal func(app ID) []byte) error
	// AppOf finds the tenant's app by Meta's id; zero when there is none.
	AppOf(ctx context.Context, tenant ID, metaAppID string) (ID, error)
}

// NewProviderApp is an app with what is kept of its secrets.
type NewProviderApp struct {
	ProviderApp
	SecretSealed    []byte
	VerifyTokenHash [32]byte
}

// Senders sets up what messages are sent from.
type Senders struct {
	Store  SenderStore
	Keys   TenantKeys
	IDs    *IDs
	Now    func() time.Time
	Random io.Reader
}

// PortfolioInput describes a portfolio. Token is the system user's.
type PortfolioInput struct {
	MetaID     string
	Name       string
	Token      privacy.Secret
	DailyLimit int
	Reserve    int
}

// WabaInput describes a WhatsApp Business account with the app that gets its webhooks.
type WabaInput struct {
	PortfolioID ID
	MetaID      string
	Name        string
	AppID       string
	AppSecret   privacy.Secret
}

// SenderInput describes a WhatsApp number.
type SenderInput struct {
	WabaID         ID
	PhoneNumberID  string
	Display        string
	VerifiedName   string
	MessagesSecond int
}

// Tiers are the platform's limits of unique recipients a day.
func Tiers() []int { return []int{250, 2_000, 10_000, 100_000, Unlimited} }

var metaID = regexp.MustCompile(`^[0-9]{1,32}$`)

// CreatePortfolio adds a portfolio. Its token is sealed and never shown again.
func (s *Senders) CreatePortfolio(ctx context.Context, actor Actor, in PortfolioInput) (Portfolio, error) {
	in.Name = strings.TrimSpace(in.Name)
	token := in.Token.Reveal()
	switch {
	case !metaID.MatchString(in.MetaID):
		return Portfolio{}, Refuse(CodeInvalid, "metaId", "a portfolio's id is a number; copy it from Meta's business settings")
	case !named(in.Name, 100):
		return Portfolio{}, Refuse(CodeInvalid, "name", "a name has 1 to 100 printable characters")
	case !credential(token, 4096):
		return Portfolio{}, Refuse(CodeInvalid, "token", "paste the system user's token as Meta shows it")
	case !slices.Contains(Tiers(), in.DailyLimit):
		return Portfolio{}, Refuse(CodeInvalid, "dailyLimit", "a limit is 250, 2000, 10000, 100000 or none")
	case in.Reserve < 0 || in.DailyLimit != Unlimited && in.Reserve > in.DailyLimit:
		return Portfolio{}, Refuse(CodeInvalid, "reserve", "the reserve is a part of the daily limit")
	}
	by, keys, err := s.author(ctx, actor)
	if err != nil {
		return Portfolio{}, err
	}
	p := Portfolio{ID: s.IDs.Next(), MetaID: in.MetaID, Name: in.Name, DailyLimit: in.DailyLimit, Reserve: in.Reserve, TokenSet: true, CreatedAt: by.At}
	return p, s.Store.CreatePortfolio(ctx, by, p, keys.Seal(nil, PortfolioTokenPlace(p.ID), []byte(token)))
}

// NewWaba is an account with what is shown once.
type NewWaba struct {
	Waba        Waba
	VerifyToken privacy.Secret // to paste at Meta
}

// CreateWaba adds an account. The app's secret is sealed; the verify token is drawn here and shown once.
func (s *Senders) CreateWaba(ctx context.Context, actor Actor, in WabaInput) (NewWaba, error) {
	in.Name = strings.TrimSpace(in.Name)
	secret := in.AppSecret.Reveal()
	switch {
	case !metaID.MatchString(in.MetaID):
		return NewWaba{}, Refuse(CodeInvalid, "metaId", "an account's id is a number; copy it from Meta's business settings")
	case !named(in.Name, 100):
		return NewWaba{}, Refuse(CodeInvalid, "name", "a name has 1 to 100 printable characters")
	case !metaID.MatchString(in.AppID):
		return NewWaba{}, Refuse(CodeInvalid, "appId", "an app's id is a number; copy it from Meta's app dashboard")
	case !credential(secret, 256):
		return NewWaba{}, Refuse(CodeInvalid, "appSecret", "paste the app's secret as Meta shows it")
	}
	by, keys, err := s.author(ctx, actor)
	if err != nil {
		return NewWaba{}, err
	}
	app, token, err := s.app(ctx, by, keys, in.AppID, secret)
	if err != nil {
		return NewWaba{}, err
	}
	w, err := s.Store.CreateWaba(ctx, by, Waba{
		ID: s.IDs.Next(), PortfolioID: in.PortfolioID, AppID: app.ID, MetaID: in.MetaID, Name: in.Name, CreatedAt: by.At,
	}, app)
	return NewWaba{w, token}, err
}

// app seals the app's secrets to its row: the one that exists, or a new one.
func (s *Senders) app(ctx context.Context, by Author, keys *privacy.TenantKeys, metaAppID, secret string) (NewProviderApp, privacy.Secret, error) {
	id, err := s.Store.AppOf(ctx, by.Actor.Tenant, metaAppID)
	if err != nil {
		return NewProviderApp{}, privacy.Secret{}, err
	}
	if id == 0 {
		id = s.IDs.Next()
	}
	b := make([]byte, 32)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return NewProviderApp{}, privacy.Secret{}, fmt.Errorf("draw a verify token: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(b)
	return NewProviderApp{
		ProviderApp:     ProviderApp{ID: id, MetaAppID: metaAppID, CreatedAt: by.At},
		SecretSealed:    keys.Seal(nil, AppSecretPlace(id), []byte(secret)),
		VerifyTokenHash: VerifyTokenHash(keys, token),
	}, privacy.NewSecret(token), nil
}

// CreateSender adds a WhatsApp number.
func (s *Senders) CreateSender(ctx context.Context, actor Actor, in SenderInput) (Sender, error) {
	in.Display, in.VerifiedName = strings.TrimSpace(in.Display), strings.TrimSpace(in.VerifiedName)
	switch {
	case !metaID.MatchString(in.PhoneNumberID):
		return Sender{}, Refuse(CodeInvalid, "phoneNumberId", "a phone-number id is a number of Meta's; it is not the phone number")
	case !named(in.Display, 40):
		return Sender{}, Refuse(CodeInvalid, "display", "write the number as people see it, at most 40 characters")
	case in.VerifiedName != "" && !named(in.VerifiedName, 100):
		return Sender{}, Refuse(CodeInvalid, "verifiedName", "a name has at most 100 printable characters")
	case in.MessagesSecond < 1 || in.MessagesSecond > 1000:
		return Sender{}, Refuse(CodeInvalid, "messagesPerSecond", "a number sends 1 to 1000 messages per second; 80 unless Meta has raised it")
	}
	by, _, err := s.author(ctx, actor)
	if err != nil {
		return Sender{}, err
	}
	return s.Store.CreateSender(ctx, by, Sender{
		ID: s.IDs.Next(), WabaID: in.WabaID, Channel: WhatsApp, ProviderID: in.PhoneNumberID, Display: in.Display,
		VerifiedName: in.VerifiedName, State: SenderActive, Quality: QualityUnknown, MessagesSecond: in.MessagesSecond, CreatedAt: by.At,
	})
}

// Resume lets a stopped sender send again.
func (s *Senders) Resume(ctx context.Context, actor Actor, id ID) (Sender, error) {
	by, _, err := s.author(ctx, actor)
	if err != nil {
		return Sender{}, err
	}
	return s.Store.ResumeSender(ctx, by, id)
}

func (s *Senders) author(ctx context.Context, actor Actor) (Author, *privacy.TenantKeys, error) {
	keys, err := s.Keys.Of(ctx, actor.Tenant)
	if err != nil {
		return Author{}, nil, err
	}
	return AuthorOf(actor, s.IDs, s.Now(), keys), keys, nil
}

// PortfolioTokenPlace is where a portfolio's token is sealed to; the tenant comes from the tenant's keys.
func PortfolioTokenPlace(portfolio ID) privacy.AAD {
	return privacy.AAD{Table: "portfolio", Column: "token_sealed", Row: int64(portfolio)}
}

// AppSecretPlace is where an app's secret is sealed to, the old one during a rotation as well.
func AppSecretPlace(app ID) privacy.AAD {
	return privacy.AAD{Table: "provider_app", Column: "secret_sealed", Row: int64(app)}
}

// VerifyTokenHash is what is kept of a verify token: compare it with that of a presented one.
func VerifyTokenHash(keys *privacy.TenantKeys, token string) [32]byte {
	return keys.Derive(forVerifyTokens).MAC([]byte(token))
}

// forVerifyTokens is the purpose of the tenant's key over verify tokens.
const forVerifyTokens privacy.Purpose = "verify-token"

// WebhookURL is where Meta must send an app's webhooks. public is the configured URL of this installation.
func WebhookURL(public string, app ID) string {
	return strings.TrimRight(public, "/") + "/webhooks/whatsapp/" + app.String()
}

// named tells whether s is a name of 1 to most characters that people can see.
func named(s string, most int) bool {
	return s != "" && characters(s) <= most && printable(s)
}

// credential tells whether s can be a token or a secret: visible ASCII without spaces.
func credential(s string, most int) bool {
	return s != "" && len(s) <= most && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
