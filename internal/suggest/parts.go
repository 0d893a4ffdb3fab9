package suggest

import (
	"strings"
	"unicode"
)

// byParts returns the only name that contains the parts of the given word in the same order. A part is a whole word, or initials, such
// as mfa for multiFactorAuth. It returns "" if no name or several names contain them, or if they are too small a share of the name.
func byParts(word string, words []string) (found string) {
	given, isEnough := split(word), false
	for _, w := range words {
		part := partOf(given, split(w))
		if !part.is {
			continue
		}
		if found != "" {
			return ""
		}
		found, isEnough = w, part.isEnough
	}
	if !isEnough {
		return ""
	}
	return found
}

// split returns the words of a name in camel case or with punctuation, in lower case.
func split(name string) (words []string) {
	runes, start := []rune(name), 0
	add := func(end int) {
		if word := Normalize(string(runes[start:end])); word != "" {
			words = append(words, word)
		}
		start = end
	}
	for i, r := range runes {
		isUpper := unicode.IsUpper(r)
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			add(i)
			start = i + 1
		case i > 0 && isUpper && !unicode.IsUpper(runes[i-1]),
			i > 0 && isUpper && i+1 < len(runes) && unicode.IsLower(runes[i+1]): // the F of genAIFeatures
			add(i)
		}
	}
	add(len(runes))
	return words
}

type part struct {
	is       bool
	isEnough bool // it is at least a third of the words, and has a long word or three initials
}

// partOf reports whether other words contain all given words, or the words of their initials, in the same order.
func partOf(given, words []string) part {
	matched, isClear, at := 0, false, 0
	for _, g := range given {
		start, length := find(g, words[at:])
		if length == 0 {
			return part{}
		}
		at += start + length
		matched += length
		isClear = isClear || length == 1 && len(g) >= minCompleted || length >= 3
	}
	return part{true, isClear && 3*matched >= len(words)}
}

// find returns the index of the first word that equals the given one, or the index of the first words with these initials, and how
// many words that are: 0 if there are none.
func find(given string, words []string) (start, length int) {
	letters := []rune(given)
	for i, w := range words {
		if w == given {
			return i, 1
		}
		if n := len(letters); n > 1 && i+n <= len(words) && initials(words[i:i+n]) == given {
			return i, n
		}
	}
	return 0, 0
}

func initials(words []string) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteRune([]rune(w)[0])
	}
	return b.String()
}
