package adopt

import (
	"slices"

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

// Document returns the document of an organization that the tree does not have. Values that it inherits as they are live are left out.
// Other inherited values are overridden, also in sections that are not wanted. left has the people who are not in the organization,
// because their invitation ended.
func Document(w Wanted, live planner.Live) (document resource.Fields, left []Left) {
	document = resource.Fields{"name": w.Name, "id": w.ID}
	if w.Credentials != "" {
		document["credentials"] = w.Credentials
	}
	listed := map[string]bool{} // people of earlier sections
	for _, k := range resource.Kinds {
		objects, wasRead := live.State[k.Name]
		switch {
		case !wasRead:
		case k == resource.Organization:
			w.addFields(document, k, objects[0].Fields)
		case k.Key == "":
			section := resource.Fields{}
			if w.addFields(section, k, objects[0].Fields); len(section) > 0 {
				document[k.Name] = section
			}
		default:
			list, ended := present(k, objects, listed)
			left = append(left, ended...)
			if _, isInherited := w.Inherited[k.Name]; !isInherited || w.Differs[k.Name] {
				document[k.Name] = list
			}
		}
	}
	return document, left
}

// addFields adds the fields whose live values are not inherited. A value that is inherited but unset in Atlas becomes null.
func (w Wanted) addFields(to resource.Fields, k *resource.Kind, live resource.Fields) {
	have, inherited := writable(k, live), singleton(w.Inherited, k)
	_, own := k.Changes(inherited, have)
	for field, value := range own {
		if _, isInherited := inherited[field]; field != "name" && (isInherited || slices.Contains(w.Sections, k.Name)) {
			to[field] = value
		}
	}
	for field, value := range inherited {
		switch parts, isRecord := value.(resource.Fields); {
		case resource.Equal(value, nil) || field == "name":
		case have[field] == nil:
			to[field] = nil
		case isRecord && !k.IsMap(field):
			unsetParts(to, field, parts, have[field])
		}
	}
}

// unsetParts adds null for the parts of a record that are inherited but unset in Atlas.
func unsetParts(to resource.Fields, field string, inherited resource.Fields, live any) {
	have, _ := live.(resource.Fields)
	for part, value := range inherited {
		if resource.Equal(value, nil) || !resource.Equal(have[part], nil) {
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
