package safetext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
)

// WriteJSON writes a value as indented JSON and a line break. It escapes every character that a terminal, a GitHub log,
// Markdown or HTML could take for a command or for markup.
func WriteJSON(w io.Writer, v any, indent string) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b) // it escapes <, > and &
	encoder.SetIndent("", indent)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, escape(b.String()))
	return err
}

// escape escapes characters that JSON has only in strings.
func escape(json string) string {
	var b strings.Builder
	b.Grow(len(json))
	last := rune(0)
	for _, r := range json {
		switch {
		case r == '`', r == '#' && last == '#', r != '\n' && !unicode.IsPrint(r):
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		default:
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}
