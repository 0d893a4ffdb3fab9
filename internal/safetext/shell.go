package safetext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Command returns words as a command line of a shell.
func Command(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = Shell(word)
	}
	return strings.Join(quoted, " ")
}

// Shell quotes a word for a shell. It escapes unprintable characters, and text that GitHub's runner takes for a
// command; the shell must support $'…' then.
func Shell(word string) string {
	const harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:,./@%"
	notPrinted := func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }
	switch {
	case word != "" && strings.Trim(word, harmless) == "":
		return word
	case !strings.ContainsFunc(word, notPrinted) && !strings.Contains(word, "##["):
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	var b strings.Builder
	for _, c := range []byte(word) {
		if c < utf8.RuneSelf && unicode.IsPrint(rune(c)) && !strings.ContainsRune(`'\#`, rune(c)) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, `\x%02x`, c)
		}
	}
	return "$'" + b.String() + "'"
}
