package adopt

import (
	"fmt"
	"maps"
	"slices"

	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
)

// Wanted is what a new document must say.
type Wanted struct {
	resource.OrgRef
	Sections  []string        // these, as far as they were read
	Inherited resource.State  // what the defaults of its directory say
	Differs   map[string]bool // the inherited sections that are not what is live
}

// Identity returns the part of a document that says which organization it is.
func Identity(r resource.OrgRef) resource.Fields {
	document := resource.Fields{"name": r.Name, "id": r.ID}
	if r.Credentials != "" {
		document["credentials"] = r.Credentials
	}
	return document
}

// Document returns the document of an organization that the tree does not have. Values that it inherits as they are live are left out.
// Other inherited values are overridden, also in sections that are not wanted. left has the people who are not in the organization,
// because their invitation ended, and the inherited values that no value of a tree overrides.
func Document(w Wanted, live planner.Live) (document resource.Fields, left []Left) {
	document = Identity(w.OrgRef)
	listed := w.listed(live)
	for _, k := range resource.Kinds {
		objects, wasRead := live.State[k.Name]
		switch {
		case !wasRead:
		case k == resource.Organization:
			left = append(left, w.addFields(document, k, objects[0].Fields)...)
		case k.Key == "":
			section := resource.Fields{}
			if left = append(left, w.addFields(section, k, objects[0].Fields)...); len(section) > 0 {
				document[k.Name] = section
			}
		default:
			if w.keeps(k, live) {
				_, ended := present(k, objects, map[string]bool{})
				left = append(left, ended...)
				continue
			}
			list, ended := present(k, objects, listed)
			document[k.Name], left = list, append(left, ended...)
		}
	}
	return document, left
}

// keeps reports whether the document inherits a list as it is live. It does not inherit a list of people with somebody whose entry
// belongs in another list: nobody can be in two.
func (w Wanted) keeps(k *resource.Kind, live planner.Live) bool {
	inherited, isInherited := w.Inherited[k.Name]
	if !isInherited || w.Differs[k.Name] {
		return false
	}
	index := live.State.Index()
	return !k.IsPeople() || !slices.ContainsFunc(inherited, func(o resource.Object) bool {
		have := index.Find(k.Name, o.Key)
		return have == nil || !k.PresenceOf(*have).CanChange()
	})
}

// listed returns the people in the lists that the document inherits, also in those that could not be read.
func (w Wanted) listed(live planner.Live) map[string]bool {
	listed := map[string]bool{}
	for _, k := range resource.Kinds {
		if _, wasRead := live.State[k.Name]; k.IsPeople() && (!wasRead || w.keeps(k, live)) {
			for _, o := range w.Inherited[k.Name] {
				listed[o.Key] = true
			}
		}
	}
	return listed
}

// addFields adds the fields whose live values are not inherited. A value that is inherited but unset in Atlas becomes null. left has
// those that the schema does not allow.
func (w Wanted) addFields(to resource.Fields, k *resource.Kind, live resource.Fields) (left []Left) {
	have, inherited := writable(k, live), singleton(w.Inherited, k)
	_, own := k.Changes(inherited, have)
	for _, field := range slices.Sorted(maps.Keys(own)) {
		_, isInherited := inherited[field]
		if field == "name" || !isInherited && !slices.Contains(w.Sections, k.Name) {
			continue
		}
		if err := check(k, "", resource.Fields{field: own[field]}, true); err != nil {
			left = append(left, Left{Reason: Invalid, Kind: k.Name, Err: err})
			continue
		}
		to[field] = own[field]
	}
	return append(left, unset(to, k, inherited, have)...)
}

// unset adds null for the values that are inherited but unset in Atlas. left has those that cannot be null.
func unset(to resource.Fields, k *resource.Kind, inherited, have resource.Fields) (left []Left) {
	for _, field := range slices.Sorted(maps.Keys(inherited)) {
		switch parts, isRecord := inherited[field].(resource.Fields); {
		case plain.Equal(inherited[field], nil) || field == "name":
		case have[field] == nil && canSay(k, field, nil):
			to[field] = nil
		case have[field] == nil:
			left = append(left, Left{Reason: Invalid, Kind: k.Name, Err: fmt.Errorf(
				"the defaults set %s, which is unset in Atlas, and it cannot be null in the tree; a plan sets it in Atlas", field)})
		case isRecord && !k.IsMap(field):
			unsetParts(to, field, parts, have[field])
		}
	}
	return left
}

// canSay reports whether the tree may have a value.
func canSay(k *resource.Kind, field string, value any) bool {
	return check(k, "", resource.Fields{field: value}, true) == nil
}

// IsInherited reports whether a step changes only values that no document can have, so that it inherits others: [Document] leaves them.
func IsInherited(s plan.Step) bool {
	k := resource.ByName(s.Kind)
	if s.Op != plan.Update || k.Key != "" {
		return false
	}
	for field := range s.After {
		if canSay(k, field, s.Before[field]) {
			return false
		}
	}
	return true
}

// unsetParts adds null for the parts of a record that are inherited but unset in Atlas.
func unsetParts(to resource.Fields, field string, inherited resource.Fields, live any) {
	have, _ := live.(resource.Fields)
	for part, value := range inherited {
		if plain.Equal(value, nil) || !plain.Equal(have[part], nil) {
			continue
		}
		own, isOpen := to[field].(resource.Fields)
		if !isOpen {
			own = resource.Fields{}
			to[field] = own
		}
		own[part] = nil
	}
}

// present returns the objects of a list that are there, and the people whose invitation ended. listed has the people of earlier
// sections; it gets those of this one.
func present(k *resource.Kind, live []resource.Object, listed map[string]bool) (list []any, left []Left) {
	list = []any{}
	for _, o := range live {
		switch k.PresenceOf(o) {
		case resource.Absent:
			left = append(left, Left{Reason: Expired, Kind: k.Name, Key: o.Key})
		case resource.Declined:
			left = append(left, Left{Reason: Rejected, Kind: k.Name, Key: o.Key})
		case resource.Fixed: // another section has it
		default:
			if k.IsPeople() && listed[o.Key] {
				continue
			}
			listed[o.Key] = listed[o.Key] || k.IsPeople()
			list = append(list, item(k, o))
		}
	}
	return list, left
}
