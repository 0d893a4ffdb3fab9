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
		violation plan.Violation
		want      string
	}{
		{plan.Violation{Guard: plan.Creation}, "x..........."},
		{plan.Violation{Guard: plan.Deletion}, ".x.........."},
		{plan.Violation{Guard: plan.Removals}, ".....x.xx.xx"},
		{plan.Violation{Guard: plan.EmptyList, Kind: "members"}, ".......xx..."},
		{plan.Violation{Guard: plan.EmptyList, Kind: "invitations"}, "..........x."},
		{plan.Violation{Guard: plan.LastOwner}, ".....x..x..."},
		{plan.Violation{Guard: plan.OwnAccess}, "...x........"},
	} {
		var got strings.Builder
		for _, s := range steps {
			got.WriteByte(map[bool]byte{true: 'x', false: '.'}[row.violation.IsAbout(s)])
		}
		if got.String() != row.want {
			t.Errorf("%s %s: got %s, want %s", row.violation.Guard, row.violation.Kind, &got, row.want)
		}
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

// TestBaselineOfHalf: a plan of which a part is done already loses what it lost at first.
func TestBaselineOfHalf(t *testing.T) {
	remove := func(key string) plan.Step { return plan.Step{Op: plan.Delete, Kind: "invitations", Key: key} }
	steps := []plan.Step{{Op: plan.Create, Kind: "invitations", Key: "new"}, remove("a"), remove("b"), remove("c")}
	for reason, keys := range map[string][]string{
		"nothing is done": {"a", "b", "c"}, "the new one is there": {"a", "b", "c", "new"}, "one is gone": {"b", "c"}, "all is done": {"new"},
	} {
		live := resource.State{"invitations": {{Key: "accepted", Fields: resource.Fields{"status": "ACTIVE"}}}}
		for _, key := range keys {
			live["invitations"] = append(live["invitations"], resource.Object{Key: key})
		}
		if got := plan.BaselineOf(live, steps).Lists["invitations"]; got != 3 {
			t.Errorf("%s: of %d", reason, got)
		}
	}
}
