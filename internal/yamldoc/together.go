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

// errTogether means that values must be set one by one.
var errTogether = errors.New("cannot be changed together")

// SetAll is [Document.Set] for several values, but it reads the changed file only once. It returns an error if one of them cannot be set,
// or is not on one line before and after the change. Then try fewer at a time.
func SetAll(d *Document, all []Setting) (*Document, error) {
	p, edits := patch{}, []edit{}
	for _, s := range all {
		one, err := simplePatch(d, s)
		if err != nil {
			return nil, err
		}
		p, edits = append(p, one...), append(edits, edit{s.Path, s.Value, yamldata.SetPart})
	}
	slices.SortStableFunc(p, func(a, b splice) int { return cmp.Compare(a.from, b.from) })
	changed, err := d.apply(nil, p, nil)
	if err == nil && !becomes(d, changed, edits...) {
		return nil, errTogether
	}
	return changed, err
}

// simplePatch returns a patch that does not depend on others: none changes the indentation, comments, or what is around another one.
func simplePatch(d *Document, s Setting) (patch, error) {
	at, err := d.find(s.Path)
	switch old := at.row.value; {
	case err != nil:
		return nil, err
	case len(s.Path) == 0, yamldata.Odd(s.Value) != "", len(at.rest) > 0, old.isBlock(), old.crowded, len(old.block) > 0, s.Path.refuseShared(old) != nil:
		return nil, errTogether
	case yamldata.JSON(at.node.Plain()) == yamldata.JSON(s.Value):
		return nil, nil
	}
	p, err := replacement(d.file, at, s.Value)
	if slices.ContainsFunc(p, func(s splice) bool { return strings.Contains(s.text, "\n") }) {
		return nil, errTogether
	}
	return p, err
}
