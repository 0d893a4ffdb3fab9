package yamldoc

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// rawText is a text with functions for lines and offsets.
type rawText []byte

// column returns the number of characters before an offset in its line.
func (t rawText) column(at int) int { return utf8.RuneCount(t[t.lineStart(at):at]) }

func (t rawText) lineStart(at int) int { return bytes.LastIndexByte(t[:at], '\n') + 1 }

// lineEnd returns the offset of the line end, or the end of the file.
func (t rawText) lineEnd(at int) int {
	end := bytes.IndexByte(t[at:], '\n')
	if end < 0 {
		return len(t)
	}
	if end += at; end > 0 && t[end-1] == '\r' {
		end--
	}
	return end
}

// nextLine returns the offset of the next line, or the end of the file.
func (t rawText) nextLine(at int) int {
	end := bytes.IndexByte(t[at:], '\n')
	if end < 0 {
		return len(t)
	}
	return at + end + 1
}

// withEnds returns text with the same style of line ends as at the offset.
func (t rawText) withEnds(text string, at int) string {
	end := t.lineEnd(at)
	if rest := t[end:]; bytes.HasPrefix(rest, []byte("\r")) || len(rest) == 0 && bytes.Contains(t, []byte("\r\n")) {
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

func (t rawText) isBlank(from, to int) bool {
	return len(bytes.TrimSpace(t[from:to])) == 0
}
