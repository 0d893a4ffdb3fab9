package spec

import (
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
)

// Value is what an organization has in one field, and where that was written.
type Value struct {
	Path    []string // settings, multiFactorAuthRequired
	Value   any      // plain JSON, as in [resource.Fields]
	IsWhole bool     // its parts follow
	Place   Place
	Instead []Value // what it wins over, the nearest first
}

// Field is the path in one word: settings.multiFactorAuthRequired, invitations/ada@acme.example/roles.
func (v Value) Field() string {
	if k := resource.ByName(v.Path[0]); k == nil || k.Key == "" || len(v.Path) == 1 {
		return strings.Join(v.Path, ".")
	}
	return strings.TrimSuffix(v.Path[0]+"/"+v.Path[1]+"/"+strings.Join(v.Path[2:], "."), "/")
}

// Values returns everything that the organization has, its own and then what else it inherits, as written.
func (o *Org) Values() (all []Value) {
	for _, e := range o.root.entries {
		if k := resource.ByName(e.key); k != nil && k.Key != "" && len(e.value.items) > 0 {
			all = e.objectValues(all, k)
		} else {
			all = e.values(all, nil)
		}
	}
	return all
}

// objectValues adds the values of the objects of a kind.
func (e *entry) objectValues(all []Value, k *resource.Kind) []Value {
	all = e.whole(all, []string{k.Name})
	for _, item := range e.value.items {
		for _, field := range item.entries {
			if field.key != k.Key {
				all = field.values(all, []string{k.Name, keyOf(k, item)})
			}
		}
	}
	return all
}

// values adds the values of an entry, part by part.
func (e *entry) values(all []Value, within []string) []Value {
	path := append(slices.Clip(within), e.key)
	if e.value.kind != object || len(e.value.entries) == 0 {
		return append(all, Value{path, e.value.plain(), false, e.place, e.instead()})
	}
	all = e.whole(all, path)
	for _, part := range e.value.entries {
		all = part.values(all, path)
	}
	return all
}

// whole adds the value that the parts of an entry make up, if the entry wins over another as a whole: objects merge.
func (e *entry) whole(all []Value, path []string) []Value {
	instead := slices.DeleteFunc(e.instead(), func(other Value) bool {
		_, merged := other.Value.(resource.Fields)
		return merged
	})
	if len(instead) == 0 {
		return all
	}
	return append(all, Value{path, e.value.plain(), true, e.place, instead})
}

// instead returns what the entry wins over.
func (e *entry) instead() (all []Value) {
	for below := e.below; below != nil; below = below.below {
		all = append(all, Value{Value: below.value.plain(), Place: below.place})
	}
	return all
}

// Fields returns the fields that a document may have, sections and their parts, sorted; for a list of objects only its
// own name.
func Fields() ([]string, error) {
	raw, err := rawSchemas()
	if err != nil {
		return nil, err
	}
	var fields []string
	root := newShape(raw)
	for s := range root.all() {
		if s.path != "" && !strings.Contains(s.path, "[]") {
			fields = append(fields, s.path)
		}
	}
	slices.Sort(fields)
	return fields, nil
}
