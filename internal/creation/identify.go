package creation

import (
	"errors"
	"fmt"
	"slices"

	"atlas-gitops/internal/yamldoc"
)

// OutdatedError means that the tree or Atlas has changed since the plan was made, so that only a new plan can be applied.
type OutdatedError struct{ Err error }

func (e *OutdatedError) Error() string { return e.Err.Error() }
func (e *OutdatedError) Unwrap() error { return e.Err }

// identify returns the text with the id inserted after the name of the organization. It changes no other byte. The name must be
// in the given line, counted from 1. identify fails if the organization is not there, already has an id, or is written in a
// form that has no place for an id.
func identify(data []byte, line int, name, id string) ([]byte, error) {
	documents, err := yamldoc.Open(data, &yamldoc.Order{Keys: []string{"name", "id"}})
	switch {
	case errors.Is(err, yamldoc.ErrNotPlain):
		return nil, errors.New("the file has errors; run 'atlas-gitops validate'")
	case err != nil:
		return nil, err
	}
	i := slices.IndexFunc(documents, func(d *yamldoc.Document) bool {
		e := d.Root.Entry("name")
		return d.Writes(yamldoc.Path{"name"}) && e.Place.Line == line && e.Value.Text() == name
	})
	if i < 0 {
		return nil, &OutdatedError{fmt.Errorf("the file was changed, and line %d no longer has name: %s; make a new plan", line, name)}
	}
	if e := documents[i].Root.Entry("id"); e != nil {
		return nil, &OutdatedError{fmt.Errorf("line %d already has an id for the organization; make a new plan", e.Place.Line)}
	}
	if slices.ContainsFunc(documents, func(d *yamldoc.Document) bool { return !d.Root.IsObject() }) {
		return nil, errors.New("the file has errors; run 'atlas-gitops validate'")
	}
	changed, err := documents[i].Insert(yamldoc.Path{"id"}, id)
	if err != nil {
		return nil, fmt.Errorf("there is no place for an id below line %d; write each property of the organization on its own line", line)
	}
	return changed.Text(), nil
}
