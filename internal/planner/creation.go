package planner

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/suggest"
)

// CredentialInUseError means that the credential of a new organization belongs to an existing one.
type CredentialInUseError struct{ Visible []string } // the names of the organizations that the credential can see

func (e *CredentialInUseError) Error() string {
	return "GET /orgs: the organization does not exist yet, but its credential belongs to " + suggest.JoinSome(e.Visible)
}

// Advice says what to do next.
func (e *CredentialInUseError) Advice() string {
	return "set credentials to another name, for the credential of the new organization"
}

// Location is the place of create in the tree.
func (e *CredentialInUseError) Location() resource.Location { return inCreate() }

// CreationError is the reason why an organization cannot be created.
type CreationError struct {
	Field   string // the field of create that is wrong
	Problem string
	Cure    string
}

func (e *CreationError) Error() string { return e.Problem }

// Advice says what to do next.
func (e *CreationError) Advice() string { return e.Cure }

// Location is the place of the field in the tree.
func (e *CreationError) Location() resource.Location { return inCreate(e.Field) }

// PayerError wraps an error about the credential of the organization that pays.
type PayerError struct{ Err error }

func (e *PayerError) Error() string { return "create.from: " + e.Err.Error() }
func (e *PayerError) Unwrap() error { return e.Err }

// Location is the place of create.from in the tree.
func (e *PayerError) Location() resource.Location { return inCreate(resource.Payer) }

func inCreate(field ...string) resource.Location {
	return resource.Location{Kind: resource.Organization.Name, Path: append([]string{"create"}, field...)}
}

// planCreation plans the creation of the organization and of everything in it. After an error it plans nothing.
func (t Target) planCreation(ctx context.Context, org plan.Org) (plan.Org, error) {
	firstOwner, err := t.checkCreation(ctx)
	if err != nil {
		return org, err
	}
	org.Steps = []plan.Step{creation(t.Desired)}
	if !resource.IsOwner(resource.RequestedCredential(org.Steps[0].After)) { // the new credential cannot write what is in the organization
		for _, k := range resource.Kinds {
			if _, managed := t.Want[k.Name]; managed && k != resource.Organization {
				org.Notices = append(org.Notices, plan.Notice{About: plan.Later, Kind: k.Name})
			}
		}
		t.markDrift(ctx, resource.EmptySession(), &org, resource.State{})
		return org, nil
	}
	live, want, err := resource.NewOrganization(ctx, t.Want, firstOwner)
	if err != nil {
		org.Steps = nil
		return org, err
	}
	err = t.addSteps(&org, live, want)
	t.markDrift(ctx, resource.EmptySession(), &org, live)
	return org, err
}

// creation returns the step that creates the organization.
func creation(d resource.Desired) plan.Step {
	fields := maps.Clone(d.Create)
	for _, self := range d.Want[resource.Organization.Name] {
		maps.Copy(fields, self.Fields)
	}
	return plan.CreateOrganization(fields)
}

// checkCreation checks, before anything is written, that the creation can succeed. It returns the first owner of the organization,
// or nil if the tree names none or if the paying organizations do not have that user.
func (t Target) checkCreation(ctx context.Context) (firstOwner *resource.Object, err error) {
	if t.Payer.Err != nil {
		return nil, &PayerError{t.Payer.Err}
	}
	payers, err := t.Payer.Organizations(ctx)
	id, given := t.Create["ownerId"].(string)
	switch {
	case err != nil:
		return nil, &PayerError{err}
	case len(payers) == 0:
		return nil, &CreationError{resource.Payer, "the credential in create.from cannot see any organization that could pay", "correct create.from"}
	case slices.Contains(resource.OrgNames(payers), t.Name):
		return nil, &CreationError{resource.Payer, fmt.Sprintf("an organization with the name %q exists already", t.Name), "write its id below its name, or choose another name"}
	case !given && t.Payer.IsKey:
		return nil, &CreationError{resource.Payer, "create.ownerId is missing: the credential in create.from is an API key, so Atlas needs the id of the first owner", "set create.ownerId"}
	case !given:
		return nil, nil
	}
	return t.findOwner(ctx, payers, id)
}

// findOwner finds the first owner among the users of the paying organizations.
func (t Target) findOwner(ctx context.Context, payers []resource.Object, id string) (owner *resource.Object, err error) {
	for _, payer := range payers {
		if owner, err = resource.UserByID(ctx, t.Payer.API, payer.ID, id); err != nil || owner != nil {
			return owner, err
		}
	}
	if t.Create["federationSettingsId"] != nil {
		return nil, nil // the first owner may come from any organization of the federation [api createOrg]
	}
	return nil, &CreationError{"ownerId", fmt.Sprintf("no active user of %s has the id %s", suggest.JoinSome(resource.OrgNames(payers)), id), "correct create.ownerId"}
}
