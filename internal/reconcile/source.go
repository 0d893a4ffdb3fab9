package reconcile

import (
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// AddSources adds to each step the place in the tree that asks for it. If an update changes fields on several lines, it also adds
// the place of each field.
func AddSources(o *spec.Org, steps []plan.Step) {
	for i := range steps {
		addSource(o, &steps[i])
	}
}

func addSource(o *spec.Org, s *plan.Step) {
	at, ok := o.Place(s.Kind, s.Key)
	switch {
	case s.DeletesOrg():
		at, ok = o.Written("state")
	case s.Op == plan.Delete:
		at, ok = o.Written(s.Kind) // the list that lacks the object
	}
	if !ok {
		return
	}
	if s.Op == plan.Update {
		at = addFieldSources(o, s, at)
	}
	found := SourceOf(at)
	s.Source = &found
}

// addFieldSources returns the place of the first field that changes, if possible the first one in the file of the object. If the
// fields are on several lines, it adds the places of all of them to the step.
func addFieldSources(o *spec.Org, s *plan.Step, object spec.Place) spec.Place {
	var places []spec.Place
	sources := map[string]plan.Source{}
	for _, change := range s.Changed() {
		at, _ := o.Place(s.Kind, s.Key, change.Path...)
		places, sources[change.Field()] = append(places, at), SourceOf(at)
	}
	if len(places) == 0 {
		return object
	}
	slices.SortFunc(places, spec.Place.Compare)
	first := places[max(0, slices.IndexFunc(places, func(p spec.Place) bool { return p.File == object.File }))]
	for _, at := range sources {
		if at != SourceOf(first) {
			s.Sources = sources
		}
	}
	return first
}

// nearest returns the place of an object or of one of its fields. If the tree does not have it, nearest returns the place of its
// section, or else of the organization.
func nearest(o *spec.Org, kind, key string, path ...string) (at spec.Place, isWritten bool) {
	if at, ok := o.Place(kind, key, path...); ok {
		return at, true
	}
	at, ok := o.Written(kind)
	if !ok {
		at, _ = o.Place(resource.Organization.Name, "")
	}
	return at, false
}

// SourceOf returns a place of the tree as plans have it.
func SourceOf(p spec.Place) plan.Source { return plan.Source{File: p.File, Line: p.Line} }
