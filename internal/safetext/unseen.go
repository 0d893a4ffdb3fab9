package safetext

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// joining are the scripts in which invisible joiners (U+200C, U+200D) are a part of the spelling.
func joining() []*unicode.RangeTable {
	return []*unicode.RangeTable{unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari, unicode.Bengali,
		unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam,
		unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.Tibetan}
}

const (
	nonJoiner, joiner = '\u200c', '\u200d'
	blackFlag         = '\U0001f3f4'
)

// IsUnseen reports whether a character of a text is invisible, or changes the order of the characters around it, and has no part in
// how an emoji or a word is written. Before and after are the characters beside it, 0 at an end of the text.
func IsUnseen(before, r, after rune) bool {
	switch {
	case r < 0x80, !unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return false
	case unicode.Is(unicode.Variation_Selector, r):
		return !hasVariants(before)
	case r == joiner && isEmoji(before) && unicode.Is(unicode.So, after):
		return false
	case r == joiner, r == nonJoiner:
		return !unicode.In(before, joining()...)
	}
	return !unicode.Is(unicode.Prepended_Concatenation_Mark, r) // a sign around a number
}

// hasVariants reports whether a selector behind a character may choose how it is drawn.
func hasVariants(r rune) bool {
	return r > ' ' && (!unicode.IsLetter(r) || r == 'ℹ' || unicode.In(r, unicode.Han, unicode.Mongolian))
}

// isEmoji reports whether a character may be the last one of a part of an emoji: a picture, its skin colour or the selector behind it.
func isEmoji(r rune) bool {
	return unicode.Is(unicode.So, r) || '\U0001f3fb' <= r && r <= '\U0001f3ff' || r == '\ufe0f'
}

// IsFlag reports whether a text, from the flag at its start on, is the emoji of a region, whose letters are invisible tags. It returns
// the number of its characters.
func IsFlag(text []rune) (length int, ok bool) {
	if len(text) == 0 || text[0] != blackFlag {
		return 0, false
	}
	for i, r := range text[1:] {
		switch {
		case r == '\U000e007f':
			return i + 2, i > 0
		case r < '\U000e0020' || r > '\U000e007e':
			return 0, false
		}
	}
	return 0, false
}

// Reorders reports whether a character changes the order in which the text around it is shown.
func Reorders(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }

// Letter names a character by its code point and, if it has one, its script: "о" is U+043E, a Cyrillic letter. It does not show a mark
// alone, because that would join the quote before it.
func Letter(r rune) string {
	if unicode.IsMark(r) {
		return fmt.Sprintf("%U", r)
	}
	name := fmt.Sprintf("%q is %U", string(r), r)
	script := strings.ReplaceAll(scriptOf(r), "_", " ")
	if !unicode.IsLetter(r) || script == "" {
		return name
	}
	article := "a"
	if strings.ContainsAny(script[:1], "AEIO") {
		article = "an"
	}
	return fmt.Sprintf("%s, %s %s letter", name, article, script)
}

func scriptOf(r rune) string {
	for name, script := range unicode.Scripts { // a character has one
		if unicode.Is(script, r) {
			return name
		}
	}
	return ""
}

// MixedLetters returns the letters of a text that look like those of the script that the rest of their word has: Latin among
// Cyrillic, Greek, Armenian or Cherokee ones, or the other way around. It returns each once.
func MixedLetters(text string) (odd []rune) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		var latin, similar []rune
		for _, r := range word {
			switch {
			case unicode.Is(unicode.Latin, r):
				latin = append(latin, r)
			case unicode.In(r, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee):
				similar = append(similar, r)
			}
		}
		switch {
		case len(latin) == 0 || len(similar) == 0:
		case len(latin) < len(similar):
			odd = append(odd, latin...)
		default:
			odd = append(odd, similar...)
		}
	}
	slices.Sort(odd)
	return slices.Compact(odd)
}
