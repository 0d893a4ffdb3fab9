package safetext_test

import (
	"testing"

	"atlas-gitops/internal/safetext"
)

// TestShell: a shell takes the word as it is, and a terminal and the runner only show it.
func TestShell(t *testing.T) {
	check(t, []text{
		{"a word", "orgs/acme-production.yaml", "orgs/acme-production.yaml"},
		{"no word at all would be lost", "", "''"},
		{"a blank separates words", "Acme Labs", "'Acme Labs'"},
		{"a shell replaces these", "$(id) `id` $HOME * ~", "'$(id) `id` $HOME * ~'"},
		{"a comment begins", "#a", "'#a'"},
		{"a quote ends what is quoted", "Ada's", `'Ada'\''s'`},
		{"letters of any script", "Zürich", "'Zürich'"},
		{"a terminal would obey", "a\x1b[2J", `$'a\x1b[2J'`},
		{"a line would end", "a\nb", `$'a\x0ab'`},
		{"nobody would see it", "a\u202eb", `$'a\xe2\x80\xaeb'`},
		{"no character at all, as a file's name may have", "a\xff", `$'a\xff'`},
		{"the runner would obey", "a##[add-mask]b", `$'a\x23\x23[add-mask]b'`},
		{"a quote and a backslash within", "a\n'\\", `$'a\x0a\x27\x5c'`},
	}, safetext.Shell)
}
