package render

import (
	"strings"
	"unicode/utf8"
)

// Wrap breaks a text into lines of at most 80 columns. Lines after the first begin with the indent.
func Wrap(text, indent string) string {
	var b strings.Builder
	length := 0
	for i, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case length+1+n > width:
			b.WriteString("\n" + indent)
			length = len(indent)
		default:
			b.WriteByte(' ')
			length++
		}
		b.WriteString(word)
		length += n
	}
	return b.String()
}
