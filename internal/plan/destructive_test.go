package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestReductions: what an update takes counts as a removal where it gives nothing.
func TestReductions(t *testing.T) {
	type fields = resource.Fields
	project := func(roles ...any) fields { return fields{"Checkout": roles} }
	for _, row := range []struct {
		reason        string
		before, after fields
		want          bool
	}{
		{"a role goes", fields{"roles": []any{"ORG_MEMBER", "ORG_GROUP_CREATOR"}}, fields{"roles": []any{"ORG_MEMBER"}}, true},
		{"all teams go", fields{"teams": []any{"A", "B"}}, fields{"teams": []any{}}, true},
		{"teams that were never there do not go", fields{"teams": nil}, fields{"teams": []any{}}, false},
		{"a team is added", fields{"teams": []any{"A"}}, fields{"teams": []any{"A", "B"}}, false},
		{"one team takes the place of another", fields{"teams": []any{"A"}}, fields{"teams": []any{"B"}}, false},
		{"a role in a project goes", fields{"projects": project("GROUP_OWNER", "GROUP_READ_ONLY")}, fields{"projects": project("GROUP_READ_ONLY")}, true},
		{"a project goes", fields{"projects": project("GROUP_OWNER")}, fields{"projects": nil}, true},
		{"the same role in another project is another one", fields{"projects": project("GROUP_OWNER")}, fields{"projects": fields{"Billing": []any{"GROUP_OWNER"}}}, false},
		{"a team goes and a role comes", fields{"teams": []any{"A"}, "roles": []any{"ORG_MEMBER"}}, fields{"teams": nil, "roles": []any{"ORG_MEMBER", "ORG_READ_ONLY"}}, false},
		{"a team and a role go", fields{"teams": []any{"A"}, "roles": []any{"ORG_MEMBER", "ORG_READ_ONLY"}}, fields{"teams": nil, "roles": []any{"ORG_MEMBER"}}, true},
	} {
		update := plan.Step{Op: plan.Update, Kind: "members", Key: "ada@acme.example", Before: row.before, After: row.after}
		if got := update.IsDestructive(); got != row.want {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
	setting := plan.Step{Op: plan.Update, Kind: "settings", Before: fields{"securityContact": "a@b.example"}, After: fields{"securityContact": nil}}
	if setting.IsDestructive() {
		t.Error("a setting that is cleared removes nobody")
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
		{"nobody else is there", remove, []resource.Object{ada}, true},
		{"nor after a demotion", demote, []resource.Object{ada, person("kay", "ACTIVE", "ORG_MEMBER")}, true},
		{"another owner stays", remove, []resource.Object{ada, person("kay", "ACTIVE", "ORG_OWNER")}, false},
		{"and after a demotion", demote, []resource.Object{ada, person("kay", "ACTIVE", "ORG_MEMBER", "ORG_OWNER")}, false},
		{"who is invited owns nothing yet", remove, []resource.Object{ada, person("kay", "PENDING", "ORG_OWNER")}, true},
		{"nor who did not answer", remove, []resource.Object{ada, person("kay", "INVITATION_EXPIRED", "ORG_OWNER")}, true},
		{"she is invited herself, and may be uninvited", remove, []resource.Object{person("ada", "PENDING", "ORG_OWNER")}, false},
		{"she is no owner any more", remove, []resource.Object{person("ada", "ACTIVE", "ORG_MEMBER")}, false},
		{"she stays one", teams, []resource.Object{ada}, false},
		{"she is gone", remove, nil, false},
	} {
		if got := row.step.TakesLastOwner(row.live); got != row.want {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
}
