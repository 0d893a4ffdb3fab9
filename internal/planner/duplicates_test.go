package planner_test

import (
	"errors"
	"fmt"
	"testing"

	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
)

// TestDuplicatesInTheRest: two documents must not describe one live organization, even if --only selects just one of them.
func TestDuplicatesInTheRest(t *testing.T) {
	a := newAtlas(t)
	const staging = "5f1b0c0d0e0f0a0b0c0d0e02"
	other := func() *resource.Account { return a.account }
	missing := func() *resource.Account { return &resource.Account{Err: errors.New("not set"), Missing: true} }
	never := func() *resource.Account { t.Error("this account must not be used"); return a.account }
	self := func(name string) resource.State {
		return resource.State{"organization": {{Fields: resource.Fields{"name": name}}}}
	}
	byName, renamed := a.target("Acme-Production", "", self("Acme-Production")), a.target("Acme-Live", acme, self("Acme-Live"))
	wrong := a.target("Acme-Production", acme, resource.State{"invitations": {{Key: "ada@acme.example", Fields: resource.Fields{"teams": []any{"Nobody"}}}}})
	ref := func(name, id string) resource.OrgRef { return resource.OrgRef{Name: name, ID: id} }
	for _, row := range []struct {
		reason string
		target planner.Target
		rest   []planner.Other
		want   string
	}{
		{"a target found by name, another one with the same id", byName, []planner.Other{{OrgRef: ref("B", staging), Account: never}, {OrgRef: ref("A", acme), Account: never}}, "the live organization " + acme + " is described twice, 2"},
		{"a target that is renamed, another one with its live name", renamed, []planner.Other{{OrgRef: ref("Acme-Production", ""), Account: other}}, "the live organization " + acme + " is described twice, 1"},
		{"another one with the live name, and its credential is missing", renamed, []planner.Other{{OrgRef: ref("Acme-Production", ""), Account: missing}}, "the live organization " + acme + " may be described twice, 1"},
		{"a duplicate with another error reports only the duplicate", wrong, []planner.Other{{OrgRef: ref("A", acme), Account: never}}, "the live organization " + acme + " is described twice, 1"},
		{"another name", renamed, []planner.Other{{OrgRef: ref("Acme-Staging", ""), Account: never}}, ""},
		{"another one with the new name", renamed, []planner.Other{{OrgRef: ref("Acme-Live", ""), Account: never}}, ""},
		{"the same name with another id", renamed, []planner.Other{{OrgRef: ref("Acme-Production", staging), Account: never}}, ""},
		{"another one that may be created", renamed, []planner.Other{{OrgRef: ref("Acme-Production", ""), IsNew: true, Account: never}}, ""},
	} {
		orgs, errs := planner.Plan(t.Context(), []planner.Target{row.target}, planner.Options{Others: row.rest, Parallel: 1})
		got := ""
		if duplicate := new(planner.DuplicateOrgError); errors.As(errs[0], &duplicate) {
			got = fmt.Sprintf("%s, %d", duplicate, duplicate.Other)
		}
		if got != row.want || got != "" && len(orgs[0].Steps) > 0 {
			t.Errorf("%s: got %q, %v, want %q", row.reason, got, errs[0], row.want)
		}
	}
}

// TestPlanRejectsDuplicates: two targets that are the same live organization have errors and no steps, because each would undo the
// other's changes.
func TestPlanRejectsDuplicates(t *testing.T) {
	a := newAtlas(t)
	want := resource.State{"organization": {{Fields: resource.Fields{"name": "B"}}}}
	orgs, errs := planner.Plan(t.Context(), []planner.Target{
		a.target("Acme-Production", "", want), a.target("B", acme, want),
	}, planner.Options{Parallel: 1})
	for i, other := range []int{1, 0} {
		var duplicate *planner.DuplicateOrgError
		if !errors.As(errs[i], &duplicate) || duplicate.Other != other || duplicate.ID != acme || len(orgs[i].Steps) > 0 {
			t.Errorf("organization %d: got %v and steps %v; want a duplicate of %d and no steps", i, errs[i], orgs[i].Steps, other)
		}
	}
}
