package safetext_test

import (
	"testing"

	"atlas-gitops/internal/safetext"
)

// TestCells: how wide a character is on a terminal.
func TestCells(t *testing.T) {
	for _, row := range []struct {
		reason string
		r      rune
		want   int
	}{
		{"a letter", 'a', 1},
		{"a letter of another script", 'Ж', 1},
		{"a Chinese one takes two columns", '東', 2},
		{"and so does a letter of full width", 'Ａ', 2},
		{"but not one of half the width", 'ｱ', 1},
		{"an accent stands on the letter before it", '\u0301', 0},
		{"what joins two is not seen", '\u200d', 0},
	} {
		if got := safetext.Cells(row.r); got != row.want {
			t.Errorf("%s: %q takes %d columns, want %d", row.reason, row.r, got, row.want)
		}
	}
}
