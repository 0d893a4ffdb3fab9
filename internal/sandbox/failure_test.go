package sandbox

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestErrorWords: errors have the detail and the parameters of [doc error-codes]. Atlas uses the same words for
// USER_UNAUTHORIZED, and the same parameter for VALIDATION_ERROR [seen error-words].
func TestErrorWords(t *testing.T) {
	const org = v2 + "/" + prodID
	alone := func(f *Fleet) { f.Orgs[0].user("margaret@acme.example").OrgRoles = []string{"ORG_MEMBER"} }
	roles := func(names ...string) func(*Fleet) { return func(f *Fleet) { f.Credentials[0].Roles = names } }
	invite := func(rest string) string { return `{"username":"b@acme.example","roles":["ORG_MEMBER"],` + rest + `}` }
	for _, row := range []struct {
		method, path, body string
		before             func(*Fleet)
		status             int
		code, detail       string
		parameters         string
	}{
		{"PATCH", org, `{}`, roles("ORG_MEMBER"), 401, "NOT_ORG_OWNER", "The currently logged in user does not have the owner role in organization " + prodID + ".", `["` + prodID + `"]`},
		{"GET", org, "", roles(), 401, "USER_UNAUTHORIZED", "Current user is not authorized to perform this action.", `[]`},
		{"GET", v2 + "/" + stageID, "", nil, 401, "USER_CANNOT_ACCESS_ORG", "User cannot access this organization.", `[]`},
		{"GET", v2 + "/acme", "", nil, 404, "INVALID_ORG_ID", "An invalid organization ID acme was specified.", `["acme"]`},
		{"PATCH", org, `{"name":"a/b"}`, nil, 400, "INVALID_ORG_NAME", `An invalid org name "a/b" was specified.`, `["a/b"]`},
		{"PATCH", org, `{"nmae":"A"}`, nil, 400, "INVALID_ATTRIBUTE", "Invalid attribute nmae specified.", `["nmae"]`},
		{"PATCH", org, `{"id":"x"}`, nil, 400, "ATTRIBUTE_READ_ONLY", "The attribute id is read-only and cannot be changed by the user.", `["id"]`},
		{"PATCH", org, `{}`, nil, 400, "MISSING_ATTRIBUTE", "The required attribute name was not specified.", `["name"]`},
		{"PATCH", org, `{"name":1}`, nil, 400, "INVALID_JSON_ATTRIBUTE", "Received JSON for the name attribute does not match expected format.", `["name"]`},
		{"PATCH", org, `[]`, nil, 400, "INVALID_JSON", "Received JSON does not match expected format.", `[]`},
		{"PATCH", org, `{"name":null}`, nil, 400, "VALIDATION_ERROR", "The request content produced the validation error: name must not be null.", `["name must not be null"]`},
		{"GET", org + "/users?pageNum=0", "", nil, 400, "INVALID_QUERY_PARAMETER", "Invalid query parameter pageNum specified.", `["pageNum"]`},
		{"GET", org + "/users?orgMembershipStatus=ACTIVE&orgMembershipStatuses=PENDING", "", nil, 400, "MUTUALLY_EXCLUSIVE_QUERY_PARAMETERS",
			"Either the orgMembershipStatus query parameter or the orgMembershipStatuses query parameter but not both should be specified.", `["orgMembershipStatus","orgMembershipStatuses"]`},
		{"GET", org + "/things", "", nil, 501, "SANDBOX_NOT_EMULATED", "The sandbox does not have the operation GET " + org + "/things. Atlas may have it.", `["GET","` + org + `/things"]`},
		{"DELETE", org, "", nil, 409, "ORG_NOT_EMPTY", "Organization cannot be deleted because it still contains active groups.", `[]`},
		{"POST", invitesPath, `{"username":"b","roles":["ORG_MEMBER"]}`, nil, 400, "INVALID_EMAIL_ADDRESS", "An invalid email address was specified.", `[]`},
		{"POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_KING"]}`, nil, 400, "INVALID_ENUM_VALUE", "An invalid enumeration value ORG_KING was specified.", `["ORG_KING"]`},
		{"POST", invitesPath, `{"username":"ada@acme.example","roles":["ORG_MEMBER"]}`, nil, 409, "USER_ALREADY_EXISTS", "A user with username ada@acme.example already exists.", `["ada@acme.example"]`},
		{"POST", invitesPath, invite(`"teamIds":["` + nobody + `"]`), nil, 404, "TEAM_NOT_FOUND", "No team with ID " + nobody + " exists.", `["` + nobody + `"]`},
		{"POST", invitesPath, invite(`"groupRoleAssignments":[{"groupId":"` + nobody + `","roles":["GROUP_OWNER"]}]`), nil, 404, "GROUP_NOT_FOUND", "No group with ID " + nobody + " exists.", `["` + nobody + `"]`},
		{"POST", invitesPath, invite(`"groupRoleAssignments":[{"groupId":"` + search + `","roles":["ORG_OWNER"]}]`), nil, 400, "INVALID_ROLE_FOR_GROUP",
			"Role ORG_OWNER is invalid for group " + search + ".", `["ORG_OWNER","` + search + `"]`},
		{"DELETE", invitesPath + "/" + nobody, "", nil, 400, "INVALID_INVITATION_ID", "The invitation you tried to delete does not exist or has already been accepted.", `[]`},
		{"GET", invitesPath + "/" + nobody, "", nil, 404, "RESOURCE_NOT_FOUND", "Cannot find resource " + invitesPath + "/" + nobody + ".", `["` + invitesPath + "/" + nobody + `"]`},
		{"DELETE", invitesPath + "/" + alanID, "", func(f *Fleet) { f.Orgs[0].user("alan@acme.example").OrgRoles = []string{"GROUP_OWNER"} }, 400, "CANNOT_DELETE_GROUP_INVITATION",
			"You can't use the /orgs/{ORG-ID}/invites/{INVITATION-ID} endpoint to delete an invitation to a group. Use /groups/{GROUP-ID}/invites/{INVITATION-ID} instead.", `[]`},
		{"GET", usersPath + "/" + nobody, "", nil, 404, "USER_NOT_IN_ORG", "User " + nobody + " is not in organization " + prodID + ".", `["` + nobody + `","` + prodID + `"]`},
		{"GET", usersPath + "/ada", "", nil, 404, "INVALID_USER_ID", "An invalid user ID ada was specified.", `["ada"]`},
		{"PATCH", adaPath, `{"roles":{"orgRoles":["ORG_MEMBER"]}}`, alone, 403, "CANNOT_DEMOTE_LAST_ORG_OWNER", "Cannot demote the last owner of the organization.", `[]`},
		{"DELETE", adaPath, "", alone, 403, "CANNOT_DELETE_LAST_ADMIN", "An organization or project needs to have at least one owner. You cannot demote or remove the last owner.", `[]`},
	} {
		t.Run(row.method+" "+row.path+" "+row.code, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			if row.before != nil {
				c.change(row.before)
			}
			got := c.newer(row.method, row.path, row.body)
			if strings.HasPrefix(row.path, invitesPath) {
				got = c.do(row.method, row.path, row.body)
			}
			got.want(t, row.status, row.code)
			if diff := cmp.Diff(row.detail, got.object()["detail"]); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(parse(t, row.parameters), got.object()["parameters"]); diff != "" {
				t.Error(diff)
			}
		})
	}
}
