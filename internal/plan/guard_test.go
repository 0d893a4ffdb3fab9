package plan_test

import (
	"strings"
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestIsAbout: each guard counts the steps that are marked with x.
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
