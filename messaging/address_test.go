package messaging

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestParsePhone(t *testing.T) {
	for _, c := range []struct{ in, home, e164, key, country, masked string }{
		{"+919811107052", "", "+919811107052", "+919811107052", "IN", "+91••••••7052"},
		{"98111-07052", "IN", "+919811107052", "+919811107052", "IN", "+91••••••7052"},
		{"09811107052", "in", "+919811107052", "+919811107052", "IN", "+91••••••7052"},
		{"0091 98111 07052", "IN", "+919811107052", "+919811107052", "IN", "+91••••••7052"},
		{" ＋９１９８１１１０７０５２ ", "", "+919811107052", "+919811107052", "IN", "+91••••••7052"},
		{"+1 (212) 555-0100", "IN", "+12125550100", "+12125550100", "US", "+1••••••0100"},
		{"+44 20 7946 0018", "", "+442079460018", "+442079460018", "GB", "+44••••••0018"},
		{"+80012345678", "", "+80012345678", "+80012345678", "", "+800••••5678"},

		{"+5511998765432", "", "+5511998765432", "+5511998765432", "BR", "+55•••••••5432"},
		{"+551198765432", "", "+5511998765432", "+5511998765432", "BR", "+55•••••••5432"},
		{"+551131234567", "", "+551131234567", "+551131234567", "BR", "+55••••••4567"},

		{"+525512345678", "", "+525512345678", "+525512345678", "MX", "+52••••••5678"},
		{"+5215512345678", "", "+525512345678", "+525512345678", "MX", "+52••••••5678"},

		{"+5491123456789", "", "+5491123456789", "+541123456789", "AR", "+54•••••••6789"},
		{"+541123456789", "", "+541123456789", "+541123456789", "AR", "+54••••••6789"},
		{"011 15 2345-6789", "AR", "+5491123456789", "+541123456789", "AR", "+54•••••••6789"},
	} {
		p, err := ParsePhone(c.in, c.home)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if p.E164() != c.e164 || p.Key() != c.key || p.Country() != c.country || p.Masked() != c.masked {
			t.Errorf("%q: %s %s %s %s", c.in, p.E164(), p.Key(), p.Country(), p.Masked())
		}
		if p.Kind() != KindPhone {
			t.Errorf("%q: kind %s", c.in, p.Kind())
		}
	}
}

func TestParsePhoneRefuses(t *testing.T) {
	for _, in := range []string{
		"", " ", "+", "12", "+91", "98111 07052", "+1 800 FLOWERS", "+12125550100 ext. 3", "+12125550100;ext=3",
		"tel:+12125550100", "+9198111070520000000", "+919811107052\x00", "call 9811107052", "+999123456789",
		strings.Repeat("9", 500), "+91981110705２x",
	} {
		_, err := ParsePhone(in, "")
		if CodeOf(err) != CodeInvalid {
			t.Errorf("%q: %v", in, err)
		}
		if len(in) > 4 && err != nil && strings.Contains(err.Error(), in) {
			t.Errorf("%q is repeated in its error", in)
		}
	}
}

func TestParseAddressKinds(t *testing.T) {
	for _, c := range []struct {
		in, key, masked string
		kind            AddressKind
	}{
		{"+919811107052", "+919811107052", "+91••••••7052", KindPhone},
		{"IN.90817263544120077", "IN.90817263544120077", "IN.••••0077", KindUserID},
		{"IN.ENT.90817263544120077", "IN.ENT.90817263544120077", "IN.••••0077", KindUserID},
		{" Asha.K@Example.COM ", "asha.k@example.com", "A•••@example.com", KindEmail},
		{"a+tag@xn--bcher-kva.example", "a+tag@xn--bcher-kva.example", "a•••@xn--bcher-kva.example", KindEmail},
	} {
		a, err := ParseAddress(c.in, "IN")
		if err != nil || a.Kind() != c.kind || a.Key() != c.key || a.Masked() != c.masked {
			t.Errorf("%q: %v %s %s %s", c.in, err, a.Kind(), a.Key(), a.Masked())
		}
	}
	e, err := ParseEmail("Asha.K@Example.COM")
	if err != nil || e.Value() != "Asha.K@example.com" {
		t.Errorf("the local part keeps its case for its server: %v %q", err, e.Value())
	}
	for _, in := range []string{
		"in.123", "IN.", "IN.12-3", "IN.ENT.", "IN.XYZ.1", "IN." + strings.Repeat("1", 129), "IN.1\n2",
		"@example.com", "a@", "a@b", "a b@example.com", "a@example.com\r\nBcc: b@example.com", "a..b@example.com",
		".a@example.com", "\"a b\"@example.com", "a@[127.0.0.1]", "a@-example.com", "a@exämple.com", "a@example.com.",
		strings.Repeat("a", 65) + "@example.com", "a@127.0.0.1", "Asha <a@example.com>",
	} {
		if a, err := ParseAddress(in, "IN"); CodeOf(err) != CodeInvalid || !a.IsZero() {
			t.Errorf("%q was taken: %v", in, err)
		}
	}
}

// An address must not be told by any of the ways in which a value is printed, also deep inside other values.
func TestAddressNeverShowsItself(t *testing.T) {
	p, err := ParsePhone("+919811107052", "")
	if err != nil {
		t.Fatal(err)
	}
	type holder struct {
		Shown  Phone
		hidden Phone
		any    any
		list   []Address
		m      map[string]Address
	}
	h := holder{p, p, p, []Address{p.Address}, map[string]Address{"x": p.Address}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%T", "%t", "%10s"} {
		for _, v := range []any{p, &p, p.Address, h, &h, []Phone{p}, fmt.Errorf("x: %w", Refuse(CodeInvalid, "", verb, p))} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		log := slog.New(handler)
		log.Info("sent", "to", p, "address", p.Address, "deep", h, "pointer", &p)
	}
	if _, err := json.Marshal(h); err == nil {
		t.Error("encoding an address must be an error, or it is lost or leaked in silence")
	}
	for _, secret := range []string{"9811107052", "7052", "0x2b3931393831", "39383131"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q is in the output:\n%s", secret, out.String())
		}
	}
	if !strings.Contains(out.String(), "to=[PHONE]") {
		t.Error("the log names the kind")
	}
}

func TestZeroAddress(t *testing.T) {
	var a Address
	if !a.IsZero() || a.Key() != "" || a.Kind() != "" || a.Masked() != "" || a.Country() != "" || a.String() != "[NONE]" {
		t.Errorf("zero address: %v", a)
	}
	if _, ok := a.Phone(); ok {
		t.Error("the zero address is no phone")
	}
}

// FuzzParseAddress: parsing never panics; what it gives reads back as itself, whatever the default country; the key
// reads back to the same key; the mask hides all but four characters of a number.
func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{
		"+919811107052", "+551198765432", "+5215512345678", "+5491123456789", "011 15 2345-6789", "IN.9081", "IN.ENT.1a",
		"a@example.com", "+3906698", "+810120123456", "+441624", "+80012345678", "+78005553535", "+528005551234", "+99",
		"+358401234567", "+5401123456789", "+62812345678", "+3780549886377", "+61411234567", "+12681234567",
	} {
		f.Add(s, "IN")
		f.Add(s, "AR")
	}
	f.Fuzz(func(t *testing.T, in, home string) {
		a, err := ParseAddress(in, home)
		if err != nil {
			if CodeOf(err) != CodeInvalid || !a.IsZero() {
				t.Fatalf("%q: %v", in, err)
			}
			return
		}
		canonical := a.get().value
		for _, other := range []string{"", home, "BR", "MX", "US"} {
			b, err := ParseAddress(canonical, other)
			if err != nil || b.get() != a.get() {
				t.Fatalf("%q → %q → %+v, %v", in, canonical, b.get(), err)
			}
		}
		if b, err := ParseAddress(a.Key(), ""); err != nil || b.Key() != a.Key() {
			t.Fatalf("key %q → %q, %v", a.Key(), b.Key(), err)
		}
		if a.Kind() == KindPhone && (!strings.HasPrefix(canonical, "+") || len(canonical) < 6 || strings.Contains(a.Masked(), canonical[4:])) {
			t.Fatalf("%q: %q %q", in, canonical, a.Masked())
		}
	})
}
