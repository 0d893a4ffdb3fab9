package plan

// MarkDrift marks the steps that are also in earlier: the steps that an earlier version of the tree would need now. Those do not come
// from a change of the tree.
func (o *Org) MarkDrift(earlier []Step) {
	before := bySubject(earlier)
	for i, s := range o.Steps {
		was := before[subjectOf(s)]
		o.Steps[i].Drift = was != nil && same(s, *was)
	}
}
