package plan

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// quoteIfOdd returns text as it is if it can stand in a plan by itself, and quoted otherwise: text that looks like
// another value, that has blanks at its ends or punctuation of ours inside, that a terminal would not just print, that
// nobody would see, or that GitHub would obey: its runner a line that starts with ::, of which a field's name can be
// the half, or ##[ anywhere, and Markdown a fence of backticks.
func quoteIfOdd(s string) string {
	odd := func(r rune) bool {
		return !unicode.IsPrint(r) || isInvisible(r) || strings.ContainsRune("\"`[]{}\\", r)
	}
	words := []string{"", "unset", "null", "true", "false"}
	_, notNumber := strconv.ParseFloat(s, 64)
	if slices.Contains(words, s) || notNumber == nil || strings.TrimSpace(s) != s ||
		strings.ContainsFunc(s, odd) || strings.Contains(s, "->") || strings.Contains(s, "##") || strings.HasPrefix(s, ":") {
		return quote(s)
	}
	return s
}

// isInvisible tells of characters that count as printed, and are not seen.
func isInvisible(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// quoteID returns an id as it is, and quoted if it is not made of letters and digits.
func quoteID(s string) string {
	isOdd := func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if s == "" || strings.ContainsFunc(s, isOdd) {
		return quote(s)
	}
	return s
}

func quote(s string) string {
	quoted := strconv.Quote(s)
	if strings.ContainsFunc(s, isInvisible) {
		quoted = strconv.QuoteToASCII(s)
	}
	return strings.NewReplacer("##", `#\x23`, "`", `\x60`).Replace(quoted)
}

// OneLine keeps a message about what went wrong, which may hold what a server said, from breaking a line, and a
// terminal, GitHub's runner or Markdown from obeying it.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case !unicode.IsPrint(r):
			return ' '
		case r == '`':
			return '\''
		}
		return r
	}, s)
	s = strings.ReplaceAll(s, "##[", "## [")
	if command, ok := strings.CutPrefix(strings.TrimSpace(s), "::"); ok {
		return "??" + command
	}
	return s
}
