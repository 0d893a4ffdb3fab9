package sandbox

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUserRefusals: requests that the newer API refuses. They change nothing.
func TestUserRefusals(t *testing.T) {
	invited := func(rest string) string {
		return `{"username":"b@acme.example","roles":{"orgRoles":["ORG_MEMBER"]` + rest + `}`
	}
	inProject := func(assignment string) string { return invited(`,"groupRoleAssignments":[` + assignment + `]}`) }
	unknownTeam, unknownProject := `"teamIds":["`+nobody+`"]`, `{"groupId":"`+nobody+`","groupRoles":["GROUP_OWNER"]}`
	for _, row := range []struct {
		reason, method, path, body string
		status                     int
		code                       string
	}{
		{"no username", "POST", usersPath, `{"roles":{"orgRoles":["ORG_MEMBER"]}}`, 400, "MISSING_ATTRIBUTE"},
		{"no e-mail address", "POST", usersPath, `{"username":"b","roles":{"orgRoles":["ORG_MEMBER"]}}`, 400, "INVALID_EMAIL_ADDRESS"},
		{"a username that is a number", "POST", usersPath, `{"username":7,"roles":{"orgRoles":["ORG_MEMBER"]}}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{"no roles", "POST", usersPath, `{"username":"b@acme.example"}`, 400, "MISSING_ATTRIBUTE"},
		{"roles in the shape of the older API", "POST", usersPath, `{"username":"b@acme.example","roles":["ORG_MEMBER"]}`, 400, "INVALID_JSON_ATTRIBUTE"},
		{"null roles", "POST", usersPath, `{"username":"b@acme.example","roles":null}`, 400, "VALIDATION_ERROR"},
		{"project roles only", "POST", usersPath, `{"username":"b@acme.example","roles":{"groupRoleAssignments":[]}}`, 400, "MISSING_ATTRIBUTE"},
		{"empty roles", "POST", usersPath, `{"username":"b@acme.example","roles":{"orgRoles":[]}}`, 400, "VALIDATION_ERROR"},
		{"an unknown role", "POST", usersPath, `{"username":"b@acme.example","roles":{"orgRoles":["ORG_KING"]}}`, 400, "INVALID_ENUM_VALUE"},
		{"a project role", "POST", usersPath, `{"username":"b@acme.example","roles":{"orgRoles":["GROUP_OWNER"]}}`, 400, "INVALID_ENUM_VALUE"},
		{"a duplicate role", "POST", usersPath, `{"username":"b@acme.example","roles":{"orgRoles":["ORG_OWNER","ORG_OWNER"]}}`, 400, "VALIDATION_ERROR"},
		{"an unknown team", "POST", usersPath, invited(`},` + unknownTeam), 404, "TEAM_NOT_FOUND"},
		{"a duplicate team", "POST", usersPath, invited(`},"teamIds":["` + platform + `","` + platform + `"]`), 400, "VALIDATION_ERROR"},
		{"an unknown project", "POST", usersPath, inProject(unknownProject), 404, "GROUP_NOT_FOUND"},
		{"another organization's project", "POST", usersPath, inProject(`{"groupId":"5f1b0c0d0e0f0a0b0c0d1003","groupRoles":["GROUP_OWNER"]}`), 404, "GROUP_NOT_FOUND"},
		{"an organization role in a project", "POST", usersPath, inProject(`{"groupId":"` + search + `","groupRoles":["ORG_OWNER"]}`), 400, "INVALID_ROLE_FOR_GROUP"},
		{"a project without roles", "POST", usersPath, inProject(`{"groupId":"` + search + `","groupRoles":[]}`), 400, "VALIDATION_ERROR"},
		{"project roles without a project", "POST", usersPath, inProject(`{"groupRoles":["GROUP_OWNER"]}`), 400, "MISSING_ATTRIBUTE"},
		{"the older API's field for project roles", "POST", usersPath, inProject(`{"groupId":"` + search + `","roles":["GROUP_OWNER"]}`), 400, "INVALID_ATTRIBUTE"},
		{"an unknown field", "POST", usersPath, invited(`},"teams":[]`), 400, "INVALID_ATTRIBUTE"},
		{"an unknown field among the roles", "POST", usersPath, invited(`,"projectRoles":[]}`), 400, "INVALID_ATTRIBUTE"},
		{"a field of the older API", "POST", usersPath, invited(`},"groupRoleAssignments":[]`), 400, "INVALID_ATTRIBUTE"},
		{"a read-only field", "POST", usersPath, invited(`},"orgMembershipStatus":"ACTIVE"`), 400, "ATTRIBUTE_READ_ONLY"},
		{"an active user", "POST", usersPath, `{"username":"Ada@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`, 409, "USER_ALREADY_EXISTS"},
		{"a pending user", "POST", usersPath, `{"username":"alan@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`, 409, "USER_ALREADY_EXISTS"},

		{"PATCH with a username", "PATCH", alanPath, `{"username":"alan@acme.example"}`, 400, "ATTRIBUTE_READ_ONLY"},
		{"PATCH with the whole answer of GET", "PATCH", adaPath, `{"id":"` + adaID + `"}`, 400, "ATTRIBUTE_READ_ONLY"},
		{"PATCH with project roles only", "PATCH", alanPath, `{"roles":{"groupRoleAssignments":[]}}`, 400, "MISSING_ATTRIBUTE"},
		{"PATCH with empty roles", "PATCH", adaPath, `{"roles":{"orgRoles":[]}}`, 400, "VALIDATION_ERROR"},
		{"PATCH with null roles", "PATCH", adaPath, `{"roles":null}`, 400, "VALIDATION_ERROR"},
		{"PATCH with an unknown field", "PATCH", adaPath, `{"orgRoles":["ORG_OWNER"]}`, 400, "INVALID_ATTRIBUTE"},
		{"PATCH with an unknown team", "PATCH", gracePath, `{` + unknownTeam + `}`, 404, "TEAM_NOT_FOUND"},
		{"PATCH with an unknown project", "PATCH", gracePath, `{"roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[` + unknownProject + `]}}`, 404, "GROUP_NOT_FOUND"},
		{"PATCH of an unknown user", "PATCH", usersPath + "/" + nobody, `{}`, 404, "USER_NOT_IN_ORG"},
		{"a user of another organization", "PATCH", usersPath + "/5f1b0c0d0e0f0a0b0c0d200b", `{}`, 404, "USER_NOT_IN_ORG"},
		{"the invitation's id instead of the user's", "PATCH", usersPath + "/" + alanID, `{}`, 404, "USER_NOT_IN_ORG"},
		{"an invalid id", "PATCH", usersPath + "/ada@acme.example", `{}`, 404, "INVALID_USER_ID"},

		{"DELETE of an unknown user", "DELETE", usersPath + "/" + nobody, "", 404, "USER_NOT_IN_ORG"},
		{"DELETE with an invalid id", "DELETE", usersPath + "/" + strings.ToUpper(nobody[:23]) + "A", "", 404, "INVALID_USER_ID"},
		{"DELETE with a body", "DELETE", gracePath, `{}`, 400, "VALIDATION_ERROR"},

		{"addRole with a role that the user has", "POST", gracePath + ":addRole", `{"orgRole":"ORG_MEMBER"}`, 409, "USER_ALREADY_HAS_ROLE"},
		{"addRole with an unknown role", "POST", gracePath + ":addRole", `{"orgRole":"ORG_KING"}`, 400, "INVALID_ENUM_VALUE"},
		{"addRole with several roles", "POST", gracePath + ":addRole", `{"orgRoles":["ORG_OWNER"]}`, 400, "INVALID_ATTRIBUTE"},
		{"addRole without a role", "POST", gracePath + ":addRole", `{}`, 400, "MISSING_ATTRIBUTE"},
		{"addRole for an unknown user", "POST", usersPath + "/" + nobody + ":addRole", `{"orgRole":"ORG_MEMBER"}`, 404, "USER_NOT_IN_ORG"},
		{"addRole with an invalid id", "POST", usersPath + "/grace:addRole", `{"orgRole":"ORG_MEMBER"}`, 404, "INVALID_USER_ID"},
		{"removeRole of the only role", "POST", gracePath + ":removeRole", `{"orgRole":"ORG_MEMBER"}`, 403, "CANNOT_REMOVE_ALL_USER_ROLES"},
		{"removeRole of the only role of a pending user", "POST", alanPath + ":removeRole", `{"orgRole":"ORG_READ_ONLY"}`, 403, "CANNOT_REMOVE_ALL_USER_ROLES"},
		{"removeRole of a role that the user does not have", "POST", gracePath + ":removeRole", `{"orgRole":"ORG_OWNER"}`, 400, "VALIDATION_ERROR"},
		{"an unknown verb", "POST", gracePath + ":promote", `{"orgRole":"ORG_OWNER"}`, 501, "SANDBOX_NOT_EMULATED"},
		{"a verb in another case", "POST", gracePath + ":addrole", `{"orgRole":"ORG_OWNER"}`, 501, "SANDBOX_NOT_EMULATED"},
		{"two verbs", "POST", gracePath + ":addRole:addRole", `{"orgRole":"ORG_OWNER"}`, 501, "SANDBOX_NOT_EMULATED"},
		{"a colon without a verb", "POST", gracePath + ":", `{"orgRole":"ORG_OWNER"}`, 501, "SANDBOX_NOT_EMULATED"},
		{"POST without a verb", "POST", gracePath, `{"orgRole":"ORG_OWNER"}`, 405, "METHOD_NOT_ALLOWED"},

		{"older PUT without roles", "PUT", gracePath + "/roles", `{}`, 400, "MISSING_ATTRIBUTE"},
		{"older PUT with an empty list", "PUT", gracePath + "/roles", `{"orgRoles":[]}`, 403, "CANNOT_REMOVE_ALL_USER_ROLES"},
		{"older PUT with links", "PUT", gracePath + "/roles", `{"orgRoles":["ORG_OWNER"],"links":[]}`, 400, "ATTRIBUTE_READ_ONLY"},
		{"older PUT with a project role", "PUT", gracePath + "/roles", `{"orgRoles":["GROUP_OWNER"]}`, 400, "INVALID_ENUM_VALUE"},
		{"older PUT without a body", "PUT", gracePath + "/roles", "", 400, "MALFORMED_JSON"},
		{"older PUT for a pending user", "PUT", alanPath + "/roles", `{"orgRoles":["ORG_OWNER"]}`, 404, "USER_NOT_IN_ORG"},
		{"older PUT with an invalid id", "PUT", usersPath + "/ada/roles", `{"orgRoles":["ORG_OWNER"]}`, 404, "INVALID_USER_ID"},
		{"GET of the roles path", "GET", gracePath + "/roles", "", 405, "METHOD_NOT_ALLOWED"},
		{"PUT of a user", "PUT", gracePath, `{}`, 405, "METHOD_NOT_ALLOWED"},
		{"an unknown query parameter", "PATCH", gracePath + "?username=x", `{}`, 400, "INVALID_QUERY_PARAMETER"},
		{"another organization", "PATCH", v2 + "/" + stageID + "/users/" + adaID, `{}`, 401, "USER_CANNOT_ACCESS_ORG"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			before := c.newer("GET", usersPath+everybody, "").body
			c.newer(row.method, row.path, row.body).want(t, row.status, row.code)
			if diff := cmp.Diff(before, c.newer("GET", usersPath+everybody, "").body); diff != "" {
				t.Errorf("a refused request changed something: %s", diff)
			}
		})
	}
}

// TestEndedUsers: users with an expired or rejected invitation cannot be changed.
func TestEndedUsers(t *testing.T) {
	c := demo(t, "ACME_PROD").change(end)
	for _, path := range []string{alanPath, edsgerPath} {
		c.newer("PATCH", path, `{}`).want(t, 404, "USER_NOT_IN_ORG")
		c.newer("POST", path+":addRole", `{"orgRole":"ORG_OWNER"}`).want(t, 404, "USER_NOT_IN_ORG")
		c.newer("POST", path+":removeRole", `{"orgRole":"ORG_MEMBER"}`).want(t, 404, "USER_NOT_IN_ORG")
		c.newer("PUT", path+"/roles", `{"orgRoles":["ORG_OWNER"]}`).want(t, 404, "USER_NOT_IN_ORG")
	}
}

// TestUserVersions: the operations before 2025-02-19, and the versions to which they resolve.
func TestUserVersions(t *testing.T) {
	for _, row := range []struct{ reason, method, path, body, older, newer string }{
		{"invited", "POST", usersPath, brief, "", "2025-02-19"},
		{"read", "GET", gracePath, "", "", "2025-02-19"},
		{"changed", "PATCH", gracePath, `{}`, "", "2025-02-19"},
		{"addRole", "POST", gracePath + ":addRole", `{"orgRole":"ORG_OWNER"}`, "", "2025-02-19"},
		{"removeRole", "POST", margaret + ":removeRole", `{"orgRole":"ORG_OWNER"}`, "", "2025-02-19"},
		{"removed", "DELETE", gracePath, "", "2023-01-01", "2025-02-19"},
		{"older PUT", "PUT", gracePath + "/roles", `{"orgRoles":["ORG_OWNER"]}`, "2023-01-01", "2023-01-01"},
	} {
		for accept, version := range map[string]string{v2023: row.older, v2025: row.newer} {
			t.Run(row.reason+", "+accept, func(t *testing.T) {
				c := demo(t, "ACME_PROD").change(func(f *Fleet) {
					u := f.Orgs[0].user("margaret@acme.example")
					u.OrgRoles = append(u.OrgRoles, "ORG_MEMBER")
				})
				res := c.send(request{method: row.method, path: row.path, body: row.body, accept: accept})
				if version == "" {
					res.want(t, 406, "INVALID_VERSION_DATE")
					return
				}
				if got := res.header.Get("Content-Type"); res.status/100 != 2 || got != "application/vnd.atlas."+version+"+json;charset=utf-8" {
					t.Errorf("%d %s %s", res.status, got, res.raw)
				}
				if deprecated := res.header.Get("Deprecation") != ""; deprecated != (version == "2023-01-01") {
					t.Errorf("headers %v", res.header)
				}
			})
		}
	}
}

// TestVerbsUnauthenticated: without authentication, the answer does not show which verbs exist.
func TestVerbsUnauthenticated(t *testing.T) {
	c := demo(t, "ACME_PROD")
	for _, path := range []string{gracePath, gracePath + ":addRole", gracePath + ":promote"} {
		c.roundTrip(c.build(request{method: "POST", path: path, body: `{}`})).want(t, 401, "UNEXPECTED_ERROR")
	}
	if allow := c.newer("POST", gracePath, `{}`).header.Get("Allow"); allow != "GET, HEAD, PATCH, DELETE" {
		t.Errorf("allowed are %s", allow)
	}
}
