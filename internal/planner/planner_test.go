package planner_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
)

func TestPlanFinds(t *testing.T) {
	a := newAtlas(t)
	self := resource.State{"organization": {{Fields: resource.Fields{}}}}
	broken := errors.New("no key")
	for _, row := range []struct {
		reason  string
		target  planner.Target
		id      string
		wantErr string
	}{
		{"by id", a.target("Another Name", acme, self), acme, ""},
		{"by exact name", a.target("Acme-Production", "", self), acme, ""},
		{"Atlas's filter ignores case, we do not", a.target("acme-production", "", self), "", "GET /orgs: no organization has this name"},
		{"Atlas's filter takes the start of a name, we do not", a.target("Acme", "", self), "", "GET /orgs: no organization has this name"},
		{"a credential that is not there says so", planner.Target{Desired: a.target("Acme-Production", "", self).Desired, Account: &resource.Account{Err: broken}}, "", "no key"},
		{"the id of another organization", a.target("", "5f1b0c0d0e0f0a0b0c0d0e02", self), "5f1b0c0d0e0f0a0b0c0d0e02",
			"GET /api/atlas/v2/orgs/5f1b0c0d0e0f0a0b0c0d0e02: 401 USER_CANNOT_ACCESS_ORG: User cannot access this organization"},
	} {
		orgs, errs := planner.Plan(t.Context(), []planner.Target{row.target}, planner.Options{Parallel: 1})
		got := ""
		if errs[0] != nil {
			got = errs[0].Error()
		}
		if orgs[0].ID != row.id || got != row.wantErr {
			t.Errorf("%s: got id %q, error %q; want %q, %q", row.reason, orgs[0].ID, got, row.id, row.wantErr)
		}
	}
}

// TestPlanKeepsErrors: what could not be found is not the same organization as something else that could not.
func TestPlanKeepsErrors(t *testing.T) {
	broken := &resource.Account{Err: errors.New("no key")}
	target := func(name string) planner.Target {
		return planner.Target{Desired: resource.Desired{OrgRef: resource.OrgRef{Name: name}}, Account: broken}
	}
	_, errs := planner.Plan(t.Context(), []planner.Target{target("A"), target("B")}, planner.Options{Parallel: 1})
	for i, err := range errs {
		if !errors.Is(err, broken.Err) {
			t.Errorf("organization %d: got %v", i, err)
		}
	}
}

// TestPlanReadsWhatItCan: trouble with one section leaves the others planned.
func TestPlanReadsWhatItCan(t *testing.T) {
	a := newAtlas(t)
	orgs, errs := planner.Plan(t.Context(), []planner.Target{a.target("Acme-Production", acme, resource.State{
		"organization": {{Fields: resource.Fields{"name": "Acme-Production"}}},
		"settings":     {{Fields: resource.Fields{"multiFactorAuthRequired": true}}},
		"invitations":  {{Key: "ada@acme.example", Fields: resource.Fields{"teams": []any{"Platfrom"}}}},
	})}, planner.Options{Parallel: 1})
	var reference *resource.ReferenceError
	if !errors.As(errs[0], &reference) {
		t.Fatalf("got %v, want a reference error", errs[0])
	}
	want := &resource.ReferenceError{Kind: "invitations", Key: "ada@acme.example", Field: "teams", Noun: "team",
		Name: "Platfrom", Known: []string{"Platform", "Security"}}
	if diff := cmp.Diff(want, reference); diff != "" {
		t.Error(diff)
	}
	if len(orgs[0].Steps) != 1 || orgs[0].Steps[0].Kind != "settings" {
		t.Errorf("got %+v, want the step of the settings alone", orgs[0].Steps)
	}
}
