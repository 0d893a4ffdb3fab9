package apply

import (
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// sideBySide is how many steps of an organization are in progress at once. Steps that wait for a limit of Atlas do not count.
const sideBySide = 8

// schedule decides which step of an organization begins next: the first one in the order of the plan that waits for no other.
//   - A step waits for the earlier steps on the same object, and on objects that it refers to. A step on an object waits for the earlier
//     steps that refer to it.
//   - A step that takes ORG_OWNER waits for the earlier steps that give it, and for those that take it.
//   - An invitation waits for the earlier removals of people, because Atlas limits the number of people [doc limits].
//   - A step after which Atlas hands out a credential waits for the earlier ones, so that a crash loses one at most.
//   - A step that may lock out the credential waits for all others, and all others wait for the creation of the organization.
//   - While a step waits for a limit of Atlas, no step begins that would wait for the same limit.
type schedule struct {
	steps    []plan.Step
	after    [][]int // for each step, earlier steps that must have ended
	barriers [barriers]barrier
	left     []int // the steps that have not begun, in order
	ended    []bool
	removals map[string]int // by kind, how many have not ended
	running  int            // steps in progress that do not wait for a limit
	waits    map[int]int    // for each step in progress, how many of its requests wait for a limit
	waiting  map[lane]int   // steps that wait for a limit
}

// barrier is a set of steps, in order. Some later steps wait for all of them.
type barrier struct{ open []int }

const (
	ownerBarrier   = iota // gives or takes ORG_OWNER
	removalBarrier        // removes a person
	handoutBarrier        // Atlas hands out a credential
	wholeBarrier          // every step
	barriers
)

// lane has the steps that wait for the same limits of Atlas.
type lane struct {
	kind    string
	invites bool
}

func laneOf(s plan.Step) lane { return lane{s.Kind, s.Invites()} }

func newSchedule(steps []plan.Step) *schedule {
	s := &schedule{steps: steps, after: predecessors(steps), ended: make([]bool, len(steps)), removals: map[string]int{}, waits: map[int]int{}, waiting: map[lane]int{}}
	for i, step := range steps {
		s.left = append(s.left, i)
		if step.Op == plan.Delete {
			s.removals[step.Kind]++
		}
		for at, isIn := range [barriers]bool{ownerBarrier: plan.GrantsOwner(step) || step.TakesOwner(), removalBarrier: plan.RemovesPerson(step),
			handoutBarrier: step.HandsOut(), wholeBarrier: true} {
			if isIn {
				s.barriers[at].open = append(s.barriers[at].open, i)
			}
		}
	}
	return s
}

// isOpen reports whether a step has not ended.
func (s *schedule) isOpen() bool { return s.isBefore(wholeBarrier, len(s.steps)) }

// next begins a step, and returns it. It returns false if none may begin now.
func (s *schedule) next() (step int, ok bool) {
	if s.running >= sideBySide {
		return 0, false
	}
	at := slices.IndexFunc(s.left, s.mayBegin)
	if at < 0 {
		return 0, false
	}
	step = s.left[at]
	s.left = slices.Delete(s.left, at, at+1)
	s.running++
	return step, true
}

func (s *schedule) mayBegin(i int) bool {
	step := s.steps[i]
	switch {
	case slices.ContainsFunc(s.after[i], func(earlier int) bool { return !s.ended[earlier] }),
		s.waiting[laneOf(step)] > 0,
		step.TakesOwner() && s.isBefore(ownerBarrier, i),
		step.Invites() && s.isBefore(removalBarrier, i),
		step.HandsOut() && s.isBefore(handoutBarrier, i),
		step.IsDeferred() && s.isBefore(wholeBarrier, i):
		return false
	}
	return true
}

// isBefore reports whether a step of the barrier that is before i has not ended.
func (s *schedule) isBefore(at, i int) bool {
	b := &s.barriers[at]
	for len(b.open) > 0 && s.ended[b.open[0]] {
		b.open = b.open[1:]
	}
	return len(b.open) > 0 && b.open[0] < i
}

// hasEndedRemovals reports whether the kind has removals, and all of them have ended.
func (s *schedule) hasEndedRemovals(kind string) bool {
	open, has := s.removals[kind]
	return has && open == 0
}

// end records that a step has ended.
func (s *schedule) end(i int) {
	s.ended[i] = true
	s.running--
	if step := s.steps[i]; step.Op == plan.Delete {
		s.removals[step.Kind]--
	}
}

// pause records that a request of a step waits for a limit. Other steps go on meanwhile.
func (s *schedule) pause(i int) {
	if s.waits[i]++; s.waits[i] == 1 {
		s.running--
		s.waiting[laneOf(s.steps[i])]++
	}
}

// resume records the end of such a wait. The step goes on at once, also if as many others as allowed have begun: they could wait for it,
// because steps share the lists that they read.
func (s *schedule) resume(i int) {
	if s.waits[i]--; s.waits[i] == 0 {
		s.running++
		s.waiting[laneOf(s.steps[i])]--
	}
}

// subject is an object that steps change, or refer to by its key or its id.
type subject struct{ kind, key string }

// subjectsOf returns the object of a step, by its key and its id. A person is the same one in all kinds.
func subjectsOf(s plan.Step) []subject {
	kind := s.Kind
	if k := resource.ByName(kind); k != nil && k.IsPeople() {
		kind = "people"
	}
	if s.ID == "" {
		return []subject{{kind, s.Key}}
	}
	return []subject{{kind, s.Key}, {kind, s.ID}}
}

// referredTo returns the objects that a step refers to, before or after it.
func referredTo(s plan.Step) (all []subject) {
	k := resource.ByName(s.Kind)
	if k == nil {
		return nil
	}
	for _, ref := range k.Refs {
		for _, fields := range []resource.Fields{s.Before, s.After} {
			for _, name := range ref.Names(resource.Object{Fields: fields}) {
				all = append(all, subject{ref.Kind, name})
			}
		}
	}
	return all
}

// predecessors returns for each step the earlier steps on the same object, on the objects that it refers to, and those that refer to its
// object. All steps come after the creation of the organization.
func predecessors(steps []plan.Step) [][]int {
	after, last, users := make([][]int, len(steps)), map[subject]int{}, map[subject][]int{}
	for i, step := range steps {
		if i > 0 && steps[0].CreatesOrg() {
			after[i] = append(after[i], 0)
		}
		own, refs := subjectsOf(step), referredTo(step)
		for _, about := range slices.Concat(own, refs) {
			if earlier, has := last[about]; has {
				after[i] = append(after[i], earlier)
			}
		}
		for _, about := range own {
			after[i] = append(after[i], users[about]...)
			last[about] = i
		}
		for _, about := range refs {
			users[about] = append(users[about], i)
		}
	}
	return after
}
