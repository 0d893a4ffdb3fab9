package safetext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// powerShell quotes text as an expression of PowerShell. Characters that are not printed become their numbers, so that the terminal
// does not obey them.
func powerShell(text string) string {
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

// Shells are the shells of [SetVariable].
func Shells() []string { return []string{"sh", "powershell", "cmd"} }

// SetVariable returns the command of a shell that sets a variable for what runs in it. The name of the variable has only letters,
// digits and underscores.
//
// An error says that cmd.exe cannot take the value: at its prompt there is no way to write a percent sign that begins no variable, and
// no safe way to write a quote, an exclamation mark or a control character.
func SetVariable(shell, variable, value string) (command string, err error) {
	switch shell {
	case "powershell":
		return "$env:" + variable + " = " + powerShell(value), nil
	case "cmd":
		isUnsafe := func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError || strings.ContainsRune(`%"!`, r) }
		if strings.ContainsFunc(value, isUnsafe) {
			return "", fmt.Errorf("cmd cannot set %s to its value; use another shell, such as powershell", variable)
		}
		return `set "` + variable + "=" + value + `"`, nil
	}
	return "export " + variable + "=" + Shell(value), nil
}
