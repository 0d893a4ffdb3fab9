package terminal

import "testing"

// TestFit: a line is cut to a number of columns, and never inside a character.
func TestFit(t *testing.T) {
	for _, row := range []struct {
		reason  string
		line    string
		columns int
		want    string
	}{
		{"it fits exactly", "Applying", 8, "Applying"},
		{"it is one column too long", "Applying", 7, "Applyi…"},
		{"a blank inside, and it fits", "Applying 1", 10, "Applying 1"},
		{"no blank before the ellipsis", "Applying 12", 10, "Applying…"},
		{"a wide character takes two columns", "東京東京", 8, "東京東京"},
		{"a wide character that does not fit is left out", "東京東京", 6, "東京…"},
		{"one column stays free, because a wide character needs two", "東京東京", 7, "東京東…"},
		{"a combining accent takes no column", "e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"},
		{"a combining accent stays with its letter at the cut", "e\u0301e\u0301e\u0301", 2, "e\u0301…"},
		{"no columns", "Applying", 0, ""},
		{"a negative number of columns", "Applying", -1, ""},
	} {
		if got := fit(row.line, row.columns); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
