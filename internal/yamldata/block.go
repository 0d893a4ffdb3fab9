package yamldata

import (
	"bytes"
	"strings"
)

// WhiteSpace has the characters that separate words and lines.
const WhiteSpace = " \t\r\n"

// BlockIndent returns the indentation of a block of text. The text itself can start with more spaces.
func BlockIndent(src []byte, text string) int {
	indent := func(text string) int {
		first := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune(WhiteSpace, r) })
		line := text[strings.LastIndexByte(text[:first], '\n')+1:]
		return len(line) - len(strings.TrimLeft(line, " "))
	}
	return indent(string(src)) - indent(text)
}

// FoldedLines returns the lines of a folded block of text without its indentation.
func FoldedLines(src []byte, indent int) (lines []string) {
	for line := range bytes.Lines(src) {
		text := string(bytes.TrimRight(line, "\r\n"))
		lines = append(lines, text[min(indent, len(text)-len(strings.TrimLeft(text, " "))):])
	}
	return lines
}
