package suggest

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Differing returns the code points in which two names differ, such as "U+043E instead of U+006F", if the names look the same. It
// returns "" for equal names, and for names that do not look the same.
func Differing(name, other string) string {
	if name == other || Shape(name) != Shape(other) {
		return ""
	}
	a, b := []rune(name), []rune(other)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return codePoints(a) + " instead of " + codePoints(b)
}

// similar has letters of other alphabets and punctuation that look like ASCII characters. ascii has these characters in the same order.
const (
	similar = "аеорсухіјѕԁһӏԛԝкАВЕКМНОРСТУХІЈЅԚԜ" + "ονιαρυκγχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "օոսցհքՕՏԼզաᎪᎬᎻᎫᏦᎷᏢᏚᎢᏙᎳᏃᎠᏴᏟᏀ" + "‐‑‒–—−’‘"
	ascii   = "aeopcyxijsdhlqwkABEKMHOPCTYXIJSQW" + "oviapukyxABEZHIKMNOPTYX" + "onughpOSLqwAEHJKMPSTVWZDBCG" + "------''"
)

// Shape returns what a name looks like: names that look the same have the same shape.
func Shape(name string) string {
	from, to := []rune(similar), []rune(ascii)
	return strings.Map(func(r rune) rune {
		if r <= unicode.MaxASCII {
			return r
		}
		if unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
			return -1
		}
		for i, one := range from {
			if one == r {
				return to[i]
			}
		}
		return r
	}, norm.NFKC.String(name))
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
