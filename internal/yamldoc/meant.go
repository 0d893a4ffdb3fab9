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
	if len(e.path) == 0 {
		return nil, errors.New("an edit needs a path")
	}
	if odd := yamldata.Odd(e.value); odd != "" {
		return nil, e.path.refuse("cannot be set to %s", odd)
	}
	changed, err := change(d, e.path, e.value)
	if err != nil {
		return nil, err
	}
	is, want := plainOf(changed.file.roots), plainOf(d.file.roots)
	meant, ok := e.in(want[d.index], e.path)
	want[d.index] = meant
	if !ok || !reflect.DeepEqual(is, want) && jsonOf(is) != jsonOf(want) {
		return nil, e.path.refuse("cannot be changed without changing another value; edit it by hand")
	}
	return changed, nil
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
