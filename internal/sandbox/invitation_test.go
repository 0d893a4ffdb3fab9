package sandbox

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const invitesPath = v2 + "/" + prodID + "/invites"

// TestInvitation invites a person, changes the invitation, deletes it and invites again.
func TestInvitation(t *testing.T) {
	c := demo(t, "ACME_PROD")
	made := c.do("POST", invitesPath, `{"username":"Barbara@Acme.example","roles":["ORG_MEMBER","ORG_READ_ONLY"],
		"teamIds":["`+security+`"],"groupRoleAssignments":[{"groupId":"`+search+`","roles":["GROUP_OWNER","GROUP_READ_ONLY"]}]}`).want(t, 200, "")
	got := made.object()
	if life := date(t, got["expiresAt"]).Sub(date(t, got["createdAt"])); life != 30*24*time.Hour {
		t.Errorf("an invitation lives %v", life)
	}
	want := parse(t, fmt.Sprintf(`{"createdAt":%q,"expiresAt":%q,"id":"5f1b0c0d0e0f0a0b0c0d3001","inviterUsername":%q,
		"orgId":%q,"orgName":"Acme-Production","username":"barbara@acme.example",
		"roles":["ORG_MEMBER","ORG_READ_ONLY"],"teamIds":[%q],
		"groupRoleAssignments":[{"groupId":%q,"groupRole":"GROUP_OWNER"},{"groupId":%q,"groupRole":"GROUP_READ_ONLY"}]}`,
		got["createdAt"], got["expiresAt"], c.cred.PublicKey, prodID, security, search, search))
	if diff := cmp.Diff(want, made.body); diff != "" {
		t.Errorf("created: %s", diff)
	}
	one := invitesPath + "/5f1b0c0d0e0f0a0b0c0d3001"
	if diff := cmp.Diff(want, c.do("GET", one, "").body); diff != "" {
		t.Errorf("read: %s", diff)
	}
	c.wantUser("barbara@acme.example", "5f1b0c0d0e0f0a0b0c0d3002", "PENDING")

	patched := c.do("PATCH", one, `{"roles":["ORG_OWNER"],"groupRoleAssignments":[]}`).want(t, 200, "")
	changed := want.(fields)
	changed["roles"], changed["groupRoleAssignments"] = []any{"ORG_OWNER"}, []any{}
	if diff := cmp.Diff(want, patched.body); diff != "" {
		t.Errorf("PATCH changed the dates or the team: %s", diff)
	}
	byName := c.do("PATCH", invitesPath, `{"username":"BARBARA@acme.example","teamIds":[]}`).want(t, 200, "")
	changed["teamIds"] = []any{}
	if diff := cmp.Diff(want, byName.body); diff != "" {
		t.Errorf("patched by username: %s", diff)
	}
	if res := c.do("DELETE", one, "").want(t, 204, ""); res.raw != "" {
		t.Errorf("deleted: %q", res.raw)
	}
	c.do("GET", one, "").want(t, 404, "RESOURCE_NOT_FOUND")
	c.do("DELETE", one, "").want(t, 400, "INVALID_INVITATION_ID")
	c.wantUser("barbara@acme.example", "", "")
}

// wantUser checks the user as the newer API shows it, in any status.
func (c *client) wantUser(username, id, status string) {
	c.t.Helper()
	query := "?orgMembershipStatuses=ACTIVE&orgMembershipStatuses=PENDING&orgMembershipStatuses=INVITATION_EXPIRED&username=" + username
	users := c.send(request{method: "GET", path: v2 + "/" + prodID + "/users" + query, accept: v2025}).want(c.t, 200, "").results()
	if status == "" && len(users) == 0 {
		return
	}
	if len(users) != 1 || users[0].(fields)["orgMembershipStatus"] != status || id != "" && users[0].(fields)["id"] != id {
		c.t.Errorf("want %s %s, got %v", id, status, users)
	}
}

func TestListInvitations(t *testing.T) {
	for _, row := range []struct{ reason, query, usernames string }{
		{"all pending ones", "", "alan contractor edsger"},
		{"one, case-insensitive", "?username=ALAN@acme.example", "alan"},
		{"a part of the address", "?username=alan", ""},
		{"a member has no invitation", "?username=ada@acme.example", ""},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			list, bare := c.do("GET", invitesPath+row.query, "").want(t, 200, "").body.([]any)
			if diff := cmp.Diff(row.usernames, names(list, "username")); diff != "" || !bare {
				t.Error(diff)
			}
		})
	}
}

func TestInvitationRefusals(t *testing.T) {
	one := invitesPath + "/" + alanID
	for _, row := range []struct {
		reason, method, path, body string
		status                     int
		code                       string
	}{
		{"no username", "POST", invitesPath, `{"roles":["ORG_MEMBER"]}`, 400, "MISSING_ATTRIBUTE"},
		{"no e-mail address", "POST", invitesPath, `{"username":"barbara","roles":["ORG_MEMBER"]}`, 400, "INVALID_EMAIL_ADDRESS"},
		{"a username that is a number", "POST", invitesPath, `{"username":7,"roles":["ORG_MEMBER"]}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{"no roles", "POST", invitesPath, `{"username":"b@acme.example"}`, 400, "MISSING_ATTRIBUTE"},
		{"empty roles", "POST", invitesPath, `{"username":"b@acme.example","roles":[]}`, 400, "VALIDATION_ERROR"},
		{"null roles", "POST", invitesPath, `{"username":"b@acme.example","roles":null}`, 400, "VALIDATION_ERROR"},
		{"roles as a string", "POST", invitesPath, `{"username":"b@acme.example","roles":"ORG_MEMBER"}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{"an unknown role", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_KING"]}`, 400, "INVALID_ENUM_VALUE"},
		{"a project role", "POST", invitesPath, `{"username":"b@acme.example","roles":["GROUP_OWNER"]}`, 400, "INVALID_ENUM_VALUE"},
		{"a duplicate role", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER","ORG_OWNER"]}`, 400, "VALIDATION_ERROR"},
		{"an unknown team", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"],"teamIds":["000000000000000000000000"]}`, 404, "TEAM_NOT_FOUND"},
		{"a team by its name", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"],"teamIds":["Platform"]}`, 404, "TEAM_NOT_FOUND"},
		{"a duplicate team", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"],"teamIds":["` + platform + `","` + platform + `"]}`, 400, "VALIDATION_ERROR"},
		{"an unknown project", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"],"groupRoleAssignments":[{"groupId":"000000000000000000000000","roles":["GROUP_OWNER"]}]}`, 404, "GROUP_NOT_FOUND"},
		{"another organization's project", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"],"groupRoleAssignments":[{"groupId":"5f1b0c0d0e0f0a0b0c0d1003","roles":["GROUP_OWNER"]}]}`, 404, "GROUP_NOT_FOUND"},
		{"an organization role in a project", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"],"groupRoleAssignments":[{"groupId":"` + search + `","roles":["ORG_OWNER"]}]}`, 400, "INVALID_ROLE_FOR_GROUP"},
		{"a project without roles", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"],"groupRoleAssignments":[{"groupId":"` + search + `","roles":[]}]}`, 400, "VALIDATION_ERROR"},
		{"a project in the shape of an answer", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"],"groupRoleAssignments":[{"groupId":"` + search + `","groupRole":"GROUP_OWNER"}]}`, 400, "INVALID_ATTRIBUTE"},
		{"project roles without a project", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"],"groupRoleAssignments":[{"roles":["GROUP_OWNER"]}]}`, 400, "MISSING_ATTRIBUTE"},
		{"an unknown field", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"],"teams":[]}`, 400, "INVALID_ATTRIBUTE"},
		{"a read-only field", "POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"],"expiresAt":"2030-01-01T00:00:00Z"}`, 400, "ATTRIBUTE_READ_ONLY"},
		{"an active user", "POST", invitesPath, `{"username":"Ada@acme.example","roles":["ORG_OWNER"]}`, 409, "USER_ALREADY_EXISTS"},
		{"a pending user", "POST", invitesPath, `{"username":"alan@acme.example","roles":["ORG_OWNER"]}`, 409, "USER_ALREADY_EXISTS"},

		{"by username, without a username", "PATCH", invitesPath, `{"roles":["ORG_OWNER"]}`, 400, "MISSING_ATTRIBUTE"},
		{"an unknown username", "PATCH", invitesPath, `{"username":"b@acme.example","roles":["ORG_OWNER"]}`, 404, "USERNAME_NOT_FOUND"},
		{"a member", "PATCH", invitesPath, `{"username":"grace@acme.example","roles":["ORG_OWNER"]}`, 404, "USERNAME_NOT_FOUND"},
		{"by id, with another username", "PATCH", one, `{"username":"alan@acme.example"}`, 400, "INVALID_ATTRIBUTE"},
		{"empty roles for a pending user", "PATCH", one, `{"roles":[]}`, 400, "VALIDATION_ERROR"},
		{"an unknown team for a pending user", "PATCH", one, `{"teamIds":["000000000000000000000000"]}`, 404, "TEAM_NOT_FOUND"},
		{"an unknown project for a pending user", "PATCH", one, `{"groupRoleAssignments":[{"groupId":"000000000000000000000000","roles":["GROUP_OWNER"]}]}`, 404, "GROUP_NOT_FOUND"},
		{"new dates", "PATCH", one, `{"expiresAt":"2030-01-01T00:00:00Z"}`, 400, "ATTRIBUTE_READ_ONLY"},
		{"GET with an invalid id", "GET", invitesPath + "/x", "", 404, "RESOURCE_NOT_FOUND"},
		{"changed", "PATCH", invitesPath + "/x", "{}", 400, "INVALID_INVITATION_ID"},
		{"deleted", "DELETE", invitesPath + "/x", "", 400, "INVALID_INVITATION_ID"},
		{"GET with an unknown id", "GET", invitesPath + "/000000000000000000000000", "", 404, "RESOURCE_NOT_FOUND"},
		{"changed", "PATCH", invitesPath + "/000000000000000000000000", "{}", 400, "INVALID_INVITATION_ID"},
		{"deleted", "DELETE", invitesPath + "/000000000000000000000000", "", 400, "INVALID_INVITATION_ID"},
		{"GET with the user's id", "GET", invitesPath + "/5f1b0c0d0e0f0a0b0c0d2005", "", 404, "RESOURCE_NOT_FOUND"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			before := c.do("GET", invitesPath, "").body
			c.do(row.method, row.path, row.body).want(t, row.status, row.code)
			if diff := cmp.Diff(before, c.do("GET", invitesPath, "").body); diff != "" {
				t.Errorf("a refused request changed something: %s", diff)
			}
		})
	}
}

// TestInvitationExpiry: an invitation expires after thirty days; then the address can be invited again.
func TestInvitationExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD")
		one := invitesPath + "/" + alanID
		time.Sleep(30*24*time.Hour - 2*time.Second)
		c.do("GET", one, "").want(t, 200, "")
		time.Sleep(2 * time.Second)
		if list := c.do("GET", invitesPath, "").raw; list != "[]\n" {
			t.Errorf("expired invitations are listed: %s", list)
		}
		c.wantUser("alan@acme.example", "5f1b0c0d0e0f0a0b0c0d2005", "INVITATION_EXPIRED")
		c.do("GET", one, "").want(t, 404, "RESOURCE_NOT_FOUND")
		c.do("PATCH", one, `{}`).want(t, 400, "INVALID_INVITATION_ID")
		c.do("DELETE", one, "").want(t, 400, "INVALID_INVITATION_ID")
		c.do("PATCH", invitesPath, `{"username":"alan@acme.example"}`).want(t, 404, "USERNAME_NOT_FOUND")
		c.do("POST", invitesPath, `{"username":"alan@acme.example","roles":["ORG_OWNER"]}`).want(t, 200, "")
		c.wantUser("alan@acme.example", "5f1b0c0d0e0f0a0b0c0d3002", "PENDING")
	})
}

func TestRejectedInvitationIsReplaced(t *testing.T) {
	c := demo(t, "ACME_PROD").change(func(f *Fleet) { f.Orgs[0].user("alan@acme.example").Status = rejected })
	users := c.send(request{method: "GET", accept: v2025,
		path: v2 + "/" + prodID + "/users?orgMembershipStatuses=INVITATION_REJECTED"}).results()
	if len(users) != 1 {
		t.Fatalf("users %v", users)
	}
	if at, there := users[0].(fields)["invitationExpiresAt"]; !there || at != nil {
		t.Errorf("want null as the expiry of a rejected invitation, got %v", at)
	}
	c.do("POST", invitesPath, `{"username":"alan@acme.example","roles":["ORG_OWNER"]}`).want(t, 200, "")
}

// TestRoleOrder: the order of roles differs between answers, so clients must not compare it.
func TestRoleOrder(t *testing.T) {
	c := demo(t, "ACME_PROD")
	sent, turned := parse(t, `["ORG_MEMBER","ORG_READ_ONLY"]`), parse(t, `["ORG_READ_ONLY","ORG_MEMBER"]`)
	made := c.do("POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_MEMBER","ORG_READ_ONLY"]}`).object()
	one := c.do("GET", invitesPath+"/5f1b0c0d0e0f0a0b0c0d3001", "").object()
	listed := c.do("GET", invitesPath+"?username=b@acme.example", "").body.([]any)[0].(fields)
	user := c.send(request{method: "GET", path: v2 + "/" + prodID + "/users?username=b@acme.example", accept: v2025}).results()[0].(fields)
	got := []any{made["roles"], one["roles"], listed["roles"], user["roles"].(fields)["orgRoles"]}
	if diff := cmp.Diff([]any{sent, sent, turned, turned}, got); diff != "" {
		t.Error(diff)
	}
}

// TestProjectInvitation: an old organization lists its invitations to projects, but they cannot be deleted here, and
// the newer API does not show them.
func TestProjectInvitation(t *testing.T) {
	c := demo(t, "ACME_PROD").change(func(f *Fleet) { f.Orgs[0].user("alan@acme.example").OrgRoles = []string{"GROUP_OWNER"} })
	if got := c.do("GET", invitesPath+"?username=alan@acme.example", "").body.([]any); len(got) != 1 {
		t.Errorf("listed: %v", got)
	}
	c.do("DELETE", invitesPath+"/"+alanID, "").want(t, 400, "CANNOT_DELETE_GROUP_INVITATION")
	c.wantUser("alan@acme.example", "", "")
	c.do("GET", invitesPath+"/"+alanID, "").want(t, 200, "")
}

// TestMaxUsers: 500 users, with pending ones, without expired and rejected ones.
func TestMaxUsers(t *testing.T) {
	c := demo(t, "ACME_PROD").change(func(f *Fleet) {
		f.Orgs[0].user("alan@acme.example").Status = rejected
		fill(f.Orgs[0])
	})
	body := func(name string) string { return `{"username":"` + name + `@acme.example","roles":["ORG_MEMBER"]}` }
	c.do("POST", invitesPath, body("b")).want(t, 200, "")
	res := c.do("POST", invitesPath, body("c")).want(t, 400, "MAX_USERS_PER_ORG_EXCEEDED")
	if diff := cmp.Diff(parse(t, `[500,"`+prodID+`"]`), res.object()["parameters"]); diff != "" {
		t.Error(diff)
	}
	c.do("POST", invitesPath, body("ada")).want(t, 409, "USER_ALREADY_EXISTS")
}

// fill adds users until there are 500.
func fill(o *Org) {
	for i := len(o.Users); i < 500; i++ {
		u := *o.Users[0]
		u.Username = fmt.Sprintf("user%d@acme.example", i)
		o.Users = append(o.Users, &u)
	}
}

func TestInviterIsTheCredential(t *testing.T) {
	c := demo(t, "ACME_PROD").bearer()
	got := c.do("POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_MEMBER"]}`).want(t, 200, "").object()
	if got["inviterUsername"] != c.cred.ClientID {
		t.Errorf("inviter %v", got["inviterUsername"])
	}
}

// TestDuplicateProject: the assignments of one project are merged, so that no role is listed twice.
func TestDuplicateProject(t *testing.T) {
	c := demo(t, "ACME_PROD")
	got := c.do("PATCH", invitesPath+"/"+alanID, `{"groupRoleAssignments":[{"groupId":"`+search+`","roles":["GROUP_OWNER"]},
		{"groupId":"`+search+`","roles":["GROUP_OWNER","GROUP_READ_ONLY"]}]}`).want(t, 200, "").object()
	want := parse(t, `[{"groupId":"`+search+`","groupRole":"GROUP_OWNER"},{"groupId":"`+search+`","groupRole":"GROUP_READ_ONLY"}]`)
	if diff := cmp.Diff(want, got["groupRoleAssignments"]); diff != "" {
		t.Error(diff)
	}
}

// control sends a request to a control path. It needs no credentials.
func (c *network) control(method, path, body string) response {
	c.t.Helper()
	r, err := http.NewRequest(method, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Body = c.build(request{method: method, path: path, body: body}).Body
	return c.roundTrip(r)
}

func TestAcceptAndExpire(t *testing.T) {
	c := demo(t, "ACME_PROD")
	if res := c.control("POST", "/_sandbox/accept", `{"org":"Acme-Production","username":"Edsger@acme.example"}`); res.status != 200 {
		t.Fatal(res.raw)
	}
	c.wantUser("edsger@acme.example", "5f1b0c0d0e0f0a0b0c0d2009", "ACTIVE")
	member := c.send(request{method: "GET", path: v2 + "/" + prodID + "/users?username=edsger@acme.example", accept: v2025}).results()[0].(fields)
	if _, invited := member["inviterUsername"]; invited || member["firstName"] != "Edsger" {
		t.Errorf("a member is no longer invited: %v", member)
	}
	c.do("DELETE", invitesPath+"/5f1b0c0d0e0f0a0b0c0d2008", "").want(t, 400, "INVALID_INVITATION_ID")
	account := c.do("GET", v2+"/"+prodID+"/users?itemsPerPage=1&pageNum=2", "").results()[0].(fields)
	want := parse(t, `[{"orgId":"`+prodID+`","roleName":"ORG_MEMBER"},{"groupId":"`+checkout+`","roleName":"GROUP_READ_ONLY"}]`)
	if diff := cmp.Diff(want, account["roles"]); diff != "" {
		t.Errorf("the member differs from the invitation: %s", diff)
	}
	if res := c.control("POST", "/_sandbox/expire", `{"org":"`+prodID+`","username":"alan@acme.example"}`); res.status != 200 {
		t.Fatal(res.raw)
	}
	c.wantUser("alan@acme.example", "", "INVITATION_EXPIRED")
	for _, row := range []struct{ reason, path, body, code string }{
		{"an unknown organization", "accept", `{"org":"x","username":"alan@acme.example"}`, "ORG_NOT_FOUND"},
		{"an unknown person", "expire", `{"org":"Acme-Production","username":"x@acme.example"}`, "USERNAME_NOT_FOUND"},
		{"a member", "accept", `{"org":"Acme-Production","username":"ada@acme.example"}`, "USERNAME_NOT_FOUND"},
		{"an invitation that has just expired", "accept", `{"org":"Acme-Production","username":"alan@acme.example"}`, "USERNAME_NOT_FOUND"},
	} {
		if res := c.control("POST", "/_sandbox/"+row.path, row.body); res.status != 404 || res.code() != row.code {
			t.Errorf("%s: %d %s", row.reason, res.status, res.raw)
		}
	}
	for _, body := range []string{`{`, `{}`, `{"org":"x"}`, `{"org":"x","username":"y","more":1}`} {
		if res := c.control("POST", "/_sandbox/accept", body); res.status != 400 {
			t.Errorf("%s: %d %s", body, res.status, res.raw)
		}
	}
}
