package plan

import "atlas-gitops/internal/resource"

// Standing is how a live object stands to a step that is about to touch it.
type Standing string

const (
	Ready    Standing = "ready"    // as it was when the plan was made
	Done     Standing = "done"     // already as the step would leave it
	Conflict Standing = "conflict" // neither: somebody else changed it since
)

// Stand compares the live object of the step's address, nil if there is none, with the step:
// live ⊇ After is done, live ⊇ Before is ready, anything else is a conflict. An invitation that came to nothing is no
// object, but who rejected one since the plan was made is not invited again.
func Stand(k *resource.Kind, live *resource.Object, s Step) Standing {
	presence := resource.Absent
	if live != nil {
		presence = k.PresenceOf(*live)
	}
	switch {
	case presence == resource.Fixed:
		return standOfFixed(s.Op)
	case presence == resource.Declined && s.Op == Create && !s.insists():
		return Conflict
	case presence.IsGone():
		return standOfAbsent(s.Op)
	case s.Op != Delete && k.Covers(live.Fields, s.After):
		return Done
	case s.Op != Create && k.Covers(live.Fields, s.Before):
		return Ready
	}
	return Conflict
}

func standOfAbsent(op Op) Standing {
	switch op {
	case Create:
		return Ready
	case Delete:
		return Done
	}
	return Conflict
}

// standOfFixed: that it was accepted is what an invitation was sent for, but it can no longer be changed or taken back.
func standOfFixed(op Op) Standing {
	if op == Create {
		return Done
	}
	return Conflict
}
