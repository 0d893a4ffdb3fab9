package action

import (
	"testing"

	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// TestWords: what the input only takes is a name, and an id where the name is that of another one, too.
func TestWords(t *testing.T) {
	org := func(name, id string) *spec.Org {
		return &spec.Org{Desired: resource.Desired{OrgRef: resource.OrgRef{Name: name, ID: id}}}
	}
	r := &report{selection: reconcile.Selection{Orgs: []*spec.Org{org("A", "1"), org("A", ""), org("B", "2"), org("C", "3")}, Rest: []*spec.Org{org("C", "4")}}}
	word := r.words()
	for i, want := range []string{"1", "A", "B", "3"} {
		if got := word(r.selection.Orgs[i].Name, r.selection.Orgs[i].ID); got != want {
			t.Errorf("%d: got %q, want %q", i, got, want)
		}
	}
}
