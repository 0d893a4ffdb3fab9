package planner_test

import (
	"errors"
	"testing"

	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
)

// TestPlanCreates: an organization is created unless its name exists in Atlas or twice in the tree.
func TestPlanCreates(t *testing.T) {
	payer := &resource.Account{API: lists{"/orgs": {listed("5f1b0c0d0e0f0a0b0c0d0e04", "Billing")}}}
	nobody := func() *resource.Account { return &resource.Account{Err: errors.New("not set"), Missing: true} }
	target := func(account *resource.Account) planner.Target {
		return planner.Target{Desired: resource.Desired{OrgRef: resource.OrgRef{Name: "Acme"}, Create: resource.Fields{"from": "BILLING"}}, Account: account, Payer: payer}
	}
	twice := &resource.Account{API: lists{"/orgs": {listed(acme, "Acme"), listed("5f1b0c0d0e0f0a0b0c0d0e02", "Acme")}}}
	orgs, errs := planner.Plan(t.Context(), []planner.Target{target(twice)}, planner.Options{Parallel: 1})
	var several *resource.NotFoundError
	if !errors.As(errs[0], &several) || len(several.IDs) != 2 || len(orgs[0].Steps) > 0 {
		t.Errorf("the credential sees two organizations with this name: got %v %v", orgs, errs)
	}
	orgs, errs = planner.Plan(t.Context(), []planner.Target{target(nobody()), target(nobody())}, planner.Options{Parallel: 1})
	for i, err := range errs {
		var duplicate *planner.DuplicateOrgError
		if !errors.As(err, &duplicate) || duplicate.Other != 1-i || len(orgs[i].Steps) > 0 || err.Error() != "an organization with this name would be created twice" {
			t.Errorf("the tree has the name twice: got %v %v", orgs[i], err)
		}
	}
	if orgs, errs = planner.Plan(t.Context(), []planner.Target{target(nobody())}, planner.Options{Parallel: 1}); errs[0] != nil || !orgs[0].Creates() {
		t.Errorf("the name is free: got %v %v", orgs, errs)
	}
}

// TestPlanCreatesWithoutSections: a new organization is not one of which the tree manages nothing.
func TestPlanCreatesWithoutSections(t *testing.T) {
	create := resource.Fields{"from": "BILLING", "apiKey": resource.Fields{"desc": "gitops", "roles": []any{"ORG_OWNER"}}}
	target := planner.Target{Desired: resource.Desired{OrgRef: resource.OrgRef{Name: "Acme"}, Create: create}, Account: &resource.Account{Err: errors.New("not set"), Missing: true},
		Payer: &resource.Account{API: lists{"/orgs": {listed("5f1b0c0d0e0f0a0b0c0d0e04", "Billing")}}}}
	orgs, errs := planner.Plan(t.Context(), []planner.Target{target}, planner.Options{Parallel: 1})
	if errs[0] != nil || !orgs[0].Creates() || len(orgs[0].Notices) > 0 {
		t.Errorf("got %v %v", orgs, errs)
	}
}
