package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestReductions: an update that takes roles, teams or projects counts as a removal unless it gives some, too.
func TestReductions(t *testing.T) {
	type fields = resource.Fields
	project := func(roles ...any) fields { return fields{"Checkout": roles} }
	for _, row := range []struct {
		reason        string
		before, after fields
		want          bool
	}{
		{"a role is taken", fields{"roles": []any{"ORG_MEMBER", "ORG_GROUP_CREATOR"}}, fields{"roles": []any{"ORG_MEMBER"}}, true},
		{"all teams are taken", fields{"teams": []any{"A", "B"}}, fields{"teams": []any{}}, true},
		{"no teams before and after", fields{"teams": nil}, fields{"teams": []any{}}, false},
		{"a team is added", fields{"teams": []any{"A"}}, fields{"teams": []any{"A", "B"}}, false},
		{"a team replaces another one", fields{"teams": []any{"A"}}, fields{"teams": []any{"B"}}, false},
		{"a role in a project is taken", fields{"projects": project("GROUP_OWNER", "GROUP_READ_ONLY")}, fields{"projects": project("GROUP_READ_ONLY")}, true},
		{"a project is taken", fields{"projects": project("GROUP_OWNER")}, fields{"projects": nil}, true},
		{"a project replaces another one, with the same role", fields{"projects": project("GROUP_OWNER")}, fields{"projects": fields{"Billing": []any{"GROUP_OWNER"}}}, false},
		{"a team is taken and a role is given", fields{"teams": []any{"A"}, "roles": []any{"ORG_MEMBER"}}, fields{"teams": nil, "roles": []any{"ORG_MEMBER", "ORG_READ_ONLY"}}, false},
		{"a team and a role are taken", fields{"teams": []any{"A"}, "roles": []any{"ORG_MEMBER", "ORG_READ_ONLY"}}, fields{"teams": nil, "roles": []any{"ORG_MEMBER"}}, true},
	} {
		update := plan.Step{Op: plan.Update, Kind: "members", Key: "ada@acme.example", Before: row.before, After: row.after}
		if got := update.IsDestructive(); got != row.want {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
	setting := plan.Step{Op: plan.Update, Kind: "settings", Before: fields{"securityContact": "a@b.example"}, After: fields{"securityContact": nil}}
	if setting.IsDestructive() {
		t.Error("a cleared setting must not count as a removal")
	}
}

func TestTakesLastOwner(t *testing.T) {
	person := func(key, status string, roles ...any) resource.Object {
		return resource.Object{Key: key, Fields: resource.Fields{"status": status, "roles": roles}}
	}
	owners, members := resource.Fields{"roles": []any{"ORG_OWNER"}}, resource.Fields{"roles": []any{"ORG_MEMBER"}}
	remove := plan.Step{Op: plan.Delete, Kind: "members", Key: "ada", Before: owners}
	demote := plan.Step{Op: plan.Update, Kind: "members", Key: "ada", Before: owners, After: members}
	teams := plan.Step{Op: plan.Update, Kind: "members", Key: "ada", Before: resource.Fields{"teams": []any{}}, After: resource.Fields{"teams": []any{"T"}}}
	ada := person("ada", "ACTIVE", "ORG_OWNER")
	for _, row := range []struct {
		reason string
		step   plan.Step
		live   []resource.Object
		want   bool
	}{
		{"the only person is removed", remove, []resource.Object{ada}, true},
		{"the only owner is demoted", demote, []resource.Object{ada, person("kay", "ACTIVE", "ORG_MEMBER")}, true},
		{"another owner stays", remove, []resource.Object{ada, person("kay", "ACTIVE", "ORG_OWNER")}, false},
		{"another owner stays after a demotion", demote, []resource.Object{ada, person("kay", "ACTIVE", "ORG_MEMBER", "ORG_OWNER")}, false},
		{"an invited owner does not count", remove, []resource.Object{ada, person("kay", "PENDING", "ORG_OWNER")}, true},
		{"an owner whose invitation expired does not count", remove, []resource.Object{ada, person("kay", "INVITATION_EXPIRED", "ORG_OWNER")}, true},
		{"the person is only invited, so the invitation may be cancelled", remove, []resource.Object{person("ada", "PENDING", "ORG_OWNER")}, false},
		{"the person is no longer an owner", remove, []resource.Object{person("ada", "ACTIVE", "ORG_MEMBER")}, false},
		{"the person stays an owner", teams, []resource.Object{ada}, false},
		{"the person is already removed", remove, nil, false},
	} {
		if got := row.step.TakesLastOwner(row.live); got != row.want {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
}
