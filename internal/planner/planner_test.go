package planner_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
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
		{"an organization with an id", a.target("Another Name", acme, self), acme, ""},
		{"an organization with the exact name", a.target("Acme-Production", "", self), acme, ""},
		{"a name in another case", a.target("acme-production", "", self), "", "GET /orgs: no organization has this name"},
		{"the beginning of a name", a.target("Acme", "", self), "", "GET /orgs: no organization has this name"},
		{"a missing credential", planner.Target{Desired: a.target("Acme-Production", "", self).Desired, Account: &resource.Account{Err: broken}}, "", "no key"},
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

// TestPlanKeepsErrors: two organizations that cannot be found keep their own errors, and are not duplicates.
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

// TestPlanReadsWhatItCan: an error in one section does not stop the plan of the others.
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
		t.Errorf("got %+v, want only the step for settings", orgs[0].Steps)
	}
}

// TestNamesInTwoForms: Atlas may have the letters of a name composed in another way than the tree. It is the same name.
func TestNamesInTwoForms(t *testing.T) {
	fleet := sandbox.Demo()
	const one, two = "Cafe\u0301", "Caf\u00e9"
	fleet.Orgs[0].Name, fleet.Orgs[0].Teams[0].Name, fleet.Orgs[0].Projects[0].Name = one, one, one
	a := newAtlasOf(t, fleet)
	people := resource.Fields{"roles": []any{"ORG_OWNER"}, "teams": []any{two}, "projects": resource.Fields{two: []any{"GROUP_READ_ONLY"}}}
	for reason, target := range map[string]planner.Target{
		"found by its name": a.target(two, "", nil),
		"found by its id":   a.target(two, acme, nil),
	} {
		target.Additive = map[string]bool{"members": true}
		target.Want = resource.State{
			"organization": {{Fields: resource.Fields{"name": two}}},
			"members":      {{Key: "new@acme.example", Fields: people}},
		}
		orgs, errs := planner.Plan(t.Context(), []planner.Target{target}, planner.Options{Parallel: 1})
		if errs[0] != nil || len(orgs[0].Steps) != 1 || orgs[0].Steps[0].Kind != "members" || orgs[0].ID != acme {
			t.Errorf("%s: got %+v, %v; want the step of the member alone", reason, orgs[0], errs[0])
		}
	}
}

// TestInviteWithoutAddress: a username without @ can be listed only for a person who is in Atlas. Atlas cannot invite it.
func TestInviteWithoutAddress(t *testing.T) {
	fleet := sandbox.Demo()
	fleet.Orgs[0].Users[1].Username = "Grace"
	a := newAtlasOf(t, fleet)
	owner := resource.Fields{"roles": []any{"ORG_OWNER"}}
	const refused = "this is not an e-mail address, so Atlas cannot send an invitation; "
	const remove = "write the e-mail address, or remove the entry: nobody in the organization has this name"
	for _, row := range []struct{ reason, kind, name, want string }{
		{"who is there is changed, also with other letters", "members", "grace", ""},
		{"an accepted invitation is left alone", "invitations", "grace", ""},
		{"who is not there cannot be invited", "members", "kay", refused + remove},
		{"by the older way neither", "invitations", "kay", refused + remove},
		{"almost the name of somebody", "members", "grcae", refused + `did you mean "Grace"? otherwise, write the e-mail address, or remove the entry`},
	} {
		target := a.target("Acme-Production", acme, resource.State{"settings": {{Fields: resource.Fields{"multiFactorAuthRequired": true}}}, row.kind: {{Key: row.name, Fields: owner}}})
		target.Additive = map[string]bool{row.kind: true}
		orgs, errs := planner.Plan(t.Context(), []planner.Target{target}, planner.Options{Parallel: 1})
		got := ""
		if invite := new(resource.InviteError); errors.As(errs[0], &invite) {
			got = invite.Error() + "; " + invite.Advice()
		}
		isSettings := func(s plan.Step) bool { return s.Kind == "settings" }
		if got != row.want || !slices.ContainsFunc(orgs[0].Steps, isSettings) || got != "" && len(orgs[0].Steps) != 1 {
			t.Errorf("%s: got %q, %+v; want %q", row.reason, got, orgs[0].Steps, row.want)
		}
	}
}

// TestLookalikeNotice: a plan that replaces a person by one who looks the same has a warning.
func TestLookalikeNotice(t *testing.T) {
	a := newAtlas(t)
	target := a.target("Acme-Production", acme, resource.State{"members": {{Key: "gr\u0430ce@acme.example", Fields: resource.Fields{"roles": []any{"ORG_OWNER"}}}}})
	orgs, errs := planner.Plan(t.Context(), []planner.Target{target}, planner.Options{Parallel: 1})
	if errs[0] != nil || !orgs[0].Has(plan.Lookalike) {
		t.Errorf("got %+v, %v", orgs[0].Notices, errs[0])
	}
}
