// Package natural sorts names as people do: owner2 before owner10.
package natural

import (
	"cmp"
	"strings"
)

// Compare compares two names: a run of ASCII digits by its number, of any length, and everything else byte by byte. Only equal
// names compare as equal: names that differ only in leading zeros (owner2, owner02) are compared byte by byte.
func Compare(a, b string) int {
	restA, restB := a, b
	for restA != "" && restB != "" {
		numberA, numberB := number(restA), number(restB)
		order := cmp.Compare(restA[0], restB[0])
		if numberA != "" && numberB != "" {
			order = compareNumbers(numberA, numberB)
		}
		if order != 0 {
			return order
		}
		restA, restB = restA[max(1, len(numberA)):], restB[max(1, len(numberB)):]
	}
	return cmp.Or(cmp.Compare(len(restA), len(restB)), cmp.Compare(a, b))
}

// number returns the digits that a text begins with.
func number(s string) string {
	end := 0
	for end < len(s) && '0' <= s[end] && s[end] <= '9' {
		end++
	}
	return s[:end]
}

// compareNumbers compares numbers that may be too long for an integer.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
