package plan

import (
	"slices"

	"atlas-gitops/internal/resource"
)

// phase is when a step has its turn in its organization. Steps are carried out in the order of the phases. So an organization always
// has an active owner, and nobody keeps access because the run still adds something.
type phase int

const (
	organizationPhase phase = iota // the organization is created, changed or deleted
	grantPhase                     // active people become owners
	removalPhase                   // people are removed, or lose ORG_OWNER, while another active owner stays
	additionPhase                  // all other creations and updates
	cleanupPhase                   // things that are not people are removed
	waitingPhase                   // the owner without whom no active owner would stay is removed or loses ORG_OWNER
	lockoutPhase                   // what may lock out the credential of the run
	phases                         // their number
)

// phasesOf returns the phase of a step. If that depends on the live state, last is the other phase that it can have: a grant has its
// turn later if the person is only invited, and a removal if it would take the only active owner.
func phasesOf(s Step) (first, last phase) {
	k := resource.ByName(s.Kind)
	isPerson := k != nil && k.IsPeople()
	switch {
	case s.Kind == resource.Organization.Name:
		return organizationPhase, organizationPhase
	case s.IsDeferred():
		return lockoutPhase, lockoutPhase
	case changesOwner(s) && resource.IsOwner(s.After):
		return grantPhase, additionPhase
	case isPerson && s.Demotes(), isPerson && s.Op == Delete && isActivePerson(k, s.Object()) && resource.IsOwner(s.Before):
		return removalPhase, waitingPhase
	case isPerson && s.Op == Delete:
		return removalPhase, removalPhase
	case s.Op == Delete:
		return cleanupPhase, cleanupPhase
	}
	return additionPhase, additionPhase
}

// inPhases sorts the steps by their phases. It keeps the order of steps with the same phase.
func inPhases(live resource.State, steps []Step) []Step {
	lives := live.Index()
	isActive := func(s Step) bool {
		k, have := resource.ByName(s.Kind), lives.Find(s.Kind, s.Key)
		return have != nil && isActivePerson(k, *have)
	}
	owners := countOwners(live)
	for _, s := range steps {
		first, _ := phasesOf(s)
		owners += one(first == grantPhase && isActive(s))
	}
	var sorted [phases][]Step
	for _, s := range steps {
		at, last := phasesOf(s)
		switch takesOwner := at == removalPhase && at != last && isActive(s); {
		case at == grantPhase && !isActive(s), takesOwner && owners == 1:
			at = last
		case takesOwner:
			owners--
		}
		sorted[at] = append(sorted[at], s)
	}
	return slices.Concat(sorted[:]...)
}

// countOwners counts the active owners.
func countOwners(live resource.State) (n int) {
	for _, k := range resource.Kinds {
		for _, o := range live[k.Name] {
			n += one(isActivePerson(k, o) && resource.IsOwner(o.Fields))
		}
	}
	return n
}
