package variables

import (
	"encoding/hex"
	"strings"
)

const blanks = " \t"

// The problems of a value. None of them shows a part of it.
const (
	noEnd     = "the quote around its value has no end on this line"
	textAfter = "there is text after its value; put # before a comment, or quotes around the whole value"
	forShell  = "its value has a character that a shell would interpret; put the value in single quotes"
	oddEscape = "its value in $'…' has an escape other than \\xHH, \\n, \\r, \\t, \\', \\\" and \\\\; put the value in single quotes"
)

// readValue reads the text after the = of a line as a shell reads a word: parts in quotes and parts without, up to a blank. It
// expands nothing: $X is text. It refuses text that a shell and the usual readers of dotenv files take for different values.
func readValue(text string) (value, problem string) {
	if trimmed := strings.TrimLeft(text, blanks); trimmed != text {
		if text = trimmed; strings.HasPrefix(text, "#") {
			return "", ""
		}
	}
	for text != "" {
		if strings.ContainsRune(blanks, rune(text[0])) {
			if text = strings.TrimLeft(text, blanks); text != "" && text[0] != '#' {
				return "", textAfter
			}
			break
		}
		part, size, problem := readPart(text)
		if problem != "" {
			return "", problem
		}
		value, text = value+part, text[size:]
	}
	return value, ""
}

// readPart reads the part of a value at the start of the text: in quotes, or up to the next quote or blank. size is its length in the
// text.
func readPart(text string) (part string, size int, problem string) {
	switch {
	case text[0] == '\'':
		return readQuoted(text, `'`, nil)
	case text[0] == '"':
		return readQuoted(text, `"`, doubleEscape)
	case strings.HasPrefix(text, `$'`):
		return readQuoted(text, `$'`, dollarEscape)
	case strings.HasPrefix(text, `\'`): // 'a'\''b' is a'b in single quotes
		return `'`, 2, ""
	case strings.ContainsRune("\\;&|<>()`", rune(text[0])):
		return "", 0, forShell
	}
	size = 1
	for size < len(text) && !strings.ContainsRune(blanks+"'\"\\;&|<>()`$", rune(text[size])) {
		size++
	}
	return text[:size], size, ""
}

// readQuoted reads a part in quotes. escape returns what the text after a backslash stands for, and the length of that text: 0 if the
// backslash is only a backslash, and below 0 if it is not known. Without escape, a backslash is only a backslash.
func readQuoted(text, quote string, escape func(text string) (string, int)) (part string, size int, problem string) {
	var b strings.Builder
	end := quote[len(quote)-1]
	for i := len(quote); i < len(text); i++ {
		switch {
		case text[i] == end:
			return b.String(), i + 1, ""
		case text[i] == '\\' && escape != nil:
			meant, length := escape(text[i+1:])
			if length < 0 {
				return "", 0, oddEscape
			}
			if b.WriteString(meant); length == 0 {
				b.WriteByte('\\')
			}
			i += length
		default:
			b.WriteByte(text[i])
		}
	}
	return "", 0, noEnd
}

// doubleEscape is the escape in double quotes.
func doubleEscape(text string) (string, int) {
	return oneOf(text, `nrt"\$`+"`", "\n\r\t\"\\$`")
}

// dollarEscape is the escape in $'…'. The file of --credentials-out has \xHH for characters that must not be shown as they are.
func dollarEscape(text string) (string, int) {
	if len(text) > 2 && text[0] == 'x' {
		if char, err := hex.DecodeString(text[1:3]); err == nil {
			return string(char), 3
		}
	}
	if meant, length := oneOf(text, `nrt'"\`, "\n\r\t'\"\\"); length > 0 {
		return meant, length
	}
	return "", -1
}

// oneOf returns the character that the first character of the text stands for.
func oneOf(text, written, meant string) (string, int) {
	if text == "" {
		return "", 0
	}
	i := strings.IndexByte(written, text[0])
	if i < 0 {
		return "", 0
	}
	return meant[i : i+1], 1
}
