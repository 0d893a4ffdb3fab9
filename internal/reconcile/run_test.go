package reconcile

import (
	"slices"
	"testing"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
)

// TestSandboxOrgs: the names of the organizations of the sandbox are in natural order, like all names. They help only if the tree has
// another organization.
func TestSandboxOrgs(t *testing.T) {
	fleet := &sandbox.Fleet{Orgs: []*sandbox.Org{{ID: "1", Name: "Acme 10"}, {ID: "2", Name: "Acme 2"}, {ID: "3", Name: "Acme 3", IsDeleted: true}}}
	for _, row := range []struct {
		reason string
		org    resource.Desired
		want   []string
	}{
		{"the sandbox has the name", resource.Desired{OrgRef: resource.OrgRef{Name: "Acme 2"}}, nil},
		{"the sandbox does not have the name", resource.Desired{OrgRef: resource.OrgRef{Name: "Acme 4"}}, []string{"Acme 2", "Acme 10"}},
		{"the sandbox has the id under another name", resource.Desired{OrgRef: resource.OrgRef{Name: "Acme 4", ID: "1"}}, nil},
		{"the tree creates it", resource.Desired{OrgRef: resource.OrgRef{Name: "Acme 4"}, Create: resource.Fields{}}, nil},
	} {
		r := &Run{Errors: []error{&OrgError{Org: &spec.Org{Desired: row.org}}}, connection: &Connection{embedded: sandbox.New(fleet)}}
		if got := r.SandboxOrgs(); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
