package action

import (
	"testing"

	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// TestWords: the input only takes the name of an organization, or its id if several share the name.
func TestWords(t *testing.T) {
	org := func(name, id string) *spec.Org {
		return &spec.Org{Desired: resource.Desired{OrgRef: resource.OrgRef{Name: name, ID: id}}}
	}
	r := &report{selection: reconcile.Selection{Orgs: []*spec.Org{org("A", "1"), org("A", ""), org("B", "2"), org("C", "3")}, Rest: []*spec.Org{org("C", "4")}}}
	for i, want := range []string{"1", "A", "B", "3"} {
		if got := r.words(r.selection.Orgs[i].OrgRef); got[0] != want {
			t.Errorf("%d: got %q, want %q", i, got, want)
		}
	}
}
