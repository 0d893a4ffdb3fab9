// Package spec reads a YAML tree into the organizations that it asks for, and finds every mistake in it.
package spec

import (
	"slices"

	"atlas-gitops/internal/resource"
)

// Org is one organization as the tree wants it. It still knows where each word was written.
type Org struct {
	resource.Desired
	root  *node
	items map[string]map[string]*node // the objects of each list, by kind and key
	name  func(file string) string    // how its files are named; nil: as they were read
}

// named returns a place with its file as it is to be named.
func (o *Org) named(p Place) Place {
	if o.name != nil {
		p.File = o.name(p.File)
	}
	return p
}

// addressing are the keys that say which organization is meant, how to reach it and how to manage it, not what it should
// be.
var addressing = []string{"id", "credentials", "create", "state", manage}

// manage is the key of how lists are managed, and additive the word for those of which only what is listed is.
const manage, additive = "manage", "additive"

// newOrg turns a valid document into an organization.
func newOrg(root *node) *Org {
	o := &Org{root: root, items: map[string]map[string]*node{}, Desired: resource.Desired{
		OrgRef: resource.OrgRef{Name: root.get("name").text(), ID: root.get("id").text(), Credentials: root.get("credentials").text()},
		Want:   resource.State{}, Additive: map[string]bool{}, Delete: root.get("state").text() == "absent",
	}}
	if create := root.get("create"); create != nil {
		o.Create = fields(create)
	}
	for _, k := range resource.Kinds {
		o.Additive[k.Name] = root.get(manage).get(k.Name).text() == additive
	}
	self := resource.Fields{}
	for _, e := range root.entries() {
		k := resource.ByName(e.key)
		switch {
		case slices.Contains(addressing, e.key):
		case k == nil:
			self[e.key] = e.value.plain()
		case k.Key == "":
			o.Want[k.Name] = []resource.Object{{Fields: fields(e.value)}}
		default:
			o.Want[k.Name], o.items[k.Name] = objects(k, e.value)
		}
	}
	o.Want[resource.Organization.Name] = []resource.Object{{Fields: self}}
	return o
}

// objects returns those of a list, and where each was written.
func objects(k *resource.Kind, n *node) ([]resource.Object, map[string]*node) {
	all, written := make([]resource.Object, 0, len(n.items())), make(map[string]*node, len(n.items()))
	for _, item := range n.items() {
		f, key := fields(item), keyOf(k, item)
		delete(f, k.Key)
		all, written[key] = append(all, resource.Object{Key: key, Fields: f}), item
	}
	return all, written
}

func keyOf(k *resource.Kind, item *node) string { return item.get(k.Key).text() }

// fields returns the properties of an object that is valid.
func fields(n *node) resource.Fields { return n.plain().(resource.Fields) }

// Place returns where an object of the organization was written or, if there is a path, the property, list item or
// key within it that the path leads to; as much of the path as was written. It is false for an object that was not.
func (o *Org) Place(kind, key string, path ...string) (Place, bool) {
	at, n := o.object(kind, key)
	if n == nil {
		return Place{}, false
	}
	for _, name := range path {
		i := slices.IndexFunc(n.items(), func(item *node) bool { return item.text() == name })
		if e := n.entry(name); e != nil {
			at, n = e.place, e.value
		} else if i >= 0 {
			at, n = n.items()[i].place, n.items()[i]
		} else {
			break
		}
	}
	return o.named(at), true
}

// Written returns where a key of the document was written. It is false for a key that was not.
func (o *Org) Written(key string) (Place, bool) {
	e := o.root.entry(key)
	if e == nil {
		return Place{}, false
	}
	return o.named(e.place), true
}

// object finds the node of an object, and its place: the key of a section, the start of a list item.
func (o *Org) object(kind, key string) (Place, *node) {
	if kind == resource.Organization.Name {
		return o.root.entry("name").place, o.root
	}
	section, k := o.root.entry(kind), resource.ByName(kind)
	switch {
	case section == nil || k == nil:
		return Place{}, nil
	case k.Key == "":
		return section.place, section.value
	}
	if item := o.items[kind][key]; item != nil {
		return item.place, item
	}
	return Place{}, nil
}
