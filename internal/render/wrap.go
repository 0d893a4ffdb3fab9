package render

import (
	"strings"

	"atlas-gitops/internal/safetext"
)

// Wrap returns the start and the text, in lines of at most 80 columns. Lines after the first begin with the indent.
func Wrap(start, text, indent string) string {
	return fill(start, strings.Split(text, " "), "", indent)
}

// wrap returns an indent, a title, and items with commas between them. It breaks lines only between items. If there is a title,
// further lines are indented by two more.
func wrap(indent, title string, items []string) string {
	start := indent + title
	if title != "" {
		indent += "  "
	}
	return strings.TrimRight(fill(start, items, ",", indent), " ")
}

// fill returns the start and the parts, with the separator and a space between them. It breaks lines between parts, so that they fit
// into a terminal; only a long part makes a longer line.
func fill(start string, parts []string, separator, indent string) string {
	var b strings.Builder
	b.WriteString(start)
	column := safetext.Width(start)
	for i, part := range parts {
		if i < len(parts)-1 {
			part += separator
		}
		switch {
		case i == 0:
		case column+len(" ")+safetext.Width(part) > width:
			b.WriteString("\n" + indent)
			column = safetext.Width(indent)
		default:
			part = " " + part
		}
		b.WriteString(part)
		column += safetext.Width(part)
	}
	return b.String()
}
