package planner_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
)

// TestDrift: a step is drift only if the base tree would need exactly the same step now.
func TestDrift(t *testing.T) {
	const others = "manage: { members: additive }\n"
	rejects := func(a *atlas) { // the invitation from the tree
		_, err := resource.Members.Create(a.Context(), resource.ApplySession(a.account.API), acme, resource.Object{Key: "nay@acme.example", Fields: resource.Fields{"roles": []any{"ORG_OWNER"}}})
		if err != nil {
			a.Fatal(err)
		}
		a.control("POST", "/_sandbox/reject", `{"org":"`+acme+`","username":"nay@acme.example"}`)
	}
	owner := func(more string) string {
		return others + "members: [{ username: nay@acme.example, roles: [ORG_OWNER]" + more + " }]\n"
	}
	for _, row := range []struct {
		reason, base, head string
		before             func(*atlas) // what happens in Atlas before the plan
		want               string       // the steps; ! marks drift
	}{
		{"the same setting", "settings: { multiFactorAuthRequired: true }", "settings: { multiFactorAuthRequired: true }", nil, "!~ settings"},
		{"a second setting in the same step", "settings: { multiFactorAuthRequired: true }", "settings: { multiFactorAuthRequired: true, maxServiceAccountSecretValidityInHours: 100 }", nil, "~ settings"},
		{"the base has a second setting", "settings: { multiFactorAuthRequired: true, maxServiceAccountSecretValidityInHours: 100 }", "settings: { multiFactorAuthRequired: true }", nil, "~ settings"},
		{"the base does not manage the section", "", "settings: { multiFactorAuthRequired: true }", nil, "~ settings"},
		{"only the new tree has reinviteRejected", owner(""), owner(", reinviteRejected: true"),
			rejects, "+ members/nay@acme.example"},
		{"both trees have reinviteRejected", owner(", reinviteRejected: true"), owner(", reinviteRejected: true"),
			rejects, "!+ members/nay@acme.example"},
		{"the base gives the person another role", others + "members: [{ username: new@acme.example, roles: [ORG_MEMBER] }]", others + "members: [{ username: new@acme.example, roles: [ORG_READ_ONLY] }]", nil, "+ members/new@acme.example"},
		{"the base refers to the team by its id", others + "members: [{ username: new@acme.example, roles: [ORG_MEMBER], teams: [5f1b0c0d0e0f0a0b0c0d0f01] }]",
			others + "members: [{ username: new@acme.example, roles: [ORG_MEMBER], teams: [Platform] }]", nil, "!+ members/new@acme.example"},
		{"the base refers to an unknown team", others + "members: [{ username: new@acme.example, roles: [ORG_MEMBER], teams: [Nobody] }]",
			others + "members: [{ username: new@acme.example, roles: [ORG_MEMBER], teams: [Platform] }]", nil, "+ members/new@acme.example"},
		{"the list is additive in the base", "manage: { invitations: additive }\ninvitations: []", "invitations: []", nil, "- invitations/alan@acme.example - invitations/contractor@agency.example - invitations/edsger@acme.example"},
		{"the base removes the invitations, too", "invitations: []", "invitations: []", nil, "!- invitations/alan@acme.example !- invitations/contractor@agency.example !- invitations/edsger@acme.example"},
		{"the base deletes the organization", "state: absent", "settings: { multiFactorAuthRequired: true }", nil, "~ settings"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			a := newAtlas(t)
			if row.before != nil {
				row.before(a)
			}
			target, base := a.targetOf(row.head), a.targetOf(row.base)
			target.Base = &base.Desired
			orgs, errs := planner.Plan(t.Context(), []planner.Target{target}, planner.Options{Parallel: 1})
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

// TestDriftOfOrganizations: the creation of an organization is drift if the base tree would create it in the same way.
func TestDriftOfOrganizations(t *testing.T) {
	payer := &resource.Account{API: lists{"/orgs": {listed("5f1b0c0d0e0f0a0b0c0d0e04", "Billing")}}}
	nobody := &resource.Account{Err: errors.New("not set"), Missing: true}
	org := resource.OrgRef{Name: "Acme"}
	creation := func(from string, want resource.State) resource.Desired {
		fields := resource.Fields{"from": from, "serviceAccount": resource.Fields{"roles": []any{"ORG_OWNER"}}}
		return resource.Desired{OrgRef: org, Want: want, Create: fields}
	}
	mfa := resource.State{"settings": {{Fields: resource.Fields{"multiFactorAuthRequired": true}}}}
	visited := func(d resource.Desired) resource.Desired { // with a credential that cannot write in it
		d.Create["serviceAccount"] = resource.Fields{"roles": []any{"ORG_READ_ONLY"}}
		return d
	}
	for _, row := range []struct {
		reason     string
		base, head resource.Desired
		want       string // for each step, whether it is drift
	}{
		{"the same create", creation("BILLING", mfa), creation("BILLING", mfa), "[true true]"},
		{"another payer in the base", creation("OTHER", mfa), creation("BILLING", mfa), "[false true]"},
		{"the same create, with the sections planned later", visited(creation("BILLING", mfa)), visited(creation("BILLING", mfa)), "[true]"},
		{"settings only in the new tree", creation("BILLING", nil), creation("BILLING", mfa), "[true false]"},
		{"the organization has an id in the base", resource.Desired{OrgRef: resource.OrgRef{Name: "Acme", ID: acme}, Want: mfa}, creation("BILLING", mfa), "[false false]"},
	} {
		target := planner.Target{Desired: row.head, Account: nobody, Payer: payer, Base: &row.base}
		orgs, errs := planner.Plan(t.Context(), []planner.Target{target}, planner.Options{Parallel: 1})
		var drift []bool
		for _, s := range orgs[0].Steps {
			drift = append(drift, s.Drift)
		}
		if got := fmt.Sprint(drift); got != row.want || errs[0] != nil {
			t.Errorf("%s: got %s, %v", row.reason, got, errs[0])
		}
	}
}
