package plan

import (
	"fmt"
	"slices"

	"atlas-gitops/internal/resource"
)

// IsDrift tells whether the tree asks for the step not only now, but asked for it in an earlier version, too. Then no
// change of the tree is what makes it needed.
func (s Step) IsDrift(earlier, now Lists) bool {
	_, managed := earlier.Want[s.Kind]
	was, is := earlier.Want.Find(s.Kind, s.Key), now.Want.Find(s.Kind, s.Key)
	switch {
	case s.Op == Delete:
		return managed && was == nil && !earlier.Additive[s.Kind]
	case was == nil || is == nil:
		return false
	}
	k := resource.ByName(s.Kind)
	for field, value := range s.After {
		parts, _ := value.(resource.Fields)
		if slices.Contains(k.Maps, field) {
			parts = nil // all of it or nothing
		}
		if !sameIn(was.Fields, is.Fields, field, parts) {
			return false
		}
	}
	return true
}

// sameIn tells whether a field is written in both, with the same value, or with the same values of some parts.
func sameIn(a, b resource.Fields, field string, parts resource.Fields) bool {
	x, inA := a[field]
	y, inB := b[field]
	xParts, xOK := x.(resource.Fields)
	yParts, yOK := y.(resource.Fields)
	if len(parts) == 0 || !xOK || !yOK {
		return inA && inB && resource.Equal(x, y)
	}
	for part := range parts {
		if !sameIn(xParts, yParts, part, nil) {
			return false
		}
	}
	return true
}

// driftNote stands below a step that is drift.
const driftNote = "drift: " + askedFor

const askedFor = "asked for without this change, too"

// drift says in a line how much of the plan is drift.
func (p *Plan) drift() string {
	n := 0
	for _, org := range p.Orgs {
		for _, s := range org.Steps {
			n += one(s.Drift)
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("Drift: %d of %s, %s.\n", n, steps(p.Steps()), askedFor)
}

func steps(n int) string {
	if n == 1 {
		return "1 step"
	}
	return fmt.Sprintf("%d steps", n)
}
