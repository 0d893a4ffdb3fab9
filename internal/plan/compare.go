package plan

import (
	"cmp"
	"slices"

	"atlas-gitops/internal/resource"
)

// Comparison is how the new plan differs from the approved plan, in one organization.
type Comparison struct {
	Org     Org    // of the approved plan, or else of the new plan
	NewName string // its name now; "" if the name is the same
	Changes []Change
}

// Change is how a step differs between two plans.
type Change struct {
	Reason ChangeReason
	Step   Step  // the approved step; with NotApproved, the step of the new plan
	Now    *Step // the step of the new plan instead; nil unless the reason is Different
}

// ChangeReason is the reason why a comparison has a step.
type ChangeReason string

const (
	NotInRun    ChangeReason = "not-in-run"   // approved, but this run leaves out the organization
	NotPlanned  ChangeReason = "not-planned"  // approved, but the new plan lacks it because of errors
	NotNeeded   ChangeReason = "not-needed"   // approved, but no longer needed
	Different   ChangeReason = "different"    // approved, but the new plan has another step for the same object
	NotApproved ChangeReason = "not-approved" // only in the new plan
)

// Compare compares the approved plan with the new plan, step by step. It leaves out organizations without a difference.
func Compare(approved, now *Plan) (all []Comparison) {
	before, after := approved.index(), now.index()
	for _, org := range allOrgs(approved, now) {
		was, _ := before.Find(org.identity())
		today, _ := after.Find(org.identity())
		if c := compare(org, was.Steps, today); c.NewName != "" || len(c.Changes) > 0 {
			all = append(all, c)
		}
	}
	return all
}

// Differences returns the steps of one organization that are only in one of two lists, or that differ.
func Differences(a, b []Step) (steps []Step) {
	for _, c := range compare(Org{}, a, Org{Name: "now", Steps: b}).Changes {
		if steps = append(steps, c.Step); c.Now != nil {
			steps = append(steps, *c.Now)
		}
	}
	return steps
}

// compare compares the approved steps of an organization with today, the same organization in the new plan.
func compare(org Org, was []Step, today Org) Comparison {
	c := Comparison{Org: org}
	if today.Name != "" && today.Name != org.Name {
		c.NewName = today.Name
	}
	before, after := bySubject(was), bySubject(today.Steps)
	for _, s := range was {
		switch other := counterpart(s, before, after); {
		case other == nil && today.Name == "":
			c.Changes = append(c.Changes, Change{NotInRun, s, nil})
		case other == nil && today.Error != "":
			c.Changes = append(c.Changes, Change{NotPlanned, s, nil})
		case other == nil:
			c.Changes = append(c.Changes, Change{NotNeeded, s, nil})
		case !same(s, *other):
			c.Changes = append(c.Changes, Change{Different, s, other})
		}
	}
	for _, s := range today.Steps {
		if counterpart(s, after, before) == nil {
			c.Changes = append(c.Changes, Change{NotApproved, s, nil})
		}
	}
	return c
}

// IsWithin reports whether the other plan has every step of this plan.
func (p *Plan) IsWithin(other *Plan) bool {
	others := other.index()
	for _, org := range p.Orgs {
		known, _ := others.Find(org.identity())
		steps := bySubject(known.Steps)
		for _, s := range org.Steps {
			if k := steps[subjectOf(s)]; k == nil || !same(s, *k) || known.Name != org.Name {
				return false
			}
		}
	}
	return true
}

// allOrgs returns the organizations of both plans. Those in both come from the first plan.
func allOrgs(first, second *Plan) []Org {
	known := first.index()
	return slices.Concat(first.Orgs, slices.DeleteFunc(slices.Clone(second.Orgs), func(o Org) bool {
		_, has := known.Find(o.identity())
		return has
	}))
}

// index finds the organizations of a plan, by id or name. It ignores the names of credentials.
func (p *Plan) index() resource.OrgIndex[Org] { return resource.NewOrgIndex(p.Orgs, Org.identity) }

// identity returns the id and the name. It leaves out the name of the credential, because a digest does not cover that either.
func (o Org) identity() resource.OrgRef { return resource.OrgRef{Name: o.Name, ID: o.ID} }

// subject is what a step is about. Two steps of an organization never have the same subject.
type subject struct {
	kind, key string
	deferred  bool
	owner     bool // the step only changes roles, and gives or takes ORG_OWNER; the person can have another step
}

func subjectOf(s Step) subject { return subject{s.Kind, s.Key, s.IsDeferred(), changesOwner(s)} }

// other returns the subject of the other step that the same person can have.
func (s subject) other() subject {
	s.owner = !s.owner
	return s
}

// counterpart returns the step of another plan that takes the place of this one, or nil. ours are the steps of the plan of this step.
func counterpart(s Step, ours, theirs map[subject]*Step) *Step {
	at := subjectOf(s)
	if theirs[at] == nil && ours[at.other()] == nil {
		return theirs[at.other()]
	}
	return theirs[at]
}

// bySubject returns the steps by their subjects.
func bySubject(steps []Step) map[subject]*Step {
	found := make(map[subject]*Step, len(steps))
	for i := range steps {
		s := subjectOf(steps[i])
		found[s] = cmp.Or(found[s], &steps[i])
	}
	return found
}

// same reports whether two steps do the same. It ignores ids, places and the mark of drift.
func same(a, b Step) bool {
	a.ID, b.ID = "", ""
	return sum(WithoutOrigin(a)) == sum(WithoutOrigin(b))
}

// WithoutOrigin returns the step without its places and the mark of drift. Plans that differ only in these count as equal.
func WithoutOrigin(s Step) Step {
	s.Source, s.Sources, s.Drift = nil, nil, false
	return s
}
