package render_test

import (
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
)

// TestWriteViolations: a blocked plan shows how to accept it, an accepted plan does not. At most 20 names are shown.
func TestWriteViolations(t *testing.T) {
	org := plan.Org{Name: "Acme"}
	for i := range 25 {
		org.Steps = append(org.Steps, plan.Step{Op: plan.Delete, Kind: "members", Key: fmt.Sprintf("p%d@acme.example", i), Before: resource.Fields{"roles": []any{"ORG_MEMBER"}}})
	}
	p := plan.New([]plan.Org{org})
	p.Check(plan.Limits{Removals: 3, TotalRemovals: 100}, nil)
	const what = "  25 removals; the limit is 3 (--max-deletes)\n"
	for _, row := range []struct {
		reason         string
		view           render.View
		text, markdown string
		lacks, lacks2  string
	}{
		{"blocked", render.View{Command: "apply --accept"}, "Guards block 1 organization:\n  Acme\n  " + what, "### Guards block 1 organization\n\n```text\nAcme\n" + what, "Accepted", "Accepted"},
		{"accepted", render.View{Command: "apply --accept", AcceptedWith: "--accept"}, "Accepted with --accept:\n  Acme\n  " + what, "### Accepted with --accept\n\n```text\nAcme\n" + what, "Guards block", "To apply"},
		{"nobody can approve what was not compared with Atlas", render.View{Command: "apply --accept", ComparedWith: "main"}, "Guards block 1 organization:\n  Acme\n  " + what, "### Guards block 1 organization\n\n```text\nAcme\n" + what, "To apply", "Digest"},
	} {
		text, markdown := written(t, p, row.view.WritePlan), written(t, p, row.view.WritePlanMarkdown)
		if !strings.Contains(text, row.text) || strings.Contains(text, row.lacks) || strings.Contains(text, row.lacks2) {
			t.Errorf("%s: %s", row.reason, text)
		}
		if !strings.Contains(markdown, row.markdown) || strings.Contains(markdown, row.lacks) || strings.Contains(markdown, row.lacks2) {
			t.Errorf("%s: %s", row.reason, markdown)
		}
		if !strings.Contains(text, "p19@acme.example, and 5 more\n") {
			t.Errorf("%s: want 20 names and the number of the others: %s", row.reason, text)
		}
	}
}

// TestWriteSameViolations: a summary joins equal findings of several organizations. Findings about different people differ.
func TestWriteSameViolations(t *testing.T) {
	lock := plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{"apiAccessListRequired": false}, After: resource.Fields{"apiAccessListRequired": true}}
	elsewhere := lock // findings show no places
	elsewhere.Source, elsewhere.Sources = &plan.Source{File: "a", Line: 1}, map[string]plan.Source{"apiAccessListRequired": {File: "b", Line: 1}}
	removal := func(key string) plan.Step {
		return plan.Step{Op: plan.Delete, Kind: "members", Key: key, Before: resource.Fields{"roles": []any{"ORG_MEMBER"}}}
	}
	p := plan.New([]plan.Org{{Name: "A", Steps: []plan.Step{lock}}, {Name: "B", Steps: []plan.Step{removal("ada"), lock}}, {Name: "C", Steps: []plan.Step{removal("eve"), lock}}, {Name: "D", Steps: []plan.Step{elsewhere}}})
	p.Check(plan.Limits{Removals: 0, TotalRemovals: 100}, nil)
	const locked, removed = "    the credential of this run may be locked out\n      settings: apiAccessListRequired: false -> true\n", "    1 removal; the limit is 0 (--max-deletes)\n      removes members: "
	const want = "Guards block 4 organizations:\n  2 organizations\n" + locked + "    A, D\n  B\n" + removed + "ada\n" + locked
	if _, got, _ := strings.Cut(written(t, p, render.View{Summary: true}.WritePlan), "  A, B, C, D\n\n"); !strings.Contains(got, want) {
		t.Errorf("got %s", got)
	}
	const hint = "To apply an organization that guards block, with its digest from the plan without --summary:\n  ONE\n"
	view := render.View{Command: "ALL", AcceptOne: "ONE"}
	if got := written(t, p, view.WritePlan); strings.Contains(got, hint) || !strings.Contains(got, "guards block:\n  ONE\n") {
		t.Errorf("got %s", got)
	}
	if view.Summary = true; !strings.Contains(written(t, p, view.WritePlan), hint) {
		t.Errorf("a summary does not show the digests of shared findings, and does not say where they are: %s", written(t, p, view.WritePlan))
	}
	if got := written(t, p, render.View{}.WritePlan); !strings.Contains(got, "  A\n"+locked+"    digest: ") {
		t.Errorf("got %s", got)
	}
}

// TestWriteViolationsOfEqualNames: two organizations that would be created with one name are two findings, each with its removals.
func TestWriteViolationsOfEqualNames(t *testing.T) {
	created := func(credentials string, names ...string) plan.Org {
		org := plan.Org{Name: "A", Credentials: credentials, Steps: []plan.Step{{Op: plan.Create, Kind: resource.Organization.Name, After: resource.Fields{"name": "A"}}}}
		for _, name := range names {
			org.Steps = append(org.Steps, plan.Step{Op: plan.Delete, Kind: "members", Key: name})
		}
		return org
	}
	p := plan.New([]plan.Org{created("X"), created("Y", "ops-team-with-a-name@acme.example", "dev@acme.example", "security@acme.example")})
	p.Check(plan.Limits{Removals: 0, TotalRemovals: 100}, nil)
	const creates = "  A\n    the organization would be created\n"
	want := "Guards block 2 organizations:\n" + creates + "    digest: " + p.Orgs[0].Digest + "\n" + creates + "    3 removals; the limit is 0 (--max-deletes)\n" +
		"      removes members: ops-team-with-a-name@acme.example, dev@acme.example,\n        security@acme.example\n    digest: " + p.Orgs[1].Digest + "\n\n"
	if got := written(t, p, render.View{}.WritePlan); !strings.Contains(got, want) {
		t.Errorf("got %s", got)
	}
}

// TestWriteLeftAlone: a verbose plan names what is left alone, below each organization; otherwise the plan counts it.
func TestWriteLeftAlone(t *testing.T) {
	left := plan.Notice{About: plan.LeftAlone, Kind: "members", Count: 3, Keys: []string{"ada@acme.example", "bob@acme.example", "some-name-that-is-long@acme.example"}}
	p := plan.New([]plan.Org{{Name: "Acme", Notices: []plan.Notice{left}}})
	const want = "Acme\n  note: 3 members that are not listed are left alone: ada@acme.example,\n    bob@acme.example, some-name-that-is-long@acme.example\n\nNo changes. 1 organization matches.\n"
	if got := written(t, p, render.View{Verbose: true}.WritePlan); got != want {
		t.Errorf("got %s", got)
	}
	if got := written(t, p, render.View{}.WritePlan); got != "Notes:\n  3 members that are not listed are left alone\n\nNo changes. 1 organization matches.\n" {
		t.Errorf("got %s", got)
	}
}

// TestWriteViolationsOfSplitUpdates: a person with two steps is named once, for what both do together. Who gets ORG_OWNER and loses a
// team is not named, because guards do not count that.
func TestWriteViolationsOfSplitUpdates(t *testing.T) {
	update := func(key, field string, before, after any) plan.Step {
		return plan.Step{Op: plan.Update, Kind: "members", Key: key, Before: resource.Fields{field: before}, After: resource.Fields{field: after}}
	}
	owner, member, team := []any{"ORG_OWNER"}, []any{"ORG_MEMBER"}, []any{"Platform"}
	p := plan.New([]plan.Org{{Name: "Acme", Steps: []plan.Step{
		update("eve", "roles", member, owner), update("ada", "roles", owner, member), update("ada", "teams", team, nil), update("eve", "teams", team, nil), update("kay", "teams", team, nil),
	}}})
	p.Check(plan.Limits{Removals: 1, TotalRemovals: 1_000}, nil)
	const want = "    2 removals; the limit is 1 (--max-deletes)\n      takes ORG_OWNER from: ada\n      takes roles, teams or projects from: kay\n    digest: "
	if got := written(t, p, render.View{}.WritePlan); !strings.Contains(got, want) {
		t.Errorf("got %s", got)
	}
}
