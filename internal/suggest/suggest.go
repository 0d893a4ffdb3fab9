// Package suggest finds the word that a misspelled word probably means, and lists words for messages.
package suggest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxListed is how many words a message lists.
const maxListed = 20

// Some returns at most maxListed of the words, and then "and N more".
func Some(words []string) []string {
	if len(words) <= maxListed {
		return words
	}
	return append(slices.Clone(words[:maxListed]), fmt.Sprintf("and %d more", len(words)-maxListed))
}

// JoinSome returns the result of [Some] as one text.
func JoinSome(words []string) string { return strings.Join(Some(words), ", ") }

// OrList returns a question with the nearest word. If no word is near, it returns a list of the words, as [Some] does.
func OrList(word string, words []string) string {
	if question := DidYouMean(word, words); question != "" {
		return question
	}
	if len(words) == 0 {
		return "there are none"
	}
	return "there are: " + JoinSome(words)
}

// DidYouMean returns a question with the nearest word, or "" if no word is near. If the two words may look the same, it also says
// how they differ.
func DidYouMean(word string, words []string) string {
	near := Nearest(word, words)
	if near == "" {
		return ""
	}
	if differing := Differing(word, near); differing != "" {
		return Question(near) + " it is written here with " + differing
	}
	return Question(near)
}

// Question asks whether a word was meant.
func Question(word string) string { return fmt.Sprintf("did you mean %q?", word) }

// maxWord is the largest number of characters of a word that Nearest compares. A longer text is not a misspelled word.
const maxWord = 64

// Nearest returns the nearest of the words, or "" if none is near. A word is near if it differs only in case and punctuation, or in a
// few letters, or if it is the only one with this beginning, this part or this abbreviation.
func Nearest(word string, words []string) string {
	if utf8.RuneCountInString(word) > maxWord {
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

// minCompleted is the smallest length of a beginning that Nearest completes. It is in bytes: two Chinese characters say enough.
const minCompleted = 4

// completion returns the only word with this beginning, or "".
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

// distance counts the letters to insert, delete, replace or swap with the next one, to turn one word into the other. It stops counting
// at the limit, because most words differ in many letters.
func distance(x, y []rune, limit int) int {
	if max(len(x), len(y))-min(len(x), len(y)) >= limit {
		return limit
	}
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)} // for the last three letters of x
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
			return limit // a swap uses the row before the last one, and no older row
		}
	}
	return min(rows[len(x)%3][len(y)], limit)
}
