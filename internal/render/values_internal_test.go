package render

import (
	"strings"
	"testing"
)

// TestChangeOfWhatLooksTheSame: a rename that nobody sees is told by its code points, also in a long text.
func TestChangeOfWhatLooksTheSame(t *testing.T) {
	const points = " (U+0065 instead of U+0435)"
	long := strings.Repeat("A", longText)
	for before, want := range map[string]string{
		"Acm\u0435":         "Acm\u0435 -> Acme" + points,
		long + " Acm\u0435": long + " Acm[-\u0435-]{+e+}" + points,
	} {
		if got := change(before, strings.ReplaceAll(before, "\u0435", "e")); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
