package render

import "testing"

// TestChangeOfWhatLooksTheSame: a rename that nobody sees is told by its code points.
func TestChangeOfWhatLooksTheSame(t *testing.T) {
	const want = "Acm\u0435 -> Acme (U+0065 instead of U+0435)"
	if got := change("Acm\u0435", "Acme"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
