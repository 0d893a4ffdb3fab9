package planner

import (
	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Offline plans an organization against the base instead of Atlas. A nil base has nothing. The plan can be shown, but not applied.
func Offline(d resource.Desired, base *resource.Desired) plan.Org {
	org := plan.Org{Name: d.Name, ID: d.ID, Credentials: d.Credentials, Review: plan.Review(base, d, nil)}
	was := resource.Desired{OrgRef: resource.OrgRef{Credentials: d.Credentials}}
	if base != nil {
		was = *base
	}
	live := expected(was.Want, d.Want)
	switch {
	case d.Delete && was.Delete:
		return org
	case d.Delete:
		org.Steps = []plan.Step{plan.DeleteOrganization(resource.Object{ID: d.ID, Fields: resource.Fields{"name": d.Name}})}
		return org
	case d.IsNew() && !(was.IsNew() && plain.Equal(d.Create, was.Create)):
		org.Steps = []plan.Step{creation(d)}
		live = expected(nil, d.Want)
	}
	if d.IsNew() || base == nil {
		delete(live, resource.Organization.Name)
	}
	_ = Target{Desired: d}.addSteps(&org, live, d.Want) // a plan against Atlas reports this error
	return org
}

// expected returns the state that a tree describes, with the sections of want. Sections that the tree does not have are empty, or
// unknown if they have no list.
func expected(tree, want resource.State) resource.State {
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
