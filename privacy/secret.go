package privacy

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a configured text that never prints: not under any verb of fmt, not by slog, not as JSON or text. The text
// lies behind a pointer, so that a foreign struct that holds a Secret in an unexported field, where fmt does not ask for
// methods, prints an address only.
type Secret struct {
	text *string
}

// NewSecret wraps a text.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal gives the text, for the one place that uses it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Empty tells whether there is no text.
func (s Secret) Empty() bool { return s.Reveal() == "" }

// Format prints a stand-in, whatever the verb, or nothing for an empty secret.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.shown()) }

// LogValue shows the stand-in.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.shown()) }

// MarshalText writes the stand-in, so a printed configuration shows whether a secret is set.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.shown()), nil }

// UnmarshalText reads the secret. It refuses the stand-in: a printed configuration is no configuration.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == redacted {
		return fmt.Errorf("privacy: %s stands for a secret and is none", redacted)
	}
	*s = NewSecret(string(text))
	return nil
}

func (s Secret) shown() string {
	if s.Empty() {
		return ""
	}
	return redacted
}
