package yamldata

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"atlas-gitops/internal/safetext"
)

// Odd describes a part of a value that is not plain JSON, or returns "".
func Odd(value any) string {
	switch value := value.(type) {
	case nil, bool:
	case string:
		if !utf8.ValidString(value) {
			return "text that is not UTF-8"
		}
	case json.Number:
		if !isNumber(value.String()) {
			return "the number " + safetext.Clip(value.String())
		}
	case []any:
		for _, item := range value {
			if odd := Odd(item); odd != "" {
				return odd
			}
		}
	case map[string]any:
		for key, part := range value {
			if odd := cmp.Or(Odd(key), Odd(part)); odd != "" {
				return odd
			}
		}
	default:
		return fmt.Sprintf("a %T", value)
	}
	return ""
}

func isNumber(text string) bool { return integer.MatchString(text) || decimal.MatchString(text) }

// Part returns the value of a key if the step is a string, or the item with an index. It returns false if there is none.
func Part(whole, step any) (any, bool) {
	switch step := step.(type) {
	case string:
		fields, _ := whole.(map[string]any)
		part, ok := fields[step]
		return part, ok
	case int:
		if items, _ := whole.([]any); step >= 0 && step < len(items) {
			return items[step], true
		}
	}
	return nil, false
}

// SetPart replaces or adds a part, and returns the changed value. A missing object or list is created.
func SetPart(whole, step, value any) (any, bool) {
	if _, ok := Part(whole, step); !ok {
		return InsertPart(whole, step, value)
	}
	switch step := step.(type) {
	case string:
		whole.(map[string]any)[step] = value
	case int:
		whole.([]any)[step] = value
	}
	return whole, true
}

// InsertPart adds a part, and returns the changed value. The part is the value of a key, or an item before the one with the index. It
// returns false if this is not possible in the value.
func InsertPart(whole, step, value any) (any, bool) {
	switch step := step.(type) {
	case string:
		if whole == nil {
			whole = map[string]any{}
		}
		fields, ok := whole.(map[string]any)
		if ok {
			fields[step] = value
		}
		return fields, ok
	case int:
		items, ok := whole.([]any)
		if ok = (ok || whole == nil) && step >= 0 && step <= len(items); ok {
			items = slices.Insert(items, step, value)
		}
		return items, ok
	}
	return nil, false
}

// RemovePart removes a part, and returns the changed value. The last parameter is unused: with it, RemovePart has the same type as
// SetPart and InsertPart.
func RemovePart(whole, step, _ any) (any, bool) {
	if _, ok := Part(whole, step); !ok {
		return nil, false
	}
	switch step := step.(type) {
	case string:
		delete(whole.(map[string]any), step)
	case int:
		return slices.Delete(whole.([]any), step, step+1), true
	}
	return whole, true
}

// ChangePart changes the part at a path with [SetPart], [InsertPart] or [RemovePart], and returns the changed value. It returns false if
// that is impossible.
func ChangePart(whole any, path []any, value any, change func(whole, step, value any) (any, bool)) (any, bool) {
	if len(path) == 1 {
		return change(whole, path[0], value)
	}
	part, _ := Part(whole, path[0])
	part, ok := ChangePart(part, path[1:], value, change)
	if !ok {
		return nil, false
	}
	return SetPart(whole, path[0], part)
}

// Differ returns which items are only in the old or only in the new list, or have another order, and whether the lists have no common
// item.
func Differ(have []*Node, want []any) (old, new []bool, isDisjoint bool) {
	at := make(map[string]int, len(have))
	old, new = make([]bool, len(have)), make([]bool, len(want))
	for i, item := range have {
		at[JSON(item.Plain())], old[i] = i, true
	}
	last := -1
	for i, item := range want {
		j, isThere := at[JSON(item)]
		if new[i] = !isThere || j <= last; !new[i] {
			old[j], last = false, j
		}
	}
	return old, new, last < 0
}

// JSON returns a plain value as JSON. This cannot fail.
func JSON(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

// PlainOf returns the plain values of several documents.
func PlainOf(documents []*Node) []any {
	all := make([]any, len(documents))
	for i, document := range documents {
		all[i] = document.Plain()
	}
	return all
}
