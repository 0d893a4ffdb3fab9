package sandbox

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestListUsers: the users that each version lists. The order is always by username.
func TestListUsers(t *testing.T) {
	for _, row := range []struct{ reason, accept, query, usernames string }{
		{"members and invited people", v2025, "", "ada alan contractor edsger grace margaret"},
		{"one status", v2025, "?orgMembershipStatuses=PENDING", "alan contractor edsger"},
		{"two statuses", v2025, "?orgMembershipStatuses=PENDING&orgMembershipStatuses=ACTIVE", "ada alan contractor edsger grace margaret"},
		{"the singular, deprecated form", v2025, "?orgMembershipStatus=ACTIVE", "ada grace margaret"},
		{"expired invitations: none here", v2025, "?orgMembershipStatuses=INVITATION_EXPIRED", ""},
		{"one person, case-insensitive", v2025, "?username=ADA@acme.example", "ada"},
		{"a letter that Unicode folds to s", v2025, "?username=ed%C5%BFger@acme.example", ""},
		{"the old version lists members only", v2023, "", "ada grace margaret"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			res := demo(t, "ACME_PROD").send(request{method: "GET", path: v2 + "/" + prodID + "/users" + row.query, accept: row.accept})
			if diff := cmp.Diff(row.usernames, names(res.want(t, 200, "").results(), "username")); diff != "" {
				t.Error(diff)
			}
		})
	}
	for reason, q := range map[string]request{
		"an unknown status":        {accept: v2025, path: "?orgMembershipStatuses=GONE"},
		"two statuses in one":      {accept: v2025, path: "?orgMembershipStatuses=ACTIVE,PENDING"},
		"a status too many":        {accept: v2025, path: "?orgMembershipStatuses=ACTIVE&orgMembershipStatuses=ACTIVE&orgMembershipStatuses=ACTIVE&orgMembershipStatuses=ACTIVE&orgMembershipStatuses=ACTIVE"},
		"the singular form twice":  {accept: v2025, path: "?orgMembershipStatus=ACTIVE&orgMembershipStatus=PENDING"},
		"a status in old versions": {accept: v2023, path: "?orgMembershipStatuses=ACTIVE"},
		"a person in old versions": {accept: v2023, path: "?username=ada@acme.example"},
	} {
		t.Run(reason, func(t *testing.T) {
			q.method, q.path = "GET", v2+"/"+prodID+"/users"+q.path
			demo(t, "ACME_PROD").send(q).want(t, 400, "INVALID_QUERY_PARAMETER")
		})
	}
}

// TestUserShapes: items of both versions have the shape of Atlas's [seen user-shape].
func TestUserShapes(t *testing.T) {
	c := demo(t, "ACME_PROD")
	users := v2 + "/" + prodID + "/users"
	pendingUser := c.send(request{method: "GET", path: users + "?username=contractor@agency.example", accept: v2025}).results()[0].(fields)
	for _, row := range []struct {
		reason, query, accept, want string
	}{
		{"a member", "?username=ada@acme.example", v2025, `{"id":"` + adaID + `","orgMembershipStatus":"ACTIVE","username":"ada@acme.example",
			"roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[]},"teamIds":[],"country":"US","firstName":"Ada","lastName":"Lovelace",
			"createdAt":"2024-05-06T08:00:00Z","lastAuth":"2024-05-06T08:00:00Z","mobileNumber":null}`},
		{"an invited person", "?username=contractor@agency.example", v2025, fmt.Sprintf(`{"id":"5f1b0c0d0e0f0a0b0c0d2007","orgMembershipStatus":"PENDING",
			"username":"contractor@agency.example","roles":{"orgRoles":["ORG_MEMBER"],"groupRoleAssignments":[{"groupId":%q,"groupRoles":["GROUP_READ_ONLY"]}]},
			"teamIds":[],"inviterUsername":%q,"invitationCreatedAt":%q,"invitationExpiresAt":%q}`,
			search, c.cred.PublicKey, pendingUser["invitationCreatedAt"], pendingUser["invitationExpiresAt"])},
		{"a member in the old version", "?itemsPerPage=1", v2023, `{"id":"` + adaID + `","username":"ada@acme.example","emailAddress":"ada@acme.example",
			"roles":[{"orgId":"` + prodID + `","roleName":"ORG_OWNER"}],"teamIds":[],"links":[],"country":"US","firstName":"Ada","lastName":"Lovelace",
			"createdAt":"2024-05-06T08:00:00Z","lastAuth":"2024-05-06T08:00:00Z","mobileNumber":null}`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			got := c.send(request{method: "GET", path: users + row.query, accept: row.accept}).results()
			if diff := cmp.Diff([]any{parse(t, row.want)}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTeamsAndProjects(t *testing.T) {
	c := demo(t, "ACME_PROD")
	team := parse(t, `{"id":"`+platform+`","name":"Platform","links":[{"rel":"self","href":"`+c.base+v2+"/"+prodID+"/teams/"+platform+`"}]}`)
	if diff := cmp.Diff(team, c.do("GET", v2+"/"+prodID+"/teams", "").want(t, 200, "").results()[0]); diff != "" {
		t.Error(diff)
	}
	project := parse(t, `{"id":"`+checkout+`","name":"Checkout","orgId":"`+prodID+`","clusterCount":0,"created":"2024-05-06T08:00:00Z","tags":[],
		"links":[{"rel":"self","href":"`+c.base+`/api/atlas/v2/groups/`+checkout+`"}]}`)
	if diff := cmp.Diff(project, c.do("GET", v2+"/"+prodID+"/groups", "").want(t, 200, "").results()[0]); diff != "" {
		t.Error(diff)
	}
	for _, row := range []struct{ reason, query, names string }{
		{"all", "", "Checkout Search"},
		{"the name is a case-insensitive prefix", "?name=seA", "Search"},
		{"not a part in the middle", "?name=earch", ""},
		{"not a longer name", "?name=Search2", ""},
	} {
		got := names(c.do("GET", v2+"/"+prodID+"/groups"+row.query, "").results(), "name")
		if got != row.names {
			t.Errorf("%s: %s", row.reason, got)
		}
	}
}
