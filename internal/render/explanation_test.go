package render_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/render"
	"atlas-gitops/internal/spec"
)

// TestExplanation: each value has the place that sets it, and stands below its parent. Overridden values follow it.
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
		{"a value that overrides another one", "settings.multiFactorAuthRequired",
			"  settings:\n    multiFactorAuthRequired: true              orgs/acme.yaml:4\n      instead of false                         orgs/_defaults.yaml:1\n"},
		{"a part of a part", "settings.customSessionTimeouts.idleSessionTimeoutInSeconds",
			"  settings:\n    customSessionTimeouts:\n      idleSessionTimeoutInSeconds: 900         orgs/_defaults.yaml:1\n"},
		{"a person, with the address in capitals", "members/ada@ACME.example/roles",
			"  members:\n    ada@acme.example:\n      roles: [ORG_OWNER]                       orgs/acme.yaml:8\n"},
		{"a person, and a list that is empty", "invitations/ada@acme.example", "  invitations: []                              orgs/acme.yaml:5\n"},
	} {
		if diff := cmp.Diff(heading+row.want, explanations(tree.Orgs, row.field, nil, true)); diff != "" {
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
	if diff := cmp.Diff(whole, explanations(tree.Orgs, "", up, true)); diff != "" {
		t.Errorf("all values, with renamed files (-want +got):\n%s", diff)
	}
	const colored = "\x1b[1mAcme (5f1b0c0d0e0f0a0b0c0d0e01)\x1b[0m\n" +
		"  settings:\n    multiFactorAuthRequired: true              orgs/acme.yaml:4\n\x1b[33m      instead of false                         orgs/_defaults.yaml:1\x1b[0m\n"
	if diff := cmp.Diff(colored, render.Explanations([]render.Explanation{render.Explain(tree.Orgs[0], "settings.multiFactorAuthRequired", nil)}, true, true)); diff != "" {
		t.Errorf("in colour (-want +got):\n%s", diff)
	}
}

func explanations(orgs []*spec.Org, field string, names render.FileName, isWhole bool) string {
	all := make([]render.Explanation, len(orgs))
	for i, o := range orgs {
		all[i] = render.Explain(o, field, names)
	}
	return render.Explanations(all, isWhole, false)
}

// TestExplanationsOfNothing: the organizations without a value are named in one line for each reason.
func TestExplanationsOfNothing(t *testing.T) {
	tree, err := spec.Load(fstest.MapFS{
		"orgs/acme.yaml": {Data: []byte("name: Acme\nsettings: { genAIFeaturesEnabled: true }\ninvitations:\n  - username: ada@acme.example\n    roles: [ORG_MEMBER]\n    projects: { Search: [GROUP_OWNER] }\n")},
		"orgs/beta.yaml": {Data: []byte("name: \"Beta, Inc\"\ncredentials: B\ninvitations:\n  - { username: kay@acme.example, roles: [ORG_MEMBER] }\n")},
		"orgs/c.yaml":    {Data: []byte("name: Gamma\ncredentials: C\nmanage: { members: additive }\nmembers:\n  - { username: kay@acme.example, roles: [ORG_MEMBER] }\n")},
		"orgs/d.yaml":    {Data: []byte("name: Gamma\nid: " + id + "\nmanage: { members: additive }\nmembers: []\n")},
	}, []string{"orgs"})
	if err != nil || len(tree.Diagnostics) > 0 {
		t.Fatal(tree, err)
	}
	for _, row := range []struct {
		reason, field string
		orgs          int // how many of the four organizations are explained
		isWhole       bool
		want          string
	}{
		{"no organization of the tree sets it", "settings.securityContact", 3, true, "No organization sets settings.securityContact.\n"},
		{"the only organization does not set it", "settings.securityContact", 1, true, "Acme does not set settings.securityContact.\n"},
		{"no selected organization sets it", "settings.securityContact", 2, false, "2 organizations do not set settings.securityContact: Acme, \"Beta, Inc\".\n"},
		{"one of three sets it", "settings.genAIFeaturesEnabled", 3, true,
			"Acme\n  settings:\n    genAIFeaturesEnabled: true                 orgs/acme.yaml:2\n\n2 organizations do not set settings.genAIFeaturesEnabled: \"Beta, Inc\", Gamma.\n"},
		{"one of two sets it", "settings.genAIFeaturesEnabled", 2, true,
			"Acme\n  settings:\n    genAIFeaturesEnabled: true                 orgs/acme.yaml:2\n\n\"Beta, Inc\" does not set settings.genAIFeaturesEnabled.\n"},
		{"a person in no list, some lists managed in full", "invitations/eve@acme.example", 3, true,
			"2 organizations manage invitations in full and do not list invitations/eve@acme.example: Acme, \"Beta, Inc\".\nGamma does not manage invitations.\n"},
		{"a person in no list, all managed in full", "invitations/eve@acme.example", 2, true,
			"No organization lists invitations/eve@acme.example. All manage invitations in full.\n"},
		{"a project that a person does not have", "invitations/ada@acme.example/projects.Billing", 1, true,
			"Acme manages invitations/ada@acme.example/projects in full and does not set invitations/ada@acme.example/projects.Billing.\n"},
		{"equal names have their ids", "settings.securityContact", 4, false,
			"4 organizations do not set settings.securityContact: Acme, \"Beta, Inc\", Gamma, Gamma (" + id + ").\n"},
		{"a person in no additive list, and organizations without the list", "members/eve@acme.example", 4, true,
			"2 organizations do not manage members: Acme, \"Beta, Inc\".\n2 organizations list only some people (manage: { members: additive }) and leave members/eve@acme.example alone: Gamma, Gamma (" + id + ").\n"},
		{"a field of a person in no additive list", "members/eve@acme.example/roles", 3, true,
			"2 organizations do not manage members: Acme, \"Beta, Inc\".\nGamma lists only some people (manage: { members: additive }) and leaves members/eve@acme.example alone.\n"},
		{"a list that no organization has", "members", 2, true, "No organization manages members.\n"},
		{"an escape sequence in the requested field", "settings.a\x1b[2J", 1, true, "Acme does not set settings.a [2J.\n"},
	} {
		if diff := cmp.Diff(row.want, explanations(tree.Orgs[:row.orgs], row.field, nil, row.isWhole)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.reason, diff)
		}
	}
}
