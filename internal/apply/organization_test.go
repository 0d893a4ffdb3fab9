package apply_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/sandbox"
)

// TestDeletion: what Atlas accepts is done, since it lets nobody look afterwards; and where its answer got lost nobody
// can tell.
func TestDeletion(t *testing.T) {
	const absent = "name: Acme-Production\nid: " + acme + "\nstate: absent\n"
	for _, row := range []struct {
		fault string
		want  apply.Verdict
	}{{"", apply.Applied}, {"500-before", apply.Applied}, {"reset-after", apply.Failed}} {
		bubble(t, row.fault, func(t *testing.T) {
			a := newAtlasInside(t, directly)
			fleet := sandbox.Demo()
			fleet.Orgs[0].Projects = nil
			a.open(fleet)
			p := a.plan(absent)
			if row.fault != "" {
				if err := a.server.Load().Inject(sandbox.Fault{Method: http.MethodDelete, Kind: row.fault}); err != nil {
					t.Fatal(err)
				}
			}
			got := a.run(p)
			var gone *apply.GoneError
			if len(got) != 1 || got[0].Verdict != row.want || errors.As(got[0].Err, &gone) != (row.want == apply.Failed) {
				t.Errorf("got %+v", got)
			}
			_, errs := apply.Survey(t.Context(), []apply.Target{{Name: "Acme-Production", ID: acme, Delete: true, Account: a.account}}, nil, 1, nil)
			if !errors.As(errs[0], &gone) {
				t.Errorf("afterwards: %v", errs[0])
			}
		})
	}
}

// TestDeletionIsSure: an organization is deleted only where it is known that it has no project, and that it is the one.
func TestDeletionIsSure(t *testing.T) {
	for _, row := range []struct {
		reason   string
		name     string
		projects int
		fault    string // of reading projects
		want     string
	}{
		{"one project is one too many", "Acme-Production", 1, "", "it is to be deleted, but still has projects: Checkout"},
		{"nobody could look for projects", "Acme-Production", 0, "503", "503 SERVICE_UNAVAILABLE"},
		{"it is called otherwise", "acme-production", 0, "", `the organization of that id is called "Acme-Production"`},
	} {
		bubble(t, row.reason, func(t *testing.T) {
			a := newAtlasInside(t, directly)
			fleet := sandbox.Demo()
			fleet.Orgs[0].Projects = fleet.Orgs[0].Projects[:row.projects]
			a.open(fleet)
			if row.fault != "" {
				if err := a.server.Load().Inject(sandbox.Fault{Method: "GET", Path: "/api/atlas/v2/orgs/*/groups", Kind: row.fault, Times: -1}); err != nil {
					t.Fatal(err)
				}
			}
			orgs, errs := apply.Survey(t.Context(), []apply.Target{{Name: row.name, ID: acme, Delete: true, Account: a.account}}, nil, 1, nil)
			if errs[0] == nil || !strings.Contains(errs[0].Error(), row.want) || len(orgs[0].Steps) > 0 {
				t.Errorf("got %v and %v, want %s", orgs[0].Steps, errs[0], row.want)
			}
		})
	}
}
