package planner

import (
	"context"
	"errors"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Live is an organization as it was read from Atlas. References to other objects are names as far as they are known.
type Live struct {
	ID, Name string
	State    resource.State // the sections that could be read

	session *resource.Session // nil if nothing was read
}

// ReadSections reads sections of an organization that a credential sees. self is the organization as GET /orgs shows it. The error joins
// a [resource.SectionError] for each section that cannot be read.
func ReadSections(ctx context.Context, a *resource.Account, self resource.Object, sections []string) (Live, error) {
	want := resource.State{}
	for _, kind := range sections {
		want[kind] = nil
	}
	delete(want, resource.Organization.Name) // self has all its fields
	session := resource.PlanSession(a.API)
	live, _, err := resource.Read(ctx, session, self.ID, want)
	return newLive(session, self.ID, self, live).trimmed(), err
}

// trimmed forgets the lists that are needed only while the organization is read.
func (l Live) trimmed() Live {
	if l.session != nil {
		l.session.Trim(l.ID)
	}
	return l
}

func newLive(s *resource.Session, id string, self resource.Object, live resource.State) Live {
	name, _ := self.Fields["name"].(string)
	live[resource.Organization.Name] = []resource.Object{self}
	return Live{ID: id, Name: name, State: live, session: s}
}

// Plan plans the organization against what was read. It needs no request, unless the desired state refers to objects of a list that
// was not needed before. A section that was not read has no steps. With an error, the steps of the other sections are there.
func (l Live) Plan(ctx context.Context, d resource.Desired) (plan.Org, error) {
	org := plan.Org{Name: d.Name, ID: l.ID, Credentials: d.Credentials}
	want, err := resource.Resolve(ctx, l.session, l.ID, l.State, d.Want)
	contradiction := Target{Desired: d}.addSteps(&org, l.State, want)
	return org, errors.Join(err, contradiction)
}

// Meaning returns the name of what a reference in the tree means, which may be an id. It returns the reference itself if that is unknown.
func (l Live) Meaning(ctx context.Context, k *resource.Kind, field, ref string) string {
	return resource.Meaning(ctx, l.session, l.ID, k, field, ref)
}
