package spec

import (
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/yamldata"
)

// Value is the value of one field of an organization, and its place.
type Value struct {
	Path    []string // for example settings, multiFactorAuthRequired
	Value   any      // plain JSON, as in [resource.Fields]
	IsWhole bool     // the values of its parts follow in the list
	Place   Place
	Instead []Value // the values that it overrides, the nearest first
}

// Field returns the path as text: settings.multiFactorAuthRequired, invitations/ada@acme.example/roles.
func (v Value) Field() string { return fieldOf(v.Path) }

// IsIn reports whether the value belongs to a field or to a part of it. Fields compare as e-mail addresses do.
func (v Value) IsIn(field string) bool {
	for i := range v.Path {
		if resource.NormalizeEmail(fieldOf(v.Path[:i+1])) == resource.NormalizeEmail(field) {
			return true
		}
	}
	return false
}

func fieldOf(path []string) string {
	if k := resource.ByName(path[0]); k == nil || k.Key == "" || len(path) == 1 {
		return strings.Join(path, ".")
	}
	return strings.TrimSuffix(path[0]+"/"+path[1]+"/"+strings.Join(path[2:], "."), "/")
}

// Values returns all values of the organization in written order: its own, then the inherited values that it does not override.
func (o *Org) Values() []Value {
	all := o.values()
	for i := range all {
		all[i].Place = o.named(all[i].Place)
		for j := range all[i].Instead {
			all[i].Instead[j].Place = o.named(all[i].Instead[j].Place)
		}
	}
	return all
}

func (o *Org) values() (all []Value) {
	for _, e := range o.root.Entries() {
		if k := resource.ByName(e.Key); k != nil && k.Key != "" && len(e.Value.Items()) > 0 {
			all = objectValues(e, all, k)
		} else {
			all = valuesOf(e, all, nil)
		}
	}
	return all
}

// objectValues adds the values of the objects of a kind.
func objectValues(e *yamldata.Entry, all []Value, k *resource.Kind) []Value {
	all = wholeOf(e, all, []string{k.Name})
	for _, item := range e.Value.Items() {
		for _, field := range item.Entries() {
			if field.Key != k.Key {
				all = valuesOf(field, all, []string{k.Name, KeyOf(k, item)})
			}
		}
	}
	return all
}

// valuesOf adds the values of an entry, part by part.
func valuesOf(e *yamldata.Entry, all []Value, within []string) []Value {
	path := append(slices.Clip(within), e.Key)
	if !e.Value.IsObject() || len(e.Value.Entries()) == 0 {
		return append(all, Value{path, e.Value.Plain(), false, e.Place, insteadOf(e)})
	}
	all = wholeOf(e, all, path)
	for _, part := range e.Value.Entries() {
		all = valuesOf(part, all, path)
	}
	return all
}

// wholeOf adds the value of an entry as a whole, if it replaces another value as a whole. Two objects merge, so it adds nothing.
func wholeOf(e *yamldata.Entry, all []Value, path []string) []Value {
	instead := slices.DeleteFunc(insteadOf(e), func(other Value) bool {
		_, merged := other.Value.(resource.Fields)
		return merged
	})
	if len(instead) == 0 {
		return all
	}
	return append(all, Value{path, e.Value.Plain(), true, e.Place, instead})
}

// insteadOf returns the values that the entry overrides.
func insteadOf(e *yamldata.Entry) (all []Value) {
	for below := e.Below; below != nil; below = below.Below {
		all = append(all, Value{Value: below.Value.Plain(), Place: below.Place})
	}
	return all
}

// Absence says why an organization has no value in a field. If no field of it is set, the tree does not manage the field.
type Absence struct {
	Whole     *Value // the value of a parent of the field: null, or an empty list or object
	Managed   string // the list or map that would contain the field; it is managed in full and does not have it
	Additive  string // the additive list that would contain the field; it leaves alone what it does not list
	Unmanaged string // the list that would contain the field, or is the field; the organization does not have it
}

// Absent returns why there is no value in a field.
func (o *Org) Absent(field string) (a Absence) {
	section, _, _ := strings.Cut(field, "/")
	k := resource.ByName(section)
	if _, managed := o.Want[section]; k != nil && k.Key != "" && !managed {
		return Absence{Unmanaged: section}
	}
	longest := 0
	for _, v := range o.Values() {
		for i := range v.Path {
			above := fieldOf(v.Path[:i+1])
			if len(above) <= longest || !isAbove(v.Path[:i+1], field) {
				continue
			}
			longest, a = len(above), o.absence(v, v.Path[:i+1], above)
		}
	}
	return a
}

// absence returns why there is no value in a field below a path of a value.
func (o *Org) absence(v Value, path []string, above string) Absence {
	switch {
	case len(path) == 1 && o.Additive[path[0]]:
		return Absence{Additive: above}
	case len(path) == len(v.Path) && !v.IsWhole:
		return Absence{Whole: &v}
	case isInFull(path):
		return Absence{Managed: above}
	}
	return Absence{}
}

// isAbove reports whether a field could be a part of the value at a path.
func isAbove(path []string, field string) bool {
	above := fieldOf(path) + "."
	if k := resource.ByName(path[0]); k != nil && k.Key != "" && len(path) < 3 {
		above = fieldOf(path) + "/"
	}
	return strings.HasPrefix(resource.NormalizeEmail(field), resource.NormalizeEmail(above)) && len(above) < len(field)
}

// isInFull reports whether the value at a path is managed in full: a list of objects, or a map.
func isInFull(path []string) bool {
	k := resource.ByName(path[0])
	return k != nil && k.Key != "" && (len(path) == 1 || len(path) == 3 && k.IsMap(path[2]))
}
