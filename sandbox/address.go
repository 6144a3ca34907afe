package sandbox

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// callingCodes tells the country behind the digits of a phone number.
type callingCodes map[string]string // "91" → "IN"

func newCallingCodes() callingCodes {
	codes := callingCodes{}
	for code := range phonenumbers.GetSupportedCallingCodes() {
		country := phonenumbers.GetRegionCodeForCountryCode(code)
		if country == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
			country = "ZZ"
		}
		codes[strconv.Itoa(code)] = country
	}
	return codes
}

// of returns the calling code and the ISO country; both are empty for digits
// that belong to no country.
func (c callingCodes) of(digits string) (code, country string) {
	for n := 1; n <= 3 && n <= len(digits); n++ {
		if country, ok := c[digits[:n]]; ok {
			return digits[:n], country
		}
	}
	return "", ""
}

// isUnitedStates is exact, because +1 is shared by many countries.
func isUnitedStates(digits string) bool {
	if !strings.HasPrefix(digits, "1") {
		return false
	}
	number, err := phonenumbers.Parse("+"+digits, "")
	return err == nil && phonenumbers.GetRegionCodeForNumber(number) == "US"
}

// displayNumber writes digits as the platform's management calls show them.
func displayNumber(digits string) string {
	number, err := phonenumbers.Parse("+"+digits, "")
	if err != nil {
		return "+" + digits
	}
	return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
}

// dialled turns what a caller wrote into digits. "+", "-", "()", dots and
// spaces are tolerated; without "+" the sender's own calling code is put in
// front, whatever the digits look like.
func dialled(input, ownCode string) (string, *apiError) {
	var digits strings.Builder
	plus := false
	for i, r := range strings.TrimSpace(input) {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r == '+' && i == 0:
			plus = true
		case strings.ContainsRune("-(). ", r):
		default:
			return "", refuse(codeParameterValue, "Param to is not a valid phone number.")
		}
	}
	number := digits.String()
	if !plus {
		number = ownCode + number
	}
	if len(number) < 7 || len(number) > 15 {
		return "", refuse(codeParameterValue, "Param to is not a valid phone number.")
	}
	return number, nil
}

// waID is the person's identity on the platform. It is not always the dialled
// number: old Brazilian accounts lack the ninth digit, Mexican ones carry a 1.
func waID(digits string) string {
	switch {
	case strings.HasPrefix(digits, "55") && len(digits) == 13 && digits[4] == '9':
		return digits[:4] + digits[5:]
	case strings.HasPrefix(digits, "52") && len(digits) == 12:
		return "521" + digits[2:]
	}
	return digits
}

// mix is a bijection of 64 bits (the finaliser of SplitMix64), so ids made by
// it never collide and can be read back.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

func unmix(x uint64) uint64 {
	x ^= x>>31 ^ x>>62
	x *= 0x319642b2d24d8ec3
	x ^= x>>27 ^ x>>54
	x *= 0x96de1b173f119089
	return x ^ x>>30 ^ x>>60
}

// userID is the business-scoped id of a person: stable per portfolio, different
// between portfolios, and gone when the phone number changes. It can be turned
// back into the number, so no table of people is needed.
func (c callingCodes) userID(key uint64, wa string) string {
	_, country := c.of(wa)
	number, err := strconv.ParseUint(wa, 10, 64)
	if err != nil || country == "" {
		country = "ZZ"
	}
	id := strconv.FormatUint(mix(number^key), 10)
	return country + "." + strings.Repeat("0", 20-len(id)) + id
}

// person finds who is behind a business-scoped id; ok is false for an id that
// this portfolio never saw.
func (c callingCodes) person(key uint64, userID string) (wa string, ok bool) {
	_, id, found := strings.Cut(userID, ".")
	if !found || len(id) != 20 {
		return "", false
	}
	number, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return "", false
	}
	wa = strconv.FormatUint(unmix(number)^key, 10)
	if len(wa) > 15 || c.userID(key, wa) != userID {
		return "", false
	}
	return wa, true
}

// messageID builds a wamid as the platform does: base64 of a small binary
// record that holds the other party's phone number (or user id) in clear. So
// whoever lets a wamid leak, leaks the number; tests can find out.
func messageID(address string, inbound bool, unique uint64) string {
	if len(address) > 255 {
		address = address[:255]
	}
	record := make([]byte, 0, 32+len(address))
	record = append(record, 0x1c, 0x18, byte(len(address)))
	record = append(record, address...)
	direction := byte(0x11)
	if inbound {
		direction = 0x12
	}
	record = append(record, 0x15, 0x02, 0x00, direction, 0x18, 0x10)
	var random [8]byte
	for i := range random {
		random[i] = byte(unique >> (56 - 8*i))
	}
	record = append(record, strings.ToUpper(hex.EncodeToString(random[:]))...)
	return "wamid." + base64.StdEncoding.EncodeToString(append(record, 0x00))
}
