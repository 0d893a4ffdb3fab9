package render_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/render"
	"atlas-gitops/internal/spec"
)

// TestExplanation: each value stands with the place that sets it, below what it is a part of. What it wins over follows.
func TestExplanation(t *testing.T) {
	tree, err := spec.Load(fstest.MapFS{
		"orgs/_defaults.yaml": {Data: []byte("settings: { multiFactorAuthRequired: false, customSessionTimeouts: { idleSessionTimeoutInSeconds: 900 } }\n")},
		"orgs/acme.yaml": {Data: []byte(`name: Acme
id: 5f1b0c0d0e0f0a0b0c0d0e01
settings:
  multiFactorAuthRequired: true
invitations: []
members:
  - username: Ada@acme.example
    roles: [ORG_OWNER]
`)},
	}, []string{"orgs"})
	if err != nil || len(tree.Diagnostics) > 0 {
		t.Fatal(tree, err)
	}
	const heading = "Acme (5f1b0c0d0e0f0a0b0c0d0e01)\n"
	for _, row := range []struct{ reason, field, want string }{
		{"a value, and what it wins over", "settings.multiFactorAuthRequired",
			"  settings:\n    multiFactorAuthRequired: true              orgs/acme.yaml:4\n      instead of false                         orgs/_defaults.yaml:1\n"},
		{"a part of a part", "settings.customSessionTimeouts.idleSessionTimeoutInSeconds",
			"  settings:\n    customSessionTimeouts:\n      idleSessionTimeoutInSeconds: 900         orgs/_defaults.yaml:1\n"},
		{"what one person has, by an address in other letters", "members/ada@ACME.example/roles",
			"  members:\n    ada@acme.example:\n      roles: [ORG_OWNER]                       orgs/acme.yaml:8\n"},
		{"a list that is empty is the answer for whoever is not in it", "invitations/ada@acme.example", "  invitations: []                              orgs/acme.yaml:5\n"},
		{"who is not in a list that is managed in full", "members/eve@acme.example", "  members/eve@acme.example is not there, and members is managed in full\n"},
		{"a setting that nobody wrote", "settings.apiAccessListRequired", "  settings.apiAccessListRequired is not written, so it is left alone\n"},
		{"the word that was asked for is shown as text", "settings.a\x1b[2J", "  settings.a [2J is not written, so it is left alone\n"},
	} {
		if diff := cmp.Diff(heading+row.want, render.Explain(tree.Orgs[0], row.field, nil).Text()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.reason, diff)
		}
	}
	const whole = heading + `  name: Acme                                   ../orgs/acme.yaml:1
  id: 5f1b0c0d0e0f0a0b0c0d0e01                 ../orgs/acme.yaml:2
  settings:
    multiFactorAuthRequired: true              ../orgs/acme.yaml:4
      instead of false                         ../orgs/_defaults.yaml:1
    customSessionTimeouts:
      idleSessionTimeoutInSeconds: 900         ../orgs/_defaults.yaml:1
  invitations: []                              ../orgs/acme.yaml:5
  members:
    ada@acme.example:
      roles: [ORG_OWNER]                       ../orgs/acme.yaml:8
`
	up := func(file string) string { return "../" + file }
	if diff := cmp.Diff(whole, render.Explain(tree.Orgs[0], "", up).Text()); diff != "" {
		t.Errorf("all of it, with the names that the reader knows (-want +got):\n%s", diff)
	}
}
