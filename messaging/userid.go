package messaging

import (
	"regexp"
	"strings"
)

// UserID is WhatsApp's business-scoped user id: unique per person and business portfolio, new when the person changes
// number. It is sent back exactly as it came, so its canonical form is itself and case counts.
type UserID struct{ Address }

// userIDPattern: ISO country, optionally "ENT" for a business enrolled with several portfolios, at most 128
// alphanumerics.
var userIDPattern = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$`)

// ParseUserID reads a business-scoped user id. The error is INVALID and does not repeat the input.
func ParseUserID(input string) (UserID, error) {
	if !userIDPattern.MatchString(input) {
		return UserID{}, Refuse(CodeInvalid, "", "not a WhatsApp user id")
	}
	id := input[strings.LastIndexByte(input, '.')+1:]
	return UserID{newAddress(address{
		kind:    KindUserID,
		value:   input,
		key:     input,
		country: input[:2],
		masked:  input[:2] + ".••••" + id[len(id)-min(4, len(id)/2):],
	})}, nil
}

// Value is the id as the provider gave it.
func (u UserID) Value() string { return u.get().value }

func looksLikeUserID(s string) bool {
	return len(s) > 3 && s[2] == '.' && isLetter(s[0]) && isLetter(s[1])
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
