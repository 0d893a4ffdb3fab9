package safetext_test

import (
	"testing"

	"atlas-gitops/internal/safetext"
)

// TestShell: a shell gets the original word; a terminal and the runner only show it.
func TestShell(t *testing.T) {
	check(t, []text{
		{"a word", "orgs/acme-production.yaml", "orgs/acme-production.yaml"},
		{"an empty word needs quotes", "", "''"},
		{"a blank", "Acme Labs", "'Acme Labs'"},
		{"characters that a shell replaces", "$(id) `id` $HOME * ~", "'$(id) `id` $HOME * ~'"},
		{"the start of a comment", "#a", "'#a'"},
		{"a single quote", "Ada's", `'Ada'\''s'`},
		{"letters of any script", "Zürich", "'Zürich'"},
		{"a control character", "a\x1b[2J", `$'a\x1b[2J'`},
		{"a line break", "a\nb", `$'a\x0ab'`},
		{"an invisible character", "a\u202eb", `$'a\xe2\x80\xaeb'`},
		{"bytes that are not a character, as in file names", "a\xff", `$'a\xff'`},
		{"a runner's command", "a##[add-mask]b", `$'a\x23\x23[add-mask]b'`},
		{"a quote and a backslash", "a\n'\\", `$'a\x0a\x27\x5c'`},
	}, safetext.Shell)
}
