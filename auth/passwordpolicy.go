package auth

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"posthaste/messaging"
)

//go:embed commonpasswords.txt
var commonPasswords string

// MinPasswordRunes is the shortest password, in code points. It is that short only because a second factor cannot be
// switched off (NIST SP 800-63B asks for 15 where a password stands alone).
const MinPasswordRunes = 8

// minContextRunes is from where on a context word counts: shorter ones occur by chance.
const minContextRunes = 4

// PasswordPolicy judges new passwords: length and guessability, no rules of composition and no expiry.
type PasswordPolicy struct {
	common  map[string]struct{}
	context []string
}

// NewPasswordPolicy loads the block-list. words are forbidden everywhere in the installation: the product's name and the
// operator's.
func NewPasswordPolicy(words ...string) *PasswordPolicy {
	p := &PasswordPolicy{common: make(map[string]struct{}, 8192), context: words}
	for line := range strings.Lines(commonPasswords) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "# ") {
			p.common[line] = struct{}{}
		}
	}
	return p
}

// Check refuses a new password with INVALID and a sentence that helps to choose a better one. words are what an attacker
// would try first for this user: the tenant's name, the brand, the e-mail address.
func (p *PasswordPolicy) Check(password string, words ...string) error {
	refuse := func(sentence string, args ...any) error {
		return messaging.Refuse(messaging.CodeInvalid, "password", sentence, args...)
	}
	text, ok := normalPassword(password)
	if !ok {
		return refuse("the password must be text of at most %d bytes", MaxPasswordBytes)
	}
	if utf8.RuneCountInString(text) < MinPasswordRunes {
		return refuse("the password needs at least %d characters", MinPasswordRunes)
	}
	lower := strings.ToLower(text)
	if distinctRunes(lower) < 4 || isSequence(lower) {
		return refuse("the password repeats or counts; choose one that is harder to guess")
	}
	for _, form := range spellings(lower) {
		if _, found := p.common[form]; found {
			return refuse("the password is one of the most used; choose another")
		}
	}
	for _, word := range contextWords(slices.Concat(words, p.context)) {
		for _, form := range []string{lower, unleet(lower)} {
			rest := strings.ReplaceAll(form, word, "")
			if rest != form && utf8.RuneCountInString(rest) < MinPasswordRunes {
				return refuse("the password is built on a name that is easy to guess; choose another")
			}
		}
	}
	return nil
}

// spellings are the forms under which a password is looked up: as it is, without the digits and signs around it (unless
// these are long enough to be a password), and each with the usual digits for letters undone.
func spellings(lower string) []string {
	notLetter := func(r rune) bool { return !unicode.IsLetter(r) }
	forms := []string{lower, unleet(lower)}
	for _, core := range []string{strings.TrimFunc(lower, notLetter), strings.TrimRightFunc(lower, notLetter)} {
		if utf8.RuneCountInString(lower)-utf8.RuneCountInString(core) < MinPasswordRunes {
			forms = append(forms, core, unleet(core))
		}
	}
	return forms
}

func unleet(s string) string {
	return strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(s)
}

// contextWords splits names and addresses into the words that count.
func contextWords(names []string) []string {
	var words []string
	for _, name := range names {
		name, _, _ = strings.Cut(strings.ToLower(name), "@")
		parts := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		parts = append(parts, strings.Join(parts, ""))
		for _, w := range parts {
			if utf8.RuneCountInString(w) >= minContextRunes {
				words = append(words, w)
			}
		}
	}
	return words
}

func distinctRunes(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// isSequence tells whether the runes go up or down by the same step: abcdefgh, 98765432.
func isSequence(s string) bool {
	runes := []rune(s)
	for i := 2; i < len(runes); i++ {
		if runes[i]-runes[i-1] != runes[1]-runes[0] {
			return false
		}
	}
	return true
}
