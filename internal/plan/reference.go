package plan

import (
	"errors"
	"slices"

	"atlas-gitops/internal/resource"
)

// WithoutDeletedReferences returns the steps without contradictions. A wanted object must not refer to an object that a step deletes.
// If it does, the result has no steps for the section with the reference, and does not delete the object. The error joins a
// [resource.ReferenceError] for each such object and section.
func WithoutDeletedReferences(kinds []*resource.Kind, want resource.State, steps []Step) ([]Step, error) {
	deleted := map[subject]bool{}
	for _, s := range steps {
		if s.Op == Delete {
			deleted[subject{kind: s.Kind, key: s.Key}] = true
		}
	}
	var failed []error
	kept, unplanned := map[subject]bool{}, map[string]bool{}
	for _, k := range kinds {
		for _, wrong := range deletedReferences(k, want[k.Name], deleted) {
			failed, unplanned[k.Name] = append(failed, wrong.error), true
			kept[wrong.to] = true
		}
	}
	if failed == nil {
		return steps, nil
	}
	rest := slices.DeleteFunc(slices.Clone(steps), func(s Step) bool {
		return unplanned[s.Kind] || kept[subject{kind: s.Kind, key: s.Key}]
	})
	return rest, errors.Join(failed...)
}

// deletedReference is a reference to an object that a step deletes.
type deletedReference struct {
	to    subject
	error *resource.ReferenceError
}

// deletedReferences returns the deleted references of the objects of a kind, the first one to each deleted object.
func deletedReferences(k *resource.Kind, want []resource.Object, deleted map[subject]bool) (wrong []deletedReference) {
	known := map[subject]bool{}
	for _, ref := range k.Refs {
		if ref.Kind == "" {
			continue
		}
		for _, o := range want {
			for _, name := range ref.Names(o) {
				to := subject{kind: ref.Kind, key: name}
				if deleted[to] && !known[to] {
					known[to] = true
					wrong = append(wrong, deletedReference{to, &resource.ReferenceError{
						Kind: k.Name, Key: o.Key, Field: ref.Field, Noun: ref.Noun, Name: name, Deleted: true}})
				}
			}
		}
	}
	return wrong
}
