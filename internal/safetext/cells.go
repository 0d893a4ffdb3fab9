package safetext

import (
	"unicode"

	"golang.org/x/text/width"
)

// Cells returns how many columns of a terminal a character takes.
func Cells(r rune) int {
	switch kind := width.LookupRune(r).Kind(); {
	case unicode.In(r, unicode.M, unicode.Cf):
		return 0
	case kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
		return 2
	}
	return 1
}
