package resource

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"atlas-gitops/internal/suggest"
)

// Ref is a field with references to other objects of the organization, by name or by id: a list of references, or a map with
// references as keys. In a [State] they are names; only requests have ids.
type Ref struct {
	Field string // teams
	Noun  string // team
	Path  string // of the list of those objects, after /orgs/ORG/
	Kind  string // the kind of those objects; "" if no kind manages them, as with projects
}

// Names returns the references in this field of an object, sorted.
func (r Ref) Names(o Object) []string {
	switch refs := o.Fields[r.Field].(type) {
	case []any:
		names := make([]string, len(refs))
		for i, ref := range refs {
			names[i] = text(ref)
		}
		slices.Sort(names)
		return names
	case Fields:
		return slices.Sorted(maps.Keys(refs))
	}
	return nil
}

// personRefs are the references of a person. Functions take them, and the name of the kind, as parameters: Go does not allow the
// functions of a package-level [Kind] to use that variable, because its initialization would depend on itself.
var personRefs = []Ref{
	{Field: "teams", Noun: "team", Path: "teams"},
	{Field: "projects", Noun: "project", Path: "groups"},
}

// ReferenceError means that a reference is unknown in the organization, is not unique, or means an object that the plan deletes.
type ReferenceError struct {
	Kind, Key, Field string   // the place of the reference: invitations, ada@acme.example, teams
	Noun, Name       string   // what it refers to: team, Platform
	IDs              []string // of the objects that share the name; empty if no object has it
	Known            []string // all names, sorted
	Deleted          bool     // the object exists, but the same plan would delete it
}

func (e *ReferenceError) Error() string {
	if e.Deleted {
		return fmt.Sprintf("this plan deletes the %s %q", e.Noun, e.Name)
	}
	if len(e.IDs) > 0 {
		return fmt.Sprintf("several %ss have the name %q; write an id instead: %s", e.Noun, e.Name, suggest.JoinSome(e.IDs))
	}
	return fmt.Sprintf("there is no %s %q", e.Noun, e.Name)
}

// Advice returns what to write instead: the nearest name, or all names.
func (e *ReferenceError) Advice() string {
	switch {
	case e.Deleted:
		return fmt.Sprintf("keep the %s in the tree, or remove this reference to it", e.Noun)
	case len(e.IDs) > 0:
		return ""
	}
	return suggest.OrList(e.Name, e.Known)
}

// Location is the place of the reference in the tree.
func (e *ReferenceError) Location() Location {
	return Location{e.Kind, e.Key, []string{e.Field, e.Name}}
}

// resolve returns want with every reference replaced by a name. The error joins a [ReferenceError] for each wrong reference. A
// reference may also mean an object in others, which may not exist yet.
func (k *Kind) resolve(ctx context.Context, s *Session, org string, want []Object, others State) ([]Object, error) {
	if len(k.Refs) == 0 {
		return want, nil
	}
	d, err := readDirectory(ctx, s, org, k.Name, k.Refs, want...)
	if err != nil {
		return nil, err
	}
	d.addPlanned(others)
	return d.resolve(want)
}

// Meaning returns the name of the object that a reference means, which may be an id. It returns the reference itself if that is unknown.
func Meaning(ctx context.Context, s *Session, org string, k *Kind, field, ref string) string {
	if !IsID(ref) {
		return ref
	}
	meant, err := WithNames(ctx, s, org, k.Name, k.Refs, []Object{{Fields: Fields{field: []any{ref}}}})
	if err != nil {
		return ref
	}
	return text(list(meant[0].Fields[field])[0])
}

// WithIDs returns an object with its references replaced by ids. It reads no list for ids: they came from Atlas, and [WithNames] makes
// no name that looks like an id.
func WithIDs(ctx context.Context, s *Session, org, kind string, refs []Ref, o Object) (Object, error) {
	isName := func(ref string) bool { return !IsID(ref) }
	named := slices.DeleteFunc(slices.Clone(refs), func(r Ref) bool { return !slices.ContainsFunc(r.Names(o), isName) })
	d, err := readDirectory(ctx, s, org, kind, named, o)
	if err != nil {
		return o, err
	}
	o, failed := d.mapReferences(o, func(field, ref string) (string, *ReferenceError) {
		if IsID(ref) {
			return ref, nil
		}
		return d.id(field, ref)
	})
	return o, d.failed(failed)
}

// mentioned returns the references whose field an object has.
func mentioned(refs []Ref, o Object) []Ref {
	return slices.DeleteFunc(slices.Clone(refs), func(r Ref) bool { _, has := o.Fields[r.Field]; return !has })
}

// WithNames returns live objects with ids replaced by names: the opposite of [WithIDs].
func WithNames(ctx context.Context, s *Session, org, kind string, refs []Ref, live []Object) ([]Object, error) {
	d, err := readDirectory(ctx, s, org, kind, refs, live...)
	if err != nil {
		return nil, err
	}
	for i := range live {
		live[i], _ = d.mapReferences(live[i], func(field, id string) (string, *ReferenceError) { return d.name(field, id), nil })
	}
	return live, nil
}
