package yamldata

import (
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	// readerNumber matches text that some YAML reader reads as a number: with underscores, with colons (some read 12:30 as 750), in
	// other bases, with several points.
	readerNumber = regexp.MustCompile(`^[-+]?([0-9.][0-9_.,:]*([eE][-+]?[0-9_]*)?|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+)$`)
	readerDate   = regexp.MustCompile(`^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}($|[tT \t])`)
	readerWord   = regexp.MustCompile(`^(?i:y|yes|n|no|true|false|on|off|null|~|[-+]?\.(inf|nan)|=|<<)$`)

	// notPlain matches text that has another meaning, or is invalid, without quotes. A dash may start a word.
	notPlain = regexp.MustCompile("^[?:,\\[\\]{}#&*!|>'\"%@`]|^-([^0-9A-Za-z]|$)|^\\.\\.\\.|^ | $|: |:$| #")
)

// IsPlain reports whether every reader of YAML 1.1 and 1.2 reads the text without quotes as this text.
func IsPlain(text string) bool { return isName(text) || isPlain(text) }

// isName reports whether the text is a name, a role or an e-mail address like most texts in a tree. Such a text is plain: no rule of
// isPlain is about a text that starts with a letter, has only these characters, and is longer than the words of readerWord.
func isName(text string) bool {
	const longestWord = len("false")
	if len(text) <= longestWord || !isLetter(text[0]) {
		return false
	}
	for i := range len(text) {
		if b := text[i]; !isLetter(b) && (b < '0' || b > '9') && b != '_' && b != '-' && b != '.' && b != '@' {
			return false
		}
	}
	return true
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }

// isPlain is IsPlain for any text.
func isPlain(text string) bool {
	switch {
	case text == "", strings.ContainsFunc(text, needsEscape), notPlain.MatchString(text):
		return false
	case readerNumber.MatchString(text), readerDate.MatchString(text), readerWord.MatchString(text):
		return false
	}
	return (&yaml.Node{Kind: yaml.ScalarNode, Value: text}).ShortTag() == "!!str"
}

// needsEscape reports whether a character must be written as an escape, at least at some places in a file.
func needsEscape(r rune) bool {
	return r < ' ' || 0x7f <= r && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff
}

// Quote returns a text in double quotes.
func Quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"', r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case needsEscape(r) && r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case needsEscape(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
