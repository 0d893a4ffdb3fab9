package plan

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// quoteIfOdd returns text as it is if it can stand in a plan by itself, and quoted otherwise: text that looks like
// another value, that has blanks at its ends or punctuation of ours inside, that a terminal would not just print, or
// that GitHub's runner would obey: a line that starts with ::, or ##[ anywhere.
func quoteIfOdd(s string) string {
	odd := func(r rune) bool {
		return !unicode.IsPrint(r) || strings.ContainsRune("\"`[]{}\\", r)
	}
	words := []string{"", "unset", "null", "true", "false"}
	_, notNumber := strconv.ParseFloat(s, 64)
	if slices.Contains(words, s) || notNumber == nil || strings.TrimSpace(s) != s ||
		strings.ContainsFunc(s, odd) || strings.Contains(s, "->") || strings.HasPrefix(s, "::") {
		return strings.ReplaceAll(strconv.Quote(s), "##[", `#\x23[`)
	}
	return s
}
