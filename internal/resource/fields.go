package resource

import (
	"cmp"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"atlas-gitops/schema"
)

// Covers reports whether have equals want in every field of want.
func (k *Kind) Covers(have, want Fields) bool {
	annotated := schema.SectionOf(k.Name).Fields
	for field, w := range want {
		if !covers(annotated[field], have[field], w) {
			return false
		}
	}
	return true
}

func covers(field schema.Field, have, want any) bool {
	if field.IsControl {
		return true
	}
	w, record := want.(Fields)
	if !record || field.IsMap {
		return Equal(have, want)
	}
	h, _ := have.(Fields)
	for part := range w {
		if !Equal(h[part], w[part]) {
			return false
		}
	}
	return true
}

// Changes returns in after the part of want that differs from have, and in before the values of have for the same fields, nil for a
// value that is absent. Both are nil if have covers want.
func (k *Kind) Changes(have, want Fields) (before, after Fields) {
	annotated := schema.SectionOf(k.Name).Fields
	for field, w := range want {
		h := have[field]
		if covers(annotated[field], h, w) {
			continue
		}
		if before == nil {
			before, after = Fields{}, Fields{}
		}
		before[field], after[field] = narrow(annotated[field], h, w)
	}
	return before, after
}

// narrow returns the change of a field: of a record only the parts that differ, of anything else the whole value.
func narrow(field schema.Field, have, want any) (before, after any) {
	w, record := want.(Fields)
	if !record || field.IsMap {
		return Canonical(have), Canonical(want)
	}
	h, _ := have.(Fields)
	b, a := Fields{}, Fields{}
	for part := range w {
		if !Equal(h[part], w[part]) {
			b[part], a[part] = Canonical(h[part]), Canonical(w[part])
		}
	}
	return b, a
}

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
		return ok && subset(a, b) && subset(b, a)
	case Fields:
		b, ok := b.(Fields)
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
	case Fields:
		return !slices.ContainsFunc(slices.Collect(maps.Values(v)), func(part any) bool { return !isNothing(part) })
	}
	return false
}

func equalParts(a, b Fields) bool {
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

// equalNumbers compares numbers exactly. A text that compareNumbers does not compare is equal only to itself.
func equalNumbers(a, b json.Number) bool {
	order, ok := compareNumbers(a, b)
	return a == b || ok && order == 0
}

// compareNumbers returns the order of two numbers, exactly. ok is false if one of the texts is not a number, is longer than 40
// characters, or has an exponent: a large one would need a lot of memory.
func compareNumbers(a, b json.Number) (order int, ok bool) {
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
	case Fields:
		out := make(Fields, len(v))
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
			panic("not a JSON value: " + err.Error()) // Fields hold nothing else
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

// NormalizeEmail returns an e-mail address, or another username, with its ASCII letters in lower case, and with each letter and its
// marks as one character, as [NormalizeName] does. The tree and Atlas are both read through it, so they compare without case and in one
// Unicode form. Letters beyond ASCII keep their case, and characters whose Unicode form is one of ASCII stay as they are: otherwise,
// the Kelvin sign would become k, which makes the address of another person.
func NormalizeEmail(s string) string {
	const likeASCII = "\u037e\u1fef\u212a"
	var b strings.Builder
	for rest := s; rest != ""; {
		part, like := rest, ""
		if i := strings.IndexAny(rest, likeASCII); i >= 0 {
			_, size := utf8.DecodeRuneInString(rest[i:])
			part, like = rest[:i], rest[i:i+size]
		}
		b.WriteString(norm.NFC.String(part) + like)
		rest = rest[len(part)+len(like):]
	}
	return Fold(b.String())
}

// NormalizeName returns the name of an organization, a team or a project with each letter and its marks as one character, where
// there is such a character: é and e with a combining accent are one letter. The tree and Atlas are both read through it.
func NormalizeName(s string) string { return norm.NFC.String(s) }

// Fold returns a text with its ASCII letters in lower case.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
