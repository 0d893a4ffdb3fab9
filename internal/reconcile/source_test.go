package reconcile

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// TestAddSources: a step has the place of the field that it changes. If it changes several fields, each has its own place.
func TestAddSources(t *testing.T) {
	tree, err := spec.Load(fstest.MapFS{
		"orgs/_defaults.yaml": {Data: []byte(`settings:
  multiFactorAuthRequired: true
  restrictEmployeeAccess: true
  customSessionTimeouts:
    idleSessionTimeoutInSeconds: 1800
invitations: []
`)},
		"orgs/acme.yaml": {Data: []byte(`name: Acme
id: 5f1b0c0d0e0f0a0b0c0d0e0f
settings:
  genAIFeaturesEnabled: true
  customSessionTimeouts:
    absoluteSessionTimeoutInSeconds: 28800
  securityContact: null
members:
  - &ada
    username: ada@acme.example
    roles: [ORG_OWNER]
    projects: &projects
      Checkout: [GROUP_OWNER]
  - <<: *ada
    username: kay@acme.example
    teams: [Platform]
  - username: eve@acme.example
    roles: [ORG_MEMBER]
    projects: *projects
`)},
		"orgs/old.yaml": {Data: []byte("name: Old\nid: 5f1b0c0d0e0f0a0b0c0d0e02\nstate: absent\n")},
	}, []string{"orgs"})
	if err != nil || len(tree.Diagnostics) > 0 {
		t.Fatal(tree, err)
	}
	for _, row := range []struct {
		reason, org string
		step        plan.Step
		want        string
	}{
		{"one field of a section", "Acme", settings(resource.Fields{"genAIFeaturesEnabled": true}), "acme:4"},
		{"an inherited field", "Acme", settings(resource.Fields{"restrictEmployeeAccess": true}), "_defaults:3"},
		{"an inherited part of an object with an own part", "Acme",
			settings(resource.Fields{"customSessionTimeouts": resource.Fields{"idleSessionTimeoutInSeconds": json.Number("1800")}}), "_defaults:5"},
		{"a field that is null", "Acme", settings(resource.Fields{"securityContact": nil}), "acme:7"},
		{"several fields in one file: the first field", "Acme",
			settings(resource.Fields{"restrictEmployeeAccess": true, "multiFactorAuthRequired": true}),
			"_defaults:2 multiFactorAuthRequired=_defaults:2 restrictEmployeeAccess=_defaults:3"},
		{"several fields in several files: the first field in the file of the organization", "Acme",
			settings(resource.Fields{"securityContact": nil, "genAIFeaturesEnabled": true, "restrictEmployeeAccess": true}),
			"acme:4 genAIFeaturesEnabled=acme:4 restrictEmployeeAccess=_defaults:3 securityContact=acme:7"},
		{"an inherited part and an own part of an object", "Acme",
			settings(resource.Fields{"customSessionTimeouts": resource.Fields{"idleSessionTimeoutInSeconds": json.Number("1800"), "absoluteSessionTimeoutInSeconds": json.Number("28800")}}),
			"acme:6 customSessionTimeouts.absoluteSessionTimeoutInSeconds=acme:6 customSessionTimeouts.idleSessionTimeoutInSeconds=_defaults:5"},
		{"the settings of a new organization", "Acme", plan.Step{Op: plan.Update, Kind: "settings", After: resource.Fields{"genAIFeaturesEnabled": true}}, "acme:4"},
		{"the organization itself: its name", "Acme", plan.Step{Op: plan.Update, Kind: "organization", Before: resource.Fields{"name": "A"}, After: resource.Fields{"name": "Acme"}}, "acme:1"},
		{"a field from a merge key: its line at the anchor", "Acme", member("kay", resource.Fields{"roles": []any{"ORG_OWNER"}}), "acme:11"},
		{"a field from an alias: its line at the anchor", "Acme", member("eve", resource.Fields{"projects": resource.Fields{"Checkout": []any{"GROUP_OWNER"}}}), "acme:13"},
		{"a key that is removed from a map: the map", "Acme",
			plan.Step{Op: plan.Update, Kind: "members", Key: "ada@acme.example", Before: resource.Fields{"projects": resource.Fields{"Search": []any{"GROUP_OWNER"}}}, After: resource.Fields{"projects": resource.Fields{}}}, "acme:12"},
		{"a field on a line of the item", "Acme", member("kay", resource.Fields{"teams": []any{"Platform"}}), "acme:16"},
		{"a person who is added: the start of the item", "Acme", plan.Step{Op: plan.Create, Kind: "members", Key: "eve@acme.example", After: resource.Fields{"roles": []any{"ORG_MEMBER"}}}, "acme:17"},
		{"a person who is removed: the list", "Acme", plan.Step{Op: plan.Delete, Kind: "members", Key: "old@acme.example", Before: resource.Fields{"roles": []any{"ORG_MEMBER"}}}, "acme:8"},
		{"a person who is removed, with an inherited empty list", "Acme", plan.Step{Op: plan.Delete, Kind: "invitations", Key: "old@acme.example", Before: resource.Fields{"roles": []any{"ORG_MEMBER"}}}, "_defaults:6"},
		{"an organization that is deleted: the line of state", "Old", plan.DeleteOrganization(resource.Object{ID: "5f1b0c0d0e0f0a0b0c0d0e02", Fields: resource.Fields{"name": "Old"}}), "old:3"},
		{"an object that the tree does not have: no place", "Old", plan.Step{Op: plan.Create, Kind: "invitations", Key: "old@acme.example", After: resource.Fields{}}, ""},
	} {
		t.Run(row.reason, func(t *testing.T) {
			selected, err := (&Tree{Orgs: tree.Orgs}).Select([]string{row.org})
			if err != nil {
				t.Fatal(err)
			}
			steps := []plan.Step{row.step}
			if AddSources(selected.Orgs[0], steps); placesOf(steps[0]) != row.want {
				t.Errorf("got  %s\nwant %s", placesOf(steps[0]), row.want)
			}
		})
	}
}

// settings returns a step that changes settings, each from its opposite or from nothing.
func settings(after resource.Fields) plan.Step {
	step := plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{}, After: after}
	for field, value := range after {
		if step.Before[field] = nil; value == nil {
			step.Before[field] = "old@acme.example"
		}
	}
	return step
}

func member(name string, after resource.Fields) plan.Step {
	before := resource.Fields{}
	for field := range after {
		before[field] = nil
	}
	return plan.Step{Op: plan.Update, Kind: "members", Key: name + "@acme.example", Before: before, After: after}
}

// placesOf returns the places of a step and its fields as text, without directories and extensions.
func placesOf(s plan.Step) string {
	if s.Source == nil {
		return ""
	}
	short := func(s plan.Source) string {
		return fmt.Sprintf("%s:%d", strings.TrimSuffix(strings.TrimPrefix(s.File, "orgs/"), ".yaml"), s.Line)
	}
	all := []string{short(*s.Source)}
	for _, field := range slices.Sorted(maps.Keys(s.Sources)) {
		all = append(all, field+"="+short(s.Sources[field]))
	}
	return strings.Join(all, " ")
}
