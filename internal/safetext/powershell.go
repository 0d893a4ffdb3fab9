package safetext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// PowerShell quotes text as an expression of PowerShell. Characters that are not printed become their numbers, so that the terminal
// does not obey them.
func PowerShell(text string) string {
	var b strings.Builder
	b.WriteByte('\'')
	isWhole := true
	for _, r := range text {
		switch {
		case r == '\'', '\u2018' <= r && r <= '\u201b': // each of these ends a text in single quotes (about_Quoting_Rules)
			b.WriteString(string(r) + string(r))
		case unicode.IsPrint(r) && r != utf8.RuneError:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "' + [char]::ConvertFromUtf32(0x%x) + '", r)
			isWhole = false
		}
	}
	b.WriteByte('\'')
	if isWhole {
		return b.String()
	}
	return "(" + b.String() + ")"
}

// SetInCmd returns the command of cmd.exe that sets a variable. It returns false if there is none: at its prompt, cmd.exe has no way
// to write a percent sign that does not begin a variable, and no way to write a quote, an exclamation mark or a control character
// that is safe.
func SetInCmd(variable, value string) (command string, ok bool) {
	isUnsafe := func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError || strings.ContainsRune(`%"!`, r) }
	if strings.ContainsFunc(value, isUnsafe) {
		return "", false
	}
	return `set "` + variable + "=" + value + `"`, true
}
