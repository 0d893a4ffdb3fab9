package planner_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/sandbox"
)

// TestDeletionIsSure: the deletion of an organization is planned only if it has the right name and certainly no projects.
func TestDeletionIsSure(t *testing.T) {
	for _, row := range []struct {
		reason   string
		name     string
		projects int
		fault    string // the fault when projects are read
		want     string
	}{
		{"the organization has a project", "Acme-Production", 1, "", "state is absent, but the organization still has projects: Checkout"},
		{"the projects cannot be read", "Acme-Production", 0, "503", "503 SERVICE_UNAVAILABLE"},
		{"the live name differs", "acme-production", 0, "", `the organization with this id has the name "Acme-Production"`},
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

// TestDriftOfDeletion: the deletion of an organization is drift if the base tree has state absent, too.
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
			t.Errorf("state absent in the base: %t: got %+v, %v", before, orgs[0].Steps, errs[0])
		}
	}
}
