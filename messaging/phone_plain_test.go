package messaging

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// agree tells how the quick reading of a number differs from the library's; empty when they are alike or the quick one
// leaves the number to the library.
func agree(input, country string) string {
	quick, ok := parsePlain(input)
	if !ok {
		return ""
	}
	slow, err := parsePhone(input, country)
	if err != nil {
		return fmt.Sprintf("the library refuses it: %v", err)
	}
	if q, s := quick.get(), slow.get(); q != s {
		return fmt.Sprintf("%+v, the library reads %+v", q, s)
	}
	return ""
}

func TestPlainNumbersReadAlike(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	read := 0
	for _, rule := range plainRules {
		// Rules about prefixes look at the first digits: all of those that can be, and any others after them.
		for _, first := range rule.first {
			for next := range 1000 {
				input := rule.code + string(first) + fmt.Sprintf("%03d", next)
				for len(input) < len(rule.code)+rule.digits {
					input += strconv.Itoa(random.IntN(10))
				}
				if _, ok := parsePlain(input); !ok {
					t.Fatalf("%s of %s is not read", rule.code, rule.country)
				}
				read++
				if problem := agree(input, "IN"); problem != "" {
					t.Fatalf("a number of %s: %s", rule.country, problem)
				}
			}
		}
	}
	if read < 30_000 {
		t.Errorf("only %d numbers are compared", read)
	}
	for _, input := range []string{"+919811107052x", "+91 9811107052", "919811107052", "+915811107052", "+9198111070521", "+14155550100", "+", ""} {
		if _, ok := parsePlain(input); ok {
			t.Errorf("%q is read quickly", input)
		}
	}
}

func FuzzPlainNumbersReadAlike(f *testing.F) {
	for _, s := range []string{"+919811107052", "+5511987654321", "+551187654321", "+60123456789", "+880171234567", "+9613123456"} {
		f.Add(s, "IN")
	}
	f.Fuzz(func(t *testing.T, input, country string) {
		if len(input) > maxPhoneInput || strings.TrimSpace(input) != input {
			return
		}
		if problem := agree(input, country); problem != "" {
			t.Fatal(problem)
		}
	})
}

func BenchmarkParsePhone(b *testing.B) {
	for name, read := range map[string]func(string) error{
		"plain":   func(s string) error { _, err := ParsePhone(s, "IN"); return err },
		"library": func(s string) error { _, err := parsePhone(s, "IN"); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := read("+919811107052"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
