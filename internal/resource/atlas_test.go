package resource

import (
	"context"
	"encoding/json"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// answers is an Atlas that says what the sandbox never would: what old organizations hold, and what is left out.
type answers map[string]string

func (a answers) Do(_ context.Context, _, path string, _, out any) error {
	return decodeInto(json.RawMessage(a[path]), out)
}

func (a answers) All(_ context.Context, path string) iter.Seq2[Fields, error] {
	return func(yield func(Fields, error) bool) {
		var results []Fields
		if err := decodeInto(json.RawMessage(a[path]), &results); err != nil {
			yield(nil, err)
			return
		}
		for _, r := range results {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestOrganizationsWithoutTheDeleted(t *testing.T) {
	api := answers{"/orgs": `[{"id":"1","name":"A","isDeleted":true},
		{"id":"2","name":"A","isDeleted":false,"skipDefaultAlertsSettings":true},{"id":"3","name":"B"}]`}
	got, err := Organizations(t.Context(), api)
	want := []Object{
		{ID: "2", Fields: Fields{"name": "A", "skipDefaultAlertsSettings": true}},
		{ID: "3", Fields: Fields{"name": "B", "skipDefaultAlertsSettings": nil}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// people is where an organization's users are listed, for all kinds that want to know.
const people = "/orgs/o/users?orgMembershipStatuses=ACTIVE&orgMembershipStatuses=PENDING&orgMembershipStatuses=INVITATION_EXPIRED&orgMembershipStatuses=INVITATION_REJECTED"

// TestReadMembers: who is invited is as much in as who is active, and what Atlas tells of them besides stays out.
func TestReadMembers(t *testing.T) {
	api := answers{
		people: `[
			{"id":"9","username":"Grace@acme.example","orgMembershipStatus":"ACTIVE","firstName":"Grace","teamIds":["t1","gone"],
			 "roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[{"groupId":"p1","groupRoles":["GROUP_OWNER","GROUP_READ_ONLY"]}]}},
			{"id":"7","username":"kay@acme.example","orgMembershipStatus":"INVITATION_EXPIRED","invitationExpiresAt":"2026-10-01T08:00:00Z"},
			{"id":"8","username":"kay@acme.example","orgMembershipStatus":"PENDING","roles":{"orgRoles":["ORG_MEMBER"]},"teamIds":[]},
			{"id":"5","username":"lynn@acme.example","orgMembershipStatus":"INVITATION_EXPIRED","invitationExpiresAt":"2026-10-01T08:00:00Z"},
			{"id":"6","username":"mary@acme.example","orgMembershipStatus":"INVITATION_REJECTED","invitationExpiresAt":null}]`,
		"/orgs/o/teams":  `[{"id":"t1","name":"Platform"}]`,
		"/orgs/o/groups": `[{"id":"p1","name":"Checkout"}]`,
	}
	got, err := Members.Read(t.Context(), api, "o")
	want := []Object{
		{Key: "grace@acme.example", ID: "9", Fields: Fields{"status": "ACTIVE", "roles": []any{"ORG_OWNER"}, "teams": []any{"Platform", "gone"},
			"projects": Fields{"Checkout": []any{"GROUP_OWNER", "GROUP_READ_ONLY"}}}},
		{Key: "kay@acme.example", ID: "8", Fields: Fields{"status": "PENDING", "roles": []any{"ORG_MEMBER"}, "teams": []any{}, "projects": Fields{}}}, // and not what came to nothing before
		{Key: "lynn@acme.example", ID: "5", Ended: time.Date(2026, time.October, 1, 8, 0, 0, 0, time.UTC),
			Fields: Fields{"status": "INVITATION_EXPIRED", "roles": []any(nil), "teams": []any{}, "projects": Fields{}}},
		{Key: "mary@acme.example", ID: "6", Fields: Fields{"status": "INVITATION_REJECTED", "roles": []any(nil), "teams": []any{}, "projects": Fields{}}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestReadNobody: somebody whom nobody can name would be removed, since nobody lists them.
func TestReadNobody(t *testing.T) {
	for _, user := range []string{`{"id":"9","orgMembershipStatus":"ACTIVE"}`, `{"username":"ada@acme.example","orgMembershipStatus":"ACTIVE"}`} {
		for _, k := range []*Kind{Members, Invitations} {
			got, err := k.Read(t.Context(), answers{people: "[" + user + "]", "/orgs/o/invites": "[]"}, "o")
			if err == nil || len(got) > 0 {
				t.Errorf("%s of %s: got %v, %v", k.Name, user, got, err)
			}
		}
	}
}

func TestReadInvitations(t *testing.T) {
	api := answers{
		"/orgs/o/invites": `[
			{"id":"1","username":"Ada@Acme.example","roles":["ORG_MEMBER"],"teamIds":["t1","gone"],
			 "groupRoleAssignments":[{"groupId":"p1","groupRole":"GROUP_OWNER"},{"groupId":"p1","groupRole":"GROUP_READ_ONLY"}]},
			{"id":"2","username":"kay@acme.example","roles":["ORG_MEMBER"],"teamIds":null},
			{"id":"4","username":"project@acme.example","roles":["GROUP_OWNER"],"teamIds":[]},
			{"id":"3","username":"grace@acme.example","roles":["ORG_MEMBER"]}]`,
		people: `[{"id":"9","username":"Grace@acme.example","orgMembershipStatus":"ACTIVE"},
			{"id":"8","username":"kay@acme.example","orgMembershipStatus":"PENDING"}]`,
		"/orgs/o/teams":  `[{"id":"t1","name":"Platform"}]`,
		"/orgs/o/groups": `[{"id":"p1","name":"Checkout"}]`,
	}
	got, err := Invitations.Read(t.Context(), api, "o")
	want := []Object{
		{Key: "grace@acme.example", ID: "9", Settled: true}, // and not her invitation, which another request still saw
		{Key: "ada@acme.example", ID: "1", Fields: Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any{"Platform", "gone"},
			"projects": Fields{"Checkout": []any{"GROUP_OWNER", "GROUP_READ_ONLY"}}}},
		{Key: "kay@acme.example", ID: "2", Fields: Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any(nil), "projects": Fields{}}},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b []any) bool { return Equal(a, b) })); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestReadSettings: what Atlas has not set may be absent, null or empty; addresses come in lower case, whatever the setting.
func TestReadSettings(t *testing.T) {
	api := answers{"/orgs/o/settings": `{"multiFactorAuthRequired":false,"securityContact":"","operationsContact":null,"newContact":"Noc@Acme.example"}`}
	got, err := Settings.Read(t.Context(), api, "o")
	if diff := cmp.Diff([]Object{{Fields: Fields{"multiFactorAuthRequired": false, "newContact": "noc@acme.example"}}}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestForeignAnswers: what cannot be Atlas's answer is refused, not taken for an organization that has nothing.
func TestForeignAnswers(t *testing.T) {
	for _, row := range []struct{ reason, answer, want string }{
		{"a proxy that answers everything", `{}`, "GET /orgs/1: the answer has an organization without id or name; check the base URL"},
		{"an organization that Atlas still remembers", `{"id":"1","name":"A","isDeleted":true}`, "GET /orgs/1: the organization was deleted; remove it from the tree"},
		{"another organization", `{"id":"2","name":"B"}`, `GET /orgs/1: the answer is about another organization, "2"`},
	} {
		if _, err := Organization.Read(t.Context(), answers{"/orgs/1": row.answer}, "1"); err == nil || err.Error() != row.want {
			t.Errorf("%s: got %v, want %s", row.reason, err, row.want)
		}
	}
}
