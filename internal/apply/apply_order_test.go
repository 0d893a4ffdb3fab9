package apply_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/sandbox"
)

// TestOrder: steps in the order of the plan never meet a refusal or a conflict, and the organization has an active owner after each
// step. The sandbox refuses to remove or demote the last active owner, as Atlas does.
func TestOrder(t *testing.T) {
	const ada, margaret = "  - { username: ada@acme.example, roles: [ORG_OWNER] }\n", "  - { username: margaret@acme.example, roles: [ORG_OWNER] }\n"
	const head, pending = "name: Acme-Production\nmembers:\n", alan + contractor + edsger
	for _, row := range []struct {
		reason, live, want string
		steps              []string // with the fields of updates
	}{
		{"a promotion, and a removal of the only owner",
			ada + grace + pending, "  - { username: grace@acme.example, roles: [ORG_OWNER] }\n" + pending,
			[]string{"~ members/grace@acme.example roles", "- members/ada@acme.example"}},
		{"two owners are removed, one person is promoted and one is invited",
			owners + grace + pending, "  - { username: grace@acme.example, roles: [ORG_OWNER] }\n" + pending + kay,
			[]string{"~ members/grace@acme.example roles", "- members/ada@acme.example", "- members/margaret@acme.example", "+ members/kay@acme.example"}},
		{"an owner is demoted while a person is invited",
			owners + grace + pending, "  - { username: ada@acme.example, roles: [ORG_MEMBER] }\n" + margaret + grace + pending + kay,
			[]string{"~ members/ada@acme.example roles", "+ members/kay@acme.example"}},
		{"two owners change places",
			ada + grace + pending, "  - { username: ada@acme.example, roles: [ORG_MEMBER] }\n  - { username: grace@acme.example, roles: [ORG_OWNER] }\n" + pending,
			[]string{"~ members/grace@acme.example roles", "~ members/ada@acme.example roles"}},
		{"a promotion keeps the projects until they have their turn",
			ada + "  - { username: grace@acme.example, roles: [ORG_MEMBER], teams: [Platform], projects: { Checkout: [GROUP_OWNER] } }\n" + pending,
			"  - { username: grace@acme.example, roles: [ORG_OWNER], teams: [Security], projects: { Checkout: [GROUP_READ_ONLY] } }\n" + pending,
			[]string{"~ members/grace@acme.example roles", "- members/ada@acme.example", "~ members/grace@acme.example projects teams"}},
		{"a demotion keeps the projects until they have their turn",
			owners + grace + pending + "  - { username: lin@partner.example, roles: [ORG_OWNER], teams: [Platform], projects: { Checkout: [GROUP_OWNER] } }\n",
			ada + grace + pending + kay + "  - { username: lin@partner.example, roles: [ORG_MEMBER], teams: [], projects: { Search: [GROUP_OWNER] } }\n",
			[]string{"- members/margaret@acme.example", "~ members/lin@partner.example roles", "+ members/kay@acme.example", "~ members/lin@partner.example projects teams"}},
		{"an owner who is only invited is demoted before a person is invited",
			ada + grace + alan + contractor + "  - { username: edsger@acme.example, roles: [ORG_OWNER] }\n",
			ada + grace + alan + contractor + "  - { username: edsger@acme.example, roles: [ORG_MEMBER], teams: [Security] }\n" + kay,
			[]string{"~ members/edsger@acme.example roles", "+ members/kay@acme.example", "~ members/edsger@acme.example teams"}},
		{"the last owner waits for the new one, who joins at once because the domain is federated",
			owners + grace + pending, grace + pending + "  - { username: kay@partner.example, roles: [ORG_OWNER] }\n",
			[]string{"- members/ada@acme.example", "+ members/kay@partner.example", "- members/margaret@acme.example"}},
		{"the last owner waits with the roles only",
			owners + grace + pending, "  - { username: ada@acme.example, roles: [ORG_MEMBER], teams: [Platform] }\n" + grace + pending + "  - { username: kay@partner.example, roles: [ORG_OWNER] }\n",
			[]string{"- members/margaret@acme.example", "+ members/kay@partner.example", "~ members/ada@acme.example teams", "~ members/ada@acme.example roles"}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			a := newAtlas(t)
			fleet := sandbox.Demo()
			fleet.Orgs[0].FederatedDomains = []string{"partner.example"}
			a.open(fleet)
			a.reach("live", head+row.live)
			a.restart()
			if diff := cmp.Diff(row.steps, a.applyInOrder(a.plan(head+row.want))); diff != "" {
				t.Error(diff)
			}
			if p := a.plan(head + row.want); p.Changed() > 0 {
				t.Errorf("the next plan still has steps: %+v", p.Orgs[0].Steps)
			}
		})
	}
}

// applyInOrder carries out a plan, and returns its steps with the fields of updates. Each step must be applied at the first try, and
// leave an active owner.
func (a *atlas) applyInOrder(p *plan.Plan) (steps []string) {
	a.Helper()
	r := a.runner()
	r.StepEnded = func(_ plan.Org, o apply.Outcome) error {
		if a.activeOwners() == 0 {
			a.Errorf("no active owner after %s", o.Step.Line())
		}
		return nil
	}
	for _, o := range r.Run(a.Context(), p)[0].Outcomes {
		line := o.Step.Line()
		if o.Step.Op == plan.Update {
			line += " " + strings.Join(slices.Sorted(maps.Keys(o.Step.After)), " ")
		}
		if steps = append(steps, line); o.Verdict != apply.Applied || o.Tries != 1 {
			a.Errorf("%s: %s after %d tries: %s %v", line, o.Verdict, o.Tries, o.Reason, o.Err)
		}
	}
	return steps
}

// TestOwnerWaits: an owner who had to wait is skipped as long as the new owner is only invited. A later plan removes the owner first.
func TestOwnerWaits(t *testing.T) {
	const handedOver = "name: Acme-Production\nmembers:\n" + grace + alan + contractor + edsger + "  - { username: kay@acme.example, roles: [ORG_OWNER] }\n"
	a := newAtlas(t)
	got := a.run(a.plan(handedOver))
	a.expect(got, "applied - members/ada@acme.example", "applied + members/kay@acme.example", "skipped - members/margaret@acme.example")
	if want := "no other active ORG_OWNER would remain; apply again when another person is an active ORG_OWNER"; got[2].Reason != want {
		t.Errorf("the reason is %q", got[2].Reason)
	}
	a.accept("kay@acme.example")
	a.restart()
	a.expect(a.run(a.plan(handedOver+"  - { username: lin@acme.example, roles: [ORG_MEMBER] }\n")),
		"applied - members/margaret@acme.example", "applied + members/lin@acme.example")
}

// activeOwners counts the active owners in the sandbox.
func (a *atlas) activeOwners() (n int) {
	a.Helper()
	for _, u := range a.fleet().Orgs[0].Users {
		if u.Status == "ACTIVE" && slices.Contains(u.OrgRoles, "ORG_OWNER") {
			n++
		}
	}
	return n
}
