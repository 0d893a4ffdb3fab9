package plan_test

import (
	"slices"
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestIsWithin: a plan is within an approved one if each of its steps was approved.
func TestIsWithin(t *testing.T) {
	step := func(key, role string) plan.Step {
		return plan.Step{Op: plan.Create, Kind: "invitations", Key: key, After: resource.Fields{"roles": []any{role}}}
	}
	org := func(name string, steps ...plan.Step) *plan.Plan {
		return plan.New([]plan.Org{{Name: name, ID: "1", Steps: steps}})
	}
	approved := org("Acme", step("ada", "ORG_MEMBER"), step("kay", "ORG_MEMBER"))
	for _, row := range []struct {
		reason string
		now    *plan.Plan
		want   bool
	}{
		{"the same plan", approved, true},
		{"a part of the approved steps", org("Acme", step("kay", "ORG_MEMBER")), true},
		{"another step", org("Acme", step("kay", "ORG_MEMBER"), step("lin", "ORG_MEMBER")), false},
		{"another role", org("Acme", step("kay", "ORG_OWNER")), false},
		{"another name", org("Acme-2", step("kay", "ORG_MEMBER")), false},
	} {
		if row.now.IsWithin(approved) != row.want {
			t.Errorf("%s: within %v, want %v", row.reason, !row.want, row.want)
		}
	}
}

// TestCompareSplitUpdates: the update of a person can be two steps in one plan and one step in another.
func TestCompareSplitUpdates(t *testing.T) {
	step := func(before, after resource.Fields) plan.Step {
		return plan.Step{Op: plan.Update, Kind: "members", Key: "ada", Before: before, After: after}
	}
	roles := func(role string) resource.Fields { return resource.Fields{"roles": []any{role}} }
	promotion, other := step(roles("ORG_MEMBER"), roles("ORG_OWNER")), step(roles("ORG_MEMBER"), roles("ORG_READ_ONLY"))
	teams := step(resource.Fields{"teams": nil}, resource.Fields{"teams": []any{"T"}})
	removal := plan.Step{Op: plan.Delete, Kind: "members", Key: "ada", Before: roles("ORG_MEMBER")}
	for _, row := range []struct {
		reason        string
		approved, now []plan.Step
		want          []plan.ChangeReason
	}{
		{"the same two steps", []plan.Step{promotion, teams}, []plan.Step{promotion, teams}, nil},
		{"the promotion is done", []plan.Step{promotion, teams}, []plan.Step{teams}, []plan.ChangeReason{plan.NotNeeded}},
		{"the rest is done", []plan.Step{promotion, teams}, []plan.Step{promotion}, []plan.ChangeReason{plan.NotNeeded}},
		{"the rest is new", []plan.Step{promotion}, []plan.Step{promotion, teams}, []plan.ChangeReason{plan.NotApproved}},
		{"another role than ORG_OWNER", []plan.Step{promotion}, []plan.Step{other}, []plan.ChangeReason{plan.Different}},
		{"ORG_OWNER, and not another role", []plan.Step{other}, []plan.Step{promotion}, []plan.ChangeReason{plan.Different}},
		{"a removal instead of two steps", []plan.Step{promotion, teams}, []plan.Step{removal}, []plan.ChangeReason{plan.NotNeeded, plan.Different}},
		{"two steps instead of a removal", []plan.Step{removal}, []plan.Step{promotion, teams}, []plan.ChangeReason{plan.Different, plan.NotApproved}},
		{"a removal instead of a promotion", []plan.Step{promotion}, []plan.Step{removal}, []plan.ChangeReason{plan.Different}},
	} {
		org := func(steps []plan.Step) *plan.Plan { return plan.New([]plan.Org{{Name: "Acme", ID: "1", Steps: steps}}) }
		var got []plan.ChangeReason
		for _, c := range plan.Compare(org(row.approved), org(row.now)) {
			for _, change := range c.Changes {
				got = append(got, change.Reason)
			}
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
		if within := org(row.now).IsWithin(org(row.approved)); within == (slices.Contains(row.want, plan.NotApproved) || slices.Contains(row.want, plan.Different)) {
			t.Errorf("%s: within %v", row.reason, within)
		}
	}
}
