package store

import (
	"context"
	"strconv"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// payloadPlace is where a chunk's payload is sealed to.
func payloadPlace(tenant, payload messaging.ID) privacy.AAD {
	return privacy.AAD{Tenant: int64(tenant), Table: "payload", Column: "sealed", Row: int64(payload)}
}

// PutPayload seals a payload under the key of its day (UTC) and writes it.
func (tx *Tx) PutPayload(ctx context.Context, keys *Keys, id messaging.ID, day privacy.Day, deleteBy time.Time, p messaging.Payload) error {
	return tx.PutPayloads(ctx, keys, []messaging.ID{id}, day, deleteBy, []messaging.Payload{p})
}

// PutPayloads is PutPayload for several of one day, in one statement.
func (tx *Tx) PutPayloads(ctx context.Context, keys *Keys, ids []messaging.ID, day privacy.Day, deleteBy time.Time, payloads []messaging.Payload) error {
	key, err := keys.DayKey(ctx, tx, day)
	if err != nil {
		return err
	}
	sealed := make([][]byte, len(payloads))
	for i, p := range payloads {
		plain, err := p.Encode()
		if err != nil {
			return err
		}
		sealed[i] = key.Seal(nil, payloadPlace(tx.Tenant, ids[i]), plain)
		clear(plain)
	}
	return tx.Queries.InsertPayloads(ctx, tx.Tx, sqlcgen.InsertPayloadsParams{
		TenantID: int64(tx.Tenant), Ids: int64s(ids), Day: dateOf(day), DeleteBy: deleteBy, Sealeds: sealed,
	})
}

// OpenPayload reads what PutPayload wrote.
func (tx *Tx) OpenPayload(ctx context.Context, keys *Keys, id messaging.ID, day privacy.Day, sealed []byte) (messaging.Payload, error) {
	key, err := keys.ExistingDayKey(ctx, tx, day)
	if err != nil {
		return messaging.Payload{}, err
	}
	plain, err := key.Open(nil, payloadPlace(tx.Tenant, id), sealed)
	if err != nil {
		return messaging.Payload{}, err
	}
	defer clear(plain)
	return messaging.DecodePayload(plain)
}

// recipientKind separates the hash of a subject from those of addresses.
const recipientKind privacy.Kind = "subject"

// RecipientHash is a person in ClickHouse: the subject's id under the tenant's analytics key. Without the key it leads to
// nobody.
func RecipientHash(keys *privacy.TenantKeys, subject messaging.ID) uint64 {
	return keys.AnalyticsHash(recipientKind, strconv.FormatInt(int64(subject), 10))
}
