package messaging

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Keyword is what a person asks for with a whole message of one word.
type Keyword string

const (
	KeywordStop  Keyword = "STOP"  // opt me out
	KeywordStart Keyword = "START" // opt me in again
)

// maxKeywordBytes bounds the work on a message; no word of the list comes near it, with room for marks around it.
const maxKeywordBytes = 128

// MatchKeyword tells whether the whole message is a STOP or START word of any language we know: people write to a brand
// in another language than the one it wrote in. "bus stop" is no opt-out. Letter case, width, punctuation and emoji
// around the word and the amount of space inside do not count.
func MatchKeyword(text string) (Keyword, bool) {
	if len(text) > maxKeywordBytes {
		return "", false
	}
	k, ok := keywords()[foldKeyword(text)]
	return k, ok
}

//go:embed stopwords.json
var stopwordsJSON []byte

// keywords is the table of folded words, made once from the embedded data and never changed. STOP wins where a word
// were in both lists.
var keywords = sync.OnceValue(func() map[string]Keyword {
	var lists map[string]map[string][]string
	if err := json.Unmarshal(stopwordsJSON, &lists); err != nil {
		panic("messaging: stopwords.json: " + err.Error())
	}
	words := map[string]Keyword{}
	add := func(list string, k Keyword) {
		for _, language := range lists[list] {
			for _, word := range language {
				words[foldKeyword(word)] = k
			}
		}
	}
	add("start", KeywordStart)
	add("stop", KeywordStop)
	return words
})

// foldKeyword gives the form in which words are compared: NFKC, case folded, nothing but letters, their marks and digits
// at either end, one space between words. Folding can change what NFKC sees and the reverse, hence the second round.
func foldKeyword(s string) string {
	for range 2 {
		s = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
	}
	s = strings.Map(dropInvisible, s)
	return strings.Join(strings.Fields(strings.TrimFunc(s, notOfWord)), " ")
}

// notOfWord is true for punctuation, symbols, emoji, spaces. A variation selector is a mark but belongs to an emoji.
func notOfWord(r rune) bool {
	if r == '\ufe0f' || r == '\ufe0e' || r == '\u20e3' {
		return true
	}
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
}

// dropInvisible removes what keyboards put in unseen: joiners, direction marks, soft hyphens.
func dropInvisible(r rune) rune {
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}
