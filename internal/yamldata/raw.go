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
