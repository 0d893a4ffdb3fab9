// Package suggest finds the word that somebody probably meant.
package suggest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxListed is how many words OrList lists at most.
const maxListed = 12

// OrList asks whether the nearest word was meant. If no word is near, it lists the words, up to 12.
func OrList(word string, words []string) string {
	if question := DidYouMean(word, words); question != "" {
		return question
	}
	if len(words) == 0 {
		return "there are none"
	}
	more := ""
	if len(words) > maxListed {
		words, more = words[:maxListed], fmt.Sprintf(", and %d more", len(words)-maxListed)
	}
	return "there are: " + strings.Join(words, ", ") + more
}

// DidYouMean asks whether the nearest word was meant. It says in what the word differs if that may not be seen. It returns "" when no
// word is near.
func DidYouMean(word string, words []string) string {
	near := Nearest(word, words)
	if near == "" {
		return ""
	}
	if differing := Differing(word, near); differing != "" {
		return fmt.Sprintf("did you mean %q? it is written here with %s", near, differing)
	}
	return fmt.Sprintf("did you mean %q?", near)
}

// maxWord is the length in bytes from which a word is not compared: it is not a misspelled one.
const maxWord = 64

// Nearest returns the word that was probably meant, or "" when none is near: the same but for case and punctuation,
// a few letters away, the only one that starts so, or the only one that it is a part or an abbreviation of.
func Nearest(word string, words []string) string {
	if len(word) > maxWord {
		return ""
	}
	best, limit, letters := "", utf8.RuneCountInString(word)/3+1, []rune(Normalize(word))
	for _, w := range words {
		if d := distance(letters, []rune(Normalize(w)), limit); d < limit {
			best, limit = w, d
		}
	}
	if best == "" {
		best = completion(word, words)
	}
	if best == "" {
		best = byParts(word, words)
	}
	return best
}

// minCompleted is how many letters a beginning needs to say what was meant.
const minCompleted = 4

// completion returns the only word with that beginning, or "".
func completion(word string, words []string) (found string) {
	if len(word) < minCompleted {
		return ""
	}
	beginning := Normalize(word)
	for _, w := range words {
		if !strings.HasPrefix(Normalize(w), beginning) {
			continue
		}
		if found != "" {
			return ""
		}
		found = w
	}
	return found
}

// Normalize returns a word in lower case, without underscores, dashes and spaces: words that differ only in these are equal.
func Normalize(word string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, word))
}

// distance counts the letters to insert, delete, replace or swap with the next between two words. It does not count
// beyond a limit: most words are nothing like each other.
func distance(x, y []rune, limit int) int {
	if max(len(x), len(y))-min(len(x), len(y)) >= limit {
		return limit
	}
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)} // of the last letters of x
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		row, above, before := rows[i%3], rows[(i+2)%3], rows[(i+1)%3]
		row[0] = i
		for j := 1; j <= len(y); j++ {
			if x[i-1] == y[j-1] {
				row[j] = above[j-1]
				continue
			}
			row[j] = 1 + min(above[j-1], above[j], row[j-1])
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], 1+before[j-2])
			}
		}
		if slices.Min(row) >= limit && slices.Min(above) >= limit {
			return limit // a swap is the longest way back
		}
	}
	return min(rows[len(x)%3][len(y)], limit)
}
