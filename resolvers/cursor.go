package resolvers

import (
	"encoding/base64"
	"encoding/binary"

	"posthaste/graph"
	"posthaste/messaging"
	"posthaste/privacy"
)

// Cursors seals positions in lists: a cursor can be neither read nor made by a caller, and is good only for the list and
// the tenant that gave it.
type Cursors struct{ ring *privacy.Ring }

// NewCursors takes the ring of privacy.ForCursors.
func NewCursors(ring *privacy.Ring) Cursors { return Cursors{ring} }

// strict reads no other spelling of a cursor than the one that was given.
func strict() *base64.Encoding { return base64.RawURLEncoding.Strict() }

func cursorPlace(list string, tenant messaging.ID) privacy.AAD {
	return privacy.AAD{Tenant: int64(tenant), Table: "cursor", Column: list}
}

// Seal makes a cursor.
func (c Cursors) Seal(list string, tenant, id messaging.ID) string {
	plain := binary.BigEndian.AppendUint64(nil, id.Uint64())
	return base64.RawURLEncoding.EncodeToString(c.ring.Seal(nil, cursorPlace(list, tenant), plain))
}

// Open reads a cursor; an absent one is 0, the beginning.
func (c Cursors) Open(list string, tenant messaging.ID, cursor *string) (messaging.ID, error) {
	if cursor == nil || *cursor == "" {
		return 0, nil
	}
	sealed, err := strict().DecodeString(*cursor)
	if err == nil {
		var plain []byte
		if plain, err = c.ring.Open(nil, cursorPlace(list, tenant), sealed); err == nil && len(plain) == 8 {
			return messaging.IDFromUint64(binary.BigEndian.Uint64(plain)), nil
		}
	}
	return 0, messaging.Refuse(messaging.CodeInvalid, "after", "this cursor does not belong to this list")
}

// pageInfo tells where the next page begins; 0 is the end.
func (c Cursors) pageInfo(list string, tenant, after messaging.ID) *graph.PageInfo {
	if after == 0 {
		return &graph.PageInfo{}
	}
	return &graph.PageInfo{HasNextPage: true, EndCursor: optional(c.Seal(list, tenant, after))}
}

// open checks the size of a page and reads where it begins.
func (c Cursors) open(list string, tenant messaging.ID, first int, after *string) (messaging.ID, error) {
	if err := checkFirst(first); err != nil {
		return 0, err
	}
	return c.Open(list, tenant, after)
}

// maxPage is the largest page of a list.
const maxPage = 100

// checkFirst refuses a page that is empty or too large.
func checkFirst(first int) error {
	if first < 1 || first > maxPage {
		return messaging.Refuse("PAGE_TOO_LARGE", "first", "a page has 1 to %d rows", maxPage)
	}
	return nil
}
