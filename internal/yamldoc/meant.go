package yamldoc

import (
	"errors"
	"reflect"

	"atlas-gitops/internal/yamldata"
)

// edit is a change of the plain value. It verifies that the change of the text has only this effect.
type edit struct {
	path  Path
	value any
	part  func(whole, step, value any) (any, bool) // changes the object or list that contains the value
}

// prove changes the file, and verifies that the plain value has changed only as intended.
func (e edit) prove(d *Document, change func(d *Document, path Path, value any) (*Document, error)) (*Document, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	changed, err := change(d, e.path, e.value)
	if err != nil {
		return nil, err
	}
	if !d.becomes(changed, e) {
		return nil, e.path.refuse("cannot be changed without changing another value; edit it by hand")
	}
	return changed, nil
}

// check returns an error for an edit that is never possible.
func (e edit) check() error {
	if len(e.path) == 0 {
		return errors.New("an edit needs a path")
	}
	if odd := yamldata.Odd(e.value); odd != "" {
		return e.path.refuse("cannot be set to %s", odd)
	}
	return nil
}

// becomes reports whether the plain values of the changed file are those of the file after the edits.
func (d *Document) becomes(changed *Document, edits ...edit) bool {
	is, want := plainOf(changed.file.roots), plainOf(d.file.roots)
	for _, e := range edits {
		meant, ok := e.in(want[d.index], e.path)
		if want[d.index] = meant; !ok {
			return false
		}
	}
	return reflect.DeepEqual(is, want) || jsonOf(is) == jsonOf(want)
}

func plainOf(documents []*yamldata.Node) []any {
	all := make([]any, len(documents))
	for i, document := range documents {
		all[i] = document.Plain()
	}
	return all
}

// in applies the edit to a plain value. It returns false if that is impossible.
func (e edit) in(whole any, path Path) (any, bool) {
	if len(path) == 1 {
		return e.part(whole, path[0], e.value)
	}
	part, _ := yamldata.Part(whole, path[0])
	part, ok := e.in(part, path[1:])
	if !ok {
		return nil, false
	}
	return yamldata.SetPart(whole, path[0], part)
}
