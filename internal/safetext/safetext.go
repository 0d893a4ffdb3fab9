// Package safetext makes foreign text (from the tree, Atlas or a network) harmless wherever it is shown: in a terminal,
// Markdown, a workflow log, JSON or a shell command.
//
// These characters can do harm: control characters, which a terminal obeys; characters that are invisible; a line
// break, which makes one message look like two; the commands of GitHub's runner, ::name::… at the start of a line and
// the older ##[name] anywhere; and backticks, which end a fence of Markdown.
package safetext

import (
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Value returns text unchanged if it is clear in a plan without quotes, and quoted otherwise. It quotes text that looks
// like another value, starts or ends with a blank, or contains punctuation that plans use. It also quotes text that
// starts with a colon: after the name of a field, it could become GitHub's ::name::….
func Value(s string) string {
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

// isInvisible reports whether a character is invisible although [unicode.IsPrint] accepts it.
func isInvisible(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// ID returns an id as it is, and quoted if it is not made of letters and digits.
func ID(s string) string {
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
	return strings.ReplaceAll(strings.ReplaceAll(quoted, "##", `#\x23`), "`", `\x60`)
}

// Line returns a message as one line. The message may contain the answer of a server.
func Line(s string) string {
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

// Lines returns lines, each harmless by itself, in which nothing ends a fence of Markdown.
func Lines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "`", "'") + "\n")
	}
	return b.String()
}

// Printable returns a text with ? instead of each unprintable character. Every character stays in its column, and tabs
// stay, so that a caret in the line below can point at a character.
func Printable(s string) string {
	return strings.ReplaceAll(strings.Map(func(r rune) rune {
		if r != '\t' && !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s), "##[", "##?")
}

// Source is like [Printable], for a line of a file. GitHub's runner does not take the result for a command; the runner
// accepts ::name::… also after blanks.
func Source(line string) string {
	line = Printable(line)
	text := strings.TrimLeft(line, " \t")
	if command, ok := strings.CutPrefix(text, "::"); ok {
		return strings.TrimSuffix(line, text) + "??" + command
	}
	return line
}

// File returns a file name for the start of a line. GitHub's runner does not take the result for a command.
func File(name string) string {
	blank := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }
	if strings.HasPrefix(strings.TrimLeftFunc(name, blank), "::") {
		return "./" + name
	}
	return name
}

// HTML escapes text for HTML.
func HTML(s string) string { return html.EscapeString(s) }

// NoLinks returns text in which no [text](target) is a link, for viewers of SARIF.
func NoLinks(s string) string { return strings.ReplaceAll(s, "](", "] (") }

// maxQuoted is how many characters of a value are repeated in a message.
const maxQuoted = 64

// Quoted returns a text in quotes for a message. Long text is clipped.
func Quoted(text string) string { return strconv.Quote(Clip(text)) }

// Clip shortens a text that is too long for a message.
func Clip(text string) string {
	if runes := []rune(text); len(runes) > maxQuoted {
		return string(runes[:maxQuoted]) + "…"
	}
	return text
}
