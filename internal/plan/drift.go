package plan

import (
	"fmt"

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
	for field := range s.After {
		a, wasWritten := was.Fields[field]
		b, isWritten := is.Fields[field]
		if wasWritten != isWritten || !resource.Equal(a, b) {
			return false
		}
	}
	return true
}

// driftNote stands below a step that is drift.
const driftNote = "drift: asked for without this change, too"

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
	return fmt.Sprintf("Drift: %d of %d steps, asked for without this change, too.\n", n, p.Steps())
}

// Expected is the state of an organization that a tree describes, as far as it does, for a comparison without Atlas: of a
// section that it does not have, as much as want needs is there, and nothing in it.
func Expected(tree, want resource.State) resource.State {
	live := resource.State{}
	for _, k := range resource.Kinds {
		_, needed := want[k.Name]
		objects, described := tree[k.Name]
		switch {
		case !needed:
		case described:
			live[k.Name] = objects
		case k.Key == "":
			live[k.Name] = []resource.Object{{Unknown: true}}
		default:
			live[k.Name] = []resource.Object{}
		}
	}
	return live
}
