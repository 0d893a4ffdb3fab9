package resource

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plain"
)

// TestReadInvitations: active members are in the result, and invitations to projects are not.
func TestReadInvitations(t *testing.T) {
	api := answers{
		"/orgs/o/invites": numbered(`[
			{"id":"#1","username":"Ada@Acme.example","roles":["ORG_MEMBER"],"teamIds":["#5","gone"],
			 "groupRoleAssignments":[{"groupId":"#6","groupRole":"GROUP_OWNER"},{"groupId":"#6","groupRole":"GROUP_READ_ONLY"}]},
			{"id":"#2","username":"kay@acme.example","roles":["ORG_MEMBER"],"teamIds":[],"groupRoleAssignments":[]},
			{"id":"#4","username":"project@acme.example","roles":["GROUP_OWNER"],"teamIds":[]},
			{"id":"#3","username":"grace@acme.example","roles":["ORG_MEMBER"],"teamIds":[],"groupRoleAssignments":[]}]`),
		people: numbered(`[{"id":"#9","username":"Grace@acme.example","orgMembershipStatus":"ACTIVE","roles":{"orgRoles":["ORG_MEMBER"],"groupRoleAssignments":[]},"teamIds":[]},
			{"id":"#8","username":"kay@acme.example","orgMembershipStatus":"PENDING","roles":{"orgRoles":["ORG_MEMBER"],"groupRoleAssignments":[]},"teamIds":[]}]`),
		"/orgs/o/teams":  numbered(`[{"id":"#5","name":"Platform"}]`),
		"/orgs/o/groups": numbered(`[{"id":"#6","name":"Checkout"}]`),
	}
	got, err := Invitations.Read(t.Context(), PlanSession(api), "o", nil)
	want := []Object{
		{Key: "grace@acme.example", Spelling: "Grace@acme.example", ID: id("9"), Fields: Fields{"status": "ACTIVE"}}, // and not her invitation, which the other request still returned
		{Key: "ada@acme.example", Spelling: "Ada@Acme.example", ID: id("1"), Fields: Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any{"Platform", "gone"},
			"projects": Fields{"Checkout": []any{"GROUP_OWNER", "GROUP_READ_ONLY"}}}},
		{Key: "kay@acme.example", Spelling: "kay@acme.example", ID: id("2"), Fields: Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any{}, "projects": Fields{}}},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b []any) bool { return plain.Equal(a, b) })); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}
