package plan

import (
	"errors"
	"slices"

	"atlas-gitops/internal/resource"
)

// WithoutDeletedReferences returns the steps that can be planned: a wanted object must not refer to something that a step
// deletes. Such a reference is a [resource.ReferenceError], one for each thing and section. Then the thing is not deleted, and
// the section that refers to it is not planned.
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

// deletedReference is a reference to something that a step deletes.
type deletedReference struct {
	to    subject
	error *resource.ReferenceError
}

// deletedReferences returns those of a kind's objects, the first one to each thing.
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
