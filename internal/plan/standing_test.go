package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

func TestStand(t *testing.T) {
	roles := func(names ...any) resource.Fields { return resource.Fields{"roles": names} }
	live := func(f resource.Fields) *resource.Object { return &resource.Object{Key: "ada@acme.example", Fields: f} }
	of := func(status string) *resource.Object {
		return live(resource.Fields{"status": status, "roles": []any{"ORG_MEMBER"}})
	}
	again := plan.Step{Op: plan.Create, After: roles("ORG_MEMBER"), Renews: plan.AfterExpiry}
	insist := plan.Step{Op: plan.Create, After: roles("ORG_MEMBER"), Renews: plan.AfterRejection}
	cancel := plan.Step{Op: plan.Delete, Before: resource.Fields{"status": "PENDING", "roles": []any{"ORG_MEMBER"}}}
	unknown := plan.Step{Op: plan.Update, After: roles("ORG_OWNER")}
	accepted := live(resource.Fields{"status": "ACTIVE"})
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
		{"she is a member already", create, accepted, plan.Done},
		{"as the plan saw it", update, live(roles("ORG_MEMBER")), plan.Ready},
		{"an answer got lost, or somebody was faster", update, live(roles("ORG_OWNER")), plan.Done},
		{"somebody changed it to something else", update, live(roles("ORG_READ_ONLY")), plan.Conflict},
		{"somebody added to it", update, live(roles("ORG_MEMBER", "ORG_BILLING_ADMIN")), plan.Conflict},
		{"it is gone", update, nil, plan.Conflict},
		{"she accepted with her old roles: nobody may believe that they changed", update, accepted, plan.Conflict},
		{"as the plan saw it", remove, live(roles("ORG_MEMBER")), plan.Ready},
		{"it is gone already", remove, nil, plan.Done},
		{"nobody approved removing an owner", remove, live(roles("ORG_OWNER")), plan.Conflict},
		{"she accepted: an invitation can be taken back, a member not", remove, accepted, plan.Conflict},
		{"the invitation that expired is still there", again, of("INVITATION_EXPIRED"), plan.Ready},
		{"it is gone", again, nil, plan.Ready},
		{"somebody was faster", again, of("PENDING"), plan.Done},
		{"a federated person is in at once", create, of("ACTIVE"), plan.Done},
		{"an earlier invitation expired since the plan was made", create, of("INVITATION_EXPIRED"), plan.Ready},
		{"she said no since the plan was made", create, of("INVITATION_REJECTED"), plan.Conflict},
		{"she said no to yet another invitation since", again, of("INVITATION_REJECTED"), plan.Conflict},
		{"that she said no was known", insist, of("INVITATION_REJECTED"), plan.Ready},
		{"and it was not her last word", insist, of("ACTIVE"), plan.Done},
		{"there is nobody to change any more", update, of("INVITATION_EXPIRED"), plan.Conflict},
		{"there is nothing left to remove", remove, of("INVITATION_EXPIRED"), plan.Done},
		{"nor of who said no", remove, of("INVITATION_REJECTED"), plan.Done},
		{"an invitation that still waits can be cancelled", cancel, of("PENDING"), plan.Ready},
		{"to cancel an invitation is not to remove a member", cancel, of("ACTIVE"), plan.Conflict},
		{"nobody knew what a new organization holds", unknown, live(roles("ORG_MEMBER")), plan.Ready},
		{"it holds that already", unknown, live(roles("ORG_OWNER")), plan.Done},
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
