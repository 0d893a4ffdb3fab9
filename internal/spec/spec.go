// Package spec reads a YAML tree into the organizations that it asks for, and finds every mistake in it.
package spec

import (
	"slices"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/yamldata"
	"atlas-gitops/schema"
)

// Org is one organization as the tree wants it. It still knows where each word was written.
type Org struct {
	resource.Desired
	root  *yamldata.Node
	items map[string]map[string]*yamldata.Node // the objects of each list, by kind and key
	name  func(file string) string             // how its files are named; nil: as they were read
}

// named returns a place with its file as it is to be named.
func (o *Org) named(p Place) Place {
	if o.name != nil {
		p.File = o.name(p.File)
	}
	return p
}

// manage is the key that says how lists are managed. In a list that is additive, only what is listed is managed.
const manage, additive = "manage", "additive"

// newOrg turns a valid document into an organization.
func newOrg(root *yamldata.Node) *Org {
	o := &Org{root: root, items: map[string]map[string]*yamldata.Node{}, Desired: resource.Desired{
		OrgRef: resource.OrgRef{Name: root.Get("name").Text(), ID: root.Get("id").Text(), Credentials: root.Get("credentials").Text()},
		Want:   resource.State{}, Additive: map[string]bool{}, Delete: root.Get("state").Text() == "absent",
	}}
	if create := root.Get("create"); create != nil {
		o.Create = fields(create)
	}
	for _, k := range resource.Kinds {
		o.Additive[k.Name] = root.Get(manage).Get(k.Name).Text() == additive
	}
	self, keys := resource.Fields{}, schema.SectionOf(schema.Organization).Fields
	for _, e := range root.Entries() {
		k := resource.ByName(e.Key)
		switch {
		case keys[e.Key].IsControl: // it says which organization is meant, how to reach it or how to manage it
		case k == nil:
			self[e.Key] = e.Value.Plain()
		case k.Key == "":
			o.Want[k.Name] = []resource.Object{{Fields: fields(e.Value)}}
		default:
			o.Want[k.Name], o.items[k.Name] = objects(k, e.Value)
		}
	}
	o.Want[resource.Organization.Name] = []resource.Object{{Fields: self}}
	return o
}

// objects returns those of a list, and where each was written.
func objects(k *resource.Kind, n *yamldata.Node) ([]resource.Object, map[string]*yamldata.Node) {
	all, written := make([]resource.Object, 0, len(n.Items())), make(map[string]*yamldata.Node, len(n.Items()))
	for _, item := range n.Items() {
		f, key := fields(item), keyOf(k, item)
		delete(f, k.Key)
		all, written[key] = append(all, resource.Object{Key: key, Fields: f}), item
	}
	return all, written
}

func keyOf(k *resource.Kind, item *yamldata.Node) string { return item.Get(k.Key).Text() }

// fields returns the properties of an object that is valid.
func fields(n *yamldata.Node) resource.Fields { return n.Plain().(resource.Fields) }

// Place returns where an object of the organization is written. A path leads on to a property, a list item or a key in it; what
// comes after the last one that is written is left out. Place is false for an object that is not written.
func (o *Org) Place(kind, key string, path ...string) (Place, bool) {
	at, n := o.object(kind, key)
	if n == nil {
		return Place{}, false
	}
	for _, name := range path {
		i := slices.IndexFunc(n.Items(), func(item *yamldata.Node) bool { return item.Text() == name })
		if e := n.Entry(name); e != nil {
			at, n = e.Place, e.Value
		} else if i >= 0 {
			at, n = n.Items()[i].Place, n.Items()[i]
		} else {
			break
		}
	}
	return o.named(at), true
}

// Written returns where a key of the document is written. It is false for a key that is not.
func (o *Org) Written(key string) (Place, bool) {
	e := o.root.Entry(key)
	if e == nil {
		return Place{}, false
	}
	return o.named(e.Place), true
}

// object finds the node of an object, and its place: the key of a section, the start of a list item.
func (o *Org) object(kind, key string) (Place, *yamldata.Node) {
	if kind == resource.Organization.Name {
		return o.root.Entry("name").Place, o.root
	}
	section, k := o.root.Entry(kind), resource.ByName(kind)
	switch {
	case section == nil || k == nil:
		return Place{}, nil
	case k.Key == "":
		return section.Place, section.Value
	}
	if item := o.items[kind][key]; item != nil {
		return item.Place, item
	}
	return Place{}, nil
}
