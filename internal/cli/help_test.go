package cli

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestHelpFits: the person at two in the morning has a terminal 80 wide.
func TestHelpFits(t *testing.T) {
	for _, c := range commands() {
		var b strings.Builder
		if err := c.help(&b); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("help %s has a line of %d: %s", c.name, n, line)
			}
		}
	}
}
