package resource

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// references are the fields by which a person refers to other things in the organization, by name or by id.
// In a State they are names; only requests have ids.
var references = [...]struct{ field, noun, path string }{
	{"teams", "team", "teams"},
	{"projects", "project", "groups"},
}

// ReferenceError says that an object refers to something that its organization does not have, or has more than once.
type ReferenceError struct {
	Kind, Key, Field string   // where the reference stands: invitations, ada@acme.example, teams
	Noun, Name       string   // what it refers to: team, Platform
	IDs              []string // those that share the name; none when nothing has it
	Known            []string // the names that there are, sorted
}

func (e *ReferenceError) Error() string {
	if len(e.IDs) > 0 {
		return fmt.Sprintf("several %ss are called %q; use an id: %v", e.Noun, e.Name, e.IDs)
	}
	return fmt.Sprintf("there is no %s %q", e.Noun, e.Name)
}

// directory lists what the references of an organization can mean, by field: ids, and names as keys.
type directory map[string][]Object

// readDirectory fetches the lists that the objects refer to, and no other.
func readDirectory(ctx context.Context, api API, org string, objects ...Object) (directory, error) {
	d := directory{}
	for _, ref := range references {
		if !slices.ContainsFunc(objects, func(o Object) bool { return !Equal(o.Fields[ref.field], nil) }) {
			continue
		}
		for got, err := range lookups(api).All(ctx, orgPath(org, ref.path)) {
			if err != nil {
				return nil, err
			}
			a := newAnswer(got)
			o := Object{ID: a.id("id"), Key: a.text("name")}
			if err := a.err("GET "+orgPath(org, ref.path), o.Key); err != nil {
				return nil, err
			}
			d[ref.field] = append(d[ref.field], o)
		}
	}
	return d, nil
}

// id returns what a reference means. The error lacks the place, which the caller knows.
func (d directory) id(field, ref string) (string, *ReferenceError) {
	var ids, known []string
	for _, o := range d[field] {
		if o.ID == ref {
			return ref, nil
		}
		if o.Key == ref {
			ids = append(ids, o.ID)
		}
		known = append(known, o.Key)
	}
	if len(ids) == 1 {
		return ids[0], nil
	}
	slices.Sort(known)
	return ref, &ReferenceError{Field: field, Name: ref, IDs: ids, Known: known}
}

// name returns the name of what has the id, or the id when nothing has it or the name is not its alone.
func (d directory) name(field, id string) string {
	i := slices.IndexFunc(d[field], func(o Object) bool { return o.ID == id })
	if i < 0 {
		return id
	}
	name := d[field][i].Key
	if _, err := d.id(field, name); err != nil {
		return id
	}
	return name
}

// mapReferences returns the object with every reference replaced by what f makes of it.
// The errors of f get their place and are joined.
func mapReferences(kind string, o Object, f func(field, ref string) (string, *ReferenceError)) (Object, error) {
	var failed []error
	fields := maps.Clone(o.Fields)
	for _, r := range references {
		replace := func(ref string) string {
			replaced, err := f(r.field, ref)
			if err != nil {
				err.Kind, err.Key, err.Noun = kind, o.Key, r.noun
				failed = append(failed, err)
			}
			return replaced
		}
		switch refs := o.Fields[r.field].(type) {
		case []any:
			fields[r.field] = replaceItems(refs, replace)
		case Fields:
			fields[r.field] = replaceKeys(refs, replace)
		}
	}
	o.Fields = fields
	return o, errors.Join(failed...)
}

// resolver returns what resolves the references of a kind's objects; see [Kind].
func resolver(kind string) func(context.Context, API, string, []Object) ([]Object, error) {
	return func(ctx context.Context, api API, org string, want []Object) ([]Object, error) {
		d, err := readDirectory(ctx, api, org, want...)
		if err != nil {
			return nil, err
		}
		return d.resolve(kind, want)
	}
}

// withIDs returns an object with the ids of what it refers to. An id that nothing has is left to Atlas: it came from there.
func withIDs(ctx context.Context, api API, org, kind string, o Object) (Object, error) {
	d, err := readDirectory(ctx, api, org, o)
	if err != nil {
		return o, err
	}
	return mapReferences(kind, o, func(field, ref string) (string, *ReferenceError) {
		id, err := d.id(field, ref)
		if err != nil && IsID(ref) {
			return ref, nil
		}
		return id, err
	})
}

// named returns live objects with the ids that they refer to as names.
func named(ctx context.Context, api API, org, kind string, live []Object) ([]Object, error) {
	d, err := readDirectory(ctx, api, org, live...)
	if err != nil {
		return nil, err
	}
	for i := range live {
		live[i], err = mapReferences(kind, live[i], func(field, id string) (string, *ReferenceError) {
			return d.name(field, id), nil
		})
		if err != nil {
			return nil, err
		}
	}
	return live, nil
}

// resolve returns the objects with every reference by its name, however it was written.
func (d directory) resolve(kind string, objects []Object) ([]Object, error) {
	out := make([]Object, len(objects))
	failed := make([]error, len(objects))
	for i, o := range objects {
		out[i], failed[i] = mapReferences(kind, o, func(field, ref string) (string, *ReferenceError) {
			id, err := d.id(field, ref)
			return d.name(field, id), err
		})
	}
	return out, errors.Join(failed...)
}

func replaceItems(refs []any, replace func(string) string) []any {
	out := make([]any, len(refs))
	for i, ref := range refs {
		out[i] = replace(text(ref))
	}
	return out
}

// replaceKeys joins the lists of references that turn out to mean the same thing.
func replaceKeys(refs Fields, replace func(string) string) Fields {
	out := Fields{}
	for _, ref := range slices.Sorted(maps.Keys(refs)) {
		key := replace(ref)
		out[key] = append(slices.Clone(list(out[key])), list(refs[ref])...)
	}
	return out
}
