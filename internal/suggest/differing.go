package suggest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Differing says by their code points in which characters two names differ that may look the same: U+043E instead of U+006F. It
// returns "" for equal names, and where ASCII characters alone make the difference, which everybody sees.
func Differing(name, other string) string {
	a, b := []rune(name), []rune(other)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	isASCII := func(r rune) bool { return r <= unicode.MaxASCII }
	if !slices.ContainsFunc(slices.Concat(a, b), func(r rune) bool { return !isASCII(r) }) {
		return ""
	}
	return codePoints(a) + " instead of " + codePoints(b)
}

// maxPoints is how many code points a message repeats.
const maxPoints = 4

func codePoints(text []rune) string {
	if len(text) == 0 {
		return "nothing"
	}
	var points []string
	for _, r := range text[:min(len(text), maxPoints)] {
		points = append(points, fmt.Sprintf("%U", r))
	}
	if len(text) > maxPoints {
		points = append(points, "…")
	}
	return strings.Join(points, " ")
}
