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
	key, err := keys.DayKey(ctx, tx, day)
	if err != nil {
		return err
	}
	plain, err := p.Encode()
	if err != nil {
		return err
	}
	defer clear(plain)
	return tx.Queries.InsertPayload(ctx, tx.Tx, sqlcgen.InsertPayloadParams{
		TenantID: int64(tx.Tenant), ID: int64(id), Day: dateOf(day), DeleteBy: deleteBy,
		Sealed: key.Seal(nil, payloadPlace(tx.Tenant, id), plain),
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
