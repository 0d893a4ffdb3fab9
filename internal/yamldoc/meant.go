package yamldoc

import (
	"errors"
	"slices"
)

// edit is what a change means.
type edit struct {
	path  Path
	value any
	part  func(whole, step, value any) (any, bool) // does it to the object or list that the value is in
}

// prove changes the file and makes sure that it says what is meant, and nothing else.
func (e edit) prove(d *Document, change func(d *Document, path Path, value any) (*Document, error)) ([]byte, error) {
	if len(e.path) == 0 {
		return nil, errors.New("an edit needs a path")
	}
	if odd := oddValue(e.value); odd != "" {
		return nil, e.path.refuse("cannot be set to %s", odd)
	}
	changed, err := change(d, e.path, e.value)
	if err != nil {
		return nil, err
	}
	is, want := plainOf(changed.file.roots), plainOf(d.file.roots)
	meant, ok := e.in(want[d.index], e.path)
	want[d.index] = meant
	if !ok || jsonOf(is) != jsonOf(want) {
		return nil, e.path.refuse("cannot be changed without another change; edit it by hand")
	}
	return slices.Concat(changed.file.mark, changed.file.rawText), nil
}

func plainOf(documents []*Node) []any {
	all := make([]any, len(documents))
	for i, document := range documents {
		all[i] = document.Plain()
	}
	return all
}

// in does the edit to a plain value. It is false where that is impossible.
func (e edit) in(whole any, path Path) (any, bool) {
	if len(path) == 1 {
		return e.part(whole, path[0], e.value)
	}
	part, _ := partOf(whole, path[0])
	part, ok := e.in(part, path[1:])
	if !ok {
		return nil, false
	}
	return setPart(whole, path[0], part)
}

func partOf(whole, step any) (any, bool) {
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

func setPart(whole, step, value any) (any, bool) {
	if _, ok := partOf(whole, step); !ok {
		return insertPart(whole, step, value)
	}
	switch step := step.(type) {
	case string:
		whole.(map[string]any)[step] = value
	case int:
		whole.([]any)[step] = value
	}
	return whole, true
}

func insertPart(whole, step, value any) (any, bool) {
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

func removePart(whole, step, _ any) (any, bool) {
	if _, ok := partOf(whole, step); !ok {
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
