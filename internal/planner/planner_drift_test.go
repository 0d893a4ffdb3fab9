package planner_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
)

// TestDrift: a step is drift only if the base tree would make the very same step now.
func TestDrift(t *testing.T) {
	const others = "manage: { members: additive }\n"
	rejects := func(a *atlas) { // what the tree invited her to
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

// TestDriftOfOrganizations: whether the tree asked for it before, too, that an organization comes or goes.
func TestDriftOfOrganizations(t *testing.T) {
	payer := &resource.Account{API: lists{"/orgs": {listed("5f1b0c0d0e0f0a0b0c0d0e04", "Billing")}}}
	nobody := &resource.Account{Err: errors.New("not set"), Missing: true}
	org := resource.OrgRef{Name: "Acme"}
	creation := func(from string, want resource.State) resource.Desired {
		fields := resource.Fields{"from": from, "serviceAccount": resource.Fields{"roles": []any{"ORG_OWNER"}}}
		return resource.Desired{OrgRef: org, Want: want, Create: fields}
	}
	mfa := resource.State{"settings": {{Fields: resource.Fields{"multiFactorAuthRequired": true}}}}
	visited := func(d resource.Desired) resource.Desired { // with a credential that may do nothing in it
		d.Create["serviceAccount"] = resource.Fields{"roles": []any{"ORG_READ_ONLY"}}
		return d
	}
	for _, row := range []struct {
		reason     string
		base, head resource.Desired
		want       string // whether each step is drift
	}{
		{"it was to be created then, too", creation("BILLING", mfa), creation("BILLING", mfa), "[true true]"},
		{"it was to be created otherwise", creation("OTHER", mfa), creation("BILLING", mfa), "[false true]"},
		{"it was to be created then, too, and the rest comes later", visited(creation("BILLING", mfa)), visited(creation("BILLING", mfa)), "[true]"},
		{"it is to have settings now", creation("BILLING", nil), creation("BILLING", mfa), "[true false]"},
		{"it was there, as the tree thought", resource.Desired{OrgRef: resource.OrgRef{Name: "Acme", ID: acme}, Want: mfa}, creation("BILLING", mfa), "[false false]"},
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
