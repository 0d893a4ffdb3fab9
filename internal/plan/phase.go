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

// phasesOf returns the phase of a step. If the live state decides between two phases, last is the other one.
func phasesOf(s Step) (first, last phase) {
	switch k := resource.ByName(s.Kind); {
	case k == resource.Organization:
		first = organizationPhase
	case s.IsDeferred():
		first = lockoutPhase
	case k != nil && k.IsPeople():
		return phasesOfPerson(s, k)
	case s.Op == Delete:
		first = cleanupPhase
	default:
		first = additionPhase
	}
	return first, first
}

// phasesOfPerson returns the phases of a step about a person. A grant to a person who is only invited is not urgent. A removal or
// demotion of the only active owner must wait.
func phasesOfPerson(s Step, k *resource.Kind) (first, last phase) {
	switch {
	case changesOwner(s) && promotes(s):
		return grantPhase, additionPhase
	case s.Demotes(), s.Op == Delete && isActivePerson(k, s.Object()) && resource.IsOwner(s.Before):
		return removalPhase, waitingPhase
	case s.Op == Delete:
		return removalPhase, removalPhase
	}
	return additionPhase, additionPhase
}

// inPhases sorts the steps by their phases. lives is the index of live. It keeps the order of steps with the same phase.
func inPhases(live resource.State, lives resource.Index, steps []Step) []Step {
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
		switch {
		case at == last:
		case at == grantPhase && !isActive(s), at == removalPhase && isActive(s) && owners == 1:
			at = last
		case at == removalPhase && isActive(s):
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
