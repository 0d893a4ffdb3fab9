package yamldata

import (
	"bytes"
	"unicode/utf8"
)

// MaxBytes is how large one file may be.
const MaxBytes = 1 << 20

// Text is what a file holds, by lines.
type Text struct {
	data   []byte // without a byte-order mark
	starts []int  // of its lines
}

// NewText finds the lines of what a file holds.
func NewText(data []byte) Text {
	t := Text{data: bytes.TrimPrefix(data, []byte(ByteOrderMark))}
	at := 0
	for line := range bytes.Lines(t.data) {
		t.starts = append(t.starts, at)
		at += len(line)
	}
	return t
}

// ByteOrderMark may stand at the start of a file, where it is of no meaning.
const ByteOrderMark = "\ufeff"

// Data returns the text without a byte-order mark.
func (t Text) Data() []byte { return t.data }

// Size returns how many bytes and lines the text has.
func (t Text) Size() (bytes, lines int) { return len(t.data), len(t.starts) }

// maxShown is how many characters a line may have to be shown in a report.
const maxShown = 250

// line returns a line, counted from 1, without its end.
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

// Shown returns a line to show in a report; nothing if the line is too long.
func (t Text) Shown(n int) string {
	line := t.line(n)
	if len(line) > maxShown*utf8.UTFMax || utf8.RuneCount(line) > maxShown {
		return ""
	}
	return string(line)
}
