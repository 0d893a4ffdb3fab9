package planner

import (
	"context"
	"fmt"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/suggest"
)

// DeletionError is the reason why an organization is not deleted.
type DeletionError struct {
	Live     string   // its name in Atlas, if that differs from the tree
	Projects []string // the projects that it still has
}

func (e *DeletionError) Error() string {
	if e.Live != "" {
		return fmt.Sprintf("state is absent, but the organization with this id has the name %q", e.Live)
	}
	return "state is absent, but the organization still has projects: " + suggest.JoinSome(e.Projects)
}

// Advice says what to do next.
func (e *DeletionError) Advice() string {
	if e.Live != "" {
		return "to delete that organization, change name in the tree; otherwise correct the id"
	}
	return "delete the projects first"
}

// Location is the place of state in the tree.
func (e *DeletionError) Location() resource.Location {
	return resource.Location{Kind: resource.Organization.Name, Path: []string{"state"}}
}

// planDeletion plans the deletion of the organization.
func (t Target) planDeletion(ctx context.Context, org plan.Org) (plan.Org, error) {
	live, err := resource.Organization.Look(ctx, resource.PlanSession(t.Account.API), t.ID, resource.Object{ID: t.ID})
	if err != nil {
		return org, &resource.DeletionUnknownError{Err: err}
	}
	if name := fmt.Sprint(live.Fields["name"]); name != t.Name {
		return org, &DeletionError{Live: name}
	}
	projects, err := resource.Projects(ctx, t.Account.API, t.ID)
	switch {
	case err != nil:
		return org, err
	case len(projects) > 0:
		return org, &DeletionError{Projects: projects}
	}
	org.Steps = []plan.Step{plan.DeleteOrganization(*live)}
	if t.Base != nil && t.Base.Delete {
		org.MarkDrift(org.Steps)
	}
	return org, nil
}
