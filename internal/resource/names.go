package resource

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NormalizeEmail returns an e-mail address, or another username, with its ASCII letters in lower case, and with each letter and its
// marks as one character, as [NormalizeName] does. The tree and Atlas are both read through it, so they compare without case and in one
// Unicode form. Letters beyond ASCII keep their case, and characters whose Unicode form is one of ASCII stay as they are: otherwise,
// the Kelvin sign would become k, which makes the address of another person.
func NormalizeEmail(s string) string {
	const likeASCII = "\u037e\u1fef\u212a"
	var b strings.Builder
	for rest := s; rest != ""; {
		part, like := rest, ""
		if i := strings.IndexAny(rest, likeASCII); i >= 0 {
			_, size := utf8.DecodeRuneInString(rest[i:])
			part, like = rest[:i], rest[i:i+size]
		}
		b.WriteString(norm.NFC.String(part) + like)
		rest = rest[len(part)+len(like):]
	}
	return Fold(b.String())
}

// NormalizeName returns the name of an organization, a team or a project with each letter and its marks as one character, where
// there is such a character: é and e with a combining accent are one letter. The tree and Atlas are both read through it.
func NormalizeName(s string) string { return norm.NFC.String(s) }

// Fold returns a text with its ASCII letters in lower case.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
