package messaging

import (
	"context"

	"posthaste/privacy"
)

const (
	AuditTokenReplaced     AuditAction = "portfolio.token_replaced"
	AuditAppSecretReplaced AuditAction = "provider_app.secret_replaced" // #nosec G101 -- the name of an act
)

// ReplaceToken puts a new token in the place of a portfolio's. It is sealed and never shown again.
func (s *Senders) ReplaceToken(ctx context.Context, actor Actor, portfolio ID, token privacy.Secret) (Portfolio, error) {
	if !credential(token.Reveal(), 4096) {
		return Portfolio{}, Refuse(CodeInvalid, "token", "paste the system user's token as Meta shows it")
	}
	by, keys, err := s.author(ctx, actor)
	if err != nil {
		return Portfolio{}, err
	}
	return s.Store.ReplaceToken(ctx, by, portfolio, keys.Seal(nil, PortfolioTokenPlace(portfolio), []byte(token.Reveal())))
}

// ReplaceAppSecret puts a new secret of the account's app in force. Webhooks signed with the one before are taken
// for SecretOverlap more.
func (s *Senders) ReplaceAppSecret(ctx context.Context, actor Actor, waba ID, secret privacy.Secret) error {
	if !credential(secret.Reveal(), 256) {
		return Refuse(CodeInvalid, "secret", "paste the app's secret as Meta shows it")
	}
	by, keys, err := s.author(ctx, actor)
	if err != nil {
		return err
	}
	return s.Store.ReplaceAppSecret(ctx, by, waba, func(app ID) []byte { return keys.Seal(nil, AppSecretPlace(app), []byte(secret.Reveal())) })
}
