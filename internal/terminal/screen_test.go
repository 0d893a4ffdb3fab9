package terminal

import "testing"

// TestFit: a line is cut by the columns that it takes, and never inside a character.
func TestFit(t *testing.T) {
	for _, row := range []struct {
		reason  string
		line    string
		columns int
		want    string
	}{
		{"it fits", "Applying", 8, "Applying"},
		{"it is one too long", "Applying", 7, "Applyi…"},
		{"no blank stands before the sign", "Applying 1", 10, "Applying 1"},
		{"nor is one left", "Applying 12", 10, "Applying…"},
		{"a wide character takes two columns", "東京東京", 8, "東京東京"},
		{"half a character is none", "東京東京", 6, "東京…"},
		{"it would need one more column", "東京東京", 7, "東京東…"},
		{"an accent takes none, and stays on its letter", "e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"},
		{"also at the cut", "e\u0301e\u0301e\u0301", 2, "e\u0301…"},
		{"there is no room", "Applying", 0, ""},
		{"less than none", "Applying", -1, ""},
	} {
		if got := fit(row.line, row.columns); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
