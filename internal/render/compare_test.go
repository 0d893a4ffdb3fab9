package render_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
)

// TestCompare: each reason of a comparison has its title, and places and drift are not shown.
func TestCompare(t *testing.T) {
	step := func(op plan.Op, key, before, after string) plan.Step {
		s := plan.Step{Op: op, Kind: "invitations", Key: key + "@acme.example", ID: before}
		if before != "" {
			s.Before = resource.Fields{"roles": []any{before}}
		}
		if after != "" {
			s.After = resource.Fields{"roles": []any{after}}
		}
		return s
	}
	org := func(name, id string, steps ...plan.Step) plan.Org { return plan.Org{Name: name, ID: id, Steps: steps} }
	setting := func(field string, before, after bool) plan.Step {
		return plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{field: before}, After: resource.Fields{field: after}}
	}
	sentAgain := func(s plan.Step) plan.Step { s.ID = "another"; return s }
	placed := func(s plan.Step) plan.Step {
		s.Source, s.Drift = &plan.Source{File: "orgs/x.yaml", Line: 3}, true
		s.Sources = map[string]plan.Source{"roles": {File: "orgs/_defaults.yaml", Line: 2}}
		return s
	}
	approved := plan.New([]plan.Org{
		org("New", "", step(plan.Create, "kay", "", "ORG_MEMBER")),
		org("Other", "", step(plan.Create, "lin", "", "ORG_MEMBER")),
		org("Omega", "9", setting("multiFactorAuthRequired", false, true), setting("apiAccessListRequired", false, true), step(plan.Delete, "ada", "ORG_MEMBER", "")),
		org("Acme", "1", step(plan.Create, "ada", "", "ORG_MEMBER"), step(plan.Update, "alan", "ORG_MEMBER", "ORG_OWNER"), step(plan.Delete, "bob", "ORG_MEMBER", "")),
		org("Beta", "2", step(plan.Create, "ada", "", "ORG_MEMBER")),
		org("Gamma", "3", placed(step(plan.Create, "ada", "", "ORG_MEMBER"))),
		org("Sigma", "5", step(plan.Create, "ada", "", "ORG_MEMBER")),
	})
	now := plan.New([]plan.Org{
		org("New", "", step(plan.Create, "kay", "", "ORG_MEMBER")),
		org("Other", "", step(plan.Create, "lin", "", "ORG_MEMBER")),
		org("Omega", "9", setting("apiAccessListRequired", false, true), sentAgain(step(plan.Delete, "ada", "ORG_MEMBER", ""))),
		org("Acme", "1", step(plan.Create, "ada", "", "ORG_MEMBER"), step(plan.Update, "alan", "ORG_READ_ONLY", "ORG_OWNER"), step(plan.Create, "eve", "", "ORG_OWNER")),
		org("Beta-2", "2", step(plan.Create, "ada", "", "ORG_MEMBER")),
		org("Delta", "4", step(plan.Delete, "eve", "ORG_MEMBER", "")),
		{Name: "Sigma", ID: "5", Error: "401"},
	})
	var b bytes.Buffer
	if err := (render.View{}).WriteComparison(&b, plan.Compare(approved, now)); err != nil {
		t.Fatal(err)
	}
	want := `Acme (1)
  approved:
  ~ invitations/alan@acme.example
      roles: [ORG_MEMBER] -> [ORG_OWNER]
  planned now:
  ~ invitations/alan@acme.example
      roles: [ORG_READ_ONLY] -> [ORG_OWNER]
  approved, but no longer needed:
  - invitations/bob@acme.example
      roles: [ORG_MEMBER]
  new, not approved:
  + invitations/eve@acme.example
      roles: [ORG_OWNER]
Beta (2)
  now called Beta-2
Gamma (3)
  approved, but this run leaves out the organization:
  + invitations/ada@acme.example
      roles: [ORG_MEMBER]
Omega (9)
  approved, but no longer needed:
  ~ settings
      multiFactorAuthRequired: false -> true
Sigma (5)
  approved, but not planned now because of errors:
  + invitations/ada@acme.example
      roles: [ORG_MEMBER]
Delta (4)
  new, not approved:
  - invitations/eve@acme.example
      roles: [ORG_MEMBER]
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// TestCompareOfCreated: an organization of the approved plan that was created meanwhile, and so has an id, is the same organization.
func TestCompareOfCreated(t *testing.T) {
	approved := plan.New([]plan.Org{{Name: "Acme", Steps: []plan.Step{plan.CreateOrganization(resource.Fields{"name": "Acme", "from": "BILLING"})}}})
	now := plan.New([]plan.Org{{Name: "Acme", ID: id}, {Name: "Other", ID: strings.Repeat("1", 24)}})
	text := written(t, now, func(w io.Writer, p *plan.Plan) error {
		return render.View{}.WriteComparison(w, plan.Compare(approved, p))
	})
	if want := "Acme\n  approved, but no longer needed:\n  + organization\n      from: BILLING\n      name: Acme\n"; text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}
