package resolvers

import (
	"encoding/base64"
	"encoding/json"

	"posthaste/messaging"
)

// StatsCursors seals the places of pages of statistics, as Cursors does for lists.
type StatsCursors struct{ Cursors }

const statsList = "messageStats"

// SealCursor makes a cursor of a place.
func (c StatsCursors) SealCursor(tenant messaging.ID, place []string) (string, error) {
	plain, err := json.Marshal(place)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(c.ring.Seal(nil, cursorPlace(statsList, tenant), plain)), nil
}

// OpenCursor reads a cursor that SealCursor made for the same tenant.
func (c StatsCursors) OpenCursor(tenant messaging.ID, cursor string) (place []string, err error) {
	sealed, err := strict().DecodeString(cursor)
	if err != nil {
		return nil, err
	}
	plain, err := c.ring.Open(nil, cursorPlace(statsList, tenant), sealed)
	if err != nil {
		return nil, err
	}
	return place, json.Unmarshal(plain, &place)
}
