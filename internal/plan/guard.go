package plan

import "atlas-gitops/internal/resource"

// Guard is a check of a finished plan. It blocks changes that must not happen by accident.
type Guard string

const (
	Creation      Guard = "creation"       // an organization is created
	Deletion      Guard = "deletion"       // an organization is deleted
	Removals      Guard = "removals"       // one organization has more removals than the limit
	TotalRemovals Guard = "total-removals" // all organizations together have more removals than the limit
	EmptyList     Guard = "empty-list"     // all objects of a list of more than one are removed
	LastOwner     Guard = "last-owner"     // an owner is removed or demoted, and no active owner remains
	OwnAccess     Guard = "own-access"     // the credential of the run may be locked out
)

// leastOwners is how many active owners must remain.
const leastOwners = 1

// Violation is what a guard found in an organization. Count is the number that it counted. Limit is the largest number that
// passes; for LastOwner, which counts the owners that remain, it is the smallest.
type Violation struct {
	Guard Guard  `json:"guard"`
	Name  string `json:"name"` // of the organization
	ID    string `json:"id,omitzero"`
	Kind  string `json:"kind,omitzero"` // of the list that is emptied

	// How many of the removals remove only a part of an object: Demotions take the role ORG_OWNER, Reductions only
	// other roles, teams or projects.
	Demotions  int `json:"demotions,omitzero"`
	Reductions int `json:"reductions,omitzero"`

	Count int `json:"count"`
	Limit int `json:"limit"`

	Org int `json:"-"` // its index in the plan, once [Plan.Check] has run
}

// IsAbout reports whether the guard counted this step, which is one of [Org.Objects].
func (v Violation) IsAbout(s Step) bool {
	switch v.Guard {
	case Creation:
		return s.CreatesOrg()
	case Deletion:
		return s.DeletesOrg()
	case EmptyList:
		return s.Kind == v.Kind && s.Op == Delete
	case LastOwner:
		return s.Demotes() || s.Op == Delete && resource.IsOwner(s.Before)
	case OwnAccess:
		return s.IsDeferred()
	}
	return s.IsDestructive() && !s.DeletesOrg()
}

// Limits are the largest numbers of removals that pass the guards.
type Limits struct {
	Removals      int // in each organization
	TotalRemovals int // in all organizations together, without those that are accepted
}

// Check runs all guards on the plan. acceptances returns what was accepted in an organization; nil for nothing.
func (p *Plan) Check(limits Limits, acceptances func(Org) []Acceptance) {
	found, total := make([][]Violation, len(p.Orgs)), 0
	for i := range p.Orgs {
		org := &p.Orgs[i]
		found[i] = org.check(limits.Removals)
		accept(org, found[i], acceptances)
		if org.Accepted == nil {
			total += tallyOf(*org).removed
		}
	}
	p.Violations = nil
	for i := range p.Orgs {
		org := &p.Orgs[i]
		if total > limits.TotalRemovals && org.Accepted == nil && tallyOf(*org).removed > 0 {
			found[i] = append(found[i], Violation{Guard: TotalRemovals, Count: total, Limit: limits.TotalRemovals})
		}
		if len(found[i]) == 0 && org.Accepted == nil {
			org.Digest = ""
		}
		for _, v := range found[i] {
			v.Org, v.Name, v.ID = i, org.Name, org.ID
			p.Violations = append(p.Violations, v)
		}
	}
	p.setDigest()
}

// check runs the guards that look at one organization.
func (o Org) check(maxDeletes int) (violations []Violation) {
	n := tallyOf(o)
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

// tally counts the steps of an organization for the guards.
type tally struct {
	created, deleted int // organizations
	removed          int // other objects, or parts of them
	demoted, reduced int // how many of the removals remove only a part
	deferred         int
	byKind           map[string]int // deletions
}

func tallyOf(o Org) tally {
	n := tally{byKind: map[string]int{}}
	for _, s := range o.Objects() {
		switch {
		case s.CreatesOrg():
			n.created++
		case s.DeletesOrg():
			n.deleted++
		case s.Op == Delete:
			n.removed++
			n.byKind[s.Kind]++
		case s.Demotes():
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

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
