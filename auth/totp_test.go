package auth

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

func rfcSecret(t testing.TB) TOTPSecret {
	t.Helper()
	s, err := TOTPSecretFrom([]byte("12345678901234567890"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rfcCodes are the last six digits of the SHA-1 vectors of RFC 6238, appendix B.
var rfcCodes = []struct {
	seconds int64
	code    string
}{
	{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"},
	{1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
}

func TestTOTPAgainstRFC6238(t *testing.T) {
	t.Parallel()
	secret := rfcSecret(t)
	for _, tt := range rfcCodes {
		own := tt.seconds / 30
		for skew := int64(-3); skew <= 3; skew++ {
			step, ok := MatchStep(secret, tt.code, time.Unix(tt.seconds+skew*30, 0))
			if want := skew >= -1 && skew <= 1; ok != want || (ok && step != own) {
				t.Errorf("%s at %d%+d steps: step %d, %v", tt.code, tt.seconds, skew, step, ok)
			}
		}
	}
}

func TestTOTPRefusesOtherSpellings(t *testing.T) {
	t.Parallel()
	secret, at := rfcSecret(t), time.Unix(59, 0)
	for _, code := range []string{"", " 287082", "287082 ", "\t287082", "287 082", "28708", "0287082", "94287082", "287082\n",
		"２８７０８２", "+87082", "-87082", "287082\x00", "28708a", "287083"} {
		if _, ok := MatchStep(secret, code, at); ok {
			t.Errorf("accepted %q", code)
		}
	}
	if _, ok := MatchStep(TOTPSecret{}, "287082", at); ok {
		t.Error("a user without a secret has a code")
	}
	for _, before := range []int64{0, 5, -1, -100} { // around and before 1970 there is no step −1
		if _, ok := MatchStep(secret, "000000", time.Unix(before, 0)); ok {
			t.Errorf("accepted 000000 at %d", before)
		}
	}
}

// memorySteps is what the conditional update does, in memory.
type memorySteps struct {
	mu   sync.Mutex
	last map[messaging.ID]int64
	err  error
}

func (m *memorySteps) ConsumeStep(_ context.Context, user messaging.ID, step int64) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return false, m.err
	}
	if m.last[user] >= step {
		return false, nil
	}
	m.last[user] = step
	return true, nil
}

func TestOneStepIsSpentOnce(t *testing.T) {
	t.Parallel()
	steps := &memorySteps{last: map[messaging.ID]int64{}}
	secret, at := rfcSecret(t), time.Unix(1111111109, 0)
	var accepted atomic.Int64
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			ok, err := ConsumeTOTP(context.Background(), steps, 7, secret, "081804", at)
			if err != nil {
				t.Error(err)
			}
			if ok {
				accepted.Add(1)
			}
		})
	}
	group.Wait()
	if accepted.Load() != 1 {
		t.Errorf("%d of 50 were accepted", accepted.Load())
	}
}

func TestSpentCodesNeverReturn(t *testing.T) {
	t.Parallel()
	steps := &memorySteps{last: map[messaging.ID]int64{}}
	secret := rfcSecret(t)
	// 081804 belongs to step 37037036 and 050471 to the next one; at 1111111111 both are within the skew.
	now := time.Unix(1111111111, 0)
	consume := func(user messaging.ID, code string) bool {
		ok, err := ConsumeTOTP(context.Background(), steps, user, secret, code, now)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !consume(7, "081804") || !consume(7, "050471") {
		t.Fatal("two codes in order were refused")
	}
	for _, again := range []string{"081804", "050471", " 081804", "081804 "} {
		if consume(7, again) {
			t.Errorf("%q was accepted again", again)
		}
	}
	if !consume(8, "081804") {
		t.Error("another user's step was spent too")
	}
	steps.err = errors.New("away")
	if ok, err := ConsumeTOTP(context.Background(), steps, 9, secret, "081804", now); ok || err == nil {
		t.Error("a store that is away let someone in")
	}
}

func TestTOTPEnrolment(t *testing.T) {
	t.Parallel()
	secret := rfcSecret(t)
	if got := secret.Manual(); got != "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ" {
		t.Errorf("manual key %q", got)
	}
	if !bytes.Equal(secret.Bytes(), []byte("12345678901234567890")) {
		t.Errorf("bytes %x", secret.Bytes())
	}
	uri := secret.URI("Post: haste & Co", "a+b@example.com")
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Post  haste & Co:a+b@example.com" ||
		q.Get("secret") != "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" || q.Get("issuer") != "Post  haste & Co" ||
		q.Get("algorithm") != "SHA1" || q.Get("digits") != "6" || q.Get("period") != "30" || strings.Contains(u.RawQuery, "+") {
		t.Errorf("%s", uri)
	}
	if printed := fmt.Sprintf("%v %+v %#v %s", secret, secret, &secret, secret); strings.Contains(printed, "GEZD") {
		t.Errorf("printed %s", printed)
	}
	a, err := NewTOTPSecret(randomness(1))
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewTOTPSecret(randomness(2))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(a.Bytes(), b.Bytes()) || len(a.Bytes()) != 20 {
		t.Error("secrets repeat")
	}
	if _, err := TOTPSecretFrom([]byte("short")); err == nil {
		t.Error("a short secret was taken")
	}
}

// TestQRCode checks what ISO/IEC 18004 fixes about every code, and that the three renderings show the same modules.
func TestQRCode(t *testing.T) {
	t.Parallel()
	code, err := NewQRCode(rfcSecret(t).URI("Posthaste", "priya@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	n := len(code)
	if n < 21 || (n-17)%4 != 0 {
		t.Fatalf("%d modules", n)
	}
	finder := []string{"#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"}
	for _, corner := range [][2]int{{0, 0}, {n - 7, 0}, {0, n - 7}} {
		for y, row := range finder {
			for x, c := range row {
				if code[corner[1]+y][corner[0]+x] != (c == '#') {
					t.Fatalf("finder pattern at %v is broken", corner)
				}
			}
		}
	}
	for i := 8; i < n-8; i++ {
		if code[6][i] != (i%2 == 0) || code[i][6] != (i%2 == 0) {
			t.Fatal("timing pattern is broken")
		}
	}

	const scale = 3
	picture, err := code.PNG(scale)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(code.Terminal(), "\n"), "\n")
	path, side := code.Path()
	if side != n+8 || img.Bounds().Dx() != side*scale || len(lines) != (side+1)/2 {
		t.Fatalf("sides: path %d, PNG %d, terminal %d", side, img.Bounds().Dx(), len(lines))
	}
	drawn := fill(t, path, side)
	for y := range side {
		for x := range side {
			dark := x >= 4 && y >= 4 && x < n+4 && y < n+4 && code[y-4][x-4]
			if luma := color.GrayModel.Convert(img.At(x*scale+1, y*scale+1)).(color.Gray).Y; (luma == 0) != dark {
				t.Fatalf("PNG differs at %d,%d", x, y)
			}
			if drawn[y][x] != dark {
				t.Fatalf("path differs at %d,%d", x, y)
			}
			lit := map[rune][2]bool{'█': {true, true}, '▀': {true, false}, '▄': {false, true}, ' ': {false, false}}
			if lit[[]rune(lines[y/2])[x]][y%2] == dark {
				t.Fatalf("terminal differs at %d,%d", x, y)
			}
		}
	}
	if _, err := NewQRCode(strings.Repeat("x", 5000)); err == nil {
		t.Error("a text that does not fit was drawn")
	}
}

// fill paints the rectangles of an SVG path made of M h v h z.
func fill(t *testing.T, path string, side int) [][]bool {
	t.Helper()
	grid := make([][]bool, side)
	for i := range grid {
		grid[i] = make([]bool, side)
	}
	for _, part := range strings.SplitAfter(path, "z") {
		if part == "" {
			continue
		}
		var x, y, w, back int
		if _, err := fmt.Sscanf(part, "M%d %dh%dv1h-%dz", &x, &y, &w, &back); err != nil || w != back {
			t.Fatalf("path part %q: %v", part, err)
		}
		for i := range w {
			grid[y][x+i] = true
		}
	}
	return grid
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	codes, err := NewRecoveryCodes(randomness(1))
	if err != nil {
		t.Fatal(err)
	}
	d := NewDigester(keyring(t).Keys(privacy.ForRecoveryCodes))
	seen := map[[32]byte]bool{}
	for _, code := range codes {
		if len(code) != 19 || strings.Count(code, "-") != 3 {
			t.Errorf("form %q", code)
		}
		sum, err := RecoveryHash(d, 42, code)
		if err != nil {
			t.Fatal(err)
		}
		seen[sum] = true
	}
	if len(codes) != 10 || len(seen) != 10 {
		t.Errorf("%d codes, %d different", len(codes), len(seen))
	}

	want := "dcef1d1a405c3cdaad41577c3794a34c224120637c00785e60c44b5b2bb50e5d"
	// 8 is read as B, 0 as O and 1 as I.
	for _, typed := range []string{"ABCD-EFGH-IJKL-MNOP", "abcdefghijklmnop", " abcd efgh ijkl mnop ", "A8CDEFGHIJKLMN0P", "ABCDEFGH1JKLMNOP"} {
		if sum, err := RecoveryHash(d, 42, typed); err != nil || hex.EncodeToString(sum[:]) != want {
			t.Errorf("%q: %x, %v", typed, sum, err)
		}
	}
	other, err := RecoveryHash(d, 43, "ABCDEFGHIJKLMNOP")
	if err != nil || hex.EncodeToString(other[:]) == want {
		t.Errorf("another user's code hashes alike: %v", err)
	}
	candidates, err := RecoveryCandidates(NewDigester(rotated(t).Keys(privacy.ForRecoveryCodes)), 42, "abcd-efgh-ijkl-mnop")
	if err != nil || len(candidates) != 2 || hex.EncodeToString(candidates[1]) != want {
		t.Errorf("after a rotation: %x, %v", candidates, err)
	}
	for _, bad := range []string{"", "ABCD", "ABCDEFGHIJKLMNO", "ABCDEFGHIJKLMNOPQ", "ABCDEFGHIJKLMNO9", "ABCDEFGHIJKL====",
		strings.Repeat("-", 1000), "ÄBCDEFGHIJKLMNOP"} {
		_, err := RecoveryCandidates(d, 42, bad)
		wantCode(t, err, messaging.CodeInvalid)
	}
}
