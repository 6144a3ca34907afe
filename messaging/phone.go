package messaging

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Phone is a telephone number.
type Phone struct{ Address }

// maxPhoneInput is longer than any spelling of 15 digits that a person would write.
const maxPhoneInput = 40

// ParsePhone reads a number as people write it: "+91 98111-07052", "0098…", "(011) …" with a default country. Letters and
// extensions are refused, for no message can go there. The length must be possible in its country; whether the range
// is in use is left to the provider, who knows newer numbering plans than any table.
func ParsePhone(input, defaultCountry string) (Phone, error) {
	input = strings.TrimSpace(input)
	if phone, ok := parsePlain(input); ok {
		return phone, nil
	}
	return parsePhone(input, defaultCountry)
}

// parsePhone reads any number with the numbering plans of the library.
func parsePhone(input, defaultCountry string) (Phone, error) {
	if len(input) > maxPhoneInput || !onlyDialCharacters(input) {
		return Phone{}, errPhone
	}
	n, err := parseStable(input, strings.ToUpper(defaultCountry))
	if err != nil {
		return Phone{}, err
	}
	e164 := phonenumbers.Format(n, phonenumbers.E164)
	return Phone{newAddress(address{
		kind:    KindPhone,
		value:   e164,
		key:     phoneKey(n, e164),
		country: countryOf(n),
		masked:  maskPhone(n, e164),
	})}, nil
}

// E164 is the number to dial, "+919811107052". Brazilian mobile numbers carry the ninth digit and Mexican ones no "1"
// after 52, as both have to be dialled since 2016 and 2020; the provider may know the person by the older form.
func (p Phone) E164() string { return p.get().value }

var errPhone = Refuse(CodeInvalid, "", "not a phone number; write it with country code, such as +91 98111 00022")

// parseStable parses until the result reads back as itself: some plans drop a digit that looks like a national prefix
// also from a number in international form, and a canonical form has to be the same when it is read again.
func parseStable(input, country string) (*phonenumbers.PhoneNumber, error) {
	for range 3 {
		n, err := phonenumbers.Parse(input, country)
		if err != nil || n.GetExtension() != "" {
			return nil, errPhone
		}
		modernise(n)
		if phonenumbers.IsPossibleNumberWithReason(n) != phonenumbers.IS_POSSIBLE {
			return nil, errPhone
		}
		e164 := phonenumbers.Format(n, phonenumbers.E164)
		if e164 == input {
			return n, nil
		}
		input = e164
	}
	return nil, errPhone
}

const (
	brazil    = 55
	mexico    = 52
	argentina = 54
)

// modernise brings a number that is still written by a retired plan to today's.
func modernise(n *phonenumbers.PhoneNumber) {
	national := phonenumbers.GetNationalSignificantNumber(n)
	switch n.GetCountryCode() {
	case brazil: // area (2) + 8 digits; mobile ones began with 6–9 and were given a leading 9
		if len(national) == 10 && national[2] >= '6' {
			setNational(n, national[:2]+"9"+national[2:])
		}
	case mexico: // "1" stood before a mobile number called from abroad
		if len(national) == 11 && national[0] == '1' {
			setNational(n, national[1:])
		}
	}
}

// phoneKey folds what E164 must keep. An Argentine mobile number is dialled with a 9 after 54 from abroad and without
// it at home; providers tell either. No landline shares its digits with a mobile number, so dropping the 9 unites only
// the spellings of one number.
func phoneKey(n *phonenumbers.PhoneNumber, e164 string) string {
	national := phonenumbers.GetNationalSignificantNumber(n)
	if n.GetCountryCode() == argentina && len(national) == 11 && national[0] == '9' {
		return "+54" + national[1:]
	}
	return e164
}

func setNational(n *phonenumbers.PhoneNumber, digits string) {
	v, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return
	}
	n.NationalNumber = &v
}

// countryOf falls back to the main country of the calling code for a range that the table does not know yet.
func countryOf(n *phonenumbers.PhoneNumber) string {
	region := phonenumbers.GetRegionCodeForNumber(n)
	if region == "" || region == "ZZ" {
		region = phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode()))
	}
	if len(region) != 2 || region == "ZZ" { // "001" is no country
		return ""
	}
	return region
}

// maskPhone keeps the country code and the last four digits, two of a very short number.
func maskPhone(n *phonenumbers.PhoneNumber, e164 string) string {
	code := "+" + strconv.Itoa(int(n.GetCountryCode()))
	hidden := e164[len(code):]
	keep := 4
	if len(hidden) < 8 {
		keep = 2
	}
	keep = min(keep, len(hidden))
	return code + strings.Repeat("•", len(hidden)-keep) + hidden[len(hidden)-keep:]
}

// onlyDialCharacters keeps out letters, which the library would read as a vanity number or an extension.
func onlyDialCharacters(s string) bool {
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', strings.ContainsRune("+-.()/\u00a0\u202f\u2010\u2011\u2012\u2013 ", r):
		case r >= '０' && r <= '９', r == '＋', r >= '٠' && r <= '٩', r >= '۰' && r <= '۹', r >= '०' && r <= '९':
		default:
			return false
		}
	}
	return s != ""
}
