// Package plain compares plain JSON values as Atlas understands them: lists are sets, and numbers compare by value. The values are nil,
// bool, string, [json.Number], []any and map[string]any.
package plain

import (
	"cmp"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
)

// Equal compares two JSON values as Atlas understands them: lists are sets, and numbers compare by value. Null, an absent key, an
// empty list and an empty object are all equal.
func Equal(a, b any) bool {
	if isNothing(a) || isNothing(b) {
		return isNothing(a) && isNothing(b)
	}
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		return ok && equalNumbers(a, b)
	case []any:
		b, ok := b.([]any)
		return ok && equalSets(a, b)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && equalParts(a, b) && equalParts(b, a)
	}
	return a == b
}

func isNothing(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		for _, part := range v {
			if !isNothing(part) {
				return false
			}
		}
		return true
	}
	return false
}

func equalParts(a, b map[string]any) bool {
	for key, value := range a {
		if !Equal(value, b[key]) {
			return false
		}
	}
	return true
}

// IsBetween reports whether a set is between two others: it has all items that are in both, and no item that is in neither.
func IsBetween(list, from, to []any) bool {
	in, before, after := newSet(list), newSet(from), newSet(to)
	isNew := func(item any) bool { return !before.has(item) && !after.has(item) }
	isLost := func(item any) bool { return after.has(item) && !in.has(item) }
	return !slices.ContainsFunc(list, isNew) && !slices.ContainsFunc(from, isLost)
}

// equalSets has a short way for lists in the same order.
func equalSets(a, b []any) bool {
	return slices.EqualFunc(a, b, Equal) || subset(a, b) && subset(b, a)
}

func subset(a, b []any) bool {
	in := newSet(b)
	return !slices.ContainsFunc(a, func(item any) bool { return !in.has(item) })
}

// set finds texts by a map, because most lists contain only texts, and compares other values one by one.
type set struct {
	texts map[string]bool
	list  []any
}

func newSet(list []any) set {
	s := set{make(map[string]bool, len(list)), list}
	for _, item := range list {
		if text, ok := item.(string); ok {
			s.texts[text] = true
		}
	}
	return s
}

func (s set) has(item any) bool {
	if text, ok := item.(string); ok {
		return s.texts[text]
	}
	return slices.ContainsFunc(s.list, func(other any) bool { return Equal(item, other) })
}

// equalNumbers compares numbers exactly. A text that CompareNumbers does not compare is equal only to itself.
func equalNumbers(a, b json.Number) bool {
	order, ok := CompareNumbers(a, b)
	return a == b || ok && order == 0
}

// CompareNumbers returns the order of two numbers, exactly. ok is false if one of the texts is not a number, is longer than 40
// characters, or has an exponent: a large one would need a lot of memory.
func CompareNumbers(a, b json.Number) (order int, ok bool) {
	if len(a) > 40 || len(b) > 40 || strings.ContainsAny(string(a+b), "eE") {
		return 0, false
	}
	x, okX := new(big.Rat).SetString(string(a))
	y, okY := new(big.Rat).SetString(string(b))
	if !okX || !okY {
		return 0, false
	}
	return x.Cmp(y), true
}

// Canonical returns a copy of a JSON value that is the same for equal values: lists are sorted and have no duplicates, numbers have
// no trailing zeros, and objects have no null entries. A nil stays nil.
func Canonical(v any) any {
	switch v := v.(type) {
	case []any:
		return canonicalList(v)
	case json.Number:
		return canonicalNumber(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			if value != nil {
				out[key] = Canonical(value)
			}
		}
		return out
	}
	return v
}

// canonicalNumber does not change numbers that equalNumbers compares as text.
func canonicalNumber(n json.Number) json.Number {
	text := string(n)
	if len(text) > 40 || strings.ContainsAny(text, "eE") {
		return n
	}
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		return "0"
	}
	return json.Number(text)
}

func canonicalList(list []any) []any {
	type entry struct {
		text  string
		value any
	}
	entries := make([]entry, 0, len(list))
	for _, v := range list {
		v = Canonical(v)
		text, err := json.Marshal(v)
		if err != nil {
			panic("not a JSON value: " + err.Error()) // map[string]any hold nothing else
		}
		entries = append(entries, entry{string(text), v})
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.text, b.text) })
	out := make([]any, 0, len(entries))
	for i, e := range entries {
		if i == 0 || e.text != entries[i-1].text {
			out = append(out, e.value)
		}
	}
	return out
}
