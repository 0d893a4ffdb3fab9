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

// WriteJSON writes a value as JSON and a line's end, each level behind one more indent. Whatever its texts hold, whoever shows
// the JSON on a terminal, in GitHub's log, in Markdown or in HTML shows text: what those would obey is escaped.
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

// escape replaces characters that, in JSON, stand in strings alone.
func escape(json string) string {
	var b strings.Builder
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
