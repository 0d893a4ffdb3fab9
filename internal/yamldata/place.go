package yamldata

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/safetext"

	"gopkg.in/yaml.v3"
)

// Place is a position in a file. Lines and columns start at 1, and columns count characters. EndColumn is the column after the last
// character, on the same line. Line 0 means the whole file or directory.
type Place struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndColumn int    `json:"endColumn"`
}

func (p Place) String() string {
	file := safetext.File(p.File)
	if p.Line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d:%d", file, p.Line, p.Column)
}

// Compare compares places by file, in natural order, and then by line and column.
func (p Place) Compare(q Place) int {
	return cmp.Or(natural.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// locator finds places in a file.
type locator struct {
	file  string
	data  []byte
	lines [][]rune // without their ends
}

func newLocator(file string, t Text) locator {
	l := locator{file: file, data: t.data, lines: make([][]rune, len(t.starts))}
	for i := range l.lines {
		l.lines[i] = []rune(string(t.line(i + 1)))
	}
	return l
}

// placeAt returns the place of width characters at a byte offset.
func (l *locator) placeAt(offset, width int) Place {
	before := l.data[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	place := Place{File: l.file, Line: 1 + bytes.Count(before, []byte("\n")), Column: 1 + len([]rune(string(before[start:])))}
	place.EndColumn = place.Column + width
	return place
}

// place returns the place of a value's first word, after its anchor.
func (l *locator) place(n *yaml.Node) Place {
	place := Place{File: l.file, Line: max(1, n.Line-1), Column: max(1, n.Column)}
	if place.Line > len(l.lines) {
		place.Line, place.Column = max(1, len(l.lines)), 1
	}
	var text []rune
	if len(l.lines) > 0 {
		text = l.lines[place.Line-1]
	}
	place.Column = min(place.Column, len(text)+1)
	text = text[place.Column-1:]
	if skip := anchorLength(n, text); skip > 0 {
		place.Column, text = place.Column+skip, text[skip:]
	}
	place.EndColumn = place.Column + max(1, wordLength(n, text))
	return place
}

// anchorLength returns the length of the anchor at the start of text if the value follows on the same line, or 0.
func anchorLength(n *yaml.Node, text []rune) int {
	if n.Anchor == "" || len(text) == 0 || text[0] != '&' {
		return 0
	}
	i := 1 + utf8.RuneCountInString(n.Anchor)
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	if i >= len(text) || text[i] == '#' {
		return 0
	}
	return i
}

// wordLength returns the length of the value's first word, at the start of text.
func wordLength(n *yaml.Node, text []rune) int {
	switch {
	case n.Style&yaml.TaggedStyle != 0:
		return lengthUntil(text, func(i int) bool { return text[i] == ' ' })
	case n.Kind == yaml.AliasNode:
		return 1 + utf8.RuneCountInString(n.Value)
	case n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle == 0 && n.Content[0].Column == n.Column:
		return wordLength(n.Content[0], text)
	case n.Kind != yaml.ScalarNode:
		return 1
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 && len(text) > 0:
		return quotedLength(text)
	}
	return plainLength(n.Value, text)
}

// plainLength returns the length of text without quotes, or of its first line if it has several.
func plainLength(value string, text []rune) int {
	if length := utf8.RuneCountInString(value); length <= len(text) && string(text[:length]) == value {
		return length
	}
	return lengthUntil(text, func(i int) bool { return text[i] == '#' && i > 0 && text[i-1] == ' ' })
}

// lengthUntil returns the number of characters before the first one where end is true, at most maxShown.
func lengthUntil(text []rune, end func(i int) bool) int {
	i := 0
	for i < min(len(text), maxShown) && !end(i) {
		i++
	}
	return len([]rune(strings.TrimRight(string(text[:i]), " \t")))
}

func quotedLength(text []rune) int {
	text = text[:min(len(text), maxShown)]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[0] == '"':
			i++
		case text[i] == '\'' && text[0] == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		case text[i] == text[0]:
			return i + 1
		}
	}
	return len(text)
}

// placeOfText returns the place of the text in a line, or in the nearest line that exists.
func (l *locator) placeOfText(line int) Place {
	line = max(1, min(line, len(l.lines)))
	text := ""
	if len(l.lines) > 0 {
		text = strings.TrimRight(string(l.lines[line-1]), " \t")
	}
	indent := len(text) - len(strings.TrimLeft(text, " \t-"))
	return Place{File: l.file, Line: line, Column: indent + 1, EndColumn: utf8.RuneCountInString(text) + 1}
}
