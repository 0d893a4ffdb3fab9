package spec

import (
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/yamldata"
)

// TestFormatLargeFiles would take minutes if formatting needed quadratic time.
func TestFormatLargeFiles(t *testing.T) {
	t.Parallel()
	const size = yamldata.MaxBytes / 24
	fill := func(text string) string { return strings.Repeat(text, size/len(text)) }
	for _, row := range []struct{ reason, text string }{
		{"people", "name: A\ninvitations:\n" + numbered("  - username: a%d@acme.example\n    roles: [ORG_MEMBER]\n    # c\n", size)},
		{"comments", fill("#\n")},
		{"comments at the end of a block", "a:\n  b: 1\n" + fill("  # c\n")},
		{"a long line", "a: [" + numbered("[%d], ", size) + "]"},
		{"brackets with a comment", "a: [" + numbered("{a: %d}, ", size) + "# c\n]"},
		{"a long text", "a: \"" + fill("a\\n") + "\""},
		{"a long block", "a: >+\n  b\n" + fill("  a\n\n")},
		{"blank lines", "a: |\n  b\n" + fill(" \n")},
		{"blocks", "a:\n" + numbered("  - |\n    a%d\n\n    b\n\n\n", size)},
		{"a long key", "? " + fill("a ") + "\n: 1"},
		{"documents", fill("--- a\n...\n")},
		{"spaces", "a:" + fill(" ") + "1"},
		{"wide brackets", "a: " + strings.Repeat("[", 60) + numbered("%d, ", yamldata.MaxBytes/32) + strings.Repeat("]", 60)},
	} {
		_, mistakes, err := format(t, "in", []byte(row.text))
		for _, m := range mistakes[:min(1, len(mistakes))] {
			t.Errorf("%s: %.80s", row.reason, m.Message)
		}
		if err != nil {
			t.Errorf("%s: %v", row.reason, err)
		}
	}
}

func BenchmarkFormat(b *testing.B) {
	var text strings.Builder
	text.WriteString("name: Acme\nmembers:\n")
	for i := range 40 {
		fmt.Fprintf(&text, "  - username: p%d@acme.example # person %d\n    roles: [ORG_MEMBER]\n", 40-i, i)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, _, err := format(b, "in", []byte(text.String())); err != nil {
			b.Fatal(err)
		}
	}
}

// TestFormatGrows checks that fmt does not write a file that is too large to read: blocks are longer than brackets.
func TestFormatGrows(t *testing.T) {
	in := "a: " + strings.Repeat("[", 60) + numbered("%d, ", yamldata.MaxBytes/8) + strings.Repeat("]", 60)
	out, mistakes, err := format(t, "in", []byte(in))
	if err != nil || out != nil || len(mistakes) != 1 || mistakes[0].Rule != tooLarge.ID {
		t.Errorf("%d bytes, %v, %v; want one finding of %s", len(out), mistakes, err, tooLarge.ID)
	}
}
