package plan

import (
	"maps"
	"slices"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/resource"
)

// Review returns what the change of one organization from the base tree to the tree means. A nil base does not have the organization.
// live has only the kinds that are known; without Atlas it has none. In all three, references to other objects are names as far as
// they are known. The items have no organization and no place.
func Review(base *resource.Desired, head resource.Desired, live resource.State) []ReviewItem {
	if head.Delete {
		return nil // the plan has a step, and a guard
	}
	r := review{head: head, live: live, want: head.Want.Index(), lives: live.Index(), newOwners: map[string]bool{}}
	if base != nil {
		r.base = *base
	} else { // of a new organization in the tree, its name is not news
		r.base.Credentials = head.Credentials
		r.base.Want = resource.State{resource.Organization.Name: {{Fields: resource.Fields{"name": head.Name}}}}
	}
	r.was = r.base.Want.Index()
	r.addOwners()
	r.addCredential()
	for _, k := range resource.Kinds {
		if k.Key == "" {
			r.addFields(k, only(r.base.Want[k.Name]), only(head.Want[k.Name]), only(live[k.Name]))
		} else {
			r.addList(k)
		}
	}
	kinds := ReviewKinds()
	slices.SortStableFunc(r.items, func(a, b ReviewItem) int { return slices.Index(kinds, a.About) - slices.Index(kinds, b.About) })
	return r.items
}

// review collects the items of one organization.
type review struct {
	base, head resource.Desired
	live       resource.State

	was, want, lives resource.Index // of the base tree, the tree and Atlas
	newOwners        map[string]bool

	items []ReviewItem
}

func (r *review) add(i ReviewItem) { r.items = append(r.items, i) }

// only returns the single object of a kind without keys, or nil.
func only(objects []resource.Object) *resource.Object {
	if len(objects) == 0 {
		return nil
	}
	return &objects[0]
}

func (r *review) addCredential() {
	if now, before := r.head.Credentials, r.base.Credentials; now != before {
		r.add(ReviewItem{About: NewCredential, Kind: resource.Organization.Name, Field: "credentials", Before: orNil(before), After: orNil(now)})
	}
}

// orNil returns nil for an empty text.
func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// addOwners adds the people whom the tree makes owners, also through create.
func (r *review) addOwners() {
	for _, field := range resource.WaysIn(r.head.Create) {
		if r.head.IsNew() && !(r.base.IsNew() && plain.Equal(r.base.Create[field], r.head.Create[field])) {
			item := ReviewItem{About: NewOwner, Kind: resource.Organization.Name, Field: "create." + field}
			if id, isText := r.head.Create[field].(string); isText {
				item.After = id
			}
			r.add(item)
		}
	}
	for _, k := range people() {
		for _, o := range objectsByKey(r.head.Want[k.Name]) {
			if !resource.IsOwner(o.Fields) || r.wasOwner(o.Key) {
				continue
			}
			r.newOwners[o.Key] = true
			now, known := r.ownerNow(k, o.Key)
			r.add(ReviewItem{About: NewOwner, Kind: k.Name, Key: o.Key, Field: "roles", Live: now, Unknown: !known})
		}
	}
}

// people returns the kinds whose objects are people.
func people() []*resource.Kind {
	return slices.DeleteFunc(slices.Clone(resource.Kinds), func(k *resource.Kind) bool { return !k.IsPeople() })
}

// wasOwner reports whether the base tree makes the person an owner.
func (r *review) wasOwner(key string) bool {
	return slices.ContainsFunc(people(), func(k *resource.Kind) bool {
		o := r.was.Find(k.Name, key)
		return o != nil && resource.IsOwner(o.Fields)
	})
}

// ownerNow returns the presence of a live person who already is, or is invited as, an owner; nil for anybody else. known is false if
// the list was not read, or does not show the roles of the person.
func (r *review) ownerNow(listedIn *resource.Kind, key string) (presence any, known bool) {
	_, known = r.live[listedIn.Name]
	for _, k := range people() {
		have := r.lives.Find(k.Name, key)
		switch {
		case have == nil || k.PresenceOf(*have).IsGone():
		case resource.IsOwner(have.Fields):
			return string(k.PresenceOf(*have)), true
		default:
			known = resource.HasRoles(have.Fields)
		}
	}
	return nil, known
}

// addFields adds what changes between two objects with the same key, field by field. Each may be nil. A live object that is nil does not
// exist, or is not known.
func (r *review) addFields(k *resource.Kind, was, want, have *resource.Object) {
	before, after, now := flat(k, was), flat(k, want), flat(k, have)
	_, known := r.live[k.Name]
	known = known && (have == nil || !have.Unknown && k.PresenceOf(*have) != resource.Fixed)
	all := maps.Clone(before)
	maps.Copy(all, after)
	for _, path := range slices.SortedFunc(maps.Keys(all), natural.Compare) {
		item := ReviewItem{Kind: k.Name, Field: path, Before: before[path], After: after[path], Live: now[path], Unknown: !known}
		if want != nil {
			item.Key = want.Key
		}
		_, managedBefore := before[path]
		_, managed := after[path]
		reference := item.Before // what the value may be weaker than
		if !managedBefore {
			reference = item.Live
		}
		switch {
		case !managed:
			item.About = NotManaged
		case resource.IsWeaker(k, path, item.After, reference):
			item.About = Weaker
		case r.isAdopted(item, managedBefore, have):
			item.About = Adopted
		default:
			continue
		}
		r.add(item)
	}
}

// isAdopted reports whether the tree asks for another value than before, and a live object already has that.
func (r *review) isAdopted(i ReviewItem, managedBefore bool, have *resource.Object) bool {
	isNews := !managedBefore || !plain.Equal(i.Before, i.After)
	return isNews && have != nil && !i.Unknown && plain.Equal(i.Live, i.After) && !(r.newOwners[i.Key] && i.Field == "roles")
}

// flat returns the fields of an object by their path; none for nil.
func flat(k *resource.Kind, o *resource.Object) resource.Fields {
	if o == nil {
		return resource.Fields{}
	}
	return resource.PartsOf(k, o.Fields)
}

// addList adds what changes in a list as a whole, and then object by object.
func (r *review) addList(k *resource.Kind) {
	managedBefore, fullBefore := manages(r.base, k)
	managed, full := manages(r.head, k)
	item := ReviewItem{Kind: k.Name}
	switch {
	case managedBefore && !managed:
		item.About = NotManaged
		item.Count, item.Unknown = r.stay(k, func(key string) bool { return fullBefore || r.was.Find(k.Name, key) != nil })
		r.add(item)
	case fullBefore && !full:
		item.About, item.Before, item.After = NotManaged, InFull, InPart
		item.Count, item.Unknown = r.stay(k, func(key string) bool { return r.want.Find(k.Name, key) == nil })
		r.add(item)
	case full && !fullBefore && !r.head.IsNew():
		item.About = NowManaged
		r.add(item)
	}
	r.addObjects(k)
	if managed && !full {
		r.addUnlisted(k)
	}
}

// manages reports whether a tree manages a list, and whether in full.
func manages(d resource.Desired, k *resource.Kind) (managed, inFull bool) {
	_, managed = d.Want[k.Name]
	return managed, managed && !d.Additive[k.Name]
}

// stay counts the live objects of a list that this is about.
func (r *review) stay(k *resource.Kind, isAbout func(key string) bool) (n int, unknown bool) {
	objects, known := r.live[k.Name]
	for _, o := range objects {
		n += one(k.PresenceOf(o).CanChange() && isAbout(o.Key))
	}
	return n, !known
}

// addObjects adds what changes in the objects that the tree lists.
func (r *review) addObjects(k *resource.Kind) {
	for _, want := range objectsByKey(r.head.Want[k.Name]) {
		have := r.lives.Find(k.Name, want.Key)
		if was := r.was.Find(k.Name, want.Key); was != nil {
			r.addFields(k, was, &want, have)
		} else if have != nil && !r.newOwners[want.Key] && isAsWanted(k, *have, want) {
			r.add(ReviewItem{About: Adopted, Kind: k.Name, Key: want.Key, Live: string(k.PresenceOf(*have))})
		}
	}
}

// addUnlisted adds the objects that an additive list no longer has.
func (r *review) addUnlisted(k *resource.Kind) {
	_, known := r.live[k.Name]
	for _, was := range objectsByKey(r.base.Want[k.Name]) {
		if r.want.Find(k.Name, was.Key) != nil || k.IsPeople() && lists(people(), r.want, was.Key) {
			continue
		}
		item := ReviewItem{About: NotManaged, Kind: k.Name, Key: was.Key, Unknown: !known}
		if have := r.lives.Find(k.Name, was.Key); have != nil && !k.PresenceOf(*have).IsGone() {
			item.Live = string(k.PresenceOf(*have))
		}
		r.add(item)
	}
}

// isAsWanted reports whether a live object needs no step.
func isAsWanted(k *resource.Kind, have, want resource.Object) bool {
	presence := k.PresenceOf(have)
	return presence == resource.Fixed || presence.CanChange() && k.Covers(have.Fields, want.Fields)
}
