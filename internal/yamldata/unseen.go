package yamldata

import (
	"slices"

	"atlas-gitops/internal/safetext"
)

// Unseen is a sequence of characters in one line that are invisible, or that change the order of the text around them.
type Unseen struct {
	Place Place
	Runes []rune
}

// Unseen returns all such sequences of the text, also in comments. Escapes do not count, because they are visible.
func (t Text) Unseen(file string) (all []Unseen) {
	if t.IsASCII() {
		return nil
	}
	for n := range t.starts {
		all = append(all, unseenIn(t.line(n+1), Place{File: file, Line: n + 1})...)
	}
	return all
}

// IsASCII reports whether the text has only ASCII characters.
func (t Text) IsASCII() bool {
	return !slices.ContainsFunc(t.data, func(b byte) bool { return b >= 0x80 })
}

// unseenIn returns the sequences of a line. The place of the line has no columns yet.
func unseenIn(line []byte, at Place) (all []Unseen) {
	if !slices.ContainsFunc(line, func(b byte) bool { return b >= 0x80 }) {
		return nil
	}
	text := append([]rune(string(line)), 0)
	before := rune(0)
	for i := 0; i < len(text)-1; i++ {
		if length, ok := safetext.IsFlag(text[i : len(text)-1]); ok {
			i += length - 1
		} else if safetext.IsUnseen(before, text[i], text[i+1]) {
			all = withUnseen(all, at, i, text[i])
		}
		before = text[i]
	}
	return all
}

// withUnseen adds a character to the sequence that ends before it, or else adds a new sequence.
func withUnseen(all []Unseen, at Place, i int, r rune) []Unseen {
	if last := len(all) - 1; last >= 0 && all[last].Place.EndColumn == i+1 {
		all[last].Place.EndColumn++
		all[last].Runes = append(all[last].Runes, r)
		return all
	}
	at.Column, at.EndColumn = i+1, i+2
	return append(all, Unseen{at, []rune{r}})
}
