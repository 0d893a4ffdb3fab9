// Package spec reads a YAML tree, returns the organizations that it describes, and finds every mistake in it.
package spec

import (
	"slices"
	"strconv"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/yamldata"
	"atlas-gitops/schema"
)

// Org is one organization as the tree describes it, with the place of each value.
type Org struct {
	resource.Desired
	root     *yamldata.Node
	items    map[string]map[string]*yamldata.Node // the objects of each list, by kind and key
	accepted [][]Acceptance                       // of each _accepted.yaml that counts for its file, also those that name others
	name     func(file string) string             // returns the name to show for a file; nil: its own name
}

// named returns a place with the name to show for its file.
func (o *Org) named(p Place) Place {
	if o.name != nil {
		p.File = o.name(p.File)
	}
	return p
}

// manage is the key that says how lists are managed. In an additive list, only the listed items are managed.
const manage, additive = "manage", "additive"

// newOrg turns a valid document into an organization.
func newOrg(root *yamldata.Node, known sharedFields) *Org {
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
		case keys[e.Key].IsControl: // it identifies the organization, or says how to reach or manage it
		case k == nil:
			self[e.Key] = e.Value.Plain()
		case k.Key == "":
			o.Want[k.Name] = []resource.Object{{Fields: fields(e.Value)}}
		default:
			o.Want[k.Name], o.items[k.Name] = known.objects(k, e.Value)
		}
	}
	o.Want[resource.Organization.Name] = []resource.Object{{Fields: self}}
	return o
}

// sharedFields are the fields of the objects in lists, by their values. Most people in a tree have the same few roles, and one map for
// each person takes a third of the memory of a large tree. Nothing may change the fields of a tree.
type sharedFields map[string]resource.Fields

// objects returns the objects of a list, and the node of each by key.
func (known sharedFields) objects(k *resource.Kind, n *yamldata.Node) ([]resource.Object, map[string]*yamldata.Node) {
	all, written := make([]resource.Object, 0, len(n.Items())), make(map[string]*yamldata.Node, len(n.Items()))
	var text []byte
	for _, item := range n.Items() {
		text = text[:0]
		for _, e := range item.Entries() {
			if e.Key != k.Key {
				text = append(e.Value.AppendText(strconv.AppendQuote(text, e.Key)), ' ')
			}
		}
		f, isKnown := known[string(text)]
		if !isKnown {
			f = fields(item)
			delete(f, k.Key)
			known[string(text)] = f
		}
		key := KeyOf(k, item)
		all, written[key] = append(all, resource.Object{Key: key, Fields: f}), item
	}
	return all, written
}

// KeyOf returns the key of an item of a list, or "".
func KeyOf(k *resource.Kind, item *yamldata.Node) string { return item.Get(k.Key).Text() }

// fields returns the properties of a valid object.
func fields(n *yamldata.Node) resource.Fields { return n.Plain().(resource.Fields) }

// Place returns where the tree describes an object. The path names a property of the object, then a list item or a key in it. If
// the tree does not have the whole path, the place is that of the last part that it has. The result is false if the tree does not
// describe the object.
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

// Start returns the place of the document, with the name by which its file was read.
func (o *Org) Start() Place { return o.root.Place }

// Written returns the place of a top-level key. It is false if the document does not have the key.
func (o *Org) Written(key string) (Place, bool) {
	e := o.root.Entry(key)
	if e == nil {
		return Place{}, false
	}
	return o.named(e.Place), true
}

// object returns the node of an object, and its place: the key of a section, or the start of a list item.
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
