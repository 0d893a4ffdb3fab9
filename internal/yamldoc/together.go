package yamldoc

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"atlas-gitops/internal/yamldata"
)

// Setting is a new value for the value at a path.
type Setting struct {
	Path  Path
	Value any
}

// SetAll is [Document.Set] for several values, but it reads the changed file only once. It returns an error, and changes nothing, if one
// of them cannot be set, or is not simple: the old and the new value must be on one line. Then try fewer at a time.
func (d *Document) SetAll(all []Setting) (*Document, error) {
	var p patch
	var edits []edit
	for _, s := range all {
		e := edit{s.Path, s.Value, yamldata.SetPart}
		if err := e.check(); err != nil {
			return nil, err
		}
		one, err := d.simplePatch(s)
		if err != nil {
			return nil, err
		}
		p, edits = append(p, one...), append(edits, e)
	}
	slices.SortStableFunc(p, func(a, b splice) int { return cmp.Compare(a.from, b.from) })
	changed, err := d.apply(nil, p, nil)
	if err == nil && !d.becomes(changed, edits...) {
		err = Path(nil).refuse("cannot be changed in several places at once")
	}
	return changed, err
}

// simplePatch returns the patch for a value that is on one line before and after the change. Such patches do not depend on each other:
// none changes the indentation, comments, or what is around another one.
func (d *Document) simplePatch(s Setting) (patch, error) {
	at, err := d.find(s.Path)
	if err != nil {
		return nil, err
	}
	old := at.row.value
	switch {
	case len(at.rest) > 0, old.isBlock(), old.crowded, len(old.block) > 0:
		return nil, s.Path.refuse("is not a simple value")
	case jsonOf(at.node.Plain()) == jsonOf(s.Value):
		return nil, nil
	}
	if err := s.Path.refuseShared(old); err != nil {
		return nil, err
	}
	p, err := d.file.replacement(at, s.Value)
	if err == nil && slices.ContainsFunc(p, func(s splice) bool { return strings.Contains(s.text, "\n") }) {
		err = errors.New("needs several lines")
	}
	if err != nil {
		return nil, s.Path.refuse("%v", err)
	}
	return p, nil
}
