package render

import (
	"strings"

	"atlas-gitops/internal/safetext"
)

// Wrap breaks a text into lines of at most 80 columns. Lines after the first begin with the indent.
func Wrap(text, indent string) string {
	var b strings.Builder
	length := 0
	for i, word := range strings.Split(text, " ") {
		n := safetext.Width(word)
		switch {
		case i == 0:
		case length+1+n > width:
			b.WriteString("\n" + indent)
			length = safetext.Width(indent)
		default:
			b.WriteByte(' ')
			length++
		}
		b.WriteString(word)
		length += n
	}
	return b.String()
}
