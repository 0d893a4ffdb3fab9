package suggest

import "testing"

func TestDiffering(t *testing.T) {
	for _, row := range []struct{ reason, a, b, want string }{
		{"equal", "Acme", "Acme", ""},
		{"everybody sees it", "Acme", "Acne", ""},
		{"a letter that looks the same", "Acmе", "Acme", "U+0435 instead of U+0065"},
		{"something that nobody sees", "Ac\u200bme", "Acme", "U+200B instead of nothing"},
		{"a joiner of letters that nobody sees", "Ac\u034fme", "Acme", "U+034F instead of nothing"},
		{"a selector of a variant that nobody sees", "Ac\ufe0fme", "Acme", "U+FE0F instead of nothing"},
		{"the same letter in two parts", "Café", "Cafe\u0301", "U+00E9 instead of U+0065 U+0301"},
		{"a whole word", "аресе", "apece", "U+0430 U+0440 U+0435 U+0441 … instead of U+0061 U+0070 U+0065 U+0063 …"},
		{"another letter beyond ASCII is seen", "Müller", "Muller", ""},
		{"a dash that is none of a keyboard", "Acme–Prod", "Acme-Prod", "U+2013 instead of U+002D"},
		{"a space that does not break", "Acme\u00a0Prod", "Acme Prod", "U+00A0 instead of U+0020"},
	} {
		if got := Differing(row.a, row.b); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestSimilarCharacters: each of them has its like.
func TestSimilarCharacters(t *testing.T) {
	if from, to := []rune(similar), []rune(ascii); len(from) != len(to) {
		t.Errorf("%d characters look like %d", len(from), len(to))
	}
	if got := Shape(similar); got != ascii {
		t.Errorf("they look like %q, want %q", got, ascii)
	}
}
