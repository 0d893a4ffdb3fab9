package suggest

import "testing"

func TestDiffering(t *testing.T) {
	for _, row := range []struct{ reason, a, b, want string }{
		{"equal", "Acme", "Acme", ""},
		{"everybody sees it", "Acme", "Acne", ""},
		{"a letter that looks the same", "Acmе", "Acme", "U+0435 instead of U+0065"},
		{"something that nobody sees", "Ac\u200bme", "Acme", "U+200B instead of nothing"},
		{"the same letter in two parts", "Café", "Cafe\u0301", "U+00E9 instead of U+0065 U+0301"},
		{"a whole word", "Аҏɱɇх", "Acme", "U+0410 U+048F U+0271 U+0247 … instead of U+0041 U+0063 U+006D U+0065"},
	} {
		if got := Differing(row.a, row.b); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
