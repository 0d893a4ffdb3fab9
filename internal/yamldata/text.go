package yamldata

import (
	"bytes"
	"unicode/utf8"
)

// MaxBytes is how large one file may be.
const MaxBytes = 1 << 20

// Text is the content of a file, by lines.
type Text struct {
	data   []byte // without a byte-order mark
	starts []int  // offsets of the lines
}

// NewText splits the content of a file into lines.
func NewText(data []byte) Text {
	t := Text{data: bytes.TrimPrefix(data, []byte(ByteOrderMark))}
	at := 0
	for line := range bytes.Lines(t.data) {
		t.starts = append(t.starts, at)
		at += len(line)
	}
	return t
}

// ByteOrderMark is allowed at the start of a file, where it has no meaning.
const ByteOrderMark = "\ufeff"

// Data returns the text without a byte-order mark.
func (t Text) Data() []byte { return t.data }

// Size returns how many bytes and lines the text has.
func (t Text) Size() (bytes, lines int) { return len(t.data), len(t.starts) }

// maxShown is the number of characters up to which a report shows a line.
const maxShown = 250

// line returns line n without its line end. The first line is 1.
func (t Text) line(n int) []byte {
	if n < 1 || n > len(t.starts) {
		return nil
	}
	end := len(t.data)
	if n < len(t.starts) {
		end = t.starts[n]
	}
	return bytes.TrimRight(t.data[t.starts[n-1]:end], "\r\n")
}

// Shown returns a line for a report, or "" if it is too long.
func (t Text) Shown(n int) string {
	line := t.line(n)
	if len(line) > maxShown*utf8.UTFMax || utf8.RuneCount(line) > maxShown {
		return ""
	}
	return string(line)
}
