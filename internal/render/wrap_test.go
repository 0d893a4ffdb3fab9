package render_test

import (
	"strings"
	"testing"

	"atlas-gitops/internal/render"
)

// TestWrap: lines have at most 80 columns, and no word is lost.
func TestWrap(t *testing.T) {
	long, eighty := strings.Repeat("x", 90), strings.Repeat("x", 80)
	for _, row := range []struct{ reason, start, text, indent, want string }{
		{"a short text", "", "a b", "", "a b"},
		{"exactly 80 columns", "", eighty[:78] + " b", "", eighty[:78] + " b"},
		{"81 columns", "", eighty[:79] + " b", "", eighty[:79] + "\nb"},
		{"further lines are indented", "", eighty + " b", "  ", eighty + "\n  b"},
		{"a word that is longer than a line", "", "a " + long + " b", "", "a\n" + long + "\nb"},
		{"characters count, not bytes", "", strings.Repeat("ü", 78) + " b", "", strings.Repeat("ü", 78) + " b"},
		{"a wide character takes two columns", "", strings.Repeat("東", 39) + " bc", "", strings.Repeat("東", 39) + "\nbc"},
		{"an accent takes none", "", strings.Repeat("u\u0308", 78) + " b", "", strings.Repeat("u\u0308", 78) + " b"},
		{"the start counts, too", "--flag  ", eighty[:70] + " b cd", "        ", "--flag  " + eighty[:70] + " b\n        cd"},
	} {
		if got := render.Wrap(row.start, row.text, row.indent); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
