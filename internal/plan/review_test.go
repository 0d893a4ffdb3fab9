package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// TestReview: what the change of one organization means, whether or not Atlas differs.
func TestReview(t *testing.T) {
	const (
		ada, bob     = "{ username: ada@acme.example, roles: [ORG_OWNER] }", "{ username: bob@acme.example, roles: [ORG_MEMBER] }"
		owner, other = `{ "key": "ada@acme.example", "fields": { "roles": ["ORG_OWNER"], "status": "ACTIVE" } }`, `{ "key": "bob@acme.example", "fields": { "roles": ["ORG_MEMBER"], "status": "PENDING" } }`
		additive     = "manage: { members: additive }\n"
		mfa          = "settings: { multiFactorAuthRequired: true }"
		on, off      = `{ "settings": [{ "fields": { "multiFactorAuthRequired": true } }] }`, `{ "settings": [{ "fields": { "multiFactorAuthRequired": false } }] }`
		idle         = "settings: { customSessionTimeouts: { idleSessionTimeoutInSeconds: "
		absolute     = "settings: { customSessionTimeouts: { absoluteSessionTimeoutInSeconds: 3600 } }"
		create       = "create: { from: BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d0e01 }\ncredentials: ACME\n"
	)
	people := func(all ...string) string { return "members: [" + strings.Join(all, ", ") + "]" }
	members := func(all ...string) string { return `{ "members": [` + strings.Join(all, ", ") + `] }` }
	for _, row := range []struct {
		reason, base, head, live string // live "" is a tree that is compared without Atlas
		want                     string // the items with their lines, where the name is on line 1
	}{
		{"nothing changes, although Atlas differs", mfa, mfa, off, ""},
		{"nothing changes in an additive list", additive + people(bob), additive + people(bob), members(owner), ""},

		{"a reverted setting stays as it is in Atlas", mfa, "", on, "1: no longer managed: settings.multiFactorAuthRequired; stays true"},
		{"the live value counts, not that of the base", mfa, "", off, "1: no longer managed: settings.multiFactorAuthRequired; stays false"},
		{"one of two settings", mfa, "settings: { securityContact: null }", `{ "settings": [{ "fields": {} }] }`,
			"2: no longer managed: settings.multiFactorAuthRequired; stays unset\n2: already in Atlas: settings.securityContact"},
		{"a part of a record", idle + "900, absoluteSessionTimeoutInSeconds: 3600 } }", absolute, `{ "settings": [{ "fields": { "customSessionTimeouts": { "idleSessionTimeoutInSeconds": 900 } } }] }`,
			"2: no longer managed: settings.customSessionTimeouts.idleSessionTimeoutInSeconds; stays 900"},
		{"null managed both parts of the record", "settings: { customSessionTimeouts: null }", absolute, `{ "settings": [{ "fields": {} }] }`,
			"2: no longer managed: settings.customSessionTimeouts.idleSessionTimeoutInSeconds; stays unset"},
		{"the section could not be read", mfa, "", `{}`, "1: no longer managed: settings.multiFactorAuthRequired; its live value is unknown"},
		{"a list", people(ada, bob), "", members(owner, other), "1: no longer managed: members; 2 stay"},
		{"a list that Atlas does not have", people(ada, bob), "", members(), "1: no longer managed: members; Atlas has none"},
		{"a list that could not be read", people(ada, bob), "", `{}`, "1: no longer managed: members; it is unknown how many stay"},
		{"an additive list managed only what it lists", additive + people(bob), "", members(owner, other), "1: no longer managed: members; 1 stays"},
		{"a list that becomes additive", people(ada, bob), additive + people(ada, bob), members(owner, other), "2: no longer managed in full: members; all are listed"},
		{"a list that becomes additive without a person", people(ada, bob), additive + people(ada), members(owner, other),
			"2: no longer managed in full: members; 1 that is not listed stays\n3: no longer managed: members/bob@acme.example; stays"},
		{"a person of an additive list who has left", additive + people(ada, bob), additive + people(ada), members(owner), "3: no longer managed: members/bob@acme.example; Atlas does not have it"},
		{"a person of an additive list that could not be read", additive + people(ada, bob), additive + people(ada), `{}`, "3: no longer managed: members/bob@acme.example"},
		{"a person who moves to another list", additive + people(ada, bob), "manage: { members: additive, invitations: additive }\ninvitations: [" + bob + "]\n" + people(ada), members(owner, other), ""},
		{"a person who leaves a full list has a step, not an item", people(ada, bob), people(ada), members(owner, other), ""},
		{"the teams of a person", people("{ username: bob@acme.example, roles: [ORG_OWNER], teams: [Platform], projects: {} }"), people("{ username: bob@acme.example, roles: [ORG_OWNER], projects: {} }"),
			members(`{ "key": "bob@acme.example", "fields": { "roles": ["ORG_OWNER"], "teams": ["Platform"], "status": "ACTIVE" } }`), "2: no longer managed: members/bob@acme.example/teams; stays [Platform]"},

		{"a list that is now managed", "", people(ada), members(other), "2: grants ORG_OWNER to ada@acme.example\n2: now managed in full: members; apply removes all others"},
		{"a list that was additive", additive + people(ada), people(ada), members(owner), "2: now managed in full: members; apply removes all others"},
		{"a new additive list", "", additive + people(bob), members(owner, other), "3: already in Atlas: members/bob@acme.example"},

		{"a rogue owner who is already in", people(ada), people(ada, "\n  { username: eve@evil.example, roles: [ORG_OWNER] }"),
			members(owner, `{ "key": "eve@evil.example", "fields": { "roles": ["ORG_OWNER"], "status": "ACTIVE" } }`), "3: grants ORG_OWNER to eve@evil.example (already has it)"},
		{"a person who is invited as an owner already", "members: []\n" + additive, additive + people(ada), members(`{ "key": "ada@acme.example", "fields": { "roles": ["ORG_OWNER"], "status": "PENDING" } }`),
			"3: grants ORG_OWNER to ada@acme.example (already invited)"},
		{"a promotion", people(ada, bob), people(ada, "{ username: bob@acme.example, roles: [ORG_OWNER, ORG_MEMBER] }"), members(owner, other), "2: grants ORG_OWNER to bob@acme.example"},
		{"a promotion that happened in Atlas before", people(ada, bob), people(ada, "{ username: bob@acme.example, roles: [ORG_OWNER] }"),
			members(owner, `{ "key": "bob@acme.example", "fields": { "roles": ["ORG_OWNER"], "status": "ACTIVE" } }`), "2: grants ORG_OWNER to bob@acme.example (already has it)"},
		{"an owner who moves to another list", additive + "invitations: [" + ada + "]", additive + "invitations: []\n" + people(ada), members(), ""},
		{"of an accepted invitation the roles are unknown", "invitations: []", "invitations: [" + ada + "]", `{ "invitations": [{ "key": "ada@acme.example", "fields": { "status": "ACTIVE" } }] }`, "2: grants ORG_OWNER to ada@acme.example"},
		{"owners of a new organization", "", create + "", "", "2: grants ORG_OWNER to create.ownerId 5f1b0c0d0e0f0a0b0c0d0e01\n3: credential: unset -> ACME"},
		{"a new organization as before", create, create, "", ""},
		{"the first credential of a new organization", create, "create: { from: BILLING, apiKey: { desc: gitops, roles: [ORG_OWNER] } }\ncredentials: ACME", "", "2: grants ORG_OWNER to create.apiKey"},

		{"a weaker setting, which has a step", mfa, "settings: { multiFactorAuthRequired: false }", on, "2: weaker: settings.multiFactorAuthRequired: true -> false"},
		{"a weaker setting that Atlas has already", mfa, "settings: { multiFactorAuthRequired: false }", off, "2: weaker: settings.multiFactorAuthRequired: true -> false"},
		{"a setting that is weaker than in Atlas", "", "settings: { multiFactorAuthRequired: false }", on, "2: weaker than in Atlas: settings.multiFactorAuthRequired: true -> false"},
		{"without Atlas nobody can tell", "", "settings: { multiFactorAuthRequired: false }", "", ""},
		{"a stronger setting", "settings: { multiFactorAuthRequired: false }", mfa, off, ""},
		{"a longer timeout", idle + "900 } }", idle + "1800 } }", "", "2: weaker: settings.customSessionTimeouts.idleSessionTimeoutInSeconds: 900 -> 1800"},
		{"a timeout that is unset", idle + "900 } }", "settings: { customSessionTimeouts: null }", "", "2: weaker: settings.customSessionTimeouts.idleSessionTimeoutInSeconds: 900 -> unset"},
		{"no alerts", "skipDefaultAlertsSettings: false", "skipDefaultAlertsSettings: true", "", "2: weaker: skipDefaultAlertsSettings: false -> true"},

		{"a setting that Atlas has already", "", mfa, on, "2: already in Atlas: settings.multiFactorAuthRequired"},
		{"another value, which Atlas has already", "settings: { multiFactorAuthRequired: false }", mfa, on, "2: already in Atlas: settings.multiFactorAuthRequired"},
		{"a person who is in already", people(ada), people(ada, bob), members(owner, other), "2: already in Atlas: members/bob@acme.example"},
		{"a person with other roles has a step", people(ada), people(ada, "{ username: bob@acme.example, roles: [ORG_READ_ONLY] }"), members(owner, other), ""},
		{"other roles, which Atlas has already", people(ada, "{ username: bob@acme.example, roles: [ORG_READ_ONLY] }"), people(ada, bob), members(owner, other), "2: already in Atlas: members/bob@acme.example/roles"},
		{"a person who declined has no access", people(ada), people(ada, bob), members(owner, `{ "key": "bob@acme.example", "fields": { "status": "INVITATION_REJECTED" } }`), ""},

		{"another credential", "credentials: ACME", "credentials: ACME_EU", `{}`, "2: credential: ACME -> ACME_EU"},
		{"the default credential", "credentials: ACME", "", `{}`, "1: credential: ACME -> unset"},
		{"an organization that is deleted has a step", mfa, "state: absent", on, ""},
		{"an organization that is no longer deleted", "state: absent", mfa, on, "2: already in Atlas: settings.multiFactorAuthRequired"},
	} {
		base, head := documentOf(t, row.base), documentOf(t, row.head)
		var live resource.State
		if row.live != "" {
			parse(t, row.live, &live)
		}
		if diff := cmp.Diff(row.want, shown(head, plan.Review(&base.Desired, head.Desired, live))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", row.reason, diff)
		}
	}
}

// TestReviewOfANewOrganization: the base tree does not have the organization. Its name and its credential are no news.
func TestReviewOfANewOrganization(t *testing.T) {
	head := documentOf(t, "credentials: ACME\nsettings: { genAIFeaturesEnabled: true, multiFactorAuthRequired: false }\nmembers: [{ username: ada@acme.example, roles: [ORG_OWNER] }]")
	var live resource.State
	parse(t, `{ "organization": [{ "fields": { "name": "Acme" } }], "settings": [{ "fields": { "genAIFeaturesEnabled": true, "multiFactorAuthRequired": true } }], "members": [] }`, &live)
	const want = "4: grants ORG_OWNER to ada@acme.example\n3: weaker than in Atlas: settings.multiFactorAuthRequired: true -> false\n" +
		"4: now managed in full: members; apply removes all others\n3: already in Atlas: settings.genAIFeaturesEnabled"
	if diff := cmp.Diff(want, shown(head, plan.Review(nil, head.Desired, live))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// documentOf returns the organization Acme with these lines after its name.
func documentOf(t *testing.T, lines string) *spec.Org {
	t.Helper()
	text := "name: Acme\n" + lines
	if strings.Contains(lines, "state: absent") {
		text += "\nid: " + id
	}
	tree, err := spec.Load(fstest.MapFS{"orgs/acme.yaml": {Data: []byte(text)}}, []string{"orgs"})
	if err != nil || len(tree.Orgs) != 1 {
		t.Fatalf("%s: %+v %v", text, tree, err)
	}
	return tree.Orgs[0]
}

// shown returns the items with their lines.
func shown(o *spec.Org, items []plan.ReviewItem) string {
	org := &plan.Org{Name: o.Name, Review: items}
	reconcile.AddReviewSources(nil, o, org)
	var lines []string
	for _, i := range org.Review {
		lines = append(lines, fmt.Sprintf("%d: %s", i.Source.Line, render.ReviewText(i)))
	}
	return strings.Join(lines, "\n")
}

// TestNewDomains: a domain is news if nobody in the whole base tree has it.
func TestNewDomains(t *testing.T) {
	org := func(name string, members ...string) resource.Desired {
		d := resource.Desired{OrgRef: resource.OrgRef{Name: name}, Want: resource.State{}}
		for _, m := range members {
			d.Want["members"] = append(d.Want["members"], resource.Object{Key: m})
		}
		return d
	}
	orgs := func(all ...resource.Desired) []resource.Desired { return all }
	invited := org("B")
	invited.Want["invitations"] = []resource.Object{{Key: "kay@agency.example"}}
	for _, row := range []struct {
		reason     string
		base, head []resource.Desired
		want       []string
	}{
		{"a known domain", orgs(org("A", "ada@acme.example")), orgs(org("A", "bob@acme.example")), nil},
		{"a domain that another organization has", orgs(org("A", "ada@acme.example"), org("B", "eve@agency.example")), orgs(org("A", "kay@agency.example")), nil},
		{"a new domain is one item, at its first person", orgs(org("A", "ada@acme.example")), orgs(org("A", "ada@acme.example", "kay@agency.example", "may@agency.example"), invited),
			[]string{"A members/kay@agency.example: new e-mail domain agency.example: 2 people in 2 organizations at 0"}},
		{"two domains", orgs(org("A", "ada@acme.example")), orgs(org("A", "a@b.example"), org("B", "c@d.example", "c@b.example")),
			[]string{"A members/a@b.example: new e-mail domain b.example: 2 people in 2 organizations at 0", "B members/c@d.example: new e-mail domain d.example: 1 person in 1 organization at 1"}},
		{"a username without a domain", orgs(org("A", "ada@acme.example")), orgs(org("A", "ada")), nil},
		{"the base tree lists nobody, so every domain would be news", orgs(org("A")), orgs(org("A", "ada@acme.example")), nil},
	} {
		var got []string
		items, at := plan.NewDomains(row.base, row.head)
		for i, item := range items {
			got = append(got, fmt.Sprintf("%s %s: %s at %d", item.Organization, item.Address(), render.ReviewText(item), at[i]))
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", row.reason, diff)
		}
	}
}

// FuzzReview makes two trees and a live state from a seed. Equal trees mean nothing, whatever Atlas has. What Atlas has as wanted, and
// only that, can be adopted, so it needs no step.
func FuzzReview(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		desired := func(want resource.State) resource.Desired {
			additive := map[string]bool{}
			for _, k := range resource.Kinds {
				additive[k.Name] = g.Chance()
			}
			return resource.Desired{OrgRef: resource.OrgRef{Name: "Acme"}, Want: want, Additive: additive}
		}
		base, head, live := desired(g.state(false)), desired(g.state(false)), g.state(true)
		for _, known := range []resource.State{live, nil} {
			if items := plan.Review(&base, base, known); len(items) > 0 {
				t.Errorf("equal trees mean %s", dump(items))
			}
			plan.Review(nil, head, known)
		}
		steps := plan.Diff(resource.Kinds, live, head.Want)
		for _, item := range plan.Review(&base, head, live) {
			i := slices.IndexFunc(steps, func(s plan.Step) bool { return s.Kind == item.Kind && s.Key == item.Key && s.Op != plan.Delete })
			if item.About != plan.Adopted || i < 0 {
				continue
			}
			k := resource.ByName(item.Kind)
			before, after := resource.PartsOf(k, steps[i].Before), resource.PartsOf(k, steps[i].After)
			if item.Field == "" || !plain.Equal(before[item.Field], after[item.Field]) {
				t.Errorf("%s has the step %s", dump(item), dump(steps[i]))
			}
		}
	})
}
