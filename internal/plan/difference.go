package plan

import (
	"io"
	"slices"
	"strings"
)

// WriteDifference says step by step what tells the plan that is needed now from the one that was approved.
func (v View) WriteDifference(w io.Writer, approved, now *Plan) error {
	var b strings.Builder
	for _, org := range allOrgs(approved, now) {
		lines := v.differenceOf(approved.org(org).Steps, now.org(org), org.Name)
		if lines != "" {
			b.WriteString(v.Colors.Bold(org.Heading()) + "\n" + lines)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// differenceOf compares the steps that were approved for an organization, by the name that it had, with what it is now.
func (v View) differenceOf(was []Step, today Org, name string) string {
	var lines strings.Builder
	if today.Name != "" && today.Name != name {
		lines.WriteString("  named " + quoteIfOdd(today.Name) + " now\n")
	}
	for _, s := range was {
		switch other := find(today.Steps, s); {
		case other == nil && today.Name == "":
			v.writeBelow(&lines, "approved, but this run is not about the organization", s)
		case other == nil && today.Error != "":
			v.writeBelow(&lines, "approved, but not everything could be planned", s)
		case other == nil:
			v.writeBelow(&lines, "not needed any more", s)
		case !same(s, *other):
			v.writeBelow(&lines, "approved", s)
			v.writeBelow(&lines, "but needed now", *other)
		}
	}
	for _, s := range today.Steps {
		if find(was, s) == nil {
			v.writeBelow(&lines, "not approved", s)
		}
	}
	return lines.String()
}

// IsWithin tells whether every step of the plan is one of the other plan, too.
func (p *Plan) IsWithin(other *Plan) bool {
	for _, org := range p.Orgs {
		known := other.org(org)
		for _, s := range org.Steps {
			if k := find(known.Steps, s); k == nil || !same(s, *k) || known.Name != org.Name {
				return false
			}
		}
	}
	return true
}

// writeBelow writes a step below a title. Where it is written does not tell two plans apart.
func (v View) writeBelow(b *strings.Builder, title string, s Step) {
	b.WriteString("  " + title + ":\n")
	s.Source, s.Drift = nil, false
	v.writeStep(b, s, sourceColumn)
}

// allOrgs returns the organizations of both plans, as the first that has them names them.
func allOrgs(plans ...*Plan) (orgs []Org) {
	for _, p := range plans {
		for _, o := range p.Orgs {
			if !slices.ContainsFunc(orgs, o.isSame) {
				orgs = append(orgs, o)
			}
		}
	}
	return orgs
}

// isSame tells whether two plans mean the same organization. Where one does not exist yet, its name has to do.
func (o Org) isSame(other Org) bool {
	if o.ID == "" || other.ID == "" {
		return o.Name == other.Name
	}
	return o.ID == other.ID
}

// org returns the same organization in this plan, or none.
func (p *Plan) org(org Org) Org {
	i := slices.IndexFunc(p.Orgs, org.isSame)
	if i < 0 {
		return Org{}
	}
	return p.Orgs[i]
}

// find returns the step about the same object, and as late or not.
func find(steps []Step, s Step) *Step {
	i := slices.IndexFunc(steps, func(o Step) bool { return o.Address() == s.Address() && o.IsLate() == s.IsLate() })
	if i < 0 {
		return nil
	}
	return &steps[i]
}

// same tells whether two steps do the same, by what a digest covers.
func same(a, b Step) bool {
	a.ID, b.ID, a.Source, b.Source, a.Drift, b.Drift = "", "", nil, nil, false, false
	return sum(a) == sum(b)
}
