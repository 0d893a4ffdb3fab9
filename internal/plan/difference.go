package plan

import (
	"cmp"
	"io"
	"slices"
	"strings"
)

// WriteDifference says step by step what tells the plan that is needed now from the one that was approved.
func (v View) WriteDifference(w io.Writer, approved, now *Plan) error {
	var b strings.Builder
	before, after := approved.index(), now.index()
	for _, org := range allOrgs(approved, now) {
		lines := v.differenceOf(before.find(org).Steps, after.find(org), org.Name)
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
	before, after := bySubject(was), bySubject(today.Steps)
	for _, s := range was {
		switch other := after[s.subject()]; {
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
		if before[s.subject()] == nil {
			v.writeBelow(&lines, "not approved", s)
		}
	}
	return lines.String()
}

// IsWithin tells whether every step of the plan is one of the other plan, too.
func (p *Plan) IsWithin(other *Plan) bool {
	others := other.index()
	for _, org := range p.Orgs {
		known := others.find(org)
		steps := bySubject(known.Steps)
		for _, s := range org.Steps {
			if k := steps[s.subject()]; k == nil || !same(s, *k) || known.Name != org.Name {
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
func allOrgs(first, second *Plan) []Org {
	known := first.index()
	return slices.Concat(first.Orgs, slices.DeleteFunc(slices.Clone(second.Orgs), func(o Org) bool { return known.has(o) }))
}

// orgIndex finds the organizations of a plan in another one. Where one does not exist yet, its name has to do.
type orgIndex struct{ byID, byName, new map[string]*Org } // new: those without an id, by name

func (p *Plan) index() orgIndex {
	x := orgIndex{map[string]*Org{}, map[string]*Org{}, map[string]*Org{}}
	for i := range p.Orgs {
		o := &p.Orgs[i]
		x.byName[o.Name] = cmp.Or(x.byName[o.Name], o)
		if o.ID == "" {
			x.new[o.Name] = cmp.Or(x.new[o.Name], o)
		} else {
			x.byID[o.ID] = cmp.Or(x.byID[o.ID], o)
		}
	}
	return x
}

// find returns what the plan has of an organization, or none.
func (x orgIndex) find(o Org) Org {
	if found := x.lookUp(o); found != nil {
		return *found
	}
	return Org{}
}

func (x orgIndex) has(o Org) bool { return x.lookUp(o) != nil }

func (x orgIndex) lookUp(o Org) *Org {
	if o.ID == "" {
		return cmp.Or(x.new[o.Name], x.byName[o.Name])
	}
	return cmp.Or(x.byID[o.ID], x.new[o.Name])
}

// subject is what a step is about: two steps of an organization are never about the same.
type subject struct {
	kind, key string
	deferred  bool
}

func (s Step) subject() subject { return subject{s.Kind, s.Key, s.IsDeferred()} }

// bySubject finds steps by what they are about.
func bySubject(steps []Step) map[subject]*Step {
	found := make(map[subject]*Step, len(steps))
	for i := range steps {
		s := steps[i].subject()
		found[s] = cmp.Or(found[s], &steps[i])
	}
	return found
}

// same tells whether two steps do the same, by what a digest covers.
func same(a, b Step) bool {
	a.ID, b.ID, a.Source, b.Source, a.Drift, b.Drift = "", "", nil, nil, false, false
	return sum(a) == sum(b)
}
