package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

func TestStand(t *testing.T) {
	roles := func(names ...any) resource.Fields { return resource.Fields{"roles": names} }
	live := func(f resource.Fields) *resource.Object { return &resource.Object{Key: "ada@acme.example", Fields: f} }
	settled := &resource.Object{Key: "ada@acme.example", Settled: true}
	create := plan.Step{Op: plan.Create, After: roles("ORG_MEMBER")}
	update := plan.Step{Op: plan.Update, Before: roles("ORG_MEMBER"), After: roles("ORG_OWNER")}
	remove := plan.Step{Op: plan.Delete, Before: roles("ORG_MEMBER")}
	for _, row := range []struct {
		reason string
		step   plan.Step
		live   *resource.Object
		want   plan.Standing
	}{
		{"nothing is there yet", create, nil, plan.Ready},
		{"somebody invited her just so", create, live(roles("ORG_MEMBER")), plan.Done},
		{"what else somebody gave her is not ours", create, live(resource.Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any{"T"}}), plan.Done},
		{"somebody invited her otherwise", create, live(roles("ORG_OWNER")), plan.Conflict},
		{"she is a member already", create, settled, plan.Done},
		{"as the plan saw it", update, live(roles("ORG_MEMBER")), plan.Ready},
		{"an answer got lost, or somebody was faster", update, live(roles("ORG_OWNER")), plan.Done},
		{"somebody changed it to something else", update, live(roles("ORG_READ_ONLY")), plan.Conflict},
		{"somebody added to it", update, live(roles("ORG_MEMBER", "ORG_BILLING_ADMIN")), plan.Conflict},
		{"it is gone", update, nil, plan.Conflict},
		{"she accepted with her old roles: nobody may believe that they changed", update, settled, plan.Conflict},
		{"as the plan saw it", remove, live(roles("ORG_MEMBER")), plan.Ready},
		{"it is gone already", remove, nil, plan.Done},
		{"nobody approved removing an owner", remove, live(roles("ORG_OWNER")), plan.Conflict},
		{"she accepted: an invitation can be taken back, a member not", remove, settled, plan.Conflict},
	} {
		if got := plan.Stand(resource.Invitations, row.live, row.step); got != row.want {
			t.Errorf("%s %s: got %s, want %s", row.step.Op, row.reason, got, row.want)
		}
	}
}

func TestStandOfMaps(t *testing.T) {
	step := plan.Step{Op: plan.Update,
		Before: resource.Fields{"projects": resource.Fields{"A": []any{"GROUP_OWNER"}}},
		After:  resource.Fields{"projects": resource.Fields{"B": []any{"GROUP_OWNER"}}}}
	both := resource.Fields{"projects": resource.Fields{"A": []any{"GROUP_OWNER"}, "C": []any{"GROUP_OWNER"}}}
	if got := plan.Stand(resource.Invitations, &resource.Object{Fields: both}, step); got != plan.Conflict {
		t.Errorf("a project was added since: writing would remove it unseen; got %s", got)
	}
}
