package suggest

import (
	"strings"
	"unicode"
)

// byParts returns the only word that the given one is a part of, word for word: its words stand in it in the same order, and some of
// them may be initials, as mfa is of multiFactorAuth. It returns "" if there is none, or more than one, or if the part is too small to
// mean that one.
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

// split returns the words that a name in camel case, or with punctuation, consists of, in lower case.
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
	isEnough bool // it is a third of the words, with a word of some length or initials of three
}

// partOf tells whether all given words, or what they are the initials of, stand among others in that order.
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
	return part{len(given) > 0, isClear && 3*matched >= len(words)}
}

// find returns where the given word stands among others, or the run of words whose initials it consists of, and the length of that. The
// length is 0 if it is nowhere.
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
		first := []rune(w)[0]
		b.WriteRune(first)
	}
	return b.String()
}
