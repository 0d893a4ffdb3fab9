package resource

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"atlas-gitops/internal/suggest"
)

// Ref is a field by which objects refer to other things in the organization, by name or by id: a list of them, or a map that
// has them as keys. In a [State] they are names; only requests have ids.
type Ref struct {
	Field string // teams
	Noun  string // team
	Path  string // of the list of those things, after /orgs/ORG/
	Kind  string // the kind of those things; "" if no kind manages them, as projects
}

// Names returns what an object refers to by the field, sorted.
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

// personRefs are what a person is in. Functions get them and the name of the kind one by one: in the initialization of a
// [Kind], Go lets none of its functions use the Kind.
var personRefs = []Ref{
	{Field: "teams", Noun: "team", Path: "teams"},
	{Field: "projects", Noun: "project", Path: "groups"},
}

// ReferenceError says that an object refers to something that its organization does not have, or has more than once.
type ReferenceError struct {
	Kind, Key, Field string   // where the reference stands: invitations, ada@acme.example, teams
	Noun, Name       string   // what it refers to: team, Platform
	IDs              []string // those that share the name; none when nothing has it
	Known            []string // the names that there are, sorted
	Deleted          bool     // it is there, and the same plan would delete it
}

func (e *ReferenceError) Error() string {
	if e.Deleted {
		return fmt.Sprintf("this plan deletes the %s %q", e.Noun, e.Name)
	}
	if len(e.IDs) > 0 {
		return fmt.Sprintf("several %ss have the name %q; write an id instead: %s", e.Noun, e.Name, JoinSome(e.IDs))
	}
	return fmt.Sprintf("there is no %s %q", e.Noun, e.Name)
}

// Advice names what was probably meant, or all that there is.
func (e *ReferenceError) Advice() string {
	switch {
	case e.Deleted:
		return fmt.Sprintf("keep the %s in the tree, or remove this reference to it", e.Noun)
	case len(e.IDs) > 0:
		return ""
	}
	return suggest.OrList(e.Name, e.Known)
}

// Location is where the reference is written.
func (e *ReferenceError) Location() Location {
	return Location{e.Kind, e.Key, []string{e.Field, e.Name}}
}

// MoreReferencesError says how many references of a section's objects mean nothing, or several things, besides those that
// are told one by one.
type MoreReferencesError struct {
	Kind  string
	Nouns string // teams or projects
	Count int
}

func (e *MoreReferencesError) Error() string {
	return fmt.Sprintf("%d more %s of %s do not exist, or share their name with another", e.Count, e.Nouns, e.Kind)
}

// Advice says what to do next.
func (e *MoreReferencesError) Advice() string { return "correct the errors above first" }

// Location is where the section is written.
func (e *MoreReferencesError) Location() Location { return Location{Kind: e.Kind} }

// resolve returns want with every reference by its name, however it was written. Each reference to nothing is a
// [ReferenceError]; they are joined. A reference may also mean an object of others, which may still have to be created.
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

// WithIDs returns an object with the ids of what it refers to. An id that nothing has is left to Atlas: it came from there.
func WithIDs(ctx context.Context, s *Session, org, kind string, refs []Ref, o Object) (Object, error) {
	d, err := readDirectory(ctx, s, org, kind, refs, o)
	if err != nil {
		return o, err
	}
	o, failed := d.mapReferences(o, func(field, ref string) (string, *ReferenceError) {
		if id, err := d.id(field, ref); err == nil || !IsID(ref) {
			return id, err
		}
		return ref, nil
	})
	return o, d.failed(failed)
}

// WithNames returns live objects with names in place of the ids that they refer to: the opposite of [WithIDs].
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
