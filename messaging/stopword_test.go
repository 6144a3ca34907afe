package messaging

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// testdata/stop-words.json was written from the platform's description by neither side of the code.
type stopWordFixture struct {
	Words    map[string][]string
	Positive []string
	Negative []string
}

func TestMatchKeywordFixture(t *testing.T) {
	raw, err := os.ReadFile("testdata/stop-words.json")
	if err != nil {
		t.Fatal(err)
	}
	var fixture stopWordFixture
	if err := json.Unmarshal(raw, &fixture); err != nil {
		t.Fatal(err)
	}
	if len(fixture.Words) < 7 || len(fixture.Positive) < 7 || len(fixture.Negative) < 7 {
		t.Fatalf("the fixture has shrunk: %+v", fixture)
	}
	words := fixture.Positive
	for _, list := range fixture.Words {
		words = append(words, list...)
	}
	for _, w := range words {
		if k, ok := MatchKeyword(w); !ok || k != KeywordStop {
			t.Errorf("%q is not read as STOP", w)
		}
	}
	for _, w := range fixture.Negative {
		if k, ok := MatchKeyword(w); ok {
			t.Errorf("%q is read as %s", w, k)
		}
	}
}

func TestMatchKeyword(t *testing.T) {
	for in, want := range map[string]Keyword{
		"start": KeywordStart, "*START*": KeywordStart, "शुरू करें।": KeywordStart, "Começar": KeywordStart,
		"COMEC\u0327AR": KeywordStart, "اشتراك": KeywordStart,
		"_stop_": KeywordStop, "~Stop~": KeywordStop, "\"stop\"": KeywordStop, "«STOP»": KeywordStop, "stop✋🏽": KeywordStop,
		"st\u00adop": KeywordStop, "\u200fتوقف\u200f": KeywordStop, "❤️ stop ❤️": KeywordStop, "S\u200bTOP": KeywordStop,
		"stop\n\n": KeywordStop, "Stop\u00a0all": KeywordStop, "cancelar": KeywordStop, "𝐒𝐓𝐎𝐏": KeywordStop, "-stop-": KeywordStop,
		"s top": "", "stopp it": "", "stop stop": "", "start the car": "", "anend": "", "👍": "", ".": "",
		"STOP" + strings.Repeat("!", 200): "",
	} {
		if got, ok := MatchKeyword(in); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", in, got, ok, want)
		}
	}
}

// FuzzMatchKeyword: matching never panics; marks and spaces around a text and upper case do not change the answer; a
// word added to a keyword makes it no keyword.
func FuzzMatchKeyword(f *testing.F) {
	for _, s := range []string{"stop", "ＳＴＯＰ", "बंद करो", "إلغاء", "ﬁn", "İ", "ß", "\u0345", "a\u0301\u200d", "🙏🏽", "ǅ", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		k, ok := MatchKeyword(in)
		if ok != (k != "") {
			t.Fatalf("%q: %q %v", in, k, ok)
		}
		if len(in) > 64 || !utf8.ValidString(in) {
			return
		}
		if k2, _ := MatchKeyword("  ¡" + in + " 🙏!! "); k2 != k {
			t.Fatalf("%q: %q, with marks around %q", in, k, k2)
		}
		if folded := foldKeyword(in); foldKeyword(folded) != folded {
			t.Fatalf("%q folds to %q, then to %q", in, folded, foldKeyword(folded))
		}
		if _, ok := MatchKeyword(in + " please keep writing"); ok {
			t.Fatalf("%q with words after it matches", in)
		}
	})
}
