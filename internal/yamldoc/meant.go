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
	if !becomes(d, changed, e) {
		return nil, e.path.refuse("cannot be changed without changing another value; edit it by hand")
	}
	return changed, nil
}

// becomes reports whether the plain values of the changed file are those of the file after the edits.
func becomes(d, changed *Document, edits ...edit) bool {
	is, want := yamldata.PlainOf(changed.file.roots), yamldata.PlainOf(d.file.roots)
	for _, e := range edits {
		meant, ok := yamldata.ChangePart(want[d.index], e.path, e.value, e.part)
		if want[d.index] = meant; !ok {
			return false
		}
	}
	return reflect.DeepEqual(is, want) || yamldata.JSON(is) == yamldata.JSON(want)
}
