package plan

import (
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/suggest"
)

// LookalikeNotices returns a notice for each person or thing that the steps create while they remove another one whose key looks the
// same. With a letter of another alphabet, the key is that of another person, and nobody can see the difference in a plan.
func LookalikeNotices(steps []Step) (notices []Notice) {
	removed := map[string][]Step{}
	for _, s := range steps {
		if s.Op == Delete && s.Key != "" {
			looks := suggest.Shape(s.Key)
			removed[looks] = append(removed[looks], s)
		}
	}
	for _, s := range steps {
		if s.Op != Create || s.Key == "" {
			continue
		}
		for _, other := range removed[suggest.Shape(s.Key)] {
			if differing := suggest.Differing(s.Key, other.Key); differing != "" && areAlike(s, other) {
				notices = append(notices, Notice{About: Lookalike, Kind: s.Kind, Key: s.Key, Other: other.Address(), Difference: differing})
				break
			}
		}
	}
	return notices
}

// areAlike reports whether the keys of two steps name the same sort of thing.
func areAlike(a, b Step) bool {
	k, other := resource.ByName(a.Kind), resource.ByName(b.Kind)
	return k == other || k.IsPeople() && other.IsPeople()
}
