package safetext_test

import (
	"encoding/json"
	"strings"
	"testing"

	"atlas-gitops/internal/safetext"
)

// TestWriteJSON: whoever reads it gets the text, and whoever shows it shows text only.
func TestWriteJSON(t *testing.T) {
	for _, row := range []text{
		{"letters of any script", "Zürich 東京", `"Zürich 東京"`},
		{"a terminal would obey", "a\x1b[2J\u009b", `"a\u001b[2J\u009b"`},
		{"letters turn around", "a\u202eb", `"a\u202eb"`},
		{"it takes two units of UTF-16", "a\U000e0001", `"a\udb40\udc01"`},
		{"a fence ends", "```", `"\u0060\u0060\u0060"`},
		{"HTML", "<b>&", `"\u003cb\u003e\u0026"`},
		{"the runner would obey", "##[add-mask]x", `"#\u0023[add-mask]x"`},
		{"one sign is just text", "# a", `"# a"`},
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
			t.Errorf("%s: %q is read from it, %v", row.reason, back, err)
		}
	}
}
