package spec

import (
	"fmt"
	"strings"
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
	best, bestDistance := "", len([]rune(word))/3+1
	if len(word) > maxQuoted {
		return ""
	}
	for _, w := range words {
		if d := distance(bare(word), bare(w)); d < bestDistance {
			best, bestDistance = w, d
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
	for _, w := range words {
		if len(word) < minCompleted || !strings.HasPrefix(bare(w), bare(word)) {
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

// distance counts the letters to insert, delete, replace or swap with the next between two words.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1) // by how much of either word is used
	for i := range d {
		d[i] = make([]int, len(y)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
			case x[i-1] == y[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
				if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
					d[i][j] = min(d[i][j], 1+d[i-2][j-2])
				}
			}
		}
	}
	return d[len(x)][len(y)]
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
