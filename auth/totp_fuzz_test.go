package auth

import (
	"regexp"
	"testing"
	"time"
)

// FuzzMatchStep: only six ASCII digits can be a code, and what matches belongs to the present step or a neighbour.
func FuzzMatchStep(f *testing.F) {
	secret, err := TOTPSecretFrom([]byte("12345678901234567890"))
	if err != nil {
		f.Fatal(err)
	}
	// RFC 6238, appendix B, cut to six digits: at 59 s the code of step 1 is 287082.
	for _, code := range []string{"287082", " 287082", "287082 ", "287082\n", "２８７０８２", "94287082", "28708", "-28708", "+28708", "287082\x00", ""} {
		f.Add(code, int64(59))
	}
	six := regexp.MustCompile(`\A[0-9]{6}\z`)
	f.Fuzz(func(t *testing.T, code string, second int64) {
		step, ok := MatchStep(secret, code, time.Unix(second, 0))
		if !ok {
			if code == "287082" && second == 59 {
				t.Fatal("the code of RFC 6238 does not match")
			}
			return
		}
		if now := second / 30; !six.MatchString(code) || second < 0 || step < now-1 || step > now+1 {
			t.Fatalf("%q matches step %d at second %d", code, step, second)
		}
	})
}
