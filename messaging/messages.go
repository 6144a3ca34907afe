package messaging

import (
	"context"
	"time"

	"posthaste/privacy"
)

// MessageStore reads messages.
type MessageStore interface {
	Message(ctx context.Context, tenant ID, ref MessageRef, today time.Time) (Message, error)
	Messages(ctx context.Context, tenant ID, filter MessageFilter, after ID, first int, today time.Time) (MessagePage, error)
	// FindPerson gives the subject of an address, 0 for none, and audits that it was asked.
	FindPerson(ctx context.Context, by Author, key AddressKey) (ID, error)
}

// Messages shows messages to people.
type Messages struct {
	Store   MessageStore
	Tenants TenantReader
	Keys    TenantKeys
	IDs     *IDs
	Now     func() time.Time
}

// Get reads one message with all its attempts.
func (s *Messages) Get(ctx context.Context, actor Actor, ref MessageRef) (Message, error) {
	tenant, err := s.Tenants.Tenant(ctx, actor.Tenant)
	if err != nil {
		return Message{}, err
	}
	return s.Store.Message(ctx, actor.Tenant, ref, DayIn(s.Now(), tenant.Location()))
}

// List reads a page, newest first, below the id after (0: from the newest). With to, an address as a person writes it,
// only that person's messages; the look-up is audited.
func (s *Messages) List(ctx context.Context, actor Actor, filter MessageFilter, to string, after ID, first int) (MessagePage, error) {
	tenant, err := s.Tenants.Tenant(ctx, actor.Tenant)
	if err != nil {
		return MessagePage{}, err
	}
	if to != "" {
		if filter.Subject, err = s.person(ctx, actor, tenant, to); err != nil || filter.Subject == 0 {
			return MessagePage{}, err
		}
	}
	return s.Store.Messages(ctx, actor.Tenant, filter, after, first, DayIn(s.Now(), tenant.Location()))
}

func (s *Messages) person(ctx context.Context, actor Actor, tenant Tenant, to string) (ID, error) {
	if !tenant.AddressMode.Allows(privacy.Find) {
		return 0, Refuse(CodeInvalid, "where.to", "this tenant keeps nothing that leads from an address to a message")
	}
	address, err := ParseAddress(to, tenant.Country)
	if err != nil {
		return 0, Refuse(CodeInvalid, "where.to", "%s", sentenceOf(err))
	}
	keys, err := s.Keys.Of(ctx, actor.Tenant)
	if err != nil {
		return 0, err
	}
	return s.Store.FindPerson(ctx, AuthorOf(actor, s.IDs, s.Now(), keys), KeyOf(keys, address))
}

// Masked gives each message's address as a person may see it, by position; empty where the storage mode keeps none.
func (s *Messages) Masked(ctx context.Context, actor Actor, messages []Message) ([]string, error) {
	masked := make([]string, len(messages))
	keys, err := s.Keys.Of(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	for i, m := range messages {
		if m.Address == nil {
			continue
		}
		plain, err := keys.Open(nil, MessageAddressPlace(m.Ref.ID), m.Address)
		if err != nil {
			return nil, err
		}
		address, err := ParseAddress(string(plain), "")
		clear(plain)
		if err != nil {
			return nil, err
		}
		masked[i] = address.Masked()
	}
	return masked, nil
}

// MessageAddressPlace is where a message's address is sealed to, in plain mode; the tenant comes from the tenant's keys.
func MessageAddressPlace(message ID) privacy.AAD {
	return privacy.AAD{Table: "message", Column: "address_sealed", Row: int64(message)}
}

// MessageContentPlace is where a message's content is sealed to, in plain mode.
func MessageContentPlace(message ID) privacy.AAD {
	return privacy.AAD{Table: "message", Column: "content_sealed", Row: int64(message)}
}
