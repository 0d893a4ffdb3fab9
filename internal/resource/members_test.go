package resource

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestReadMembers: active and invited people are members, and other data about them is not read.
func TestReadMembers(t *testing.T) {
	api := answers{
		people: numbered(`[
			{"id":"#9","username":"Grace@acme.example","orgMembershipStatus":"ACTIVE","firstName":"Grace","teamIds":["#1","gone"],
			 "roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[{"groupId":"#2","groupRoles":["GROUP_OWNER","GROUP_READ_ONLY"]}]}},
			{"id":"#7","username":"kay@acme.example","orgMembershipStatus":"INVITATION_EXPIRED","invitationExpiresAt":"2026-10-01T08:00:00Z"},
			{"id":"#8","username":"kay@acme.example","orgMembershipStatus":"PENDING","roles":{"orgRoles":["ORG_MEMBER"],"groupRoleAssignments":[]},"teamIds":[]},
			{"id":"#5","username":"lynn@acme.example","orgMembershipStatus":"INVITATION_EXPIRED","invitationExpiresAt":"2026-10-01T08:00:00Z"},
			{"id":"#6","username":"mary@acme.example","orgMembershipStatus":"INVITATION_EXPIRED","invitationExpiresAt":"2026-09-01T08:00:00Z"},
			{"id":"#4","username":"mary@acme.example","orgMembershipStatus":"INVITATION_REJECTED","invitationExpiresAt":null}]`),
		"/orgs/o/teams":  numbered(`[{"id":"#1","name":"Platform"}]`),
		"/orgs/o/groups": numbered(`[{"id":"#2","name":"Checkout"}]`),
	}
	got, err := Members.Read(t.Context(), PlanSession(api), "o", nil)
	want := []Object{
		{Key: "grace@acme.example", Spelling: "Grace@acme.example", ID: id("9"), Fields: Fields{"status": "ACTIVE", "roles": []any{"ORG_OWNER"}, "teams": []any{"Platform", "gone"},
			"projects": Fields{"Checkout": []any{"GROUP_OWNER", "GROUP_READ_ONLY"}}}},
		{Key: "kay@acme.example", Spelling: "kay@acme.example", ID: id("8"), // and not the ended invitation before
			Fields: Fields{"status": "PENDING", "roles": []any{"ORG_MEMBER"}, "teams": []any{}, "projects": Fields{}}},
		{Key: "lynn@acme.example", Spelling: "lynn@acme.example", ID: id("5"), ExpiredAt: time.Date(2026, time.October, 1, 8, 0, 0, 0, time.UTC),
			Fields: Fields{"status": "INVITATION_EXPIRED"}},
		{Key: "mary@acme.example", Spelling: "mary@acme.example", ID: id("4"), Fields: Fields{"status": "INVITATION_REJECTED"}}, // a rejection wins over an expiry
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}
