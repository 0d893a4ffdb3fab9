package yamldata

import (
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	// readerNumber is what some reader takes for a number: with underscores, with colons (12:30 is 750 to some), in
	// other bases, with several points.
	readerNumber = regexp.MustCompile(`^[-+]?([0-9.][0-9_.,:]*([eE][-+]?[0-9_]*)?|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+)$`)
	readerDate   = regexp.MustCompile(`^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}($|[tT \t])`)
	readerWord   = regexp.MustCompile(`^(?i:y|yes|n|no|true|false|on|off|null|~|[-+]?\.(inf|nan)|=|<<)$`)

	// notPlain is what means something else, or nothing, without quotes. A dash may start a word.
	notPlain = regexp.MustCompile("^[?:,\\[\\]{}#&*!|>'\"%@`]|^-([^0-9A-Za-z]|$)|^\\.\\.\\.|^ | $|: |:$| #")
)

// IsPlain reports whether every reader, be it of YAML 1.1 or 1.2, takes the text for itself without quotes.
func IsPlain(text string) bool {
	switch {
	case text == "", strings.ContainsFunc(text, needsEscape), notPlain.MatchString(text):
		return false
	case readerNumber.MatchString(text), readerDate.MatchString(text), readerWord.MatchString(text):
		return false
	}
	return (&yaml.Node{Kind: yaml.ScalarNode, Value: text}).ShortTag() == "!!str"
}

// needsEscape reports whether a character cannot stand in a file, or not everywhere, for itself.
func needsEscape(r rune) bool {
	return r < ' ' || 0x7f <= r && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff
}

// Quote writes a text between double quotes.
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
