package resource

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"atlas-gitops/internal/plain"
)

// directory finds, for each field, what the objects of a kind refer to: teams and projects.
type directory struct {
	kind     string
	refs     []Ref
	catalogs map[string]catalog
}

// catalog has all teams, or all projects, by id and by name.
type catalog struct {
	names   map[string]string   // by id
	ids     map[string][]string // by name
	planned map[string]bool     // the names of those that the tree describes, which may not exist yet
}

func newCatalog(objects ...Object) catalog {
	c := catalog{map[string]string{}, map[string][]string{}, map[string]bool{}}
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

// readDirectory reads the lists that the objects of a kind refer to, side by side, and no other lists.
func readDirectory(ctx context.Context, s *Session, org, kind string, refs []Ref, objects ...Object) (directory, error) {
	d := directory{kind, refs, map[string]catalog{}}
	used := usedRefs(refs, objects)
	catalogs, errs := make([]catalog, len(used)), make([]error, len(used))
	var wg sync.WaitGroup
	for i, ref := range used {
		wg.Go(func() { catalogs[i], errs[i] = readCatalog(ctx, s, orgPath(org, ref.Path)) })
	}
	wg.Wait()
	for i, ref := range used {
		if errs[i] != nil {
			return d, errs[i]
		}
		d.catalogs[ref.Field] = catalogs[i]
	}
	return d, nil
}

// usedRefs returns those of the references that at least one object has.
func usedRefs(refs []Ref, objects []Object) (used []Ref) {
	for _, ref := range refs {
		if slices.ContainsFunc(objects, func(o Object) bool { return !plain.Equal(o.Fields[ref.Field], nil) }) {
			used = append(used, ref)
		}
	}
	return used
}

// readAhead reads a list before it is needed. It ignores an error, because the list may turn out not to be needed: who needs it gets
// the error from the session.
func readAhead(ctx context.Context, s *Session, path string) {
	for range s.Lookup(ctx, path) {
		return
	}
}

func readCatalog(ctx context.Context, s *Session, path string) (catalog, error) {
	c := newCatalog()
	for got, err := range s.Lookup(ctx, path) {
		if err != nil {
			return c, err
		}
		a := newAnswer(got)
		id, name := a.id("id"), NormalizeName(a.text("name"))
		if err := a.err("GET "+path, name); err != nil {
			return c, err
		}
		c.add(id, name)
	}
	return c, nil
}

// addPlanned adds the objects of the tree that references can mean. They may not exist yet.
func (d directory) addPlanned(want State) {
	for _, ref := range d.refs {
		if c, used := d.catalogs[ref.Field]; used && ref.Kind != "" {
			for _, o := range want[ref.Kind] {
				c.planned[o.Key] = true
			}
		}
	}
}

// id returns the id that a reference means, or "" if that object does not exist yet. The caller adds the place and the known names to
// the error.
func (d directory) id(field, ref string) (string, *ReferenceError) {
	c := d.catalogs[field]
	if _, known := c.names[ref]; known {
		return ref, nil
	}
	ids := c.ids[ref]
	switch {
	case len(ids) == 1:
		return ids[0], nil
	case len(ids) == 0 && c.planned[ref]:
		return "", nil
	}
	return "", &ReferenceError{Field: field, Name: ref, IDs: ids}
}

// name returns the name for an id. It returns the id itself if that is unknown, if its name looks like an id, or if its name means another
// object or several.
func (d directory) name(field, id string) string {
	name, known := d.catalogs[field].names[id]
	if !known || IsID(name) {
		return id
	}
	if meant, err := d.id(field, name); err != nil || meant != id { // a name can be the id of another one
		return id
	}
	return name
}

// failed joins the errors about the references of a section. All errors of a field share one list of known names, to save memory.
func (d directory) failed(wrong []*ReferenceError) error {
	known := map[string][]string{}
	shown := make([]error, len(wrong))
	for i, one := range wrong {
		if known[one.Field] == nil {
			c := d.catalogs[one.Field]
			names := slices.AppendSeq(slices.Collect(maps.Keys(c.ids)), maps.Keys(c.planned))
			slices.Sort(names)
			known[one.Field] = slices.Compact(names)
		}
		one.Known = known[one.Field]
		shown[i] = one
	}
	nouns := make([]string, len(d.refs))
	for i, ref := range d.refs {
		nouns[i] = ref.Noun + "s"
	}
	return joinSome(shown, d.kind, "%d more "+strings.Join(nouns, " or ")+" of %s do not exist, or their names are not unique")
}

// mapReferences returns the object with every reference replaced by the result of f. It adds the place to the errors of f.
func (d directory) mapReferences(o Object, f func(field, ref string) (string, *ReferenceError)) (Object, []*ReferenceError) {
	var failed []*ReferenceError
	fields := maps.Clone(o.Fields)
	for _, r := range d.refs {
		replace := func(ref string) string {
			replaced, err := f(r.Field, ref)
			if err != nil {
				err.Kind, err.Key, err.Noun = d.kind, o.Key, r.Noun
				failed = append(failed, err)
			}
			return replaced
		}
		switch refs := o.Fields[r.Field].(type) {
		case []any:
			fields[r.Field] = replaceItems(refs, replace)
		case Fields:
			fields[r.Field] = replaceKeys(refs, replace)
		}
	}
	o.Fields = fields
	return o, failed
}

// resolve returns the objects with every reference replaced by a name.
func (d directory) resolve(objects []Object) ([]Object, error) {
	out := make([]Object, len(objects))
	var failed []*ReferenceError
	for i, o := range objects {
		var wrong []*ReferenceError
		out[i], wrong = d.mapReferences(o, func(field, ref string) (string, *ReferenceError) {
			id, err := d.id(field, ref)
			if id == "" {
				return ref, err
			}
			return d.name(field, id), nil
		})
		failed = append(failed, wrong...)
	}
	return out, d.failed(failed)
}

func replaceItems(refs []any, replace func(string) string) []any {
	out := make([]any, len(refs))
	for i, ref := range refs {
		out[i] = replace(text(ref))
	}
	return out
}

// replaceKeys replaces the keys of a map. It joins the lists of keys that mean the same: a project by its id and by its name.
func replaceKeys(refs Fields, replace func(string) string) Fields {
	out := Fields{}
	for _, ref := range slices.Sorted(maps.Keys(refs)) {
		key := replace(ref)
		out[key] = append(slices.Clone(list(out[key])), list(refs[ref])...)
	}
	return out
}
