package apply

import (
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Expect returns what there would be to do in the organization if it were as the base says. It asks nobody, so nobody can
// carry that out.
func (t Target) Expect() plan.Org {
	org := plan.Org{Name: t.Name, ID: t.ID, Credentials: t.Credentials}
	was := Target{Credentials: t.Credentials}
	if t.Base != nil {
		was = *t.Base
	}
	live := expected(was.Want, t.Want)
	switch {
	case t.Delete && was.Delete:
		return org
	case t.Delete:
		org.Steps = []plan.Step{plan.DeleteOrganization(resource.Object{ID: t.ID, Fields: resource.Fields{"name": t.Name}})}
		return org
	case t.isNew() && !(was.isNew() && resource.Equal(t.Create.Fields, was.Create.Fields)):
		org.Steps = []plan.Step{t.creation()}
		live = expected(nil, t.Want)
	}
	if t.isNew() || t.Base == nil {
		delete(live, resource.Organization.Name)
	}
	_ = t.compare(&org, live, t.Want) // whoever plans against Atlas tells
	org.Notices = append(t.expectNotices(was), org.Notices...)
	return org
}

func (t Target) isNew() bool { return t.Create != nil && t.ID == "" }

// expectNotices says what else is different, and takes no step.
func (t Target) expectNotices(was Target) (notices []plan.Notice) {
	if t.Credentials != was.Credentials {
		notices = append(notices, plan.Notice{About: plan.Credential, Kind: resource.Organization.Name, Key: t.Credentials})
	}
	for _, k := range resource.Kinds {
		_, managed := t.Want[k.Name]
		_, managedBefore := was.Want[k.Name]
		if managed && k.IsPeople() && !t.Additive[k.Name] && !t.isNew() && (!managedBefore || was.Additive[k.Name]) {
			notices = append(notices, plan.Notice{About: plan.Unlisted, Kind: k.Name})
		}
	}
	return notices
}

// expected is the state of an organization that a tree describes, as far as it does: of a section that it does not have,
// as much as want needs is there, and nothing in it.
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
