package planner_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
)

// TestOffline: the plan of a tree, if Atlas is as an earlier tree describes it.
func TestOffline(t *testing.T) {
	person := func(name, role string) resource.Object {
		return resource.Object{Key: name + "@acme.example", Fields: resource.Fields{"roles": []any{role}, "teams": []any{}, "projects": resource.Fields{}}}
	}
	self := []resource.Object{{Fields: resource.Fields{"name": "Acme"}}}
	mfa := func(on bool) []resource.Object {
		return []resource.Object{{Fields: resource.Fields{"multiFactorAuthRequired": on}}}
	}
	ada, eve, demoted := person("ada", "ORG_OWNER"), person("eve", "ORG_MEMBER"), person("ada", "ORG_MEMBER")
	org := func(want resource.State, change ...func(*resource.Desired)) *resource.Desired {
		want["organization"] = self
		target := &resource.Desired{OrgRef: resource.OrgRef{Name: "Acme", Credentials: "ACME"}, Want: want, Additive: map[string]bool{}}
		for _, c := range change {
			c(target)
		}
		return target
	}
	id := func(t *resource.Desired) { t.ID = "5f1b0c0d0e0f0a0b0c0d0e01" }
	absent := func(t *resource.Desired) { t.Delete = true }
	additive := func(t *resource.Desired) { t.Additive["members"] = true }
	other := func(t *resource.Desired) { t.Credentials = "OTHER" }
	created := func(from string) func(*resource.Desired) {
		return func(t *resource.Desired) { t.Create = resource.Fields{resource.Payer: from} }
	}
	const (
		idle       = "note: the tree manages nothing in this organization"
		weaker     = "weaker: settings.multiFactorAuthRequired: true -> false\n"
		grants     = "grants ORG_OWNER to ada@acme.example\n"
		full       = "now managed in full: members; apply removes all others"
		credential = "credential: ACME -> OTHER\n"
		additively = "no longer managed in full: members; it is unknown how many stay\nno longer managed: members/eve@acme.example\n"
	)
	for _, row := range []struct {
		reason  string
		was, is *resource.Desired
		want    string // the review, the notices and the steps
	}{
		{"equal trees", org(resource.State{"settings": mfa(true), "members": {ada}}), org(resource.State{"settings": mfa(true), "members": {ada}}), ""},
		{"another value of a field", org(resource.State{"settings": mfa(true)}), org(resource.State{"settings": mfa(false)}), weaker + "~ settings [multiFactorAuthRequired: true -> false]"},
		{"a new section", org(resource.State{}), org(resource.State{"settings": mfa(false)}), "~ settings [multiFactorAuthRequired: false]"},
		{"a removed section is left alone", org(resource.State{"settings": mfa(true), "members": {ada}}), org(resource.State{}),
			"no longer managed: settings.multiFactorAuthRequired; its live value is unknown\nno longer managed: members; it is unknown how many stay\n" + idle},
		{"people who are added, changed and removed", org(resource.State{"members": {ada, eve}}), org(resource.State{"members": {demoted, person("new", "ORG_MEMBER")}}),
			"- members/eve@acme.example [roles: [ORG_MEMBER]]\n~ members/ada@acme.example [roles: [ORG_OWNER] -> [ORG_MEMBER]]\n+ members/new@acme.example [roles: [ORG_MEMBER]]"},
		{"a new list", org(resource.State{}), org(resource.State{"members": {ada}}), grants + full + "\n+ members/ada@acme.example [roles: [ORG_OWNER]]"},
		{"a list that was additive", org(resource.State{"members": {ada}}, additive), org(resource.State{"members": {ada}}), full},
		{"a new additive list", org(resource.State{}), org(resource.State{"members": {ada}}, additive), grants + "+ members/ada@acme.example [roles: [ORG_OWNER]]"},
		{"a list that becomes additive", org(resource.State{"members": {ada, eve}}), org(resource.State{"members": {ada}}, additive), additively + "note: 1 member that is not listed is left alone"},
		{"another credential", org(resource.State{}), org(resource.State{}, other), credential + idle},
		{"another credential, and a list that becomes additive", org(resource.State{"members": {ada, eve}}), org(resource.State{"members": {ada}}, additive, other), additively + credential + "note: 1 member that is not listed is left alone"},
		{"an added organization with create and an id", nil, org(resource.State{"settings": mfa(true)}, created("PAYER"), id), "~ settings [multiFactorAuthRequired: true]"},
		{"an added organization", nil, org(resource.State{"settings": mfa(true), "members": {ada}}, id),
			grants + full + "\n~ settings [multiFactorAuthRequired: true]\n+ members/ada@acme.example [roles: [ORG_OWNER]]"},
		{"an organization becomes absent", org(resource.State{}, id), org(resource.State{}, id, absent), "- organization [name: Acme]"},
		{"an organization was absent and still is", org(resource.State{}, id, absent), org(resource.State{}, id, absent), ""},
		{"an organization is no longer absent", org(resource.State{"settings": mfa(true)}, id, absent), org(resource.State{"settings": mfa(false)}, id), weaker + "~ settings [multiFactorAuthRequired: true -> false]"},
		{"an added organization with create", nil, org(resource.State{"settings": mfa(true), "members": {ada}}, created("PAYER")),
			grants + "+ organization [from: PAYER; name: Acme]\n~ settings [multiFactorAuthRequired: true]\n+ members/ada@acme.example [roles: [ORG_OWNER]]"},
		{"an organization with create, as before", org(resource.State{"settings": mfa(true)}, created("PAYER")), org(resource.State{"settings": mfa(false)}, created("PAYER")), weaker + "~ settings [multiFactorAuthRequired: true -> false]"},
		{"an organization with another create, and everything in it", org(resource.State{"settings": mfa(true)}, created("PAYER")), org(resource.State{"settings": mfa(true)}, created("OTHER")),
			"+ organization [from: OTHER; name: Acme]\n~ settings [multiFactorAuthRequired: true]"},
		{"an organization that gets create", org(resource.State{"settings": mfa(true)}), org(resource.State{"settings": mfa(true)}, created("PAYER")),
			"+ organization [from: PAYER; name: Acme]\n~ settings [multiFactorAuthRequired: true]"},
		{"an organization with create that gets its id", org(resource.State{"settings": mfa(true)}, created("PAYER")), org(resource.State{"settings": mfa(true)}, created("PAYER"), id), ""},
	} {
		got := planner.Offline(*row.is, row.was)
		if diff := cmp.Diff(row.want, said(got)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", row.reason, diff)
		}
		if got.Name != row.is.Name || got.ID != row.is.ID || got.Credentials != row.is.Credentials {
			t.Errorf("%s: got the organization %s %s with the credential %s", row.reason, got.Name, got.ID, got.Credentials)
		}
	}
}

// said returns what the change of an organization means, its notices, and then its steps with their fields, each on its own line.
func said(org plan.Org) string {
	var lines []string
	for _, i := range org.Review {
		lines = append(lines, render.ReviewText(i))
	}
	for _, n := range org.Notices {
		lines = append(lines, render.Notice(n))
	}
	for _, s := range org.Steps {
		lines = append(lines, s.Line()+" ["+strings.Join(render.View{}.Details(s), "; ")+"]")
	}
	return strings.Join(lines, "\n")
}
