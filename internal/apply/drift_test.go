package apply_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// targetOf returns what a document wants of an organization.
func (a *atlas) targetOf(yaml string) apply.Target {
	a.Helper()
	tree, err := spec.Load(fstest.MapFS{"orgs/acme.yaml": {Data: []byte("name: Acme-Production\nid: " + acme + "\n" + yaml)}}, []string{"orgs"})
	if err != nil || len(tree.Orgs) != 1 {
		a.Fatalf("%+v %v", tree, err)
	}
	o := tree.Orgs[0]
	return apply.Target{Name: o.Name, ID: o.ID, Want: o.Want, Additive: o.Additive, Delete: o.Delete, Account: a.account}
}

// TestDrift: a step is drift only if the base tree would make the very same step now.
func TestDrift(t *testing.T) {
	const others = "manage: { members: additive }\n"
	rejects := func(a *atlas) { // what the tree invited her to
		a.run(a.plan("name: Acme-Production\nid: " + acme + "\n" + others + "members: [{ username: nay@acme.example, roles: [ORG_OWNER] }]\n"))
		a.control("POST", "/_sandbox/reject", `{"org":"`+acme+`","username":"nay@acme.example"}`)
	}
	owner := func(more string) string {
		return others + "members: [{ username: nay@acme.example, roles: [ORG_OWNER]" + more + " }]\n"
	}
	for _, row := range []struct {
		reason, base, head string
		before             func(*atlas) // what happened since
		want               string       // the steps, those that are drift behind !
	}{
		{"the same setting", "settings: { multiFactorAuthRequired: true }", "settings: { multiFactorAuthRequired: true }", nil, "!~ settings"},
		{"another setting beside it makes another step", "settings: { multiFactorAuthRequired: true }", "settings: { multiFactorAuthRequired: true, maxServiceAccountSecretValidityInHours: 100 }", nil, "~ settings"},
		{"the base wants more than the change does", "settings: { multiFactorAuthRequired: true, maxServiceAccountSecretValidityInHours: 100 }", "settings: { multiFactorAuthRequired: true }", nil, "~ settings"},
		{"what the base does not manage", "", "settings: { multiFactorAuthRequired: true }", nil, "~ settings"},
		{"somebody who is to be invited again only now", owner(""), owner(", reinviteRejected: true"),
			rejects, "+ members/nay@acme.example"},
		{"somebody who was to be invited again before", owner(", reinviteRejected: true"), owner(", reinviteRejected: true"),
			rejects, "!+ members/nay@acme.example"},
		{"whom the base invites to something else", others + "members: [{ username: new@acme.example, roles: [ORG_MEMBER] }]", others + "members: [{ username: new@acme.example, roles: [ORG_READ_ONLY] }]", nil, "+ members/new@acme.example"},
		{"whom the base refers to by an id", others + "members: [{ username: new@acme.example, roles: [ORG_MEMBER], teams: [5f1b0c0d0e0f0a0b0c0d0f01] }]",
			others + "members: [{ username: new@acme.example, roles: [ORG_MEMBER], teams: [Platform] }]", nil, "!+ members/new@acme.example"},
		{"a base whose references mean nothing makes no step", others + "members: [{ username: new@acme.example, roles: [ORG_MEMBER], teams: [Nobody] }]",
			others + "members: [{ username: new@acme.example, roles: [ORG_MEMBER], teams: [Platform] }]", nil, "+ members/new@acme.example"},
		{"whom the base left alone", "manage: { invitations: additive }\ninvitations: []", "invitations: []", nil, "- invitations/alan@acme.example - invitations/contractor@agency.example - invitations/edsger@acme.example"},
		{"whom the base removes, too", "invitations: []", "invitations: []", nil, "!- invitations/alan@acme.example !- invitations/contractor@agency.example !- invitations/edsger@acme.example"},
		{"a base that deletes the organization does nothing else", "state: absent", "settings: { multiFactorAuthRequired: true }", nil, "~ settings"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			a := newAtlas(t)
			if row.before != nil {
				row.before(a)
			}
			target, base := a.targetOf(row.head), a.targetOf(row.base)
			target.Base = &base
			orgs, errs := apply.Survey(t.Context(), []apply.Target{target}, nil, 1, nil)
			var got []string
			for _, s := range orgs[0].Steps {
				mark := ""
				if s.Drift {
					mark = "!"
				}
				got = append(got, mark+s.Line())
			}
			if text := strings.Join(got, " "); text != row.want || errs[0] != nil {
				t.Errorf("got %s, %v, want %s", text, errs[0], row.want)
			}
		})
	}
}

// TestDriftOfOrganizations: whether the tree asked for it before, too, that an organization comes or goes.
func TestDriftOfOrganizations(t *testing.T) {
	org := func(id, name string) resource.Fields {
		return resource.Fields{"id": id, "name": name, "isDeleted": false, "skipDefaultAlertsSettings": false}
	}
	payer := &apply.Account{API: lists{"/orgs": {org("5f1b0c0d0e0f0a0b0c0d0e04", "Billing")}}}
	nobody := &apply.Account{Err: errors.New("not set"), Missing: true}
	creation := func(from string, want resource.State) *apply.Target {
		fields := resource.Fields{"from": from, "serviceAccount": resource.Fields{"roles": []any{"ORG_OWNER"}}}
		return &apply.Target{Name: "Acme", Account: nobody, Want: want, Create: &apply.Creation{Payer: payer, Fields: fields}}
	}
	mfa := resource.State{"settings": {{Fields: resource.Fields{"multiFactorAuthRequired": true}}}}
	for _, row := range []struct {
		reason     string
		base, head *apply.Target
		want       string // whether each step is drift
	}{
		{"it was to be created then, too", creation("BILLING", mfa), creation("BILLING", mfa), "[true true]"},
		{"it was to be created otherwise", creation("OTHER", mfa), creation("BILLING", mfa), "[false true]"},
		{"it is to have settings now", creation("BILLING", nil), creation("BILLING", mfa), "[true false]"},
		{"it was there, as the tree thought", &apply.Target{Name: "Acme", ID: acme, Want: mfa}, creation("BILLING", mfa), "[false false]"},
	} {
		row.head.Base = row.base
		orgs, errs := apply.Survey(t.Context(), []apply.Target{*row.head}, nil, 1, nil)
		var drift []bool
		for _, s := range orgs[0].Steps {
			drift = append(drift, s.Drift)
		}
		if got := fmt.Sprint(drift); got != row.want || errs[0] != nil {
			t.Errorf("%s: got %s, %v", row.reason, got, errs[0])
		}
	}
}

// TestTwinsInTheRest: of --only, too, the whole tree counts: no two documents mean one live organization.
func TestTwinsInTheRest(t *testing.T) {
	a := newAtlas(t)
	const staging = "5f1b0c0d0e0f0a0b0c0d0e02"
	other := func() *apply.Account { return a.account }
	missing := func() *apply.Account { return &apply.Account{Err: errors.New("not set"), Missing: true} }
	never := func() *apply.Account { t.Error("nobody has to ask"); return a.account }
	byName, renamed := apply.Target{Name: "Acme-Production"}, apply.Target{Name: "Acme-Live", ID: acme}
	for _, row := range []struct {
		reason string
		target apply.Target
		rest   []apply.Other
		want   string
	}{
		{"one that is found by its name, and another one by its id", byName, []apply.Other{{Name: "B", ID: staging, Account: never}, {Name: "A", ID: acme, Account: never}}, "the live organization " + acme + " is described twice, 2"},
		{"one that is renamed, and another one by the name that it has", renamed, []apply.Other{{Name: "Acme-Production", Account: other}}, "the live organization " + acme + " is described twice, 1"},
		{"nobody can tell whether another one of that name is the same", renamed, []apply.Other{{Name: "Acme-Production", Account: missing}}, "the live organization " + acme + " may be described twice, 1"},
		{"another name", renamed, []apply.Other{{Name: "Acme-Staging", Account: never}}, ""},
		{"the name that it will have", renamed, []apply.Other{{Name: "Acme-Live", Account: never}}, ""},
		{"the same name, and another id", renamed, []apply.Other{{Name: "Acme-Production", ID: staging, Account: never}}, ""},
		{"one that is to be created", renamed, []apply.Other{{Name: "Acme-Production", Creates: true, Account: never}}, ""},
	} {
		row.target.Account, row.target.Want = a.account, resource.State{"organization": {{Fields: resource.Fields{"name": row.target.Name}}}}
		orgs, errs := apply.Survey(t.Context(), []apply.Target{row.target}, row.rest, 1, nil)
		got := ""
		if twin := new(apply.TwinError); errors.As(errs[0], &twin) {
			got = fmt.Sprintf("%s, %d", twin, twin.Other)
		}
		if got != row.want || got != "" && len(orgs[0].Steps) > 0 {
			t.Errorf("%s: got %q, %v, want %q", row.reason, got, errs[0], row.want)
		}
	}
}
