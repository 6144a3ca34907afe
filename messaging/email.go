package messaging

import (
	"regexp"
	"strings"
)

// EmailAddress is an e-mail address of plain ASCII: what every mail server takes.
type EmailAddress struct{ Address }

// RFC 5321 §4.1.2 dot-string and domain, with the lengths of §4.5.3.1. Quoted local parts, comments and address literals
// are left out: in a recipient list they are slips or attacks.
var (
	emailLocal  = regexp.MustCompile("^[0-9A-Za-z!#$%&'*+/=?^_`{|}~-]+(\\.[0-9A-Za-z!#$%&'*+/=?^_`{|}~-]+)*$")
	emailDomain = regexp.MustCompile(`^([0-9a-z]([0-9a-z-]{0,61}[0-9a-z])?\.)+[a-z]([0-9a-z-]{0,61}[0-9a-z])$`)
)

// ParseEmail reads an address such as "asha@example.com". The domain is folded to lower case; an international domain
// is written in its ASCII form (xn--…). The error is INVALID and does not repeat the input.
func ParseEmail(input string) (EmailAddress, error) {
	input = strings.TrimSpace(input)
	at := strings.LastIndexByte(input, '@')
	if at < 1 || at > 64 || len(input) > 254 {
		return EmailAddress{}, errEmail
	}
	local, domain := input[:at], strings.ToLower(input[at+1:])
	if !emailLocal.MatchString(local) || !emailDomain.MatchString(domain) {
		return EmailAddress{}, errEmail
	}
	return EmailAddress{newAddress(address{
		kind:   KindEmail,
		value:  local + "@" + domain,
		key:    strings.ToLower(local) + "@" + domain,
		masked: local[:1] + "•••@" + domain,
	})}, nil
}

// Value is the address to write to. The local part keeps its case, for its server may mind; Key does not, so that an
// opt-out never misses.
func (e EmailAddress) Value() string { return e.get().value }

var errEmail = Refuse(CodeInvalid, "", "not an e-mail address")
