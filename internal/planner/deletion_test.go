package planner_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/sandbox"
)

// TestDeletionIsSure: an organization is deleted only where it is known that it has no project, and that it is the one.
func TestDeletionIsSure(t *testing.T) {
	for _, row := range []struct {
		reason   string
		name     string
		projects int
		fault    string // of reading projects
		want     string
	}{
		{"one project is one too many", "Acme-Production", 1, "", "state is absent, but the organization still has projects: Checkout"},
		{"nobody could look for projects", "Acme-Production", 0, "503", "503 SERVICE_UNAVAILABLE"},
		{"it is called otherwise", "acme-production", 0, "", `the organization with this id has the name "Acme-Production"`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fleet := sandbox.Demo()
				fleet.Orgs[0].Projects = fleet.Orgs[0].Projects[:row.projects]
				a := newAtlasOf(t, fleet)
				if row.fault != "" {
					if err := a.server.Inject(sandbox.Fault{Method: "GET", Path: "/api/atlas/v2/orgs/*/groups", Kind: row.fault, Times: -1}); err != nil {
						t.Fatal(err)
					}
				}
				target := a.target(row.name, acme, nil)
				target.Delete = true
				orgs, errs := planner.Plan(t.Context(), []planner.Target{target}, planner.Options{Parallel: 1})
				if errs[0] == nil || !strings.Contains(errs[0].Error(), row.want) || len(orgs[0].Steps) > 0 {
					t.Errorf("got %v and %v, want %s", orgs[0].Steps, errs[0], row.want)
				}
			})
		})
	}
}

// TestDriftOfDeletion: that an organization goes is drift if the tree asked for it before, too.
func TestDriftOfDeletion(t *testing.T) {
	fleet := sandbox.Demo()
	fleet.Orgs[0].Projects = nil
	a := newAtlasOf(t, fleet)
	for _, before := range []bool{false, true} {
		target := a.target("Acme-Production", acme, nil)
		target.Delete = true
		base := target.Desired
		base.Delete = before
		target.Base = &base
		orgs, errs := planner.Plan(t.Context(), []planner.Target{target}, planner.Options{Parallel: 1})
		if errs[0] != nil || len(orgs[0].Steps) != 1 || orgs[0].Steps[0].Drift != before {
			t.Errorf("asked for before: %t: got %+v, %v", before, orgs[0].Steps, errs[0])
		}
	}
}
