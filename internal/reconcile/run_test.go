package reconcile

import (
	"slices"
	"testing"

	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
)

// TestSandboxOrgs: the names of the organizations of the sandbox are in natural order, like all names. They help only if the tree has
// another organization.
func TestSandboxOrgs(t *testing.T) {
	fleet := &sandbox.Fleet{Orgs: []*sandbox.Org{{ID: "1", Name: "Acme 10"}, {ID: "2", Name: "Acme 2"}, {ID: "3", Name: "Acme 3", IsDeleted: true}}}
	for name, want := range map[string][]string{"Acme 2": nil, "Acme 4": {"Acme 2", "Acme 10"}} {
		org := &spec.Org{}
		org.Name = name
		r := &Run{Errors: []error{&OrgError{Org: org}}, connection: &Connection{embedded: sandbox.New(fleet)}}
		if got := r.SandboxOrgs(); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
