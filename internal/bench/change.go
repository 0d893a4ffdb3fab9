package main

import "slices"

// change returns the tree after a change of the first organization.
func change(all []organization, do func(*organization)) []organization {
	all = slices.Clone(all)
	all[0].people = slices.Clone(all[0].people)
	do(&all[0])
	return all
}

// newRoles gives the next n people who are not owners another role.
func newRoles(n int) func(*organization) {
	return func(o *organization) {
		for i := range n {
			p := &o.people[2+i]
			if p.role == "ORG_READ_ONLY" {
				p.role = "ORG_MEMBER"
			} else {
				p.role = "ORG_READ_ONLY"
			}
		}
	}
}

// The parts of mixedChanges.
const (
	mixedRoles       = 20
	mixedRemovals    = 15
	mixedInvitations = 14 // and one change of settings: 50 changes
)

// mixedChanges makes 50 changes: roles, removals, invitations and settings.
func mixedChanges(o *organization) {
	newRoles(mixedRoles)(o)
	last := len(o.people)
	o.people = o.people[:last-mixedRemovals]
	for i := range mixedInvitations {
		o.people = append(o.people, personOf(last+i))
	}
	o.absoluteTimeout = 14400
}
