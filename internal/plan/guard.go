package plan

import (
	"atlas-gitops/internal/resource"
)

// Guard is a check of a finished plan that refuses what nobody should do by accident.
type Guard string

const (
	Creation  Guard = "creation"   // an organization is created
	Deletion  Guard = "deletion"   // an organization is deleted
	Removals  Guard = "removals"   // more is removed from one organization than the limit
	EmptyList Guard = "empty-list" // all of a list of more than one is removed
	LastOwner Guard = "last-owner" // an owner goes and no active one stays
	OwnAccess Guard = "own-access" // the acting credential may be shut out
)

// leastOwners is how many active owners have to stay.
const leastOwners = 1

// Violation is what a guard found in an organization. Count is what it counted, and Limit how much or, of what stays, how
// little of it passes.
type Violation struct {
	Guard Guard  `json:"guard"`
	Name  string `json:"name"` // of the organization
	ID    string `json:"id,omitzero"`
	Kind  string `json:"kind,omitzero"` // of the list that is emptied

	// How many of the removals remove no person and no thing: those that take the role ORG_OWNER, and those that only take
	// other roles, teams or projects.
	Demotions  int `json:"demotions,omitzero"`
	Reductions int `json:"reductions,omitzero"`

	Count int `json:"count"`
	Limit int `json:"limit"`
}

// Org names the organization.
func (r Violation) Org() Org { return Org{Name: r.Name, ID: r.ID} }

// IsAbout tells whether a step of the organization is one of those that the guard counted.
func (r Violation) IsAbout(s Step) bool {
	self := s.Kind == resource.Organization.Name
	switch r.Guard {
	case Creation:
		return s.Creates()
	case Deletion:
		return self && s.Op == Delete
	case EmptyList:
		return s.Kind == r.Kind && s.Op == Delete
	case LastOwner:
		return demotes(s) || s.Op == Delete && resource.IsOwner(s.Before)
	case OwnAccess:
		return s.IsDeferred()
	}
	return s.IsDestructive() && !self
}

// Check has every guard look at the plan. No more than maxDeletes removals pass in one organization.
func (p *Plan) Check(maxDeletes int) {
	p.Violations = nil
	for _, org := range p.Orgs {
		for _, r := range org.check(maxDeletes) {
			r.Name, r.ID = org.Name, org.ID
			p.Violations = append(p.Violations, r)
		}
	}
	p.setDigest()
}

func (o Org) check(maxDeletes int) (violations []Violation) {
	n := o.tally()
	blockIf := func(broken bool, v Violation) {
		if broken {
			violations = append(violations, v)
		}
	}
	blockIf(n.created > 0, Violation{Guard: Creation, Count: n.created})
	blockIf(n.deleted > 0, Violation{Guard: Deletion, Count: n.deleted})
	blockIf(n.removed > maxDeletes, Violation{Guard: Removals, Count: n.removed, Demotions: n.demoted, Reductions: n.reduced, Limit: maxDeletes})
	for _, k := range resource.Kinds {
		size := o.Baseline.Lists[k.Name]
		blockIf(size > 1 && n.byKind[k.Name] >= size, Violation{Guard: EmptyList, Kind: k.Name, Count: size, Limit: size - 1})
	}
	if owners := o.Baseline.Owners; owners != nil {
		blockIf(owners.After < leastOwners, Violation{Guard: LastOwner, Count: owners.After, Limit: leastOwners})
	}
	blockIf(n.deferred > 0, Violation{Guard: OwnAccess, Count: n.deferred})
	return violations
}

// tally counts the steps that guards look at.
type tally struct {
	created, deleted int // organizations
	removed          int // what else
	demoted, reduced int // those of the removed that only take a part
	deferred         int
	byKind           map[string]int // deletions
}

func (o Org) tally() tally {
	n := tally{byKind: map[string]int{}}
	for _, s := range o.Steps {
		self := s.Kind == resource.Organization.Name
		switch {
		case self && s.Op == Create:
			n.created++
		case self && s.Op == Delete:
			n.deleted++
		case s.Op == Delete:
			n.removed++
			n.byKind[s.Kind]++
		case demotes(s):
			n.removed++
			n.demoted++
		case reduces(s):
			n.removed++
			n.reduced++
		}
		if s.IsDeferred() {
			n.deferred++
		}
	}
	return n
}

// Baseline is what an organization had before what it loses, as far as guards need to know it.
type Baseline struct {
	Lists  map[string]int `json:"lists,omitzero"`  // how many objects there are of each kind that loses some
	Owners *Owners        `json:"owners,omitzero"` // if any goes
}

// Owners counts the active people with the role ORG_OWNER.
type Owners struct {
	Before int `json:"now"`
	After  int `json:"then"` // after all steps
}

// BaselineOf returns what guards need to know of the live state. What steps have removed already was there, too, and what
// they have created was not.
func BaselineOf(live resource.State, steps []Step) (b Baseline) {
	lives := live.Index()
	for _, s := range steps {
		if s.Op != Delete {
			continue
		}
		if b.Lists == nil {
			b.Lists = map[string]int{}
		}
		if _, counted := b.Lists[s.Kind]; !counted {
			b.Lists[s.Kind] = countIn(live[s.Kind], s.Kind, steps)
		}
		b.Lists[s.Kind] += one(lives.Find(s.Kind, s.Key) == nil)
	}
	b.Owners = ownersOf(live, steps)
	return b
}

// ownersOf counts the active owners; nil if none of them goes.
func ownersOf(live resource.State, steps []Step) *Owners {
	owners, lost, roles := Owners{}, false, rolesAfter(steps)
	for _, k := range resource.Kinds {
		for _, o := range live[k.Name] {
			if !isActivePerson(k, o) {
				continue
			}
			is := resource.IsOwner(o.Fields)
			will, changes := roles[person{k.Name, o.Key}]
			if !changes {
				will = is
			}
			owners.Before += one(is)
			owners.After += one(will)
			lost = lost || is && !will
		}
	}
	if !lost {
		return nil
	}
	return &owners
}

type person struct{ kind, key string }

// isActivePerson tells whether a live object is somebody who can be the owner who stays.
func isActivePerson(k *resource.Kind, live resource.Object) bool {
	return k.IsPeople() && k.PresenceOf(live) == resource.Active
}

// rolesAfter tells of those whose roles change whether they have the role of an owner after the steps.
func rolesAfter(steps []Step) map[person]bool {
	owners := map[person]bool{}
	for _, s := range steps {
		if _, roles := s.After["roles"]; roles || s.Op == Delete {
			owners[person{s.Kind, s.Key}] = resource.IsOwner(s.After)
		}
	}
	return owners
}

// TakesOwner tells whether the step may leave an organization with one active owner less, which is for Atlas to refuse if it
// is the last one.
func (s Step) TakesOwner() bool {
	k := resource.ByName(s.Kind)
	return k != nil && k.IsPeople() && (s.Op == Delete || demotes(s))
}

// TakesLastOwner tells whether the step would leave the live people without an active owner. Atlas refuses that.
func (s Step) TakesLastOwner(live []resource.Object) bool {
	taken, left, k := false, 0, resource.ByName(s.Kind)
	for _, o := range live {
		is := isActivePerson(k, o) && resource.IsOwner(o.Fields)
		taken = taken || is && o.Key == s.Key && s.TakesOwner()
		left += one(is && o.Key != s.Key)
	}
	return taken && left == 0
}

// countIn counts the objects of a kind that it can change, and that were not made by the steps.
func countIn(objects []resource.Object, kind string, steps []Step) (n int) {
	made := map[string]bool{}
	for _, s := range steps {
		made[s.Key] = made[s.Key] || s.Kind == kind && s.Op == Create
	}
	k := resource.ByName(kind)
	for _, o := range objects {
		n += one(k.PresenceOf(o).CanChange() && !made[o.Key])
	}
	return n
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
