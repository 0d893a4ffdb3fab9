package apply_test

import (
	"errors"
	"net/http"
	"testing"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/resource"
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
			a.inject(sandbox.Fault{Method: http.MethodDelete, Kind: row.fault})
			got := a.run(p)
			var gone *resource.DeletionUnknownError
			if len(got) != 1 || got[0].Verdict != row.want || errors.As(got[0].Err, &gone) != (row.want == apply.Failed) {
				t.Errorf("got %+v", got)
			}
			if _, errs := a.planOf(absent); !errors.As(errs[0], &gone) {
				t.Errorf("afterwards: %v", errs[0])
			}
		})
	}
}
