package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// removing returns an organization with this many removals of people.
func removing(name string, removals int) plan.Org {
	org := plan.Org{Name: name, ID: fmt.Sprintf("%024x", []byte(name)), Baseline: plan.Baseline{Lists: map[string]int{"members": 50}}}
	for i := range removals {
		org.Steps = append(org.Steps, plan.Step{Op: plan.Delete, Kind: "members", Key: fmt.Sprintf("p%d@acme.example", i), Before: resource.Fields{"roles": []any{"ORG_MEMBER"}}})
	}
	return org
}

func checked(limits plan.Limits, acceptances func(plan.Org) []plan.Acceptance, orgs ...plan.Org) *plan.Plan {
	p := plan.New(orgs)
	p.Check(limits, acceptances)
	return p
}

// blockedIn returns the names of the organizations that guards block, and the guards.
func blockedIn(p *plan.Plan) string {
	var all []string
	for _, i := range p.Blocked() {
		text := p.Orgs[i].Name + ":"
		for _, v := range p.ViolationsOf(i) {
			text += " " + string(v.Guard)
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

// TestTotalRemovals: the guard counts the removals of all organizations that are not accepted, and blocks each organization with
// removals. It blocks no other organization.
func TestTotalRemovals(t *testing.T) {
	limits := plan.Limits{Removals: 3, TotalRemovals: 6}
	harmless := plan.Org{Name: "H", ID: "5f1b0c0d0e0f0a0b0c0d0e01", Steps: []plan.Step{{Op: plan.Update, Kind: "settings", Before: resource.Fields{"multiFactorAuthRequired": false}, After: resource.Fields{"multiFactorAuthRequired": true}}}}
	for _, row := range []struct {
		reason   string
		orgs     []plan.Org
		accepted string // the name of an accepted organization
		want     string
	}{
		{"as many as the limit", []plan.Org{removing("A", 3), removing("B", 3)}, "", ""},
		{"one more, spread so that no organization has too many", []plan.Org{removing("A", 3), removing("B", 3), removing("C", 1), harmless}, "", "A: total-removals; B: total-removals; C: total-removals"},
		{"what another guard blocks counts, too: the run looks like an accident", []plan.Org{removing("A", 6), removing("B", 1)}, "", "A: removals total-removals; B: total-removals"},
		{"what is accepted does not count", []plan.Org{removing("A", 6), removing("B", 1)}, "A", ""},
		{"an acceptance of one of many", []plan.Org{removing("A", 3), removing("B", 3), removing("C", 3), removing("D", 1)}, "D", "A: total-removals; B: total-removals; C: total-removals"},
	} {
		acceptances := func(o plan.Org) []plan.Acceptance {
			if o.Name != row.accepted {
				return nil
			}
			return []plan.Acceptance{{Digest: o.Digest}} // Check has set it
		}
		if got := blockedIn(checked(limits, acceptances, row.orgs...)); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestOrgDigest: the digest of an organization covers its steps and what its own guards count. So an acceptance stays valid while other
// organizations are applied, and becomes void by a further step or guard.
func TestOrgDigest(t *testing.T) {
	limits := plan.Limits{Removals: 3, TotalRemovals: 10}
	lock := plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{"apiAccessListRequired": false}, After: resource.Fields{"apiAccessListRequired": true}}
	with := func(change func(*plan.Org)) plan.Org {
		org := removing("A", 4)
		change(&org)
		return org
	}
	original := checked(limits, nil, removing("A", 4)).Orgs[0].Digest
	for _, row := range []struct {
		reason string
		plan   *plan.Plan
		same   bool
	}{
		{"other organizations have many removals", checked(limits, nil, removing("A", 4), removing("B", 40)), true},
		{"another limit of the guard that blocks it", checked(plan.Limits{Removals: 1, TotalRemovals: 10}, nil, removing("A", 4)), true},
		{"another place in the tree", checked(limits, nil, with(func(o *plan.Org) { o.Steps[0].Source = &plan.Source{File: "a", Line: 1} })), true},
		{"a further step", checked(limits, nil, removing("A", 5)), false},
		{"a step less", checked(plan.Limits{Removals: 1, TotalRemovals: 10}, nil, with(func(o *plan.Org) { o.Steps = o.Steps[1:] })), false},
		{"a further guard: the list gets empty", checked(limits, nil, with(func(o *plan.Org) { o.Baseline.Lists = map[string]int{"members": 4} })), false},
		{"a further guard: the last owner goes", checked(limits, nil, with(func(o *plan.Org) { o.Baseline.Owners = &plan.Owners{Before: 1} })), false},
		{"a further guard: the credential may be locked out", checked(limits, nil, with(func(o *plan.Org) { o.Steps = append(o.Steps, lock) })), false},
		{"another name", checked(limits, nil, with(func(o *plan.Org) { o.Name = "B" })), false},
		{"another organization with the same steps", checked(limits, nil, with(func(o *plan.Org) { o.ID = "5f1b0c0d0e0f0a0b0c0d0e01" })), false},
		{"another value before", checked(limits, nil, with(func(o *plan.Org) { o.Steps[0].Before = resource.Fields{"roles": []any{"ORG_OWNER"}} })), false},
	} {
		if got := row.plan.Orgs[0].Digest; got == "" || (got == original) != row.same {
			t.Errorf("%s: got %s, the original is %s", row.reason, got, original)
		}
	}
}

// TestUnusedAcceptances: an entry of the tree for other steps gets a notice, unless the organization could not be planned. A digest of
// --accept gets none. Checking a plan twice gives the same notices.
func TestUnusedAcceptances(t *testing.T) {
	place := &plan.Source{File: "orgs/_accepted.yaml", Line: 1}
	done, unread := removing("A", 0), removing("A", 0)
	unread.Error = "it cannot be read"
	for _, row := range []struct {
		reason string
		org    plan.Org
		entry  plan.Acceptance
		want   int
	}{
		{"other steps", removing("A", 4), plan.Acceptance{Digest: strings.Repeat("0", 64), Source: place}, 1},
		{"the steps are done", done, plan.Acceptance{Digest: strings.Repeat("0", 64), Source: place}, 1},
		{"it is unknown whether they are done", unread, plan.Acceptance{Digest: strings.Repeat("0", 64), Source: place}, 0},
		{"a digest of --accept", removing("A", 4), plan.Acceptance{Digest: strings.Repeat("0", 64)}, 0},
	} {
		p := plan.New([]plan.Org{row.org})
		for range 2 {
			p.Check(plan.Limits{Removals: 3, TotalRemovals: 10}, func(plan.Org) []plan.Acceptance { return []plan.Acceptance{row.entry} })
		}
		is := func(n plan.Notice) bool { return n.About == plan.UnusedAcceptance }
		if got := len(p.Orgs[0].Notices); got != row.want || row.want > 0 && !slices.ContainsFunc(p.Orgs[0].Notices, is) {
			t.Errorf("%s: %d notices", row.reason, got)
		}
	}
}

// TestDigestOfOnePlan: an organization has the same digest in a plan of its own and in a larger one, also if only the larger one has too many
// removals. So one acceptance counts in both.
func TestDigestOfOnePlan(t *testing.T) {
	limits := plan.Limits{Removals: 3, TotalRemovals: 6}
	alone := checked(limits, nil, removing("A", 4)).Orgs[0].Digest
	together := checked(limits, nil, removing("A", 4), removing("B", 3))
	if alone == "" || together.Orgs[0].Digest != alone || blockedIn(together) != "A: removals total-removals; B: total-removals" {
		t.Errorf("got the digests %q and %q; blocked: %s", alone, together.Orgs[0].Digest, blockedIn(together))
	}
	if part := plan.PartOf(together, []resource.OrgRef{together.Orgs[0].Ref()}); part.Digest != checked(limits, nil, removing("A", 4)).Digest {
		t.Error("a part of a plan has another digest than the plan of that part")
	}
}

// TestIsMoreGuarded: only what guards of an organization found in addition counts.
func TestIsMoreGuarded(t *testing.T) {
	strict, loose := plan.Limits{Removals: 1, TotalRemovals: 2}, plan.Limits{Removals: 3, TotalRemovals: 9}
	acceptAll := func(o plan.Org) []plan.Acceptance { return []plan.Acceptance{{Digest: o.Digest}} }
	for _, row := range []struct {
		reason       string
		now, earlier *plan.Plan
		want         bool
	}{
		{"nothing is blocked", checked(loose, nil, removing("A", 2)), checked(loose, nil, removing("A", 2)), false},
		{"blocked as before", checked(strict, nil, removing("A", 2)), checked(strict, nil, removing("A", 2)), false},
		{"blocked only now", checked(strict, nil, removing("A", 2)), checked(loose, nil, removing("A", 2)), true},
		{"blocked only before", checked(loose, nil, removing("A", 2)), checked(strict, nil, removing("A", 2)), false},
		{"blocked only now, and accepted", checked(strict, acceptAll, removing("A", 2)), checked(loose, nil, removing("A", 2)), false},
		{"only the guard of the run", checked(plan.Limits{Removals: 3, TotalRemovals: 1}, nil, removing("A", 2)), checked(loose, nil, removing("A", 2)), false},
	} {
		if got := plan.IsMoreGuarded(row.now, row.earlier); got != row.want {
			t.Errorf("%s: got %t", row.reason, got)
		}
	}
}
