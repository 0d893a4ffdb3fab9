package spec

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// choose says which of the allowed words was probably meant, or lists them all.
func choose(word string, allowed []string) string {
	if near := Nearest(word, allowed); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(allowed) == 0 {
		return ""
	}
	return "allowed: " + strings.Join(allowed, ", ")
}

// Nearest returns the word that was probably meant, or "" when none is near: the same but for case and punctuation,
// a few letters away, or the only one that starts so.
func Nearest(word string, words []string) string {
	if len(word) > maxQuoted {
		return ""
	}
	best, limit, letters := "", utf8.RuneCountInString(word)/3+1, []rune(bare(word))
	for _, w := range words {
		if d := distance(letters, []rune(bare(w)), limit); d < limit {
			best, limit = w, d
		}
	}
	if best == "" {
		return completion(word, words)
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
	beginning := bare(word)
	for _, w := range words {
		if !strings.HasPrefix(bare(w), beginning) {
			continue
		}
		if found != "" {
			return ""
		}
		found = w
	}
	return found
}

func bare(word string) string {
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

// maxQuoted is how many characters of a value a message repeats.
const maxQuoted = 64

func quoted(text string) string { return fmt.Sprintf("%q", clip(text)) }

// clip shortens a text that is too long for a message.
func clip(text string) string {
	if runes := []rune(text); len(runes) > maxQuoted {
		return string(runes[:maxQuoted]) + "…"
	}
	return text
}
