package plan

// MarkDrift marks the steps that are also among those that an earlier version of the tree would make now: no change of the
// tree is what makes them needed.
func (o *Org) MarkDrift(earlier []Step) {
	before := bySubject(earlier)
	for i, s := range o.Steps {
		was := before[subjectOf(s)]
		o.Steps[i].Drift = was != nil && same(s, *was)
	}
}
