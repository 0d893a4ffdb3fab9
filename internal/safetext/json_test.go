package safetext_test

import (
	"encoding/json"
	"strings"
	"testing"

	"atlas-gitops/internal/safetext"
)

// TestWriteJSON: a JSON reader gets the original text, and a terminal shows it as text only.
func TestWriteJSON(t *testing.T) {
	for _, row := range []text{
		{"letters of any script", "Zürich 東京", `"Zürich 東京"`},
		{"a control character", "a\x1b[2J\u009b", `"a\u001b[2J\u009b"`},
		{"a character that reverses text", "a\u202eb", `"a\u202eb"`},
		{"a character of two UTF-16 units", "a\U000e0001", `"a\udb40\udc01"`},
		{"the end of a fence", "```", `"\u0060\u0060\u0060"`},
		{"HTML", "<b>&", `"\u003cb\u003e\u0026"`},
		{"a command of GitHub's runner", "##[add-mask]x", `"#\u0023[add-mask]x"`},
		{"one # or : is plain text", "# a", `"# a"`},
	} {
		var b strings.Builder
		if err := safetext.WriteJSON(&b, []string{row.in}, "  "); err != nil {
			t.Fatal(err)
		}
		if want := "[\n  " + row.want + "\n]\n"; b.String() != want {
			t.Errorf("%s: got %s, want %s", row.reason, &b, want)
		}
		var back []string
		if err := json.Unmarshal([]byte(b.String()), &back); err != nil || back[0] != row.in {
			t.Errorf("%s: a JSON reader gets %q, %v", row.reason, back, err)
		}
	}
}
