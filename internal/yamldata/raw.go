package yamldata

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Raw is a text with functions for lines and offsets.
type Raw []byte

// Column returns the number of characters before an offset in its line.
func (t Raw) Column(at int) int { return utf8.RuneCount(t[t.LineStart(at):at]) }

// LineStart returns the offset of the line with an offset.
func (t Raw) LineStart(at int) int { return bytes.LastIndexByte(t[:at], '\n') + 1 }

// LineEnd returns the offset of the line end, or the end of the file.
func (t Raw) LineEnd(at int) int {
	end := bytes.IndexByte(t[at:], '\n')
	if end < 0 {
		return len(t)
	}
	if end += at; end > 0 && t[end-1] == '\r' {
		end--
	}
	return end
}

// NextLine returns the offset of the next line, or the end of the file.
func (t Raw) NextLine(at int) int {
	end := bytes.IndexByte(t[at:], '\n')
	if end < 0 {
		return len(t)
	}
	return at + end + 1
}

// WithEnds returns text with the same style of line ends as at the offset.
func (t Raw) WithEnds(text string, at int) string {
	end := t.LineEnd(at)
	if rest := t[end:]; bytes.HasPrefix(rest, []byte("\r")) || len(rest) == 0 && bytes.Contains(t, []byte("\r\n")) {
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// IsBlank reports whether a part has only white space.
func (t Raw) IsBlank(from, to int) bool {
	return len(bytes.TrimSpace(t[from:to])) == 0
}

// AfterQuoted returns the offset after text in quotes that starts at an offset, or -1. A quote after the escape byte does not end it.
func (t Raw) AfterQuoted(at int, quote, escape byte) int {
	if at >= len(t) || t[at] != quote {
		return -1
	}
	for i := at + 1; i < len(t); i++ {
		switch next := i+1 < len(t) && t[i+1] == quote; {
		case t[i] == escape && (escape == '\\' || next):
			i++
		case t[i] == quote:
			return i + 1
		}
	}
	return -1
}

// AfterText returns the offset after text that may be folded, so that its white space differs in the file. It returns the first offset
// that differs, and false, if the text is not there.
func (t Raw) AfterText(at int, text string) (int, bool) {
	for i := range len(text) {
		if strings.IndexByte(WhiteSpace, text[i]) >= 0 {
			continue
		}
		for at < len(t) && strings.IndexByte(WhiteSpace, t[at]) >= 0 {
			at++
		}
		if at >= len(t) || t[at] != text[i] {
			return at, false
		}
		at++
	}
	return at, true
}

// AfterContent returns the offset after lines that look blank but are a part of a block of text, because they are longer than its
// indentation.
func (t Raw) AfterContent(from, indent int) int {
	rest := t[from:]
	rest = rest[:len(rest)-len(bytes.TrimLeft(rest, WhiteSpace))]
	end, at := 0, 0
	for line := range bytes.Lines(rest) {
		at += len(line)
		bare := bytes.TrimRight(line, "\r\n")
		if isWhole := len(bare) < len(line) || from+at == len(t); isWhole && len(bare) > indent {
			end = at - len(line) + len(bare)
		}
	}
	return from + end
}
