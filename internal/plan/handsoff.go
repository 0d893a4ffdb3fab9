package plan

import (
	"maps"
	"slices"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/resource"
)

// NoticeKind is what a notice is about.
type NoticeKind string

const (
	LeftAlone        NoticeKind = "left-alone"        // objects that an additive list does not contain
	Rejected         NoticeKind = "rejected"          // a person who is listed rejected the invitation
	Later            NoticeKind = "later"             // a section that can be planned only after the organization exists
	Unmanaged        NoticeKind = "unmanaged"         // the tree names the organization, and manages nothing
	OnlyName         NoticeKind = "only-name"         // the tree has the id of the organization, and manages nothing but its name
	Lookalike        NoticeKind = "lookalike"         // a new object has a key that looks like the key of a removed one
	UnusedAcceptance NoticeKind = "unused-acceptance" // an acceptance in the tree is for other steps; Key is its digest
)

// Notice is a fact about an organization that the reader of a plan must know and that needs no step. No digest covers it.
type Notice struct {
	About NoticeKind `json:"about"`
	Kind  string     `json:"kind"`
	Key   string     `json:"key,omitzero"`
	Count int        `json:"count,omitzero"` // how many objects are left alone
	Keys  []string   `json:"keys,omitzero"`  // of those objects, in natural order; only if they were asked for

	Source *Source `json:"source,omitzero"` // the place in the tree; only for UnusedAcceptance

	// Only for Lookalike:
	Other      string `json:"other,omitzero"`      // the address of the removed object
	Difference string `json:"difference,omitzero"` // how Key differs from its key, by code points: U+0430 instead of U+0061
}

// Lists is what the tree lists in an organization. It includes kinds that could not be read and are not planned, because no other
// kind may remove the people in those lists.
type Lists struct {
	Want     resource.State
	Additive map[string]bool // the kinds whose unlisted objects stay
	Verbose  bool            // name what is left alone, not only count it
}

// HandsOff adds to want the live objects that stay although want does not list them: objects of additive lists, and people whom
// another kind lists or removes. The notices count, or name, the objects that are left alone.
func (l Lists) HandsOff(live, want resource.State) (kept resource.State, notices []Notice) {
	kept = maps.Clone(want)
	h := handsOff{Lists: l, live: live.Index(), want: want.Index(), listed: l.Want.Index(), people: people()}
	for _, k := range resource.Kinds {
		if _, managed := want[k.Name]; !managed || k.Key == "" {
			continue
		}
		stay, left := h.stay(k, live[k.Name])
		kept[k.Name] = slices.Concat(want[k.Name], stay)
		if len(left) > 0 {
			n := Notice{About: LeftAlone, Kind: k.Name, Count: len(left)}
			if l.Verbose {
				n.Keys = left
			}
			notices = append(notices, n)
		}
	}
	return kept, notices
}

// handsOff finds the live, wanted and listed objects of an organization.
type handsOff struct {
	Lists
	live, want resource.Index
	listed     resource.Index // of Lists.Want
	people     []*resource.Kind
}

// stay returns the live objects of a kind that stay, and the keys of those that are left alone. People whom another kind lists or
// removes do not count as left alone.
func (h handsOff) stay(k *resource.Kind, live []resource.Object) (stay []resource.Object, left []string) {
	var earlier, people, later []*resource.Kind
	if at := slices.Index(h.people, k); at >= 0 {
		earlier, people, later = h.people[:at], h.people, h.people[at+1:]
	}
	for _, have := range live {
		if h.want.Find(k.Name, have.Key) != nil || !k.PresenceOf(have).CanChange() {
			continue
		}
		isOthers := lists(people, h.listed, have.Key) || h.removes(later, have.Key)
		if isOthers || h.Additive[k.Name] {
			stay = append(stay, resource.Object{Key: have.Key})
			if !isOthers && !h.removes(earlier, have.Key) {
				left = append(left, have.Key)
			}
		}
	}
	slices.SortFunc(left, natural.Compare)
	return stay, left
}

// lists reports whether one of the kinds of people lists this person.
func lists(people []*resource.Kind, listed resource.Index, key string) bool {
	return slices.ContainsFunc(people, func(k *resource.Kind) bool { return listed.Find(k.Name, key) != nil })
}

// removes reports whether one of the kinds of people would remove this person, provided that no kind lists the person.
func (h handsOff) removes(people []*resource.Kind, key string) bool {
	return slices.ContainsFunc(people, func(k *resource.Kind) bool {
		_, managed := h.Want[k.Name]
		have := h.live.Find(k.Name, key)
		return managed && !h.Additive[k.Name] && have != nil && k.PresenceOf(*have).CanChange()
	})
}

// Rejections returns a notice for each wanted person who rejected the invitation and must not get another one.
func Rejections(live, want resource.State) (notices []Notice) {
	for _, k := range resource.Kinds {
		declined := map[string]bool{}
		for _, have := range live[k.Name] {
			if k.PresenceOf(have) == resource.Declined {
				declined[have.Key] = true
			}
		}
		if len(declined) == 0 {
			continue
		}
		for _, w := range objectsByKey(want[k.Name]) {
			if declined[w.Key] && !w.Reinvites() {
				notices = append(notices, Notice{About: Rejected, Kind: k.Name, Key: w.Key})
			}
		}
	}
	return notices
}

// UnmanagedNotice returns a notice if the tree manages nothing in an organization, or only its name: with an id, another name in the
// tree is a rename.
func UnmanagedNotice(d resource.Desired) []Notice {
	for kind, objects := range d.Want {
		if kind != resource.Organization.Name {
			return nil
		}
		for _, o := range objects {
			if _, named := o.Fields["name"]; len(o.Fields) > one(named) {
				return nil
			}
		}
	}
	if d.ID != "" {
		return []Notice{{About: OnlyName, Kind: resource.Organization.Name}}
	}
	return []Notice{{About: Unmanaged, Kind: resource.Organization.Name}}
}

// IdleKinds are the notices about organizations in which the tree manages nothing, or only the name.
func IdleKinds() []NoticeKind { return []NoticeKind{Unmanaged, OnlyName} }

// IsIdle reports whether the notice has one of the [IdleKinds].
func (n Notice) IsIdle() bool { return slices.Contains(IdleKinds(), n.About) }

// IsIdle reports whether the tree manages nothing in the organization, or only its name.
func (o Org) IsIdle() bool { return slices.ContainsFunc(o.Notices, Notice.IsIdle) }
