package safetext_test

import (
	"testing"

	"atlas-gitops/internal/safetext"
)

// TestWidth: how many columns of a terminal a text takes.
func TestWidth(t *testing.T) {
	for _, row := range []struct {
		reason string
		text   string
		want   int
	}{
		{"a letter", "a", 1},
		{"a letter of another script", "Ж", 1},
		{"a Chinese character: two columns", "東", 2},
		{"a full-width letter: two columns", "Ａ", 2},
		{"a half-width character: one column", "ｱ", 1},
		{"a combining accent: no column", "\u0301", 0},
		{"a joiner: no column", "\u200d", 0},
		{"all characters count", "a東e\u0301", 4},
	} {
		if got := safetext.Width(row.text); got != row.want {
			t.Errorf("%s: %q takes %d columns, want %d", row.reason, row.text, got, row.want)
		}
	}
}
