package messaging

import "strings"

// plainRule describes numbers whose reading needs no table: the calling code belongs to one country, a national number of
// this length is possible there, and one that begins with these digits carries no national prefix. So the number in
// international form is its own canonical form. TestPlainNumbersReadAlike holds each rule to the numbering-plan library.
type plainRule struct {
	code    string // with "+"
	digits  int    // of the national number
	first   string // the digits that it may begin with
	country string
}

// plainRules are the mobile numbers of some large countries. A code that several countries share (1, 7, 44) has no rule.
var plainRules = [...]plainRule{
	{"+91", 10, "6789", "IN"}, {"+92", 10, "3", "PK"}, {"+880", 10, "1", "BD"}, {"+234", 10, "789", "NG"},
	{"+27", 9, "678", "ZA"}, {"+20", 10, "1", "EG"}, {"+90", 10, "5", "TR"}, {"+966", 9, "5", "SA"}, {"+971", 9, "5", "AE"},
	{"+33", 9, "67", "FR"}, {"+34", 9, "67", "ES"}, {"+57", 10, "3", "CO"}, {"+51", 9, "9", "PE"}, {"+60", 9, "1", "MY"},
	{"+63", 10, "9", "PH"}, {"+66", 9, "689", "TH"}, {"+84", 9, "35789", "VN"}, {"+254", 9, "7", "KE"}, {"+94", 9, "7", "LK"},
	{"+977", 10, "9", "NP"}, {"+55", 11, "12345678", "BR"},
}

// parsePlain reads a clean number in international form by the rules; false leaves it to the library, which costs tens of
// microseconds.
func parsePlain(input string) (Phone, bool) {
	if len(input) < 11 || input[0] != '+' {
		return Phone{}, false
	}
	for i := 1; i < len(input); i++ {
		if input[i] < '0' || input[i] > '9' {
			return Phone{}, false
		}
	}
	for i := range plainRules {
		r := &plainRules[i]
		if len(input) != len(r.code)+r.digits || !strings.HasPrefix(input, r.code) {
			continue
		}
		if strings.IndexByte(r.first, input[len(r.code)]) < 0 {
			return Phone{}, false
		}
		// One string for all: the caller's may be a part of a whole request.
		value := strings.Clone(input)
		hidden := r.digits - 4
		return Phone{newAddress(address{
			kind: KindPhone, value: value, key: value, country: r.country,
			masked: r.code + strings.Repeat("•", hidden) + value[len(value)-4:],
		})}, true
	}
	return Phone{}, false
}
