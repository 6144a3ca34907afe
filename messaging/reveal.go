package messaging

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// AuditMessageRevealed is written before anything is shown.
const AuditMessageRevealed AuditAction = "message.revealed"

// Withheld says why a part of a message is not shown; empty where it is.
type Withheld string

const (
	NotPermitted Withheld = "NOT_PERMITTED"
	NotKept      Withheld = "NOT_KEPT"
)

// Revealed is a message in plain, as far as the actor may see it and the storage mode has kept it.
type Revealed struct {
	Address, Text                 string
	AddressWithheld, TextWithheld Withheld
}

// RevealStore audits a reveal and then gives what is sealed.
type RevealStore interface {
	// RevealMessage gives the sealed address and content, nil where none is kept. The entry is committed when it returns.
	RevealMessage(ctx context.Context, by Author, ref MessageRef, today time.Time, detail map[string]string) (address, content []byte, err error)
}

// RevealLimit counts how often a person reads in plain.
type RevealLimit interface {
	TakeReveal(ctx context.Context, actor Actor) error
}

// Reveals shows single messages in plain to whoever may see them.
type Reveals struct {
	Store   RevealStore
	Tenants TenantReader
	Keys    TenantKeys
	Limit   RevealLimit
	IDs     *IDs
	Now     func() time.Time
}

// Message reveals one message. What the role does not allow is not even read.
func (s *Reveals) Message(ctx context.Context, actor Actor, ref MessageRef, reason string) (Revealed, error) {
	reason = strings.TrimSpace(reason)
	if n := characters(reason); n < 3 || n > 200 || !printable(reason) {
		return Revealed{}, Refuse(CodeInvalid, "reason", "say why, in 3 to 200 characters")
	}
	if actor.Key != 0 || !actor.Can(PermAddressReveal) && !actor.Can(PermContentReveal) {
		return Revealed{}, Refuse(CodeForbidden, "", "your role does not allow this")
	}
	if err := s.Limit.TakeReveal(ctx, actor); err != nil {
		return Revealed{}, err
	}
	tenant, err := s.Tenants.Tenant(ctx, actor.Tenant)
	if err != nil {
		return Revealed{}, err
	}
	keys, err := s.Keys.Of(ctx, actor.Tenant)
	if err != nil {
		return Revealed{}, err
	}
	now := s.Now()
	detail := map[string]string{"reason": reason, "address": fmt.Sprint(actor.Can(PermAddressReveal)), "text": fmt.Sprint(actor.Can(PermContentReveal))}
	address, content, err := s.Store.RevealMessage(ctx, AuthorOf(actor, s.IDs, now, keys), ref, DayIn(now, tenant.Location()), detail)
	if err != nil {
		return Revealed{}, err
	}
	open := func(permission Permission, sealed []byte, unseal func([]byte) (string, error)) (string, Withheld, error) {
		switch {
		case !actor.Can(permission):
			return "", NotPermitted, nil
		case sealed == nil:
			return "", NotKept, nil
		}
		text, err := unseal(sealed)
		return text, "", err
	}
	var r Revealed
	r.Address, r.AddressWithheld, err = open(PermAddressReveal, address, func(sealed []byte) (string, error) {
		plain, err := keys.Open(nil, MessageAddressPlace(ref.ID), sealed)
		return string(plain), err
	})
	if err != nil {
		return Revealed{}, err
	}
	r.Text, r.TextWithheld, err = open(PermContentReveal, content, func(sealed []byte) (string, error) {
		plain, err := keys.Open(nil, MessageContentPlace(ref.ID), sealed)
		if err != nil {
			return "", err
		}
		var c Content
		if err := json.Unmarshal(plain, &c); err != nil {
			return "", fmt.Errorf("read a message's content: %w", err)
		}
		return c.plainText(), nil
	})
	return r, err
}

// plainText is what the person was told: free text, or the template's name with its values.
func (c Content) plainText() string {
	switch {
	case c.Text != nil:
		return c.Text.Body
	case c.Media != nil:
		return c.Media.Caption
	case c.Template == nil:
		return ""
	}
	t := c.Template
	var values []string
	for _, p := range append(append([]Parameter{}, t.Header...), t.Body...) {
		values = append(values, p.Text)
	}
	return strings.TrimSuffix(t.Name+" ("+t.Language+"): "+strings.Join(values, " · "), ": ")
}
