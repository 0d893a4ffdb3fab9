package resource

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"atlas-gitops/internal/suggest"
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
		return fmt.Sprintf("several %ss are called %q; use an id: %v", e.Noun, e.Name, Some(e.IDs))
	}
	return fmt.Sprintf("there is no %s %q", e.Noun, e.Name)
}

// Advice names what was probably meant, or all that there is.
func (e *ReferenceError) Advice() string {
	if len(e.IDs) > 0 {
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
	Count int
}

func (e *MoreReferencesError) Error() string {
	return fmt.Sprintf("%d more teams or projects of %s are unknown, or not the only ones of their name", e.Count, e.Kind)
}

// Advice says what to do next.
func (e *MoreReferencesError) Advice() string { return "correct those above first" }

// Location is where the section is written.
func (e *MoreReferencesError) Location() Location { return Location{Kind: e.Kind} }

// directory says what the references of an organization can mean, by field.
type directory map[string]catalog

// catalog has the things of one sort by their ids and by their names.
type catalog struct {
	names map[string]string   // by id
	ids   map[string][]string // by name
}

func newCatalog(objects ...Object) catalog {
	c := catalog{map[string]string{}, map[string][]string{}}
	for _, o := range objects {
		c.add(o.ID, o.Key)
	}
	return c
}

func (c catalog) add(id, name string) {
	if _, known := c.names[id]; !known {
		c.names[id] = name
	}
	c.ids[name] = append(c.ids[name], id)
}

// readDirectory fetches the lists that the objects refer to, and no other.
func readDirectory(ctx context.Context, api API, org string, objects ...Object) (directory, error) {
	d := directory{}
	for _, ref := range references {
		if !slices.ContainsFunc(objects, func(o Object) bool { return !Equal(o.Fields[ref.field], nil) }) {
			continue
		}
		d[ref.field] = newCatalog()
		for got, err := range lookups(api).All(ctx, orgPath(org, ref.path)) {
			if err != nil {
				return nil, err
			}
			a := newAnswer(got)
			id, name := a.id("id"), a.text("name")
			if err := a.err("GET "+orgPath(org, ref.path), name); err != nil {
				return nil, err
			}
			d[ref.field].add(id, name)
		}
	}
	return d, nil
}

// id returns what a reference means. The error lacks the place, and the names that there are: the caller knows them.
func (d directory) id(field, ref string) (string, *ReferenceError) {
	c := d[field]
	if _, known := c.names[ref]; known {
		return ref, nil
	}
	ids := c.ids[ref]
	if len(ids) == 1 {
		return ids[0], nil
	}
	return ref, &ReferenceError{Field: field, Name: ref, IDs: ids}
}

// name returns the name of what has the id, or the id when nothing has it or the name is not its alone.
func (d directory) name(field, id string) string {
	name, known := d[field].names[id]
	if !known {
		return id
	}
	if _, err := d.id(field, name); err != nil {
		return id
	}
	return name
}

// maxReferences is how many references of a section that mean nothing are told one by one.
const maxReferences = 20

// failed joins what is wrong with the references of a section, with the names that there are: one list for all.
func (d directory) failed(kind string, wrong []*ReferenceError) error {
	known := map[string][]string{}
	var told []error
	for _, one := range wrong[:min(len(wrong), maxReferences)] {
		if known[one.Field] == nil {
			known[one.Field] = slices.Sorted(maps.Keys(d[one.Field].ids))
		}
		one.Known = known[one.Field]
		told = append(told, one)
	}
	if more := len(wrong) - len(told); more > 0 {
		told = append(told, &MoreReferencesError{kind, more})
	}
	return errors.Join(told...)
}

// mapReferences returns the object with every reference replaced by what f makes of it. The errors of f get their place.
func mapReferences(kind string, o Object, f func(field, ref string) (string, *ReferenceError)) (Object, []*ReferenceError) {
	var failed []*ReferenceError
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
	return o, failed
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
	o, failed := mapReferences(kind, o, func(field, ref string) (string, *ReferenceError) {
		id, err := d.id(field, ref)
		if err != nil && IsID(ref) {
			return ref, nil
		}
		return id, err
	})
	return o, d.failed(kind, failed)
}

// named returns live objects with the ids that they refer to as names.
func named(ctx context.Context, api API, org, kind string, live []Object) ([]Object, error) {
	d, err := readDirectory(ctx, api, org, live...)
	if err != nil {
		return nil, err
	}
	for i := range live {
		live[i], _ = mapReferences(kind, live[i], func(field, id string) (string, *ReferenceError) {
			return d.name(field, id), nil
		})
	}
	return live, nil
}

// resolve returns the objects with every reference by its name, however it was written.
func (d directory) resolve(kind string, objects []Object) ([]Object, error) {
	out := make([]Object, len(objects))
	var failed []*ReferenceError
	for i, o := range objects {
		var wrong []*ReferenceError
		out[i], wrong = mapReferences(kind, o, func(field, ref string) (string, *ReferenceError) {
			id, err := d.id(field, ref)
			return d.name(field, id), err
		})
		failed = append(failed, wrong...)
	}
	return out, d.failed(kind, failed)
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
