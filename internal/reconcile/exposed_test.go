package reconcile

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// creating is a plan after which Atlas shows a credential.
func creating() *plan.Plan {
	after := resource.Fields{"name": "Acme", "apiKey": resource.Fields{"desc": "gitops", "roles": []any{"ORG_OWNER"}}}
	return plan.New([]plan.Org{{Name: "Acme", Steps: []plan.Step{{Op: plan.Create, Kind: resource.Organization.Name, After: after}}}})
}

// TestCheckExposed: the warning needs the answer of git.
func TestCheckExposed(t *testing.T) {
	env := onDisk(t.TempDir())
	put(t, filepath.Join(env.Dir, ".git"), "")
	for _, row := range []struct {
		reason    string
		ignored   bool
		err       error
		isExposed bool
	}{
		{"git ignores the file", true, nil, false},
		{"git would add the file", false, nil, true},
		{"there is no git", false, errors.New("git: not found"), false},
	} {
		env.Ignores = func(context.Context, string, string) (bool, error) { return row.ignored, row.err }
		if err := env.CheckExposed(t.Context(), filepath.Join(env.Dir, "acme.env"), creating()); err != nil != row.isExposed {
			t.Errorf("%s: got %v", row.reason, err)
		}
	}
}

// TestProposeCredentials: a suggested command names a file that the run can create.
func TestProposeCredentials(t *testing.T) {
	env := Env{Files: fstest.MapFS{"used.env": {}}}
	for _, row := range []struct {
		reason, given, want string
		plan                *plan.Plan
	}{
		{"no credential", "acme.env", "", plan.New(nil)},
		{"no file is given", "", "credentials.env", creating()},
		{"the given file is new", "acme.env", "acme.env", creating()},
		{"the given file exists", "used.env", "credentials.env", creating()},
	} {
		if got := env.ProposeCredentials(row.given, row.plan); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
