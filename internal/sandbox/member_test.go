package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Users of Acme-Production.
const (
	usersPath  = v2 + "/" + prodID + "/users"
	adaPath    = usersPath + "/" + adaID // owner
	gracePath  = usersPath + "/5f1b0c0d0e0f0a0b0c0d2002"
	margaret   = usersPath + "/5f1b0c0d0e0f0a0b0c0d2003" // owner
	alanPath   = usersPath + "/5f1b0c0d0e0f0a0b0c0d2005" // pending
	contractor = usersPath + "/5f1b0c0d0e0f0a0b0c0d2007" // pending, with a project
	edsgerPath = usersPath + "/5f1b0c0d0e0f0a0b0c0d2009" // pending, with a team and a project
	nobody     = "000000000000000000000000"
	everybody  = "?orgMembershipStatuses=ACTIVE&orgMembershipStatuses=PENDING&orgMembershipStatuses=INVITATION_EXPIRED&orgMembershipStatuses=INVITATION_REJECTED"
	brief      = `{"username":"barbara@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`
)

// newer sends a request in version 2025-02-19.
func (c *client) newer(method, path, body string) response {
	c.t.Helper()
	return c.send(request{method: method, path: path, body: body, accept: v2025})
}

// end makes alan's invitation expired and edsger's rejected.
func end(f *Fleet) {
	f.Orgs[0].user("alan@acme.example").Invitation.ExpiresAt = demoStart()
	f.Orgs[0].user("edsger@acme.example").Status = rejected
}

// TestUser invites a person, accepts the invitation, changes the member and removes it.
func TestUser(t *testing.T) {
	c := demo(t, "ACME_PROD")
	made := c.newer("POST", usersPath, `{"username":"Barbara@Acme.example","teamIds":["`+security+`"],"roles":{"orgRoles":["ORG_MEMBER","ORG_READ_ONLY"],
		"groupRoleAssignments":[{"groupId":"`+search+`","groupRoles":["GROUP_OWNER","GROUP_READ_ONLY"]}]}}`).want(t, 201, "")
	got := made.object()
	if life := date(t, got["invitationExpiresAt"]).Sub(date(t, got["invitationCreatedAt"])); life != 30*24*time.Hour {
		t.Errorf("an invitation lives %v", life)
	}
	want := parse(t, fmt.Sprintf(`{"id":"5f1b0c0d0e0f0a0b0c0d3002","orgMembershipStatus":"PENDING","username":"barbara@acme.example","teamIds":[%q],
		"inviterUsername":%q,"invitationCreatedAt":%q,"invitationExpiresAt":%q,"roles":{"orgRoles":["ORG_MEMBER","ORG_READ_ONLY"],
		"groupRoleAssignments":[{"groupId":%q,"groupRoles":["GROUP_OWNER","GROUP_READ_ONLY"]}]}}`,
		security, c.cred.PublicKey, got["invitationCreatedAt"], got["invitationExpiresAt"], search))
	if diff := cmp.Diff(want, made.body); diff != "" {
		t.Errorf("created: %s", diff)
	}
	one := usersPath + "/5f1b0c0d0e0f0a0b0c0d3002"
	if diff := cmp.Diff(want, c.newer("GET", one, "").want(t, 200, "").body); diff != "" {
		t.Errorf("read: %s", diff)
	}
	if got := c.do("GET", invitesPath+"?username=barbara@acme.example", "").body.([]any)[0].(fields)["id"]; got != "5f1b0c0d0e0f0a0b0c0d3001" {
		t.Errorf("the older API shows the same invitation, got %v", got)
	}
	c.newer("GET", usersPath+"/5f1b0c0d0e0f0a0b0c0d3001", "").want(t, 404, "USER_NOT_IN_ORG") // the id of the invitation is not the id of the user

	c.control("POST", "/_sandbox/accept", `{"org":"Acme-Production","username":"barbara@acme.example"}`)
	member := c.newer("GET", one, "").want(t, 200, "").object()
	if member["orgMembershipStatus"] != "ACTIVE" || member["createdAt"] == nil || member["inviterUsername"] != nil {
		t.Errorf("accepted: %v", member)
	}
	if diff := cmp.Diff(want.(fields)["roles"], member["roles"]); diff != "" {
		t.Errorf("the member differs from the invitation: %s", diff)
	}
	if res := c.newer("DELETE", one, "").want(t, 204, ""); res.raw != "" {
		t.Errorf("deleted: %q", res.raw)
	}
	c.newer("GET", one, "").want(t, 404, "USER_NOT_IN_ORG")
	c.newer("DELETE", one, "").want(t, 404, "USER_NOT_IN_ORG")
}

// TestGetUser: which users can be read by id.
func TestGetUser(t *testing.T) {
	for _, row := range []struct {
		reason, path string
		status       int
		code, shown  string
	}{
		{"a member", adaPath, 200, "", "ACTIVE"},
		{"an invited person", contractor, 200, "", "PENDING"},
		{"an expired invitation, not asked for", alanPath, 404, "USER_NOT_IN_ORG", ""},
		{"an expired invitation, asked for", alanPath + "?orgMembershipStatuses=INVITATION_EXPIRED", 200, "", "INVITATION_EXPIRED"},
		{"a rejected invitation, not asked for", edsgerPath, 404, "USER_NOT_IN_ORG", ""},
		{"a rejected invitation, asked for with another status", edsgerPath + everybody, 200, "", "INVITATION_REJECTED"},
		{"another status", adaPath + "?orgMembershipStatuses=PENDING", 404, "USER_NOT_IN_ORG", ""},
		{"an unknown status", adaPath + "?orgMembershipStatuses=GONE", 400, "INVALID_QUERY_PARAMETER", ""},
		{"orgMembershipStatus is for lists only", adaPath + "?orgMembershipStatus=ACTIVE", 400, "INVALID_QUERY_PARAMETER", ""},
		{"nobody", usersPath + "/" + nobody, 404, "USER_NOT_IN_ORG", ""},
		{"an invalid id", usersPath + "/ada", 404, "INVALID_USER_ID", ""},
		{"an id with a verb", adaPath + ":addRole", 404, "INVALID_USER_ID", ""},
		{"a path that is too long", adaPath + "/teams", 501, "SANDBOX_NOT_EMULATED", ""},
	} {
		t.Run(row.reason, func(t *testing.T) {
			res := demo(t, "ACME_PROD").change(end).newer("GET", row.path, "").want(t, row.status, row.code)
			if got := str(res.object()["orgMembershipStatus"]); got != row.shown {
				t.Errorf("got %s", res.raw)
			}
			if at, there := res.object()["invitationExpiresAt"]; row.shown == rejected && (!there || at != nil) {
				t.Errorf("want null as the expiry of a rejected invitation, got %v", at)
			}
		})
	}
}

// TestUpdateUser: each row starts with edsger, who has ORG_MEMBER, a team and a project.
func TestUpdateUser(t *testing.T) {
	for _, row := range []struct{ reason, body, orgRoles, groups, teams string }{
		{"an empty body changes nothing", `{}`, `["ORG_MEMBER"]`, `[{"groupId":"` + checkout + `","groupRoles":["GROUP_READ_ONLY"]}]`, `["` + platform + `"]`},
		{"teams are replaced", `{"teamIds":["` + security + `"]}`, `["ORG_MEMBER"]`, `[{"groupId":"` + checkout + `","groupRoles":["GROUP_READ_ONLY"]}]`, `["` + security + `"]`},
		{"an empty list removes all teams", `{"teamIds":[]}`, `["ORG_MEMBER"]`, `[{"groupId":"` + checkout + `","groupRoles":["GROUP_READ_ONLY"]}]`, `[]`},
		{"organization roles only: project roles are removed", `{"roles":{"orgRoles":["ORG_OWNER"]}}`, `["ORG_OWNER"]`, `[]`, `["` + platform + `"]`},
		{"an empty list removes project roles", `{"roles":{"orgRoles":["ORG_MEMBER"],"groupRoleAssignments":[]}}`, `["ORG_MEMBER"]`, `[]`, `["` + platform + `"]`},
		{"project roles are replaced; duplicate projects are merged", `{"roles":{"orgRoles":["ORG_MEMBER"],"groupRoleAssignments":[{"groupId":"` + search + `","groupRoles":["GROUP_OWNER"]},
			{"groupId":"` + search + `","groupRoles":["GROUP_OWNER","GROUP_READ_ONLY"]}]}}`,
			`["ORG_MEMBER"]`, `[{"groupId":"` + search + `","groupRoles":["GROUP_OWNER","GROUP_READ_ONLY"]}]`, `["` + platform + `"]`},
		{"everything in one request", `{"teamIds":["` + security + `","` + platform + `"],"roles":{"orgRoles":["ORG_READ_ONLY","ORG_MEMBER"],"groupRoleAssignments":[{"groupId":"` + checkout + `","groupRoles":["GROUP_OWNER"]}]}}`,
			`["ORG_READ_ONLY","ORG_MEMBER"]`, `[{"groupId":"` + checkout + `","groupRoles":["GROUP_OWNER"]}]`, `["` + security + `","` + platform + `"]`},
	} {
		for _, status := range []string{pending, active} {
			t.Run(row.reason+", "+status, func(t *testing.T) {
				c := demo(t, "ACME_PROD")
				if status == active {
					c.control("POST", "/_sandbox/accept", `{"org":"Acme-Production","username":"edsger@acme.example"}`)
				}
				want := c.newer("GET", edsgerPath, "").object()
				want["roles"] = fields{"orgRoles": parse(t, row.orgRoles), "groupRoleAssignments": parse(t, row.groups)}
				want["teamIds"] = parse(t, row.teams)
				if diff := cmp.Diff(want, c.newer("PATCH", edsgerPath, row.body).want(t, 200, "").object()); diff != "" {
					t.Errorf("answer: %s", diff)
				}
				if diff := cmp.Diff(want, c.newer("GET", edsgerPath, "").object()); diff != "" {
					t.Errorf("wrong result, or changed dates or status: %s", diff)
				}
			})
		}
	}
}

// TestUserRoles: the requests that change roles only, and the result.
func TestUserRoles(t *testing.T) {
	for _, row := range []struct{ reason, method, path, body, user, roles string }{
		{"addRole for a member", "POST", gracePath + ":addRole", `{"orgRole":"ORG_OWNER"}`, gracePath, "ORG_MEMBER ORG_OWNER"},
		{"addRole for a pending user", "POST", edsgerPath + ":addRole", `{"orgRole":"ORG_READ_ONLY"}`, edsgerPath, "ORG_MEMBER ORG_READ_ONLY"},
		{"removeRole for a member", "POST", margaret + ":removeRole", `{"orgRole":"ORG_OWNER"}`, margaret, "ORG_MEMBER"},
		{"removeRole for a pending user", "POST", alanPath + ":removeRole", `{"orgRole":"ORG_READ_ONLY"}`, alanPath, "ORG_MEMBER"},
		{"older PUT replaces the roles of a member", "PUT", margaret + "/roles", `{"orgRoles":["ORG_READ_ONLY","ORG_GROUP_CREATOR"]}`, margaret, "ORG_READ_ONLY ORG_GROUP_CREATOR"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD").change(func(f *Fleet) {
				for _, name := range []string{"alan@acme.example", "margaret@acme.example"} {
					u := f.Orgs[0].user(name)
					u.OrgRoles = append(u.OrgRoles, "ORG_MEMBER")
				}
			})
			want := c.newer("GET", row.user, "").object()
			roles := want["roles"].(fields)
			roles["orgRoles"] = []any{}
			for _, r := range strings.Fields(row.roles) {
				roles["orgRoles"] = append(roles["orgRoles"].([]any), r)
			}
			got := c.newer(row.method, row.path, row.body).want(t, 200, "").body
			answer := any(want)
			if row.method == "PUT" {
				answer = fields{"orgRoles": roles["orgRoles"], "links": []any{}}
			}
			if diff := cmp.Diff(answer, got); diff != "" {
				t.Errorf("answer: %s", diff)
			}
			if diff := cmp.Diff(want, c.newer("GET", row.user, "").object()); diff != "" {
				t.Errorf("wrong result, or changed projects or teams: %s", diff)
			}
		})
	}
}

// TestDeleteUser: the users that each version removes.
func TestDeleteUser(t *testing.T) {
	for _, row := range []struct {
		reason, accept, path string
		status               int
	}{
		{"a member", v2025, gracePath, 204},
		{"a member, in the older version", v2023, gracePath, 204},
		{"an owner who is not the last", v2025, margaret, 204},
		{"a pending invitation is cancelled", v2025, contractor, 204},
		{"the older version does not cancel a pending invitation", v2023, contractor, 404},
		{"an expired invitation is removed", v2025, alanPath, 204},
		{"the older version does not remove an expired invitation", v2023, alanPath, 404},
		{"a rejected invitation is removed", v2025, edsgerPath, 204},
		{"the older version does not remove a rejected invitation", v2023, edsgerPath, 404},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD").change(end)
			code := map[int]string{404: "USER_NOT_IN_ORG"}[row.status]
			res := c.send(request{method: "DELETE", path: row.path, accept: row.accept}).want(t, row.status, code)
			if deprecated := res.header.Get("Sunset") != ""; deprecated != (row.accept == v2023) {
				t.Errorf("headers %v", res.header)
			}
			after := 200
			if row.status == 204 {
				after, code = 404, "USER_NOT_IN_ORG"
			} else {
				code = ""
			}
			c.newer("GET", row.path+everybody, "").want(t, after, code)
		})
	}
	c := demo(t, "ACME_PROD")
	c.newer("DELETE", alanPath, "").want(t, 204, "")
	c.do("GET", invitesPath+"/"+alanID, "").want(t, 404, "RESOURCE_NOT_FOUND") // the older API shows the same invitation, which is deleted, too
}

// TestLastOwner: an organization always keeps an active owner.
func TestLastOwner(t *testing.T) {
	member := `{"roles":{"orgRoles":["ORG_MEMBER"]}}`
	demoteMargaret := func(f *Fleet) { f.Orgs[0].user("margaret@acme.example").OrgRoles = []string{"ORG_MEMBER"} }
	for _, row := range []struct {
		reason, method, path, body string
		before                     func(*Fleet)
		status                     int
	}{
		{"demoted", "PATCH", adaPath, member, demoteMargaret, 403},
		{"the last owner, demoted with the older PUT", "PUT", adaPath + "/roles", `{"orgRoles":["ORG_MEMBER"]}`, demoteMargaret, 403},
		{"the last owner loses the role", "POST", adaPath + ":removeRole", `{"orgRole":"ORG_OWNER"}`, demoteMargaret, 403},
		{"removed", "DELETE", adaPath, "", demoteMargaret, 403},
		{"the last owner gets one more role", "PATCH", adaPath, `{"roles":{"orgRoles":["ORG_OWNER","ORG_MEMBER"]}}`, demoteMargaret, 200},
		{"the last owner changes teams", "PATCH", adaPath, `{"teamIds":[]}`, demoteMargaret, 200},
		{"a member who is not the last owner is demoted", "PATCH", gracePath, `{"roles":{"orgRoles":["ORG_READ_ONLY"]}}`, demoteMargaret, 200},
		{"a member who is not the last owner is removed", "DELETE", gracePath, "", demoteMargaret, 204},
		{"there is another owner", "PATCH", adaPath, member, nil, 200},
		{"a pending owner does not count", "PATCH", adaPath, member, func(f *Fleet) {
			demoteMargaret(f)
			f.Orgs[0].user("alan@acme.example").OrgRoles = []string{"ORG_OWNER"}
		}, 403},
		{"an invited owner is demoted", "PATCH", alanPath, member, func(f *Fleet) {
			demoteMargaret(f)
			f.Orgs[0].user("alan@acme.example").OrgRoles = []string{"ORG_OWNER"}
		}, 200},
		{"an organization without owners: demotion", "PATCH", gracePath, member, func(f *Fleet) {
			demoteMargaret(f)
			f.Orgs[0].user("ada@acme.example").OrgRoles = []string{"ORG_MEMBER"}
		}, 200},
		{"an organization without owners: removal", "DELETE", adaPath, "", func(f *Fleet) {
			demoteMargaret(f)
			f.Orgs[0].user("ada@acme.example").OrgRoles = []string{"ORG_MEMBER"}
		}, 204},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			if row.before != nil {
				c.change(row.before)
			}
			before := c.newer("GET", usersPath, "").body
			code := map[bool]string{false: "CANNOT_DEMOTE_LAST_ORG_OWNER", true: "CANNOT_DELETE_LAST_ADMIN"}[row.method == "DELETE"]
			c.newer(row.method, row.path, row.body).want(t, row.status, map[int]string{403: code}[row.status])
			if diff := cmp.Diff(before, c.newer("GET", usersPath, "").body); row.status == 403 && diff != "" {
				t.Errorf("a refused request changed something: %s", diff)
			}
		})
	}
}

// TestInviteAgain: an expired or rejected invitation is replaced under new ids; a pending one is a conflict.
func TestInviteAgain(t *testing.T) {
	for _, row := range []struct {
		reason, username string
		status           int
	}{
		{"an expired invitation", "alan@acme.example", 201},
		{"a rejected invitation", "Edsger@Acme.example", 201},
		{"a pending invitation", "contractor@agency.example", 409},
		{"a member", "ADA@acme.example", 409},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD").change(end)
			before := len(c.newer("GET", usersPath+everybody, "").results())
			res := c.newer("POST", usersPath, `{"username":"`+row.username+`","roles":{"orgRoles":["ORG_OWNER"]}}`)
			if row.status == 409 {
				res.want(t, 409, "USER_ALREADY_EXISTS")
				return
			}
			got := res.want(t, 201, "").object()
			want := fields{"orgRoles": []any{"ORG_OWNER"}, "groupRoleAssignments": []any{}}
			if diff := cmp.Diff(want, got["roles"]); diff != "" || got["id"] != "5f1b0c0d0e0f0a0b0c0d3002" || got["orgMembershipStatus"] != "PENDING" {
				t.Errorf("something of the old invitation is left: %v", got)
			}
			if after := len(c.newer("GET", usersPath+everybody, "").results()); after != before {
				t.Errorf("%d people before and %d after", before, after)
			}
		})
	}
}

// TestUserExpiry: an invitation expires after thirty days; then the user cannot be changed.
func TestUserExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD")
		c.newer("POST", usersPath, brief).want(t, 201, "")
		one := usersPath + "/5f1b0c0d0e0f0a0b0c0d3002"
		time.Sleep(30*24*time.Hour - 2*time.Second)
		c.newer("PATCH", one, `{}`).want(t, 200, "")
		time.Sleep(2 * time.Second)
		c.wantUser("barbara@acme.example", "5f1b0c0d0e0f0a0b0c0d3002", "INVITATION_EXPIRED")
		c.newer("PATCH", one, `{}`).want(t, 404, "USER_NOT_IN_ORG")
		c.newer("POST", one+":addRole", `{"orgRole":"ORG_OWNER"}`).want(t, 404, "USER_NOT_IN_ORG")
		c.newer("POST", usersPath, brief).want(t, 201, "")
		c.wantUser("barbara@acme.example", "5f1b0c0d0e0f0a0b0c0d3004", "PENDING")
	})
}

// TestTeamLimits: a user can be in 100 teams, and a team can have 250 users. Pending users count.
func TestTeamLimits(t *testing.T) {
	c := demo(t, "ACME_PROD").change(func(f *Fleet) {
		o := f.Orgs[0]
		for i := len(o.Teams); i < 103; i++ {
			o.Teams = append(o.Teams, &Team{MadeUpID("team", fmt.Sprint(i)), fmt.Sprint("Team ", i)})
		}
		for i := range 249 {
			o.Users = append(o.Users, &User{ID: MadeUpID(fmt.Sprint(i)), Username: fmt.Sprintf("u%d@acme.example", i), Status: active, TeamIDs: []string{security}})
		}
	})
	teams := func(n int) string {
		ids := make([]string, n)
		for i := range ids {
			ids[i] = c.s.state.fleet.Orgs[0].Teams[2+i].ID
		}
		return `{"teamIds":["` + strings.Join(ids, `","`) + `"]}`
	}
	c.newer("PATCH", gracePath, teams(100)).want(t, 200, "")
	res := c.newer("PATCH", gracePath, teams(101)).want(t, 400, "MAX_TEAMS_PER_USER_EXCEEDED")
	if diff := cmp.Diff(parse(t, `[100,"grace@acme.example"]`), res.object()["parameters"]); diff != "" {
		t.Error(diff)
	}
	join := `{"teamIds":["` + security + `"]}`
	c.newer("PATCH", alanPath, join).want(t, 200, "")
	c.newer("PATCH", alanPath, join).want(t, 200, "") // a user who is already in the team does not count twice
	res = c.newer("PATCH", gracePath, join).want(t, 400, "MAX_USERS_PER_TEAM_EXCEEDED")
	if diff := cmp.Diff(parse(t, `[250,"`+security+`"]`), res.object()["parameters"]); diff != "" {
		t.Error(diff)
	}
	c.do("POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_MEMBER"],`+join[1:]).want(t, 400, "MAX_USERS_PER_TEAM_EXCEEDED")
}

// TestReject: a person who rejected the invitation is shown only if the query asks for it, and cannot accept.
func TestReject(t *testing.T) {
	c := demo(t, "ACME_PROD")
	alan := `{"org":"Acme-Production","username":"Alan@acme.example"}`
	if res := c.control("POST", "/_sandbox/reject", alan); res.status != 200 || res.object()["status"] != rejected {
		t.Fatal(res.raw)
	}
	c.wantUser("alan@acme.example", "", "")
	listed := c.newer("GET", usersPath+"?orgMembershipStatuses=INVITATION_REJECTED", "").results()
	if at, there := listed[0].(fields)["invitationExpiresAt"]; len(listed) != 1 || !there || at != nil {
		t.Errorf("listed: %v", listed)
	}
	c.do("GET", invitesPath+"/"+alanID, "").want(t, 404, "RESOURCE_NOT_FOUND")
	for _, path := range []string{"accept", "expire", "reject"} {
		if res := c.control("POST", "/_sandbox/"+path, alan); res.status != 404 || res.code() != "USERNAME_NOT_FOUND" {
			t.Errorf("%s: %d %s", path, res.status, res.raw)
		}
	}
}

// TestMaxUsersNewerAPI: 500 users; a person who is invited again counts once.
func TestMaxUsersNewerAPI(t *testing.T) {
	c := demo(t, "ACME_PROD").change(func(f *Fleet) {
		f.Orgs[0].user("alan@acme.example").Status = rejected
		fill(f.Orgs[0])
	})
	c.newer("POST", usersPath, `{"username":"alan@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`).want(t, 201, "")
	res := c.newer("POST", usersPath, brief).want(t, 400, "MAX_USERS_PER_ORG_EXCEEDED")
	if diff := cmp.Diff(parse(t, `[500,"`+prodID+`"]`), res.object()["parameters"]); diff != "" {
		t.Error(diff)
	}
	c.newer("POST", usersPath, `{"username":"ada@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`).want(t, 409, "USER_ALREADY_EXISTS")
}

// TestProjectInvitationNewerAPI: the newer API cannot read, change or remove a person who was invited to a project.
func TestProjectInvitationNewerAPI(t *testing.T) {
	c := demo(t, "ACME_PROD").change(func(f *Fleet) { f.Orgs[0].user("alan@acme.example").OrgRoles = []string{"GROUP_OWNER"} })
	for _, q := range []request{
		{method: "GET", path: alanPath + everybody},
		{method: "PATCH", path: alanPath, body: `{}`},
		{method: "POST", path: alanPath + ":addRole", body: `{"orgRole":"ORG_MEMBER"}`},
		{method: "DELETE", path: alanPath},
	} {
		q.accept = v2025
		c.send(q).want(t, 404, "USER_NOT_IN_ORG")
	}
}
