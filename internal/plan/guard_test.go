package plan_test

import (
	"strings"
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestIsAbout: which steps a guard counted, by their places among all of them.
func TestIsAbout(t *testing.T) {
	owner, member := resource.Fields{"roles": []any{"ORG_OWNER"}}, resource.Fields{"roles": []any{"ORG_MEMBER"}}
	steps := []plan.Step{
		plan.CreateOrganization(resource.Fields{"name": "Acme"}),
		plan.DeleteOrganization(resource.Object{ID: "1"}),
		{Op: plan.Update, Kind: "organization", Before: resource.Fields{"name": "A"}, After: resource.Fields{"name": "B"}},
		{Op: plan.Update, Kind: "settings", Before: resource.Fields{"apiAccessListRequired": false}, After: resource.Fields{"apiAccessListRequired": true}},
		{Op: plan.Create, Kind: "members", Key: "new@acme.example", After: member},
		{Op: plan.Update, Kind: "members", Key: "ada@acme.example", Before: owner, After: member},
		{Op: plan.Update, Kind: "members", Key: "eve@acme.example", Before: member, After: owner},
		{Op: plan.Delete, Kind: "members", Key: "bob@acme.example", Before: member},
		{Op: plan.Delete, Kind: "members", Key: "kim@acme.example", Before: owner},
		{Op: plan.Update, Kind: "members", Key: "pat@acme.example", Before: resource.Fields{"roles": []any{"ORG_OWNER"}, "teams": nil}, After: resource.Fields{"teams": []any{"T"}}},
		{Op: plan.Delete, Kind: "invitations", Key: "kay@acme.example", Before: member},
		{Op: plan.Update, Kind: "members", Key: "lea@acme.example", Before: resource.Fields{"roles": []any{"ORG_OWNER", "ORG_MEMBER"}, "teams": []any{"T"}},
			After: resource.Fields{"roles": []any{"ORG_OWNER"}, "teams": nil}},
	}
	for _, row := range []struct {
		refusal plan.Refusal
		want    string
	}{
		{plan.Refusal{Guard: plan.Creation}, "x..........."},
		{plan.Refusal{Guard: plan.Deletion}, ".x.........."},
		{plan.Refusal{Guard: plan.Removals}, ".....x.xx.xx"},
		{plan.Refusal{Guard: plan.EmptyList, Kind: "members"}, ".......xx..."},
		{plan.Refusal{Guard: plan.EmptyList, Kind: "invitations"}, "..........x."},
		{plan.Refusal{Guard: plan.LastOwner}, ".....x..x..."},
		{plan.Refusal{Guard: plan.OwnAccess}, "...x........"},
	} {
		var got strings.Builder
		for _, s := range steps {
			got.WriteByte(map[bool]byte{true: 'x', false: '.'}[row.refusal.IsAbout(s)])
		}
		if got.String() != row.want {
			t.Errorf("%s %s: got %s, want %s", row.refusal.Guard, row.refusal.Kind, &got, row.want)
		}
	}
}

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
