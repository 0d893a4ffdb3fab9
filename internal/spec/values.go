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
		first := len(all)
		if k := resource.ByName(e.key); k != nil && k.Key != "" && len(e.value.items) > 0 {
			for _, item := range e.value.items {
				all = objectValues(all, k, item)
			}
			all[first].Instead = append(all[first].Instead, e.instead()...)
		} else {
			all = e.values(all, nil)
		}
	}
	return all
}

// objectValues adds the values of one object of several.
func objectValues(all []Value, k *resource.Kind, item *node) []Value {
	for _, e := range item.entries {
		if e.key != k.Key {
			all = e.values(all, []string{k.Name, keyOf(k, item)})
		}
	}
	return all
}

// values adds the values of an entry, part by part.
func (e *entry) values(all []Value, within []string) []Value {
	path := append(slices.Clip(within), e.key)
	if e.value.kind != object || len(e.value.entries) == 0 {
		return append(all, Value{path, e.value.plain(), e.place, e.instead()})
	}
	first := len(all)
	for _, part := range e.value.entries {
		all = part.values(all, path)
	}
	for _, other := range e.instead() {
		if _, merged := other.Value.(resource.Fields); !merged {
			all[first].Instead = append(all[first].Instead, other)
		}
	}
	return all
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
