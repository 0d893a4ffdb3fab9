package plan

import "fmt"

// MarkDrift marks the steps that are also among those that an earlier version of the tree would make now: no change of the
// tree is what makes them needed.
func (o *Org) MarkDrift(earlier []Step) {
	before := bySubject(earlier)
	for i, s := range o.Steps {
		was := before[s.subject()]
		o.Steps[i].Drift = was != nil && same(s, *was)
	}
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
