package resource

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestReadMembers: who is invited is as much in as who is active, and what Atlas tells of them besides stays out.
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
		{Key: "kay@acme.example", Spelling: "kay@acme.example", ID: id("8"), // and not what came to nothing before
			Fields: Fields{"status": "PENDING", "roles": []any{"ORG_MEMBER"}, "teams": []any{}, "projects": Fields{}}},
		{Key: "lynn@acme.example", Spelling: "lynn@acme.example", ID: id("5"), ExpiredAt: time.Date(2026, time.October, 1, 8, 0, 0, 0, time.UTC),
			Fields: Fields{"status": "INVITATION_EXPIRED"}},
		{Key: "mary@acme.example", Spelling: "mary@acme.example", ID: id("4"), Fields: Fields{"status": "INVITATION_REJECTED"}}, // which counts more
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

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
		{Key: "grace@acme.example", Spelling: "Grace@acme.example", ID: id("9"), Fields: Fields{"status": "ACTIVE"}}, // and not her invitation, which another request still saw
		{Key: "ada@acme.example", Spelling: "Ada@Acme.example", ID: id("1"), Fields: Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any{"Platform", "gone"},
			"projects": Fields{"Checkout": []any{"GROUP_OWNER", "GROUP_READ_ONLY"}}}},
		{Key: "kay@acme.example", Spelling: "kay@acme.example", ID: id("2"), Fields: Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any{}, "projects": Fields{}}},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b []any) bool { return Equal(a, b) })); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestTwoPeopleOneKey: letters of ASCII compare without case, and no others do. Where two people share a key nobody can
// tell which of them the tree means.
func TestTwoPeopleOneKey(t *testing.T) {
	person := func(digit, username, status string) string {
		return `{"id":"` + id(digit) + `","username":"` + username + `","orgMembershipStatus":"` + status + `","teamIds":[],"roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[]}}`
	}
	invite := func(digit, username string) string {
		return `{"id":"` + id(digit) + `","username":"` + username + `","roles":["ORG_MEMBER"],"teamIds":[],"groupRoleAssignments":[]}`
	}
	for _, row := range []struct {
		reason         string
		kind           *Kind
		users, invites []string
		want           string // the error
		keys           []string
	}{
		{"the Kelvin sign is another letter", Members, []string{person("1", "kay@acme.example", "ACTIVE"), person("2", "\u212aay@acme.example", "ACTIVE")}, nil, "",
			[]string{"kay@acme.example", "\u212aay@acme.example"}},
		{"capitals are not", Members, []string{person("1", "kay@acme.example", "ACTIVE"), person("2", "KAY@acme.example", "ACTIVE")}, nil,
			`Atlas has two members that both mean kay@acme.example: "kay@acme.example" (` + id("1") + `) and "KAY@acme.example" (` + id("2") + `)`, nil},
		{"a pending person is one as well", Members, []string{person("1", "kay@acme.example", "PENDING"), person("2", "KAY@acme.example", "ACTIVE")}, nil,
			`Atlas has two members that both mean kay@acme.example: "kay@acme.example" (` + id("1") + `) and "KAY@acme.example" (` + id("2") + `)`, nil},
		{"an invitation that expired is not", Members, []string{person("1", "kay@acme.example", "INVITATION_EXPIRED"), person("2", "KAY@acme.example", "ACTIVE")}, nil, "",
			[]string{"kay@acme.example"}},
		{"two invitations", Invitations, nil, []string{invite("1", "kay@acme.example"), invite("2", "Kay@acme.example")},
			`Atlas has two invitations that both mean kay@acme.example: "kay@acme.example" (` + id("1") + `) and "Kay@acme.example" (` + id("2") + `)`, nil},
		{"an invitation and who accepted it", Invitations, []string{person("1", "Kay@acme.example", "ACTIVE")}, []string{invite("2", "kay@acme.example")}, "",
			[]string{"kay@acme.example"}},
	} {
		api := answers{people: "[" + strings.Join(row.users, ",") + "]", "/orgs/o/invites": "[" + strings.Join(row.invites, ",") + "]"}
		got, err := row.kind.Read(t.Context(), PlanSession(api), "o", nil)
		var keys []string
		for _, o := range got {
			keys = append(keys, o.Key)
		}
		if said := errorText(err); said != row.want || !slices.Equal(keys, row.keys) {
			t.Errorf("%s: got %v, %s", row.reason, keys, said)
		}
	}
}
